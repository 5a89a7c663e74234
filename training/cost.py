"""What a bar costs: `python -m training.cost [--model NAME]` plays the bundled leads and prints milliseconds of
processor time a bar, the model alone, each bar the best of a few so that other programs disturb little."""

from __future__ import annotations

import argparse
import time

import numpy as np

from bridge.leads import NAMES, lead_path
from bridge.model.accompanist import Request
from bridge.model.registry import DEFAULT_MODEL, load
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from bridge.offline.accompany import asks
from bridge.session.choices import ModelInfo
from bridge.session.session import Session

REPEATS = 5
MEASURED = "measured"


def requests(model: str) -> list[Request]:
    """Every request that the bundled leads, anticipated, make of a model."""
    accompanist = load(model)
    found: list[Request] = []
    for name in NAMES:
        song = read_song(lead_path(name).read_bytes())
        lead = song.in_bars(song.tracks[find_lead(song).track].notes)
        session = Session(MEASURED, accompanist.name, known_models={accompanist.name: ModelInfo.of(accompanist)})
        for ask in asks(song, lead, "anticipate"):
            session.ask(MEASURED, ask, 0.0)
            job = session.begin(0.0, 1)
            if job is not None:
                found.append(job.request)
                session.finish(job, accompanist.accompany(job.request), 0.0)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    model = parser.parse_args().model
    accompanist = load(model)
    costs_ms = []
    for request in requests(model):
        tries = []
        for _ in range(REPEATS):
            began_s = time.thread_time()
            accompanist.accompany(request)
            tries.append(1000 * (time.thread_time() - began_s))
        costs_ms.append(min(tries))
    p50, p95 = np.percentile(costs_ms, [50, 95])
    print(f"{model}: {len(costs_ms)} bars, p50 {p50:.1f} ms, p95 {p95:.1f} ms, longest {max(costs_ms):.1f} ms")


if __name__ == "__main__":
    main()
