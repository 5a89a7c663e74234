"""Music as numbers: what is known of the lead, and of the own bars, as rows that the networks read.

The one place where music becomes numbers, for training and for playing alike. A row is one plan unit: the lead's
pitch classes and onsets in its slots of a 16th, how far it is known, its place in the bar, and for the note network
what the accompaniment did there. Nothing at or after the moment until which the lead is known reaches a row; tests
perturb it to hold that.

VOCABULARY is the name and version of these rows; a bundle of another version is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Protocol

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
    began   the bar with which the lead began, a pickup aside, below 0 where it is forgotten; None: as the lead says
    """

    metres: tuple[Metre, ...]
    lead: Ints
    own: BarNotes
    began: int | None = None
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
    matches: dict[tuple[int, int], tuple[int, float]] = field(init=False, repr=False, default_factory=dict)
    """What `best_match` has found, since everybody asks it the same."""

    def __post_init__(self) -> None:
        layouts = [_layout(metre) for metre in self.metres]
        self.lengths = np.array([layout.steps for layout in layouts])
        self.starts = np.zeros(len(layouts), np.int64)
        np.cumsum(self.lengths[:-1], out=self.starts[1:])
        counts = np.array([len(layout.places) for layout in layouts])
        self.first_unit = np.zeros(len(layouts) + 1, np.int64)
        np.cumsum(counts, out=self.first_unit[1:])
        self.units = np.concatenate([layout.units for layout in layouts])
        self.units[:, 0] += np.repeat(self.starts, counts)
        self.units[:, 2] = np.repeat(np.arange(len(layouts)), counts)
        self.places = np.concatenate([layout.places for layout in layouts])
        self._read_lead()
        self._sign()

    def _read_lead(self) -> None:
        end = int(self.starts[-1] + self.lengths[-1])
        self.roll = np.zeros((end + MAX_UNIT_STEPS, 12), np.float32)
        self.onsets = np.zeros(end + MAX_UNIT_STEPS, np.float32)
        onset, duration, pitch = self.lead[self.lead[:, 0] < end].T
        self.onsets[onset] = 1
        lasting = np.clip(duration, 0, end - onset)
        # one place in the roll for every step of every note: a note's first, and so many rows of twelve on
        within = np.arange(int(lasting.sum())) - np.repeat(np.cumsum(lasting) - lasting, lasting)
        self.roll.reshape(-1)[np.repeat(12 * onset + pitch % 12, lasting) + 12 * within] = 1
        slots = np.arange(SLOTS) * SLOT_STEPS
        first = np.minimum(self.units[:, 0, None] + slots, len(self.onsets) - SLOT_STEPS)
        inside = slots < self.units[:, 1, None]
        self.slots = np.empty((len(self.units), SLOTS, LEAD_CHANNELS), np.float32)
        sounding = self.roll[first] + self.roll[first + 1]
        sounding += self.roll[first + 2]
        np.divide(sounding, SLOT_STEPS, out=self.slots[..., :12])
        beginning = np.maximum(self.onsets[first], self.onsets[first + 1])
        np.maximum(beginning, self.onsets[first + 2], out=self.slots[..., 12])
        self.slots *= inside[..., None]

    def _sign(self) -> None:
        signed = np.zeros((len(self.metres), SIGNATURE_SLOTS, LEAD_CHANNELS), np.float32)
        bars = self.units[:, 2, None]
        place = (self.units[:, 0, None] - self.starts[bars]) // SLOT_STEPS + np.arange(SLOTS)
        used = (SLOT_STEPS * np.arange(SLOTS) < self.units[:, 1, None]) & (place < SIGNATURE_SLOTS)
        signed.reshape(-1, LEAD_CHANNELS)[(SIGNATURE_SLOTS * bars + place)[used]] = self.slots[used]
        self.energies = np.cumsum((signed * signed).sum(axis=2), axis=1)
        self.signatures = signed.reshape(len(self.metres), -1)

    def bar_units(self, bar: int) -> slice:
        """The rows of a bar's units."""
        return slice(int(self.first_unit[bar]), int(self.first_unit[bar + 1]))


class _Layout(NamedTuple):
    """What all bars of a metre have in common: steps, units as in `Piece.units` but counted from the bar line, places
    of the units."""

    steps: int
    units: Ints
    places: Floats


@lru_cache(maxsize=256)
def _layout(metre: Metre) -> _Layout:
    steps = metre.length_steps
    units = units_of(metre)
    rows = np.array([(u.start_step, u.length_steps, 0, number) for number, u in enumerate(units)], np.int64)
    places = np.array(
        [
            (u.length_steps / 24, u.start_step / 48, steps / 48, metre.is_compound, *np.eye(5)[min(number, 4)])
            for number, u in enumerate(units)
        ],
        np.float32,
    )
    return _Layout(steps, rows, places)


@lru_cache(maxsize=256)
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
    if (target, known_until) not in piece.matches:
        piece.matches[target, known_until] = _best_match(piece, target, known_until)
    return piece.matches[target, known_until]


def _best_match(piece: Piece, target: int, known_until: int) -> tuple[int, float]:
    total = np.zeros(target, np.float32)
    weight_sum = 1e-6
    for back, weight in enumerate(_NEIGHBOUR_WEIGHTS):
        bar = target - back
        if bar < 0:
            break
        slots = int(piece.lengths[bar]) // SLOT_STEPS
        known = min((known_until - int(piece.starts[bar])) // SLOT_STEPS, slots, SIGNATURE_SLOTS)
        if known <= 0:
            continue
        weight *= known / max(slots, 1)
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
