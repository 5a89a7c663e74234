"""Expression around any accompanist: how hard and how exactly on time its notes are struck (`humanize`), and `swing`.

Learned: how loud a piano plays at each kind of place in the bar, with its lowest, inner, highest or only note, and how
much that varies from stroke to stroke and from note to note (`expression.json`, counted by `python -m
training.expression` on POP909's training songs). The lieder have no dynamics and teach nothing here.
By rule: time. The corpora hold none: POP909's players are exact to the grid (`training/expression.py` prints how
exact), so an ensemble's usual spread of some milliseconds is drawn instead, smaller on the beat than off it. No note
leaves its place on the grid by half a step, its bar, or what was promised.

The accompanist inside hears its own past as it meant it, even and on the grid (`Part.meant`), so that these controls
change how a bar is played and never what is played.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from zlib import crc32

import numpy as np

from bridge.model.accompanist import Accompanist, Part, PlayedBar, Request
from bridge.model.remembering import Remembering
from bridge.music.bar import snap
from bridge.music.metre import STEPS_PER_BEAT, Metre, beats_of, step_of
from bridge.music.note import Note, by_onset

PLACES = ("bar", "pulse", "eighth", "other")
VOICES = ("low", "inner", "top", "alone")
SPREAD_MS: Mapping[str, float] = {"bar": 5.0, "pulse": 7.0, "eighth": 9.0, "other": 10.0}
"""Standard deviation at `humanize` 1: a good deal tighter than the 30 to 50 ms that Rasch (1979) found between the
players of trios, since here a lead is played to that does not wait."""
SHARED = 0.85
"""The part of the spread, in standard deviations, that all notes of a stroke have in common."""
FARTHEST_STEPS = 0.4
SWUNG_STEPS = 2
"""How far the second eighth of a beat moves at `swing` 1: to the third triplet."""
_LIKELY_STEPS = (0, 6, 3, 9, 4, 8, 2, 10, 1, 5, 7, 11)
"""Where in a beat a note was meant to be, the likelier place first, when a swung one is made even again."""


@dataclass(frozen=True)
class Dynamics:
    """offsets: place and voice -> velocity against the bar's mean; shared, own: standard deviations of velocity, of a
    whole stroke and of a note within it."""

    offsets: Mapping[str, Mapping[str, float]]
    shared: float
    own: float


class Expressive:
    """The accompanist. `inner`: whoever decides on the notes."""

    def __init__(self, inner: Accompanist) -> None:
        self.inner = inner
        self.name = inner.name
        self.used_controls = frozenset(inner.used_controls | {"humanize", "swing"})
        self.part_names = inner.part_names
        self.style_names = inner.style_names

    def accompany(self, request: Request) -> tuple[Part, ...]:
        """Play the target bar from `from_beats` on. With both controls at 0 and a past on the grid it is the inner
        accompanist's answer, note for note."""
        amount, swing = request.controls.number("humanize"), request.controls.number("swing")
        parts = self.inner.accompany(_as_meant(request, swing))
        if swing > 0:
            parts = tuple(Part.of_pairs(part.name, _swung(part.notes, request.metre, swing)) for part in parts)
        if amount > 0:
            parts = tuple(Part.of_pairs(part.name, _humanized(part, request, amount)) for part in parts)
        if swing == 0 and amount == 0:
            return parts
        early = _struck_early(request)

        def is_open(part: str, struck: Note) -> bool:
            return struck.onset_beats >= request.from_beats and (part, step_of(struck.onset_beats)) not in early

        return tuple(Part.of_pairs(p.name, (pair for pair in p.pairs if is_open(p.name, pair[0]))) for p in parts)


@cache
def learned() -> Dynamics:
    """The counts that come with the package."""
    values = json.loads((files("bridge.model") / "expression.json").read_text("utf-8"))
    return Dynamics(values["offsets"], float(values["shared"]), float(values["own"]))


def place(step: int, metre: Metre) -> str:
    """What kind of place a step of a bar is, one of PLACES."""
    if step == 0:
        return "bar"
    if step % round(metre.pulse_beats * STEPS_PER_BEAT) == 0:
        return "pulse"
    return "eighth" if step % (STEPS_PER_BEAT // 2) == 0 else "other"


def voices(notes: Sequence[Note]) -> dict[Note, str]:
    """Each note's place among those struck with it, one of VOICES."""
    strokes: dict[int, list[Note]] = {}
    for note in notes:
        strokes.setdefault(step_of(note.onset_beats), []).append(note)
    named: dict[Note, str] = {}
    for stroke in strokes.values():
        stroke.sort(key=lambda note: note.pitch_midi)
        for number, note in enumerate(stroke):
            last = number == len(stroke) - 1
            named[note] = "alone" if len(stroke) == 1 else "low" if number == 0 else "top" if last else "inner"
    return named


def straightened(parts: Iterable[Part], metre: Metre, swing: float = 0.0) -> tuple[Part, ...]:
    """Parts as they were meant: even, on the grid, over by the bar line. Where nobody remembers what was meant (a bar
    out of a file), it is the place that a note is nearest to."""
    even = _even_steps(swing) if swing > 0 and swings(metre) else {}

    def meant(notes: Iterable[Note]) -> tuple[Note, ...]:
        inside = []
        for note in snap(notes, metre):
            beat, step = divmod(step_of(note.onset_beats), STEPS_PER_BEAT)
            onset_beats = beats_of(beat * STEPS_PER_BEAT + even.get(step, step))
            length_beats = min(note.duration_beats, metre.length_beats - onset_beats)
            inside.append(note.placed(onset_beats, length_beats))
        return tuple(sorted(inside, key=by_onset))

    return tuple(
        Part(part.name, tuple(sorted(part.meant, key=by_onset)) if part.meant else meant(part.notes)) for part in parts
    )


def swings(metre: Metre) -> bool:
    """Whether the beats of a metre are divided in two: there is nothing to swing in 6/8."""
    return metre.denominator <= 4


def swung_step(step: int, swing: float) -> int:
    """Where a step of a beat (0..11) falls: the eighth moves up to two steps, what lies between moves with it."""
    half = STEPS_PER_BEAT // 2
    middle = half + SWUNG_STEPS * swing
    if step <= half:
        return int(step * middle / half + 0.5)
    return int(middle + (step - half) * (STEPS_PER_BEAT - middle) / half + 0.5)


@lru_cache(maxsize=64)
def _even_steps(swing: float) -> dict[int, int]:
    even: dict[int, int] = {}
    for step in _LIKELY_STEPS:
        even.setdefault(swung_step(step, swing), step)
    return even


def _as_meant(request: Request, swing: float) -> Request:
    history = tuple(_bar_as_meant(bar, swing) for bar in request.history)
    kept = tuple(
        Part(part.name, tuple(note for note in part.notes if note.onset_beats < request.from_beats))
        for part in straightened(request.kept, request.metre, swing)
    )
    return replace(request, history=history, kept=kept)


def _straightened_bar(bar: PlayedBar, swing: float) -> PlayedBar:
    parts = straightened(bar.parts, bar.metre, swing)
    return bar if parts == bar.parts else PlayedBar(bar.number, bar.metre, parts)


_bar_as_meant = Remembering(_straightened_bar)


def _struck_early(request: Request) -> set[tuple[str, int]]:
    """(part, step) of strokes that were promised a hair before the place that they were meant for, which is open."""
    first_step = step_of(request.from_beats)
    return {
        (part.name, step_of(note.onset_beats))
        for part in request.kept
        for note in part.notes
        if step_of(note.onset_beats) >= first_step
    }


def _swung(notes: Sequence[Note], metre: Metre, swing: float) -> tuple[tuple[Note, Note], ...]:
    """Each note swung, and as it was."""
    if not swings(metre):
        return tuple((note, note) for note in notes)

    def moved(beats: float) -> float:
        beat, step = divmod(step_of(beats), STEPS_PER_BEAT)
        return min(beats_of(beat * STEPS_PER_BEAT + swung_step(step, swing)), metre.length_beats)

    found: dict[tuple[float, int], tuple[Note, Note]] = {}
    for note in notes:
        onset_beats = min(moved(note.onset_beats), beats_of(metre.length_steps - 1))
        length_beats = max(moved(note.end_beats) - onset_beats, beats_of(1))
        swung = note.placed(onset_beats, length_beats)
        other = found.get((onset_beats, note.pitch_midi))
        if other is None or other[0].duration_beats < length_beats:
            found[onset_beats, note.pitch_midi] = (swung, note)
    return tuple(found.values())


def _humanized(part: Part, request: Request, amount: float) -> tuple[tuple[Note, Note], ...]:
    """Each note as it is struck, and as it was meant."""
    if not part.notes:
        return ()
    dynamics, metre = learned(), request.metre
    # one draw for every place and pitch, so that a bar asked for again in its middle is struck the same way
    rng = np.random.default_rng((request.seed, crc32(part.name.encode())))
    strokes = rng.standard_normal((metre.length_steps, 2))
    own = rng.standard_normal((128, 2))
    kept = [note for other in request.kept if other.name == part.name for note in other.notes]
    heard = [*part.notes, *kept]
    mean = sum(note.velocity_midi for note in heard) / len(heard)
    named = voices(part.notes)
    struck = []
    for note, meant in part.pairs:
        step = step_of(note.onset_beats)
        here = place(step, metre)
        loud, late = strokes[step]
        own_loud, own_late = own[(note.pitch_midi + 37 * step) % 128]
        velocity = mean + dynamics.offsets[here][named[note]] + dynamics.shared * loud + dynamics.own * own_loud
        velocity_midi = min(max(round(note.velocity_midi + amount * (velocity - note.velocity_midi)), 1), 127)
        spread_beats = SPREAD_MS[here] / 1000 * request.tempo_bpm / 60
        shift = amount * spread_beats * (SHARED * late + (1 - SHARED**2) ** 0.5 * own_late)
        farthest_beats = beats_of(1) * FARTHEST_STEPS
        onset_beats = note.onset_beats + float(min(max(shift, -farthest_beats), farthest_beats))
        onset_beats = max(onset_beats, 0.0, min(request.from_beats, note.onset_beats))
        length_beats = max(note.end_beats - onset_beats, beats_of(1) / 2)
        length_beats = min(length_beats, metre.length_beats - onset_beats)
        struck.append((Note(note.pitch_midi, onset_beats, length_beats, velocity_midi), meant))
    return tuple(struck)
