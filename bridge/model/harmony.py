"""Which chord a half bar probably has, given the lead up to a moment: a hidden Markov model counted on songs.

A state is a style of harmony (a corpus, its songs in major or in minor), a key and a major or minor triad
(4 x 12 x 24); it emits how long each pitch class of the lead sounds in the half bar. Counting is done in
`training.hmm`; here the counts become probabilities and a lead becomes a probability of each triad in each half bar of
the target bar.

It knows no future: lead that has not been heard is guessed from the earlier bar that is most like what is known of
this one (56 % of the lead's bars repeat an earlier bar). The chords four and eight bars ago make the same chords
likelier, and so does the place in a phrase of eight bars, counted from where the lead began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bridge.errors import InputError
from bridge.model.bundle import Bundle, load_bundle, packaged
from bridge.model.features import Ints, Piece, best_match
from bridge.model.half_bars import half_bar_steps
from bridge.music.chords import QUALITIES, Chord
from bridge.music.metre import STEPS_PER_BEAT
from bridge.music.note import Note

VOCABULARY = {"name": "triads by half bar, in phrases", "version": 2}
TRIADS = tuple(Chord(root, quality) for quality in ("", "m") for root in range(12))
"""The 24 chords of a state, major ones first."""
TONES = np.array([[pc in chord.tones for pc in range(12)] for chord in TRIADS], float)
SHARED = TONES @ TONES.T
"""How many tones two triads share, (24, 24)."""
PHRASE_BARS = 8
PLACES = 2 * PHRASE_BARS
"""Places in a phrase that are told apart: a bar's first half bar, and its later ones."""

EMISSION_POWER = 1.8  # how much the lead is believed; this and the next seven were chosen on validation songs
MOST_BEATS = 1.5  # of one pitch class in one half bar; a longer note says no more
ACCENT = 0.5  # a note where a chord may change is more often a chord tone: it counts so much more
KEY_CHANGE = 0.006  # at a bar line
PERIODS = {4: 0.15, 8: 0.15}  # bars ago -> power of that bar's chord probabilities
PERIOD_FLOOR = 0.02
PHRASE_POWER = 0.6
LEAST_LIKENESS = 0.5  # below it an earlier bar says nothing of this one
FILTERED_BARS = 16  # bars further back made no chord better, and cost time

Floats = npt.NDArray[np.float32]


def pitch_class_beats(notes: Sequence[Note], edges_beats: Sequence[float]) -> npt.NDArray[np.float64]:
    """How long each pitch class sounds between the edges: (spans, 12), in beats."""
    beats = np.zeros((len(edges_beats) - 1, 12))
    for note in notes:
        for span, (start, end) in enumerate(pairwise(edges_beats)):
            beats[span, note.pitch_class] += max(min(note.end_beats, end) - max(note.onset_beats, start), 0.0)
    return beats


def triad_of(chord: Chord) -> int:
    """The major (0..11) or minor (12..23) triad that a chord is counted as: a diminished one as the dominant it
    stands for, a half-diminished one as the minor triad above its root, others by their third."""
    intervals = QUALITIES[chord.quality]
    if chord.quality == "m7♭5":
        return 12 + (chord.root + 3) % 12
    if 6 in intervals:
        return (chord.root - 4) % 12
    return chord.root + (12 if 3 in intervals else 0)


def lead_begins(piece: Piece, known_until: int) -> int | None:
    """The bar with which the lead begins, a pickup aside; None where nothing has been heard."""
    if piece.began is not None:
        return piece.began
    known = piece.lead[piece.lead[:, 0] < known_until, 0]
    if not len(known):
        return None
    first = int(known.min())
    bar = int(np.searchsorted(piece.starts, first, "right")) - 1
    return bar + int(2 * (first - piece.starts[bar]) >= piece.lengths[bar])


@dataclass(frozen=True)
class Harmony:
    """The model, everything relative to the key.

    transitions  (styles, 2, 24, 24): to a bar line and to the middle of a bar
    emissions    logarithms, (styles, 24, 12)
    start        (styles, 24)
    places       (styles, PLACES, 24): how much likelier a chord is there than anywhere
    """

    transitions: Floats
    emissions: Floats
    start: Floats
    places: Floats

    @classmethod
    def of(cls, bundle: Bundle) -> Harmony:
        """From the counts of a bundle: `transitions` (styles, 2, 24, 24), `emissions` (styles, 24, 12), `chords`
        (styles, 24) and `places` (styles, PLACES, 24), all relative to the key. Raises InputError where they do not
        fit."""
        styles = len(bundle.network.get("styles", []))
        transitions = bundle.array("transitions", (styles, 2, 24, 24))
        emissions = bundle.array("emissions", (styles, 24, 12))
        chords = bundle.array("chords", (styles, 24))
        places = bundle.array("places", (styles, PLACES, 24))
        if not all((np.isfinite(counts) & (counts >= 0)).all() for counts in (transitions, emissions, chords, places)):
            raise InputError("the bundle's counts of chords are not counts")
        prior = _shares(chords + 1)
        sounding = emissions.sum(1, keepdims=True) / emissions.sum((1, 2), keepdims=True)
        return cls(
            _shares(transitions + 20 * prior[:, None, None]),
            np.asarray(np.log(_shares(emissions + 120 * (sounding + 0.002)))),
            np.asarray(prior / (12 * styles), np.float32),
            np.asarray((_shares(places + 30 * prior[:, None]) / prior[:, None]) ** PHRASE_POWER, np.float32),
        )

    def triads(self, piece: Piece, target: int, known_until: int) -> Floats:
        """The probability of each triad in each half bar of the target: (half bars, 24).

        known_until  step until which the lead is known
        """
        first = max(target - FILTERED_BARS + 1, 0)
        edges = [half_bar_steps(metre) for metre in piece.metres[first : target + 1]]
        ends = list(accumulate(len(steps) - 1 for steps in edges))
        likely = self._likelihoods(_sung(piece, first, edges, known_until))
        begins = lead_begins(piece, known_until)
        if begins is not None:
            likely *= self._placed[_phrase_places(ends, first - begins), None]
        state = np.tile(self.start.ravel(), (12, 1))
        forward = np.empty_like(likely)
        earlier: list[Floats] = []
        for bar, (row, end) in enumerate(pairwise([0, *ends])):
            for back, power in PERIODS.items():
                if bar >= back and len(earlier[bar - back]) == end - row:
                    again = (earlier[bar - back] + PERIOD_FLOOR) ** np.float32(power)
                    likely[row:end] *= again.take(self._places_of.absolute, axis=1)
            for number in range(row, end):
                state = self._moved(state, number == row)
                state *= likely[number]
                state /= np.add.reduce(state, axis=None)
                forward[number] = state
            if bar + min(PERIODS) < len(edges):
                earlier.append(self._in_any_key(forward[row:end]))
        row = ends[-1] - len(edges[-1]) + 1
        return self._smoothed(forward[row:], likely[row:])

    def _likelihoods(self, sung: Floats) -> Floats:
        """How likely each state makes what is sung, (half bars, 12) in beats: (half bars, 12 keys, styles * 24)."""
        heard = EMISSION_POWER * np.minimum(sung, MOST_BEATS)[:, _ROTATED].reshape(-1, 12)
        logs = heard.dot(self.emissions.reshape(-1, 12).T).reshape(len(sung), 12, -1)
        logs -= logs.max(axis=(1, 2), keepdims=True)
        return np.asarray(np.exp(logs, out=logs))

    def _moved(self, state: Floats, is_bar_line: bool) -> Floats:
        """States, (12 keys, styles * 24), half a bar later."""
        moved: Floats = state.dot(self._across[0 if is_bar_line else 1])
        if is_bar_line:
            moved *= np.float32(1 - KEY_CHANGE)
            in_any_key = np.add.reduce(moved.take(self._places_of.relative), axis=0)
            in_any_key *= np.float32(KEY_CHANGE / 12)
            moved += in_any_key.take(self._places_of.styled)
        return moved

    def _smoothed(self, forward: Floats, likely: Floats) -> Floats:
        """What the later half bars of the bar say about the earlier ones."""
        both = forward.copy()
        after = np.ones_like(forward[0])
        for half in range(len(forward) - 2, -1, -1):
            after = (after * likely[half + 1]).dot(self._across[1].T)
            after /= after.max()
            both[half] *= after
        return self._in_any_key(both / both.sum(axis=(1, 2), keepdims=True))

    def _in_any_key(self, states: Floats) -> Floats:
        """The probability of each chord, (half bars, 24), of states, (half bars, 12 keys, styles * 24)."""
        by_key = states.reshape(len(states), -1).take(self._places_of.relative.ravel(), axis=1)
        return np.asarray(np.add.reduce(by_key.reshape(len(states), -1, 24), axis=1))

    @cached_property
    def _across(self) -> Floats:
        """The transitions of all styles in one matrix, (2, styles * 24, styles * 24): no style becomes another."""
        styles = len(self.start)
        joined = np.zeros((2, styles, 24, styles, 24), np.float32)
        for style in range(styles):
            joined[:, style, :, style] = self.transitions[style]
        return joined.reshape(2, styles * 24, styles * 24)

    @cached_property
    def _placed(self) -> Floats:
        """`places` by the place, (PLACES, styles * 24)."""
        return np.ascontiguousarray(self.places.swapaxes(0, 1).reshape(PLACES, -1))

    @cached_property
    def _places_of(self) -> _PlacesOf:
        width = 24 * len(self.start)
        styles = 24 * np.arange(len(self.start))[:, None]
        return _PlacesOf(
            (width * _KEYS[..., None] + styles + _RELATIVE[:, None]).reshape(12, width),
            (styles + _ABSOLUTE[:, None]).reshape(12, width),
            np.tile(_ABSOLUTE, len(self.start)),
        )


class _PlacesOf(NamedTuple):
    """Where a state finds its like, (12 keys, styles * 24) each.

    relative  for each key, style and chord: the state of that chord, in a row of all states
    styled    for each state: its style and chord, in a row of styles and chords
    absolute  for each state: its chord
    """

    relative: Ints
    styled: Ints
    absolute: Ints


def _phrase_places(ends: Sequence[int], bars: int) -> Ints:
    """The place in a phrase of each half bar: bars end with these ones, the first is so many bars after the first of a
    phrase."""
    counts = np.diff(ends, prepend=0)
    places = 2 * np.repeat((bars + np.arange(len(ends))) % PHRASE_BARS, counts) + 1
    places[np.asarray(ends) - counts] -= 1
    return places


@lru_cache(maxsize=1)
def packaged_harmony() -> Harmony:
    """The model with the packaged counts. Raises InputError."""
    return Harmony.of(load_bundle(packaged("chords"), "chords", VOCABULARY))


def _shares(counts: Floats) -> Floats:
    return np.asarray(counts / counts.sum(-1, keepdims=True), np.float32)


_KEYS = np.arange(12)[:, None]
_CHORDS = np.arange(24)[None]
_ABSOLUTE = (_CHORDS + _KEYS) % 12 + 12 * (_CHORDS >= 12)
"""[key, chord relative to it] -> the chord."""
_RELATIVE = (_CHORDS - _KEYS) % 12 + 12 * (_CHORDS >= 12)
"""[key, chord] -> the chord relative to the key."""
_ROTATED = (np.arange(12)[None] + _KEYS) % 12
"""[key, pitch class relative to it] -> the pitch class."""


def _sung(piece: Piece, first: int, edges: Sequence[tuple[int, ...]], known_until: int) -> Floats:
    """How long each pitch class of the lead sounds in each half bar from bar `first` on, in beats; what is not known of
    the last bar as in the bar most like it, as far as it is like it.

    edges  of the half bars of each bar, in steps from its bar line
    """
    target = first + len(edges) - 1
    start = int(piece.starts[target])
    steps = [int(piece.starts[first + bar]) + step for bar, inside in enumerate(edges) for step in inside[:-1]]
    sung = _sounding(piece, np.array([*steps, start + edges[-1][-1]]), 0, known_until)
    known = max(known_until - start, 0)
    if known < edges[-1][-1]:
        match, likeness = best_match(piece, target, known_until)
        trust = (likeness - LEAST_LIKENESS) / (1 - LEAST_LIKENESS)
        if trust > 0 and piece.metres[match] == piece.metres[target]:
            there = int(piece.starts[match])
            sung[1 - len(edges[-1]) :] += trust * _sounding(
                piece, there + np.array(edges[-1]), there + known, known_until
            )
    return sung


def _sounding(piece: Piece, edges: Ints, begin: int, end: int) -> Floats:
    """How long each pitch class of the lead sounds between the edges, and from step `begin` to step `end`:
    (spans, 12), in beats; a note that begins on an edge counts more."""
    origin = int(edges[0])
    sounded = np.zeros((int(edges[-1]) - origin + 1, 12), np.float32)
    np.cumsum(piece.roll[origin : int(edges[-1])], axis=0, out=sounded[1:])
    within = np.minimum(np.maximum(edges, begin), max(begin, end))
    within = np.minimum(np.maximum(within, origin), edges[-1]) - origin
    steps = np.diff(sounded[within], axis=0)
    onsets, durations, pitches = piece.lead.T
    span = np.searchsorted(edges[:-1], onsets)
    span[span == len(edges) - 1] = 0
    accented = np.flatnonzero((edges[span] == onsets) & (onsets >= begin) & (onsets < end))
    ends = np.minimum(onsets + durations, np.minimum(edges[span + 1], end))
    np.add.at(steps, (span[accented], pitches[accented] % 12), ACCENT * (ends - onsets)[accented])
    return np.asarray(steps / np.float32(STEPS_PER_BEAT))
