"""One bar of notes from the note network: a draw at a time, and nothing that is not allowed can be drawn.

Onsets lie on the grid, inside the bar, not before `from_step` and in rising order; pitches lie in the register and
rise within an onset; durations end by the bar line. All of it is masks on the logits, not repair afterwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bridge.model.features import MAX_BAR_STEPS, NOTHING, Floats, Ints, Piece
from bridge.model.note_rows import (
    ALIKE_NOTES,
    DURATIONS,
    LOWEST_PITCH,
    PITCHES,
    PLAN,
    VELOCITY_WIDTH,
    duration_class,
    lead_at,
    likeness,
    onset_marks,
    pitch_roll,
    pitches_of,
    plan_columns,
    velocity_class,
)
from bridge.model.planner import Plan
from bridge.model.returning import returned
from bridge.model.runtime import FIRST_PITCH, HINTS, IMPOSSIBLE, PITCH_CLASSES, Heard, NoteRuntime

SAME_NOTES, RHYTHM_OF_MATCH, SAME_RHYTHM = 0, 1, 2
"""The figures that have the match's notes, and its onsets, and the last of those with some earlier bar's onsets."""
MAX_NEW_NOTES = 64
"""More notes than this are not written into one bar."""
_STEPS_OF = DURATIONS.tolist()
_LEAST_LIKELY = 0.02
_COLDEST = 1e-3
"""Below this temperature the likeliest is taken: the division would overflow."""


@dataclass(frozen=True)
class Decoding:
    """How freely notes are drawn: a factor on the temperature for each part, and how strongly pitches are drawn to
    the planned chord (`to_chord`) and to the tones that any likely chord has (`to_likely`); `fuller`: how much
    likelier one more note at the same onset is, since a pitch drawn to the chord leaves less room above it;
    `steady`: how strongly the bars to come pull back a density that has run away; `same`: a further factor on the
    temperature of what the bar's figure says is the same again; `returning`: a bar that is the same again comes back
    note for note if at least that share of its sound, 0..1, lies in the planned chords; 0 for never."""

    figure: float = 1.0
    onset: float = 1.0
    pitch: float = 1.0
    duration: float = 1.0
    velocity: float = 1.0
    to_chord: float = 0.0
    to_likely: float = 0.0
    fuller: float = 0.0
    steady: float = 0.0
    same: float = 1.0
    returning: float = 0.0


@dataclass(frozen=True)
class Wish:
    """What is asked of one bar: temperature 0..2; lowest and highest pitch; the first step that may be written; and
    how much likelier a further note (`more`), and one at the same onset (`fuller`), is than the network has it (natural
    logarithms); `may_return`: whether an earlier bar may come back note for note."""

    temperature: float
    low: int
    high: int
    from_step: int
    more: float = 0.0
    fuller: float = 0.0
    may_return: bool = True


def write_bar(
    network: NoteRuntime,
    heard: Heard,
    piece: Piece,
    target: int,
    match: int,
    known_steps: int,
    plan: Plan,
    kept: Ints,
    wish: Wish,
    decoding: Decoding,
    chance: Iterator[float],
) -> list[tuple[int, int, int, int]]:
    """The notes of one bar, (onset step, pitch, duration in steps, velocity), from `wish.from_step` on.

    match        the remembered bar, -1 for none
    known_steps  how much of the bar's lead is known
    kept         notes promised already, as in `Piece.own`, all before `wish.from_step`
    chance       random numbers from 0 up to 1
    """
    length = int(piece.lengths[target])
    before = piece.own[target - 1] if target > 0 else NOTHING
    memory = piece.own[match] if match >= 0 else NOTHING
    marks = np.ascontiguousarray(onset_marks(piece, target, known_steps, before, memory)[:length, :3])
    around = _Around(network, piece, target, known_steps, plan, before, memory, kept, wish, decoding)
    figure = _figure(heard.figures, kept, before, memory, wish.from_step, wish.temperature * decoding.figure, chance)
    onset_temperature, pitch_temperature = wish.temperature * decoding.onset, wish.temperature * decoding.pitch
    rhythm: Ints | None = None
    if figure == SAME_NOTES and decoding.returning and wish.may_return:
        again = returned(piece, target, memory, plan, kept, wish.from_step, (wish.low, wish.high))
        if again is not None and again.in_chords >= decoding.returning:
            return again.notes
        figure = RHYTHM_OF_MATCH
    if figure is not None:
        heard = network.told(heard, figure)
        if figure <= SAME_RHYTHM:
            onsets = (before if figure == SAME_RHYTHM else memory)[:, 0]
            rhythm = np.unique(onsets[onsets < length])
        onset_temperature *= decoding.same if figure == SAME_NOTES else 1
        pitch_temperature *= decoding.same if figure == SAME_NOTES else 1
    states, state = network.begin(heard)
    onset, pitch = -1, -1
    for onset, note_pitch, duration, velocity in _as_classes(kept):
        pitch = note_pitch
        states, state = network.follow(heard, states, onset, pitch, duration, velocity)
    duration_temperature, velocity_temperature = (
        wish.temperature * decoding.duration,
        wish.temperature * decoding.velocity,
    )
    written: list[tuple[int, int, int, int]] = []
    while len(written) < MAX_NEW_NOTES:
        logits = network.onset_logits(state, max(onset, 0), marks)
        logits[: wish.from_step] = IMPOSSIBLE
        if onset >= wish.from_step:
            logits[onset] = logits[onset] + wish.fuller if pitch < around.highest else IMPOSSIBLE
        logits[-1] -= wish.more
        if rhythm is not None:
            logits = _in_rhythm(logits, rhythm, onset, wish.from_step)
        drawn = draw(logits, onset_temperature, chance)
        if drawn >= length:
            break
        is_together = drawn == onset
        onset = drawn
        here = around.at(onset)
        pitch_state = network.pitch_state(state, here.place)
        logits = network.pitch_logits(pitch_state, here.hints, pitch if pitch >= 0 else FIRST_PITCH, is_together)
        is_room = here.highest_free >= (pitch + 1 if is_together else 0)
        logits += here.free if is_room else here.allowed
        pitch = draw(logits, pitch_temperature, chance)
        duration = draw(network.duration_logits(pitch_state, pitch), duration_temperature, chance)
        velocity = draw(network.velocity_logits(pitch_state, pitch, duration), velocity_temperature, chance)
        steps = min(_STEPS_OF[duration], length - onset)
        written.append((onset, pitch + LOWEST_PITCH, steps, _loudness(velocity, chance)))
        states, state = network.follow(heard, states, onset, pitch, duration, velocity)
    return _without_overlaps(written)


def _figure(
    logits: Floats, kept: Ints, before: Ints, match: Ints, from_step: int, temperature: float, chance: Iterator[float]
) -> int | None:
    """Which of FIGURES the bar will be, one that its promised notes do not rule out; None where there is nothing to
    compare. A random number is used in any case."""
    earlier = [notes[notes[:, 0] < from_step] for notes in (match, match, before)]
    possible = np.array([len(match), len(match), len(before), 1, 1]) > 0
    if from_step:
        so_far = kept[kept[:, 0] < from_step]
        for figure, notes in enumerate(earlier):
            columns = slice(0, 2 if figure == SAME_NOTES else 1)
            if likeness(so_far[:, columns], notes[:, columns]) < (ALIKE_NOTES if figure == SAME_NOTES else 1):
                possible[figure] = False
    drawn = draw(np.where(possible, logits, np.float32(IMPOSSIBLE)), temperature, chance)
    return drawn if len(before) or len(match) else None


def _in_rhythm(logits: Floats, rhythm: Ints, onset: int, from_step: int) -> Floats:
    """The logits of an onset that keeps those of an earlier bar: with the last note, as likely as it was, or else at
    the next of them; the bar ends when none is left. Shape (MAX_BAR_STEPS + 1,)."""
    kept = np.full(MAX_BAR_STEPS + 1, IMPOSSIBLE, np.float32)
    others = logits.copy()
    if onset >= from_step:
        kept[onset], others[onset] = logits[onset], IMPOSSIBLE
    left = rhythm[rhythm >= max(onset + 1, from_step)]
    kept[left[0] if len(left) else -1] = np.logaddexp.reduce(others)
    return kept


class _Here(NamedTuple):
    """What the network is told at an onset: the place (see `NoteRuntime.place`), hints (HINTS, PITCHES); and what is
    added to the pitch logits, (PITCHES,): where only free pitches are left, and where all that are allowed are. A
    promised note that still sounds is not free: the session would leave a new one out."""

    place: Floats
    hints: Floats
    free: Floats
    allowed: Floats
    highest_free: int


class _Around:
    """What the network is told, looked up once for each onset; `highest`: the highest pitch that is allowed."""

    def __init__(
        self,
        network: NoteRuntime,
        piece: Piece,
        target: int,
        known_steps: int,
        plan: Plan,
        before: Ints,
        memory: Ints,
        kept: Ints,
        wish: Wish,
        decoding: Decoding,
    ) -> None:
        self.network = network
        self.leads = lead_at(piece, target, known_steps, np.arange(piece.lengths[target]))
        units = piece.units[piece.bar_units(target)]
        self.unit_starts = (units[:, 0] - piece.starts[target]).tolist()
        self.plans = [plan_columns(unit.tones, unit.root, unit.bass) for unit in plan.units]
        low, self.highest = max(wish.low - LOWEST_PITCH, 0), min(wish.high - LOWEST_PITCH, PITCHES - 1)
        self.allowed = []
        for unit in plan.units:
            to_chord = decoding.to_chord * (unit.tones - 1) * float(unit.tones.any())
            bias = to_chord + decoding.to_likely * np.log(np.maximum(unit.likely, _LEAST_LIKELY))
            allowed = np.full(PITCHES, IMPOSSIBLE, np.float32)
            allowed[low : self.highest + 1] = bias[PITCH_CLASSES[low : self.highest + 1]]
            self.allowed.append(allowed)
        pitches = np.clip(kept[:, 1] - LOWEST_PITCH, 0, PITCHES - 1).tolist()
        self.held = list(zip(pitches, (kept[:, 0] + kept[:, 2]).tolist(), strict=True))
        self.before_anywhere = pitches_of(before, 0)
        self.before_roll, self.memory_roll = pitch_roll(before), pitch_roll(memory)
        self.seen: dict[int, _Here] = {}

    def at(self, onset: int) -> _Here:
        """Of one onset."""
        if onset not in self.seen:
            self.seen[onset] = self._look(onset)
        return self.seen[onset]

    def _look(self, onset: int) -> _Here:
        unit = bisect_right(self.unit_starts, onset) - 1
        planned, lead = self.plans[unit], self.leads[onset]
        hints = np.empty((HINTS, PITCHES), np.float32)
        hints[0] = planned[:12][PITCH_CLASSES]
        hints[1] = planned[PLAN - 12 :][PITCH_CLASSES]
        hints[2] = lead[:12][PITCH_CLASSES]
        hints[3] = self.before_roll[onset]
        hints[4] = self.memory_roll[onset]
        hints[5] = self.before_anywhere
        free, highest_free = self.allowed[unit], self.highest
        held = [pitch for pitch, end in self.held if end > onset]
        if held:
            free = free.copy()
            free[held] = IMPOSSIBLE
            highest_free = int(np.flatnonzero(np.append(True, free > IMPOSSIBLE))[-1]) - 1
        return _Here(self.network.place(onset, planned, lead), hints, free, self.allowed[unit], highest_free)


def draw(logits: Floats, temperature: float, chance: Iterator[float]) -> int:
    """An index with probability softmax(logits / temperature); the likeliest at temperature 0. One random number is
    used in any case, so that what follows does not depend on the temperature's being 0."""
    number = next(chance)
    likeliest = logits.argmax()
    if temperature < _COLDEST:
        return int(likeliest)
    weights = logits - logits[likeliest]
    weights /= np.float32(temperature)
    np.exp(weights, out=weights)
    cumulated = np.add.accumulate(weights, dtype=np.float64).tolist()
    return bisect_right(cumulated, number * cumulated[-1])


def drawn_from(rng: np.random.Generator) -> Iterator[float]:
    """The random numbers of a generator, 0 up to 1, drawn many at a time."""
    while True:
        yield from rng.random(64).tolist()


def _as_classes(kept: Ints) -> Sequence[tuple[int, int, int, int]]:
    """Promised notes as the network knows notes: (onset, pitch, duration, velocity), classes."""
    if not len(kept):
        return ()
    kept = kept[np.lexsort((kept[:, 1], kept[:, 0]))]
    pitches = np.clip(kept[:, 1] - LOWEST_PITCH, 0, PITCHES - 1)
    classes = (kept[:, 0], pitches, duration_class(kept[:, 2]), velocity_class(kept[:, 3]))
    return [(int(o), int(p), int(d), int(v)) for o, p, d, v in zip(*classes, strict=True)]


def _loudness(velocity: int, chance: Iterator[float]) -> int:
    """A velocity inside the class: chords of equal loudness sound like a machine."""
    return max(1, int(VELOCITY_WIDTH * (velocity + 0.25 + 0.5 * next(chance))))


def _without_overlaps(notes: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """A pitch struck again ends the note that still sounds."""
    following: dict[int, int] = {}
    cut = []
    for onset, pitch, duration, velocity in reversed(notes):
        if pitch in following:
            duration = min(duration, following[pitch] - onset)
        following[pitch] = onset
        cut.append((onset, pitch, duration, velocity))
    return cut[::-1]
