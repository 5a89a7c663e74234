"""Which Keras backend trains the shipped networks fastest here: `python -m training.backends`.

Each backend that is installed takes a few steps of the planner and of the note network, at the sizes and with the
batches of a configuration, in a process of its own; the songs are of random notes, since only shapes matter. Rounds
take turns, so that what else the machine does falls on all. Prints a table in Markdown: milliseconds a step in the best
round, and the ratio to the fastest. The bundle is the same whichever is chosen by KERAS_BACKEND.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bridge.model.features import Piece
from bridge.music.metre import Metre
from training import labels
from training.commands import read_config
from training.prepare import Prepared

BACKENDS = ("tensorflow", "jax", "torch")
NETWORKS = ("plan", "notes")
CONFIG = Path(__file__).parent / "runs" / "default.toml"
PLACES = 22
"""Notes a bar that a batch of the note network has room for: the middle of `training.batches.NOTE_SIZES`."""
BARS, NOTES_A_BAR = 64, 13


def random_song(seed: int) -> Prepared:
    """A song in 4/4 as long as a pop song, as many notes a bar as one, all at random."""
    rng = np.random.default_rng(seed)
    onsets = np.sort(rng.choice(BARS * 16, BARS * 6, replace=False)) * 3
    lead = np.column_stack([onsets, rng.integers(2, 12, len(onsets)), rng.integers(60, 80, len(onsets))])
    own = []
    for _ in range(BARS):
        notes = np.unique(
            np.column_stack([rng.integers(0, 16, NOTES_A_BAR) * 3, rng.integers(36, 76, NOTES_A_BAR)]), axis=0
        )
        rest = np.column_stack([rng.integers(2, 24, len(notes)), rng.integers(40, 100, len(notes))])
        own.append(np.concatenate([notes, np.minimum(rest, [[48, 127]])], axis=1))
    piece = Piece((Metre(4, 4),) * BARS, lead, own)
    return Prepared("random", str(seed), 0, piece, np.zeros((0, 3), np.int64), *labels.inferred(piece))


def timed(config: dict[str, Any], name: str, steps: int) -> dict[str, float]:
    """One network in this process: seconds of the first step (it compiles) and milliseconds of each of the others, by
    the clock and of the processor, the median."""
    from bridge.model import network
    from training.batches import note_batch, plan_batch
    from training.loop import Stage, compiled

    settings = config[name]
    rng = np.random.default_rng(0)
    songs = [random_song(seed) for seed in range(4)]
    bars = int(settings["batch"]) if name == "plan" else max(8, int(settings["batch"]) * 14 // PLACES // 8 * 8)
    samples = [(songs[int(rng.integers(len(songs)))], int(rng.integers(BARS))) for _ in range(bars)]
    batch = plan_batch(samples, rng) if name == "plan" else note_batch(samples, PLACES, rng)
    make = network.PlanNetwork if name == "plan" else network.NoteNetwork
    stage = Stage(name, lambda: make(network.Sizes(**settings["network"])), lambda rng: iter(()), [batch], settings)
    began_s = time.monotonic()
    model, _ = compiled(stage)
    model.train_on_batch(*batch)
    first_s = time.monotonic() - began_s
    clock_ms, processor_ms = [], []
    for _ in range(steps):
        clock, processor = time.monotonic(), time.process_time()
        float(np.asarray(model.train_on_batch(*batch)).ravel()[0])
        clock_ms.append(1000 * (time.monotonic() - clock))
        processor_ms.append(1000 * (time.process_time() - processor))
    return {"first_s": first_s, "clock_ms": float(np.median(clock_ms)), "processor_ms": float(np.median(processor_ms))}


def asked(backend: str, name: str, steps: int, config: Path) -> dict[str, float] | None:
    """The same in a process of its own with that backend; None where it fails, which is said."""
    command = [sys.executable, "-m", "training.backends", "--one", name, "--steps", str(steps), "--config", str(config)]
    environment = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{backend}, {name}: {reason(done.stderr)}", file=sys.stderr)
        return None
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def reason(text: str) -> str:
    """Why a process failed, in a line: the last error of its traceback and the sentence below it, without colours."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines() if line.strip()]
    errors = [number for number, line in enumerate(lines) if re.match(r"[\w.]+(Error|Exception|NotFound)\b", line)]
    return " ".join(lines[errors[-1] : errors[-1] + 2]) if errors else " ".join(lines[-1:])


def table(rounds: Sequence[dict[tuple[str, str], dict[str, float]]]) -> list[str]:
    """The lines of the table: the round with the least time by the clock of each backend and network."""
    best: dict[tuple[str, str], dict[str, float]] = {}
    for found in rounds:
        for key, figures in found.items():
            if key not in best or figures["clock_ms"] < best[key]["clock_ms"]:
                best[key] = figures
    lines = [
        "| backend | network | first step s | ms a step | of the processor | times the fastest |",
        "|---|---|---|---|---|---|",
    ]
    for name in NETWORKS:
        fastest = min((figures["clock_ms"] for (_, n), figures in best.items() if n == name), default=1.0)
        lines += [
            f"| {backend} | {name} | {figures['first_s']:.0f} | {figures['clock_ms']:.0f} "
            f"| {figures['processor_ms']:.0f} | {figures['clock_ms'] / fastest:.2f} |"
            for (backend, n), figures in best.items()
            if n == name
        ]
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=CONFIG, help="whose sizes and batches (%(default)s)")
    parser.add_argument("--steps", type=int, default=12, help="steps a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="how often each backend has its turn (%(default)s)")
    parser.add_argument("--backend", nargs="*", choices=BACKENDS, default=list(BACKENDS))
    parser.add_argument("--one", choices=NETWORKS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(timed(read_config(args.config), args.one, args.steps)))
        return
    present = [backend for backend in args.backend if find_spec(backend)]
    rounds = []
    for _ in range(args.rounds):
        found = {(b, name): asked(b, name, args.steps, args.config) for name in NETWORKS for b in present}
        rounds.append({key: figures for key, figures in found.items() if figures})
    for line in table(rounds):
        print(line)
    if hasattr(os, "getloadavg"):
        print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} (5 minutes)")


if __name__ == "__main__":
    main()
