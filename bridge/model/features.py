"""Music as numbers: what is known of the lead, and of the own bars, as rows that the networks read.

The one place where music becomes numbers, for training and for playing alike. A row is one plan unit: the lead's
pitch classes and onsets in its slots of a 16th, how far it is known, its place in the bar, and for the note network
what the accompaniment did there. Nothing at or after the moment until which the lead is known reaches a row; tests
perturb it to hold that.

VOCABULARY is the name and version of these rows; a bundle of another version is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bridge.model.plan import MAX_UNIT_STEPS, units_of
from bridge.music.metre import STEPS_PER_BEAT, Metre

VOCABULARY = {"name": "half bars and notes", "version": 2}

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

NOTHING = np.zeros((0, 4), np.int64)
"""The own notes of an empty bar."""
SLOT_STEPS = 3
SLOTS = MAX_UNIT_STEPS // SLOT_STEPS
LEAD_CHANNELS = 13
"""Twelve pitch classes (share of the slot in which they sound) and whether a note begins."""
SIGNATURE_SLOTS = 24
MAX_BAR_STEPS = 72
"""Longer bars are cut into bars of 4/4 and a rest before they come here (`cut`)."""
PLACE = 9


class BarNotes(Protocol):
    """A bar's own notes by its number: a list of arrays, or something that reads them when they are looked at."""

    def __getitem__(self, index: int, /) -> Ints: ...

    def __setitem__(self, index: int, notes: Ints, /) -> None: ...

    def __len__(self) -> int: ...


@dataclass
class Piece:
    """Consecutive bars, counted from 0, as arrays.

    metres  one a bar
    lead    notes: (onset step from the start of bar 0, duration in steps, pitch 0..127), shape (notes, 3)
    own     one array a bar: (onset step in the bar, pitch, duration in steps, velocity), shape (notes, 4)
    """

    metres: tuple[Metre, ...]
    lead: Ints
    own: BarNotes
    starts: Ints = field(init=False)
    lengths: Ints = field(init=False)
    first_unit: Ints = field(init=False)
    units: Ints = field(init=False)
    """Shape (units, 4): start step, length in steps, bar, number in the bar."""
    places: Floats = field(init=False)
    """Shape (units, PLACE): length, offset and bar length in units of 24 and 48 steps, compound or not, number."""
    slots: Floats = field(init=False)
    """Shape (units, SLOTS, LEAD_CHANNELS)."""
    roll: Floats = field(init=False)
    """Shape (steps, 12): whether a pitch class of the lead sounds."""
    onsets: Floats = field(init=False)
    """Shape (steps,): whether a note of the lead begins."""
    signatures: Floats = field(init=False)
    """Shape (bars, SIGNATURE_SLOTS * LEAD_CHANNELS): the bars' slots in a row, to be compared."""
    energies: Floats = field(init=False)
    """Shape (bars, SIGNATURE_SLOTS): squared length of the signature up to and with each slot."""

    def __post_init__(self) -> None:
        self.lengths = np.array([metre.length_steps for metre in self.metres])
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.int64)
        shapes = [units_of(metre) for metre in self.metres]
        self.first_unit = np.concatenate([[0], np.cumsum([len(shape) for shape in shapes])]).astype(np.int64)
        self.units = np.array(
            [
                (start + unit.start_step, unit.length_steps, bar, number)
                for bar, (start, shape) in enumerate(zip(self.starts.tolist(), shapes, strict=True))
                for number, unit in enumerate(shape)
            ],
            np.int64,
        )
        self._read_lead()
        self._sign()
        bars = self.units[:, 2]
        compound = np.array([metre.is_compound for metre in self.metres], np.float32)[bars]
        self.places = np.concatenate(
            [
                (self.units[:, 1] / 24)[:, None],
                ((self.units[:, 0] - self.starts[bars]) / 48)[:, None],
                (self.lengths[bars] / 48)[:, None],
                compound[:, None],
                np.eye(5)[np.minimum(self.units[:, 3], 4)],
            ],
            axis=1,
        ).astype(np.float32)

    def _read_lead(self) -> None:
        end = int(self.starts[-1] + self.lengths[-1])
        self.roll = np.zeros((end + MAX_UNIT_STEPS, 12), np.float32)
        self.onsets = np.zeros(end + MAX_UNIT_STEPS, np.float32)
        for onset, duration, pitch in self.lead.tolist():
            if onset < end:
                self.roll[onset : min(onset + duration, end), pitch % 12] = 1
                self.onsets[onset] = 1
        steps = np.arange(MAX_UNIT_STEPS)[None]
        index = np.minimum(self.units[:, 0, None] + steps, len(self.onsets) - 1)
        inside = steps < self.units[:, 1, None]
        shape = (len(self.units), SLOTS, SLOT_STEPS)
        sounding = (self.roll[index] * inside[..., None]).reshape(*shape, 12).mean(axis=2)
        beginning = (self.onsets[index] * inside).reshape(shape).max(axis=2)
        self.slots = np.concatenate([sounding, beginning[..., None]], axis=-1).astype(np.float32)

    def _sign(self) -> None:
        signed = np.zeros((len(self.metres), SIGNATURE_SLOTS, LEAD_CHANNELS), np.float32)
        place = np.zeros(len(self.metres), np.int64)
        for row, (_, length, bar, _) in enumerate(self.units.tolist()):
            used = min(-(-length // SLOT_STEPS), SIGNATURE_SLOTS - int(place[bar]))
            signed[bar, place[bar] : place[bar] + used] = self.slots[row, :used]
            place[bar] += used
        self.energies = np.cumsum((signed * signed).sum(axis=2), axis=1)
        self.signatures = signed.reshape(len(self.metres), -1)

    def bar_units(self, bar: int) -> slice:
        """The rows of a bar's units."""
        return slice(int(self.first_unit[bar]), int(self.first_unit[bar + 1]))


def cut(metre: Metre) -> tuple[Metre, ...]:
    """A metre as bars that the networks can read: itself, or bars of 4/4 and the rest of it."""
    metres = []
    steps = metre.length_steps
    if steps <= MAX_BAR_STEPS:
        return (metre,)
    while steps > MAX_BAR_STEPS:
        metres.append(Metre(4, 4))
        steps -= Metre(4, 4).length_steps
    is_beats = steps % STEPS_PER_BEAT == 0
    metres.append(Metre(steps // STEPS_PER_BEAT, 4) if is_beats else Metre(steps // SLOT_STEPS, 16))
    return tuple(metres)


_NEIGHBOUR_WEIGHTS = (1.2, 1.0, 0.7, 0.5, 0.35)


def best_match(piece: Piece, target: int, known_until: int) -> tuple[int, float]:
    """The earlier bar whose lead, and whose three bars before it, are most like what is known of the target's.

    known_until  step until which the lead is known

    Returns (bar, likeness 0..1), (-1, 0) where there is no earlier bar. Songs repeat: 56 % of the bars of pop leads
    are an earlier bar again, so what followed there is the best guess of what has not been heard yet.
    """
    if target < 2:
        return -1, 0.0
    total = np.zeros(target, np.float32)
    weight_sum = 1e-6
    for back, weight in enumerate(_NEIGHBOUR_WEIGHTS):
        bar = target - back
        if bar < 0:
            break
        known = int(np.clip((known_until - piece.starts[bar]) // SLOT_STEPS, 0, piece.lengths[bar] // SLOT_STEPS))
        known = min(known, SIGNATURE_SLOTS)
        if known == 0:
            continue
        weight *= known / max(int(piece.lengths[bar]) // SLOT_STEPS, 1)
        weight_sum += weight
        others = piece.signatures[: target - back, : known * LEAD_CHANNELS]
        mine = piece.signatures[bar, : known * LEAD_CHANNELS]
        norms = piece.energies[: target - back, known - 1] * piece.energies[bar, known - 1]
        likeness = np.where(norms > 1e-9, others @ mine / np.sqrt(np.maximum(norms, 1e-9)), 0.0)
        if piece.energies[bar, known - 1] < 1e-6:  # a rest is like a rest, but says less than the same notes
            likeness = 0.5 * (piece.energies[: target - back, known - 1] < 1e-6)
        likeness = likeness * (piece.lengths[: target - back] == piece.lengths[bar])
        total[back:] += weight * likeness
    total = total / weight_sum * (piece.lengths[:target] == piece.lengths[target])
    best = int((total + 1e-5 * np.arange(target)).argmax())  # the last of equals
    return best, float(total[best])


def lead_rows(piece: Piece, rows: Ints, known_until: int) -> tuple[Floats, Floats]:
    """The lead in the given units as far as it is known.

    Returns slots, shape (rows, SLOTS, LEAD_CHANNELS), zero where unknown, and unknown, shape (rows, SLOTS), 0 or 1.
    """
    ends = piece.units[rows, 0, None] + SLOT_STEPS * np.arange(1, SLOTS + 1)
    unknown = ends > known_until
    inside = SLOT_STEPS * np.arange(SLOTS) < piece.units[rows, 1, None]
    slots = piece.slots[rows] * ~unknown[..., None]
    return slots.astype(np.float32), (unknown & inside).astype(np.float32)
