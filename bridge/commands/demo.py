"""`obbligato demo`: a bridge, a bundled lead, the real client between them; a duet as MIDI, picture and sound."""

from __future__ import annotations

import argparse
import contextlib
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from rich.console import Console

from bridge.client.duet import tracks
from bridge.client.leadfile import LeadFile, open_lead
from bridge.client.player import Options, Player
from bridge.client.realtime import perform
from bridge.client.report import table
from bridge.client.timeline import at_tempo, bar_start_s
from bridge.commands.client import progress
from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.leads import NAMES, lead_path
from bridge.model.registry import BUILT_IN, DEFAULT_MODEL
from bridge.music.midi_out import with_accompaniment

HOST = "127.0.0.1"
DEFAULT_LEAD = "ode-to-joy"
"""Half a minute long: it is played at its own tempo."""
LONGEST_S = 40.0
"""A longer lead is played faster, so that the demo takes less than a minute, unless --realtime is said."""
SEED = 5
"""The demo sounds the same each time."""
READY_LIMIT_S = 60.0
READY_LINE = re.compile(r"listens on \S*:(\d+) ")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--lead", choices=NAMES, default=DEFAULT_LEAD, help="which bundled lead (%(default)s)")
    parser.add_argument("--model", default=DEFAULT_MODEL, help=f"{', '.join(BUILT_IN)}, or a bundle's folder")
    parser.add_argument("--realtime", action="store_true", help="at its own tempo, however long it is")
    parser.add_argument(
        "--out", type=Path, default=Path("demo"), help="the folder for duet.mid, .png and .mp3 (./demo)"
    )


def run(args: argparse.Namespace) -> int:
    """0 when every bar was answered in time, 1 if not. Raises InputError for what cannot be used."""
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {args.out}: {error.strerror or error}") from error
    console = Console(highlight=False)
    file = open_lead(lead_path(args.lead))
    length_s = bar_start_s(file.song, len(file.song.bars))
    speed = 1.0 if args.realtime else max(1.0, length_s / LONGEST_S)
    player = Player(at_tempo(file.song, speed=speed), file.lead, Options(session="demo", controls={"seed": SEED}))
    console.print(f"{args.lead}, {file.summary}", markup=False, soft_wrap=True)
    with serving(args.model) as port:
        how = "its own tempo" if speed == 1 else f"{speed:.2f} times its own tempo"
        started = f"a bridge listens on {HOST}:{port}; playing in real time at {how}, {length_s / speed:.0f} s ..."
        console.print(started, markup=False, soft_wrap=True)
        perform(player, HOST, port, on_action=progress(player))
    if not player.has_begun:
        raise InputError(f"the demo could not begin: {player.failure or 'broken off'}")
    console.print(f"measured by the client, over UDP, model {args.model}:", markup=False, soft_wrap=True)
    console.print(table(player.measured))
    heard = leave(args.out, file, player, f"{args.lead}, accompanied by {args.model}")
    for line in (
        f"{args.out / 'duet.mid'}  lead and accompaniment: open it in any player or DAW",
        f"{args.out / 'duet.png'}  the same as a picture",
        f"{args.out / 'duet.mp3'}  {heard}",
        "next: obbligato accompany YOUR.mid -o DUET.mid     your own melody, as a file",
        "      obbligato serve                               the bridge for Ableton Live and Max",
    ):
        console.print(line, markup=False, soft_wrap=True)
    return 0 if player.measured.all_in_time and not player.failure else 1


def leave(folder: Path, file: LeadFile, player: Player, title: str) -> str:
    """Write the duet as `duet.mid`, `duet.png` and `duet.mp3`; what there is to say of the sound. A machine for which
    there is no sampler gets no sound, and is told so: the demo is none the worse for it."""
    from bridge.offline.picture import draw  # matplotlib is loaded after the music, not while it plays
    from bridge.offline.sound import described, write_sound

    parts = tracks(file.song, player.played)
    duet = with_accompaniment(file.data, file.choice.track, parts)
    write_atomically(folder / "duet.mid", duet)
    draw(folder / "duet.png", file.song, file.song.tracks[file.choice.track], parts, title)
    try:
        return f"the same as sound: {described(write_sound(folder / 'duet.mp3', duet))}"
    except InputError as refusal:
        return f"was not made: {refusal.text}"


@contextlib.contextmanager
def serving(model: str) -> Iterator[int]:
    """A bridge in a process of its own, on a free port; its number. The process is gone when this is left, however.

    Another process, and not a thread: whoever plays in time shares no interpreter with whoever thinks.
    Raises InputError: the bridge did not come up; what it said stands above on stderr.
    """
    command = [sys.executable, "-m", "bridge.cli", "serve", "--port", "0", "--model", model, "--log-level", "warning"]
    with terminated_as_interrupt():
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace")
        try:
            yield _port_of(process)
        finally:
            _end(process)


def _port_of(process: subprocess.Popen[str]) -> int:
    """Wait for the line in which the bridge says where it listens."""
    assert process.stdout is not None
    too_long = threading.Timer(READY_LIMIT_S, process.kill)  # which ends the reading below
    too_long.start()
    began_s = time.monotonic()
    try:
        for line in process.stdout:
            found = READY_LINE.search(line)
            if found:
                return int(found.group(1))
    finally:
        too_long.cancel()
    waited_s = time.monotonic() - began_s
    raise InputError(f"the bridge did not come up ({waited_s:.0f} s); `obbligato doctor` looks for the reason")


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


@contextlib.contextmanager
def terminated_as_interrupt() -> Iterator[None]:
    """SIGTERM ends like Ctrl-C, so that the bridge is not left behind."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
