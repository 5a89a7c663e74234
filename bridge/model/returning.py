"""A bar that comes back note for note: whether it can be played in its new place, and how well it fits there.

Every fifth or sixth bar of the songs is an earlier bar again. A network that draws note by note hits a dozen notes in
a row next to never, though it knows that the bar is the same again.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from bridge.model.features import Ints, Piece
from bridge.model.planner import Plan


class Returned(NamedTuple):
    """notes: (onset step, pitch, duration in steps, velocity); in_chords: the share of their sound that lies in the
    planned chords, 0..1."""

    notes: list[tuple[int, int, int, int]]
    in_chords: float


def returned(
    piece: Piece, target: int, bar: Ints, plan: Plan, kept: Ints, from_step: int, register: tuple[int, int]
) -> Returned | None:
    """An earlier bar's notes from `from_step` on as they would be played in the target; None where there are none, or
    one lies outside the register (lowest and highest pitch) or begins while a promised note of its pitch sounds.

    bar   the earlier bar's notes, as in `Piece.own`
    kept  the notes of the target promised already, likewise
    """
    length = int(piece.lengths[target])
    starts = (piece.units[piece.bar_units(target), 0] - piece.starts[target]).tolist()
    sounding = [(pitch, onset + duration) for onset, pitch, duration, _ in kept.tolist()]
    notes = []
    inside_steps = all_steps = 0
    for onset, pitch, duration, velocity in bar.tolist():
        if not from_step <= onset < length:
            continue
        if not register[0] <= pitch <= register[1]:
            return None
        if any(pitch == held and onset < end for held, end in sounding):
            return None
        steps = min(duration, length - onset)
        tones = plan.units[bisect_right(starts, onset) - 1].tones
        inside_steps += steps * int(tones[pitch % 12] > 0 or not tones.any())
        all_steps += steps
        notes.append((onset, pitch, steps, velocity))
    return Returned(notes, inside_steps / all_steps) if notes else None
