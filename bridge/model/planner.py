"""From what the plan network says to the chords of one bar.

The network gives a probability to every chord of every unit, the counted chords of `harmony` another to every triad:
they err in different places, so their product is better than either. The planner chooses the triad that is expected
to share most tones with the right chord, which is safer than the likeliest name: between C and Am, both half sure,
the common tones decide. It knows nothing of notes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.model.encoder import softmax
from bridge.model.features import Floats, Piece
from bridge.model.half_bars import half_bar_steps
from bridge.model.harmony import packaged_harmony, triad_of
from bridge.model.plan import CHORDS, NO_BASS, NO_CHORD, QUALITIES, ROOTS, SHARED, TONES, transposed
from bridge.model.plan_rows import moved, plan_rows
from bridge.model.runtime import PlanRuntime
from bridge.music.chords import Chord

_PLANNED = np.array([chord for chord in range(1, CHORDS) if (chord - 1) % len(QUALITIES) in (0, 1)])
_SILENCE_PROBABILITY = 0.6
_CHORDS_UP = np.array([[transposed(chord, up) for chord in range(CHORDS)] for up in range(12)])
_BASSES_UP = np.array([[*((bass + up) % 12 for bass in range(NO_BASS)), NO_BASS] for up in range(12)])
"""[semitones, class] -> the class so many semitones up."""
VIEWS = ((0, 0.5), (5, 0.25), (7, 0.25))
"""Every bar is looked at in three keys (semitones above the rows' own, weight) and the opinions are averaged: the
network is not quite the same in all keys, and where they differ none is to be trusted."""
COUNTED_POWER = 0.6
COUNTED_FLOOR = 1e-4
"""How much the counted chords weigh against the network, and the least that they think of any chord."""
_COUNTED = np.array([triad_of(Chord(root, quality)) for root in range(12) for quality, _ in QUALITIES])
"""The counted triad of every class but NO_CHORD."""


@dataclass(frozen=True)
class PlannedUnit:
    """chord: a class of `plan`, or NO_CHORD; bass 0..11, or NO_BASS; likely (12,): how probable it is that each
    pitch class is a tone of the right chord."""

    chord: int
    bass: int
    likely: Floats

    @property
    def tones(self) -> Floats:
        """The chord's tones, shape (12,), 0 or 1."""
        return np.asarray(TONES[self.chord])

    @property
    def root(self) -> int:
        """0..11, -1 for no chord."""
        return int(ROOTS[self.chord])


@dataclass(frozen=True)
class Plan:
    """One planned unit for each plan unit of the bar; style (styles,): how probable each style is."""

    units: tuple[PlannedUnit, ...]
    style: Floats


def make_plan(
    network: PlanRuntime,
    piece: Piece,
    target: int,
    known_until: int,
    style: int | None,
    counted_power: float = COUNTED_POWER,
) -> Plan:
    """Plan one bar.

    known_until    step until which the lead is known
    style          index into STYLES; None: as the lead suggests
    counted_power  how much the counted chords weigh, 0 for not at all
    """
    rows = plan_rows(piece, target, known_until, style)
    views = np.stack([moved(rows.columns, semitones) for semitones, _ in VIEWS])
    chord_logits, bass_logits, style_logits = network(views, rows.relations, rows.targets)
    chords = np.zeros(chord_logits.shape[1:], np.float32)
    basses = np.zeros(bass_logits.shape[1:], np.float32)
    for chord, bass, (semitones, weight) in zip(softmax(chord_logits), softmax(bass_logits), VIEWS, strict=True):
        up = (rows.shift + semitones) % 12
        chords += weight * chord.take(_CHORDS_UP[up], axis=1)
        basses += weight * bass.take(_BASSES_UP[up], axis=1)
    sounding = chords[:, 1:] * counted(piece, target, known_until) ** np.float32(counted_power)
    chords[:, 1:] = sounding * ((1 - chords[:, :1]) / sounding.sum(axis=1, keepdims=True))
    probabilities = softmax(style_logits).mean(axis=0)
    if style is not None:
        probabilities = np.eye(len(probabilities), dtype=np.float32)[style]
    return Plan(tuple(choose(c, b) for c, b in zip(chords, basses, strict=True)), probabilities)


def counted(piece: Piece, target: int, known_until: int) -> Floats:
    """How likely the counted chords think every class but NO_CHORD in every unit of a bar, (units, CHORDS - 1), a class
    as its triad; never quite 0."""
    triads = packaged_harmony().triads(piece, target, known_until)
    starts = piece.units[piece.bar_units(target), 0] - piece.starts[target]
    half = np.searchsorted(half_bar_steps(piece.metres[target])[1:-1], starts, "right")
    return np.asarray(np.maximum(triads, COUNTED_FLOOR)[half][:, _COUNTED])


def choose(chords: Floats, basses: Floats) -> PlannedUnit:
    """The unit's plan, given probabilities of chords (CHORDS,) and basses (BASSES,)."""
    if chords[NO_CHORD] > _SILENCE_PROBABILITY:
        return PlannedUnit(NO_CHORD, NO_BASS, np.full(12, 0.5, np.float32))
    chords = chords.copy()
    chords[NO_CHORD] = 0
    chords /= chords.sum()
    chord = int(_PLANNED[np.argmax(SHARED[_PLANNED] @ chords)])
    bass = int(np.argmax(basses[:NO_BASS] * TONES[chord] + 1e-6 * (np.arange(12) == ROOTS[chord])))
    return PlannedUnit(chord, bass, np.asarray(chords @ TONES))
