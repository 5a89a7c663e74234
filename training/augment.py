"""What training does to a bar before it is learned from: what is known of it, its key, and what became of its past.

A model that has only seen true histories breaks down on its own: so histories are left out, moved to other keys bar
by bar, or have holes. Why these shares: `training/README.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.model.features import SLOT_STEPS, Piece

WHOLE, AT_THE_LINE, BARS_AHEAD = 0.35, 0.30, 0.05
"""How often the target's lead is known to its end, up to its bar line or an 8th before it, and not even as far; else
up to a random 16th inside."""
NO_HISTORY, MOVED_HISTORY = 0.12, 0.33
MOVED_BARS, LOST_BARS = 0.55, 0.06
NO_MEMORY = 0.12
STYLE_TOLD, DENSITY_TOLD, FIGURE_TOLD = 0.6, 0.3, 0.85
OTHER_KEY = 0.15


def known_until(piece: Piece, target: int, rng: np.random.Generator) -> int:
    """A step until which the lead may be known when the target bar is played to."""
    start, length = int(piece.starts[target]), int(piece.lengths[target])
    chance = rng.random()
    if chance < WHOLE:
        return start + length
    late = SLOT_STEPS * int(rng.integers(0, 3))
    if chance < WHOLE + AT_THE_LINE:
        return max(start - late, 0)
    if chance < WHOLE + AT_THE_LINE + BARS_AHEAD:
        return max(start - length * int(rng.integers(0, 3)) - late, 0)
    return start + SLOT_STEPS * int(rng.integers(0, max(1, length // SLOT_STEPS)))


@dataclass(frozen=True)
class Past:
    """What is left of the own bars: `moved` as in `note_rows`, and whether the bar's like is looked for."""

    moved: dict[int, int | None]
    remember: bool


def past(piece: Piece, target: int, semitones: int, rng: np.random.Generator) -> Past:
    """A history such as a model may meet when its own output is its context.

    semitones  how far the whole sample is moved
    """
    chance = rng.random()
    moved: dict[int, int | None] = {}
    for bar in range(target):
        if chance < NO_HISTORY or rng.random() < LOST_BARS:
            moved[bar] = None
        elif chance < NO_HISTORY + MOVED_HISTORY and rng.random() < MOVED_BARS:
            moved[bar] = semitones + int(rng.integers(-6, 7))
    return Past(moved, rng.random() >= NO_MEMORY)
