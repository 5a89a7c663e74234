"""How dense accompaniments are, and how that goes with the lead: `python -m training.density` prints the numbers that
`bridge.model.neural` has for each style, from the songs that are learned from.

In bars with notes, over whole songs: log(notes a beat) = a + b log(onsets of the lead a beat), by least squares.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from bridge.music.metre import STEPS_PER_BEAT
from training import CORPORA_FOLDER
from training.evaluate import CORPORA, test_songs
from training.prepare import Prepared

LEAST_BARS = 8
"""A song of fewer bars with notes says nothing of density."""


def densities(song: Prepared) -> tuple[float, float] | None:
    """Onsets of the lead a beat, in bars where it has any, and notes of the accompaniment a beat, likewise; None for a
    song with too few."""
    piece = song.piece
    counted = np.concatenate([[0], np.cumsum(piece.onsets)])
    lead = counted[piece.starts + piece.lengths] - counted[piece.starts]
    own = np.array([len(piece.own[bar]) for bar in range(len(piece.metres))])
    if min((lead > 0).sum(), (own > 0).sum()) < LEAST_BARS:
        return None
    beats = piece.lengths / STEPS_PER_BEAT
    return float(lead.sum() / beats[lead > 0].sum()), float(own.sum() / beats[own > 0].sum())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=CORPORA_FOLDER)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    args = parser.parse_args()
    print("| | songs | lead's onsets a beat, median | notes a beat to one onset a beat | power | spread | left of it |")
    print("|---|---|---|---|---|---|---|")
    for corpus in CORPORA:
        found = [densities(song) for song in test_songs(args.data, corpus, "train", args.cache, 1)]
        lead, own = np.log(np.array([pair for pair in found if pair is not None])).T
        power, usual = np.polyfit(lead, own, 1)
        left = own - usual - power * lead
        print(
            f"| {corpus} | {len(own)} | {np.exp(np.median(lead)):.2f} | {np.exp(usual):.2f} | {power:.2f} "
            f"| {own.std():.3f} | {left.std():.3f} |"
        )


if __name__ == "__main__":
    main()
