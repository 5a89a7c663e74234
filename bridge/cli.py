"""The command `obbligato`: finds the subcommand, sets up logging, turns refusals into exit codes.

Exit codes: 0 done, 1 a check failed or a fault of ours, 2 the command, a file or the machine has to be changed
(the last line on stderr says how).
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from bridge import __version__
from bridge.errors import BridgeError
from bridge.server.process import ONE_THREAD

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("bridge.commands.demo", "play a bundled lead through a server and leave a duet as MIDI and picture"),
    "serve": ("bridge.commands.serve", "start the bridge that plugins talk to"),
    "accompany": ("bridge.commands.accompany", "a MIDI file in, the same file with its accompaniment out"),
    "render": ("bridge.commands.render", "a MIDI file in, sound out: WAV, FLAC or MP3"),
    "gallery": ("bridge.commands.gallery", "every bundled lead accompanied in every way, as a page to hear and see"),
    "client": ("bridge.commands.client", "play a MIDI file at a running bridge, as a plugin would"),
    "replay": ("bridge.commands.replay", "play a recorded session through again and compare"),
    "doctor": ("bridge.commands.doctor", "check this machine and say what to do about what fails"),
    "train": ("training.commands", "train a model from songs (needs the extra `train`)"),
    "evaluate": ("training.evaluate", "measure models on whole songs, beside what needs no model"),
}
"""Subcommand -> module with `add_arguments(parser)` and `run(args) -> exit code`, and its one-line help.
`training` is named here and nowhere else in `bridge`, and only as text: playing never imports it."""

MANY_THREADS = frozenset({"train"})
"""What gains by several threads of arithmetic. A bar does not: its products are so small that the second thread costs
four times the processor time of the first, and waits for its turn on a machine that has other work."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="obbligato", description="An accompanist that plays along.")
    parser.add_argument("--version", action="version", version=f"obbligato {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    # Only the named command's module is imported: the others' packages stay unloaded.
    wanted = next((a for a in arguments if not a.startswith("-")), None)
    if wanted not in MANY_THREADS:
        for variable, one in ONE_THREAD.items():  # read when NumPy is imported, which nothing has done so far
            os.environ.setdefault(variable, one)
    for name, (module, help_text) in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=help_text, description=help_text)
        if name == wanted:
            import_module(module).add_arguments(subparser)
    args = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    try:
        return int(import_module(COMMANDS[args.command][0]).run(args))
    except BridgeError as refusal:
        print(f"obbligato {args.command}: {refusal.text}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
