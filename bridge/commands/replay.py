"""`obbligato replay`: a recorded session once more; exit code 0 when every answer is the same, 1 when one is not."""

from __future__ import annotations

import argparse
from pathlib import Path

from bridge.model import registry
from bridge.server.replay import replay

DIFFERENCES_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a recording of `obbligato serve --record DIR`")
    parser.add_argument("--model", metavar="NAME|FOLDER", help="play it with this model instead of the recorded one")


def run(args: argparse.Namespace) -> int:
    """Play it through and print what came of it."""
    replayed = replay(args.file, lambda source: registry.load(args.model or source))
    different = len(replayed.differences)
    print(
        f"session {replayed.session}: {replayed.requests} requests, {replayed.bars} bars, "
        f"{replayed.answers} answers, {different or 'none'} different"
    )
    for difference in replayed.differences[:DIFFERENCES_SHOWN]:
        print(f"  {difference}")
    if different > DIFFERENCES_SHOWN:
        print(f"  and {different - DIFFERENCES_SHOWN} more")
    return 1 if different else 0
