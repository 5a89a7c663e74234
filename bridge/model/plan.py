"""Chords as the planner names them: a root and one of ten qualities, or no chord, for each plan unit of a bar.

A plan unit is about half a bar of 4/4: the span in which one chord is planned. It knows metres and pitch classes,
and nothing of any network. Every other chord is read as the nearest of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bridge.music.metre import STEPS_PER_BEAT, Metre

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

QUALITIES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("", (0, 4, 7)),
    ("m", (0, 3, 7)),
    ("7", (0, 4, 7, 10)),
    ("maj7", (0, 4, 7, 11)),
    ("m7", (0, 3, 7, 10)),
    ("sus2", (0, 2, 7)),
    ("sus4", (0, 5, 7)),
    ("dim", (0, 3, 6)),
    ("m7♭5", (0, 3, 6, 10)),
    ("aug", (0, 4, 8)),
)
"""Quality as a lead sheet writes it -> semitones above the root."""

NO_CHORD = 0
CHORDS = 1 + 12 * len(QUALITIES)
"""How many classes a planner chooses from; class 1 + root * 10 + quality, 0 for no chord."""
NO_BASS = 12
BASSES = 13
MAX_UNIT_STEPS = 2 * STEPS_PER_BEAT


def _tones() -> tuple[Floats, Ints]:
    tones = np.zeros((CHORDS, 12), np.float32)
    roots = np.full(CHORDS, -1)
    for root in range(12):
        for quality, (_, intervals) in enumerate(QUALITIES):
            chord = 1 + root * len(QUALITIES) + quality
            roots[chord] = root
            tones[chord, [(root + interval) % 12 for interval in intervals]] = 1
    return tones, roots


TONES, ROOTS = _tones()
"""Chord tones, shape (CHORDS, 12), 0 or 1; roots 0..11, -1 for no chord."""
SHARED = (TONES @ TONES.T) / np.maximum(TONES.sum(axis=1), 1)[:, None]
"""Shape (CHORDS, CHORDS): the share of the row's tones that lie in the column's chord."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Where one planned chord holds: steps from the bar line, 1..24 steps long."""

    start_step: int
    length_steps: int


@lru_cache(maxsize=256)
def units_of(metre: Metre) -> tuple[Unit, ...]:
    """The plan units of a bar: whole pulses, as near to a half note as they go without passing it. Two in 4/4
    and 6/8, three in 9/8, two (2 + 1 beats) in 3/4, one in 2/4 and 3/8."""
    pulse_steps = int(metre.pulse_beats * STEPS_PER_BEAT)
    while pulse_steps > MAX_UNIT_STEPS:
        pulse_steps //= 2
    size = max(1, MAX_UNIT_STEPS // pulse_steps) * pulse_steps
    length = metre.length_steps
    return tuple(Unit(start, min(size, length - start)) for start in range(0, length, size))


@lru_cache(maxsize=4096)
def class_of(pitch_classes: frozenset[int], bass: int) -> int:
    """The class that shares most with a set of pitch classes (Jaccard index), the one with the bass as its root and
    then the plainer one among equals. NO_CHORD for fewer than two."""
    if len(pitch_classes) < 2:
        return NO_CHORD
    wanted = np.zeros(12, np.float32)
    wanted[list(pitch_classes)] = 1
    common = TONES @ wanted
    scores = common / np.maximum(TONES.sum(axis=1) + wanted.sum() - common, 1)
    scores = scores + 0.05 * (bass == ROOTS) - 0.002 * ((np.arange(CHORDS) - 1) % len(QUALITIES))
    scores[NO_CHORD] = -1
    return int(scores.argmax())


def transposed(chord: int, semitones: int) -> int:
    """The class of the chord moved up."""
    if chord == NO_CHORD:
        return NO_CHORD
    return 1 + (chord - 1 + semitones * len(QUALITIES)) % (CHORDS - 1)
