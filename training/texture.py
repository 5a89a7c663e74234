"""What comes back in an accompaniment and what wanders: repetition, rhythm, chords, stray notes. Pure functions.

These are definitions of this project: the eye sees a figure that lasts, a phrase that returns and a stray dot at once
in a piano roll, and no histogram of pitches or onsets has them. Every one stands beside the truth's value, which is to
be approached, not passed: one bar repeated for ever keeps its rhythm best.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bridge.model.plan import NO_CHORD, class_of, units_of
from bridge.music.metre import Metre
from training.performance import FRAME_STEPS, Ints, Performance, by_class

Bar = frozenset[tuple[int, int]]
"""Of each note of a bar the 16th in which it begins, and its pitch."""
SHORT_STEPS = 4
"""A note no longer than this is short: a 16th, or a third of a beat."""
ALONE_STEPS, ALONE_SEMITONES = 6, 5
"""A short note with no other this near, an 8th and a fourth, is isolated."""
HEARD_SHARE = 0.25
"""A pitch class that sounds for less of a plan unit than this is no tone of its chord."""


def repetition(performance: Performance, back: int = 16) -> float:
    """Share of bars with notes that are, onsets and pitches, one of the last `back` bars again."""
    bars = _bars(performance.in_bars(performance.own))
    again = [bar in bars[max(0, number - back) : number] for number, bar in enumerate(bars) if bar]
    return _share(again)


def repeats_with_lead(performance: Performance) -> float:
    """How much of the accompaniment comes back where the lead does: the mean, over bars whose lead is note for note an
    earlier bar's (onsets, pitches, metre), of the notes that both bars have, of those that either has (Jaccard index of
    their onsets and pitches).

    The earlier bar is the last with that lead; bars where neither plays are left out. 1: every phrase comes back with
    its accompaniment. Graded, not yes or no: one note that differs is heard as the same bar."""
    metres = performance.metres[performance.first :]
    leads, owns = _bars(performance.in_bars(performance.lead)), _bars(performance.in_bars(performance.own))
    last: dict[tuple[Metre, Bar], Bar] = {}
    shares = []
    for metre, lead, own in zip(metres, leads, owns, strict=True):
        if not lead:
            continue
        before = last.get((metre, lead))
        if before is not None and before | own:
            shares.append(len(before & own) / len(before | own))
        last[metre, lead] = own
    return _share(shares)


def rhythm_kept(performance: Performance) -> float:
    """Share of bars with notes in which notes begin in the same 16ths as in the bar before; bars after a silent one or
    after one in another metre are left out."""
    metres = performance.metres[performance.first :]
    rhythms = [frozenset(onset for onset, _ in bar) for bar in _bars(performance.in_bars(performance.own))]
    kept = [
        rhythms[number] == rhythms[number - 1]
        for number in range(1, len(rhythms))
        if rhythms[number] and rhythms[number - 1] and metres[number] == metres[number - 1]
    ]
    return _share(kept)


def distinct_chords(performance: Performance) -> float:
    """How many different chords the accompaniment spells (CC of Yeh et al. 2021, for one that is no chord track): of
    every plan unit, about half a bar, the nearest chord class to the pitch classes that sound for a quarter of it."""
    roll = performance.rolled(performance.own)
    sounding = by_class(roll) > 0
    found = set()
    start = 0
    for metre in performance.metres[performance.first :]:
        for unit in units_of(metre):
            a = start + unit.start_step // FRAME_STEPS
            b = max(a + 1, start + (unit.start_step + unit.length_steps) // FRAME_STEPS)
            tones = np.flatnonzero(sounding[a:b].mean(axis=0) >= HEARD_SHARE) if a < len(sounding) else []
            pitches = np.flatnonzero(roll[a:b].any(axis=0))
            if len(tones):
                found.add(class_of(frozenset(int(tone) for tone in tones), int(pitches[0]) % 12))
        start += metre.length_steps // FRAME_STEPS
    return float(len(found - {NO_CHORD}))


def isolated(performance: Performance) -> float:
    """Share of notes that are short (SHORT_STEPS at most) and alone: no other note of the accompaniment that is within
    ALONE_SEMITONES of them sounds from ALONE_STEPS before their onset to ALONE_STEPS after their end."""
    notes = performance.own[performance.own[:, 0] >= performance.starts[performance.first]]
    if not len(notes):
        return float("nan")
    onsets, ends, pitches = notes[:, 0], notes[:, 0] + notes[:, 1], notes[:, 2]
    count = 0
    for onset, duration, pitch in notes[notes[:, 1] <= SHORT_STEPS].tolist():
        in_time = (onsets < onset + duration + ALONE_STEPS) & (ends > onset - ALONE_STEPS)
        near = in_time & (np.abs(pitches - pitch) <= ALONE_SEMITONES)
        count += int(near.sum() == 1)  # the note itself
    return count / len(notes)


def _bars(bars: Sequence[Ints]) -> list[Bar]:
    return [frozenset((int(onset) // FRAME_STEPS, int(pitch)) for onset, _, pitch in bar) for bar in bars]


def _share(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
