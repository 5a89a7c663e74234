"""What a band costs beside the piano alone: `python -m training.band_cost [--model NAME]`.

Plays the bundled leads as somebody plays them, every set of parts in a session of its own, and prints processor time a
bar, the model alone, and each set's total as a ratio to the piano's. The sets take turns, and of every bar the best of
a few tries counts, so that other programs disturb all alike.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from bridge.leads import NAMES, lead_path
from bridge.model.accompanist import Accompanist
from bridge.model.registry import DEFAULT_MODEL, load
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from bridge.offline.accompany import asks
from bridge.session.choices import ModelInfo
from bridge.session.session import Session

PARTS = ("piano", "piano bass", "piano pad", "piano counter", "piano bass pad counter")
REPEATS = 3
MEASURED = "measured"


def costs_ms(model: Accompanist, name: str, parts: str) -> list[float]:
    """Processor time of every bar of a bundled lead, in milliseconds."""
    song = read_song(lead_path(name).read_bytes())
    lead = song.in_bars(song.tracks[find_lead(song).track].notes)
    session = Session(MEASURED, model.name, known_models={model.name: ModelInfo.of(model)})
    session.set("seed", 0)
    session.set("parts", parts)
    found = []
    for ask in asks(song, lead, "anticipate"):
        session.ask(MEASURED, ask, 0.0)
        job = session.begin(0.0, 1)
        if job is not None:
            began_s = time.thread_time()
            played = model.accompany(job.request)
            found.append(1000 * (time.thread_time() - began_s))
            session.finish(job, played, 0.0)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    model = load(parser.parse_args().model)
    best: list[list[float]] = [[] for _ in PARTS]
    for name in NAMES:
        tries = [[costs_ms(model, name, parts) for parts in PARTS] for _ in range(REPEATS)]
        for way in range(len(PARTS)):
            best[way] += np.min([one[way] for one in tries], axis=0).tolist()
    print(f"`{model.name}`, {len(best[0])} bars\n")
    print("| parts | p50, ms a bar | p95, ms a bar | all bars, beside the piano alone |")
    print("|---|---|---|---|")
    for parts, bars in zip(PARTS, best, strict=True):
        p50, p95 = np.percentile(bars, [50, 95])
        print(f"| {parts} | {p50:.1f} | {p95:.1f} | {sum(bars) / sum(best[0]):.2f} |")


if __name__ == "__main__":
    main()
