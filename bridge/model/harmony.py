"""Which chord a half bar probably has, given the lead up to a moment: a hidden Markov model counted on songs.

A state is a style of harmony, a key and a major or minor triad (2 x 12 x 24); it emits how long each pitch class of
the lead sounds in the half bar. Counting is done in `training.hmm`; here the counts become probabilities and a lead
becomes a probability of each triad in each half bar of the target bar.

It knows no future: lead that has not been heard is guessed from repetition. Where the last bars have been heard
before, what followed them then is taken for what follows now (56 % of the lead's bars repeat an earlier bar), and
the chords four and eight bars ago make the same chords likelier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bridge.model.accompanist import LeadBar, Request
from bridge.model.bundle import Bundle
from bridge.music.bar import Bar
from bridge.music.chords import Chord
from bridge.music.metre import STEPS_PER_BEAT, Metre
from bridge.music.note import Note

TRIADS = tuple(Chord(root, quality) for quality in ("", "m") for root in range(12))
"""The 24 chords of a state, major ones first."""
TONES = np.array([[pc in chord.tones for pc in range(12)] for chord in TRIADS], float)
SHARED = TONES @ TONES.T
"""How many tones two triads share, (24, 24)."""

EMISSION_POWER = 1.8  # how much the lead is believed; this and the next five were chosen on validation songs
MOST_BEATS = 1.5  # of one pitch class in one half bar; a longer note says no more
ACCENT = 1.5  # a note where a chord may change is more often a chord tone
KEY_CHANGE = 0.003
PERIODS = {4: 0.1, 8: 0.1}  # bars ago -> power of that bar's chord probabilities
PERIOD_FLOOR = 0.02
LONGEST_CONTEXT = 4  # bars that have to have been heard before, at most
FILTERED_BARS = 16  # bars further back made no chord better, and cost time

Floats = npt.NDArray[np.float64]


@lru_cache(maxsize=64)
def grouping(metre: Metre) -> tuple[int, tuple[int, ...]]:
    """How a bar is counted: (steps of a unit, units of each group).

    A unit is mostly an eighth and a group what a foot taps: 4/4 is (6, (2, 2, 2, 2)), 6/8 (6, (3, 3)), 7/8
    (6, (2, 2, 3)), 3/8 (6, (3,)).
    """
    pulse_steps = round(metre.pulse_beats * STEPS_PER_BEAT)
    if metre.is_compound:
        return pulse_steps // 3, (3,) * metre.pulses
    if pulse_steps >= STEPS_PER_BEAT:
        return STEPS_PER_BEAT // 2, (2,) * (metre.length_steps // STEPS_PER_BEAT)
    if metre.pulses < 3:
        return pulse_steps, (metre.pulses,)
    return pulse_steps, (2,) * ((metre.pulses - 3) // 2) + ((3,) if metre.pulses % 2 else (2, 2))


@lru_cache(maxsize=64)
def half_bars(metre: Metre) -> tuple[int, ...]:
    """How many groups each place for a chord has: two in 4/4 (2, 2), one in 3/4 and 2/4, (3, 2) in 5/4."""
    groups = grouping(metre)[1]
    if len(groups) == 2 and groups[0] == 3:
        return (1, 1)
    if len(groups) <= 3:
        return (len(groups),)
    if len(groups) == 5:
        return (3, 2)
    return (2,) * ((len(groups) - 2) // 2) + ((2,) if len(groups) % 2 == 0 else (3,))


@lru_cache(maxsize=64)
def half_bar_beats(metre: Metre) -> tuple[float, ...]:
    """Where the half bars begin, and at last where the bar ends, in beats."""
    unit_steps, groups = grouping(metre)
    edges, group = [0.0], 0
    for count in half_bars(metre):
        group += count
        edges.append(sum(groups[:group]) * unit_steps / STEPS_PER_BEAT)
    return tuple(edges)


def pitch_class_beats(notes: Sequence[Note], edges_beats: Sequence[float], accent: float = 1.0) -> Floats:
    """How long each pitch class sounds between the edges: (spans, 12), in beats; a note that begins on an edge counts
    `accent` times."""
    beats = np.zeros((len(edges_beats) - 1, 12))
    for note in notes:
        weight = accent if note.onset_beats in edges_beats else 1.0
        for span, (start, end) in enumerate(pairwise(edges_beats)):
            beats[span, note.pitch_class] += weight * max(min(note.end_beats, end) - max(note.onset_beats, start), 0.0)
    return beats


@dataclass(frozen=True)
class Prepared:
    """One bar as the model hears it: what is known of its lead, and what is taken for known."""

    metre: Metre
    notes: tuple[Note, ...]

    @cached_property
    def onsets(self) -> frozenset[tuple[int, float]]:
        """What two bars have in common if they are the same to the ear: (pitch, onset in beats) of every note."""
        return _onsets(self.notes)


def prepared(request: Request) -> list[Prepared]:
    """The bars up to the target, the unheard rest of the lead filled in by repetition where there is one."""
    bars: list[Prepared] = []
    for bar in request.lead:
        bars.append(_filled(bars, bar))
    last = request.lead[-1].number if request.lead else request.target - 1
    for number in range(max(last + 1, request.target - 4), request.target + 1):
        bars.append(_filled(bars, LeadBar(number, Bar(request.metre), 0.0)))
    return bars


class Harmony:
    """The model. `transitions`: (2, styles, 12 keys, 24, 24), to a bar line and to the middle of a bar;
    `emissions`: log probabilities, (styles, 12 keys, 24, 12); `start`: (styles, 12 keys, 24)."""

    def __init__(self, transitions: Floats, emissions: Floats, start: Floats) -> None:
        self.transitions = transitions
        self.emissions = emissions
        self.start = start

    @classmethod
    def of(cls, bundle: Bundle) -> Harmony:
        """From the counts of a bundle: `transitions` (styles, 2, 24, 24), `emissions` (styles, 24, 12) and `chords`
        (styles, 24), all relative to the key. Raises InputError where they do not fit."""
        styles = len(bundle.network.get("styles", []))
        transitions = bundle.array("transitions", (styles, 2, 24, 24)).astype(float)
        emissions = bundle.array("emissions", (styles, 24, 12)).astype(float)
        chords = bundle.array("chords", (styles, 24)).astype(float)
        prior = (chords + 1) / (chords + 1).sum(-1, keepdims=True)
        transitions = transitions + 10 * prior[:, None, None]
        transitions /= transitions.sum(-1, keepdims=True)
        sounding = emissions.sum(1, keepdims=True) / emissions.sum((1, 2), keepdims=True)
        emissions = emissions + 80 * (sounding + 0.002)
        emissions /= emissions.sum(-1, keepdims=True)
        # relative to each of the twelve keys: row (key, chord) is the count of the chord as it stands in that key
        keys = np.arange(12)[:, None]
        chord = np.arange(24)[None]
        relative = (chord - keys) % 12 + 12 * (chord >= 12)
        pitch_class = (np.arange(12)[None] - keys) % 12
        return cls(
            np.stack([transitions[:, :, r][:, :, :, r] for r in relative], axis=2).swapaxes(0, 1),
            np.log(np.stack([emissions[:, r][:, :, p] for r, p in zip(relative, pitch_class, strict=True)], axis=1)),
            prior[:, relative] / (12 * styles),
        )

    def triads(self, bars: Sequence[Prepared]) -> Floats:
        """The probability of each triad in each half bar of the last of the bars: (half bars, 24). At least one bar."""
        bars = bars[-FILTERED_BARS:]
        state = self.start
        earlier: list[Floats] = []
        forward: list[Floats] = []
        likelihoods = self._likelihoods(bars)
        for likely in likelihoods:
            for bars_ago, power in PERIODS.items():
                if len(earlier) >= bars_ago and len(earlier[-bars_ago]) == len(likely):
                    likely *= ((earlier[-bars_ago] + PERIOD_FLOOR) ** power)[:, None, None]
            forward = []
            for half in range(len(likely)):
                state = self._moved(state, half) * likely[half]
                state = state / state.sum()
                forward.append(state)
            earlier.append(np.array([states.sum((0, 1)) for states in forward]))
        return self._smoothed(forward, likelihoods[-1])

    def _likelihoods(self, bars: Sequence[Prepared]) -> list[Floats]:
        """How likely each state makes what sounds: for each bar (half bars, styles, 12, 24)."""
        beats = []
        carried: tuple[Note, ...] = ()
        for bar in bars:
            beats.append(pitch_class_beats((*carried, *bar.notes), half_bar_beats(bar.metre), ACCENT))
            carried = _carried(bar)
        logs = EMISSION_POWER * np.minimum(np.concatenate(beats), MOST_BEATS) @ self.emissions.reshape(-1, 12).T
        likely = np.exp(logs - logs.max(axis=1, keepdims=True)).reshape(-1, *self.start.shape)
        return np.split(likely, np.cumsum([len(b) for b in beats])[:-1])

    def _moved(self, state: Floats, half: int) -> Floats:
        moved = np.matmul(state[:, :, None, :], self.transitions[min(half, 1)])[:, :, 0]
        stayed: Floats = (1 - KEY_CHANGE) * moved + KEY_CHANGE / 12 * moved.sum(axis=1, keepdims=True)
        return stayed

    def _smoothed(self, forward: list[Floats], likely: Floats) -> Floats:
        """What the later half bars of the bar say about the earlier ones."""
        backward = np.ones_like(forward[-1])
        triads = []
        for half in range(len(forward) - 1, -1, -1):
            both = forward[half] * backward
            triads.append(both.sum((0, 1)) / both.sum())
            after = np.matmul(self.transitions[min(half, 1)], (backward * likely[half])[..., None])[..., 0]
            backward = after / after.max()
        return np.array(triads[::-1])


def _filled(before: Sequence[Prepared], bar: LeadBar) -> Prepared:
    """A bar with its unheard rest as it went on the last time that the bars before it, as many as possible, and its
    own known beginning were heard."""
    notes = bar.bar.notes
    if not bar.is_whole:
        known = _onsets(notes)
        for context in range(LONGEST_CONTEXT, 0, -1):
            place = _last_repeat(before, bar, known, context)
            if place is not None:
                rest = tuple(n for n in before[place].notes if n.onset_beats >= bar.known_beats)
                notes = (*notes, *rest)
                break
    return Prepared(bar.bar.metre, notes)


def _last_repeat(
    before: Sequence[Prepared], bar: LeadBar, known: frozenset[tuple[int, float]], context: int
) -> int | None:
    last = before[-context:]
    if len(last) < context or sum(len(b.onsets) for b in last) < 2:
        return None
    for place in range(len(before) - 1, context - 1, -1):
        there = before[place]
        if (
            there.metre == bar.bar.metre
            and all(
                there_before.onsets == b.onsets
                for there_before, b in zip(before[place - context : place], last, strict=True)
            )
            and known == frozenset(onset for onset in there.onsets if onset[1] < bar.known_beats)
        ):
            return place
    return None


def _onsets(notes: Sequence[Note]) -> frozenset[tuple[int, float]]:
    return frozenset((note.pitch_midi, round(note.onset_beats, 3)) for note in notes)


def _carried(bar: Prepared) -> tuple[Note, ...]:
    """Notes that sound over the bar line, as notes of the next bar."""
    length_beats = bar.metre.length_beats
    return tuple(
        Note(note.pitch_midi, 0.0, note.end_beats - length_beats, note.velocity_midi)
        for note in bar.notes
        if note.end_beats > length_beats + 1e-3
    )
