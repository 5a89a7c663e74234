"""The rule-based accompanist: the likeliest chord for each half bar, played in a figure that fits the metre.

`harmony` says how likely each triad is, `patterns` when what is struck, `voicing` at which pitches. Here is decided:
which triad (the one with the most tones expected to be in the true chord, so that a doubtful place gets a chord that
is mostly right), which figure (the one it was playing, read off its own last bars, until a phrase of eight bars is
over), how loud, and where the music breathes. The fallback of every other model; it needs no trained network, and
nothing it plays can leave the grid, the bar or the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bridge.model.accompanist import Part, Request
from bridge.model.bundle import load_bundle
from bridge.model.features import Piece, best_match
from bridge.model.half_bars import half_bar_beats
from bridge.model.harmony import (
    PHRASE_BARS,
    SHARED,
    TONES,
    TRIADS,
    VOCABULARY,
    Floats,
    Harmony,
    packaged_harmony,
    pitch_class_beats,
)
from bridge.model.patterns import FIGURES, LEFT_HAND, Stroke, Voice, likely_figures, strokes
from bridge.model.score import Score
from bridge.model.voicing import Voicing, voicing
from bridge.music.chords import Chord
from bridge.music.metre import Metre, beats_of, step_of
from bridge.music.note import Note

PATIENCE_BARS = 8
"""After so many bars without lead it stops: the song is over."""
DOUBT_TONES = 0.06
"""How many expected shared tones a worse chord may have less to be drawn now and then at temperature 1."""
STAYING_TONES = 0.12
"""A chord stays through the bar unless the other has so many expected shared tones more."""
SURE_LIKENESS = 0.9
"""An earlier bar as like this one as that is taken for this one again."""
BREATH_LEVEL = 0.3
"""At a phrase's end only strokes up to this level are played in the last half bar."""
COLDEST = 1e-3
"""Below this temperature nothing but the likeliest comes up."""


class Chords:
    """The accompanist. `harmony`: the counted chord model."""

    name = "chords"
    used_controls = frozenset({"temperature", "density", "low", "high", "style", "seed", "variation"})
    part_names = ("piano",)
    style_names = ("auto", *FIGURES)

    def __init__(self, harmony: Harmony) -> None:
        self.harmony = harmony

    def accompany(self, request: Request) -> tuple[Part, ...]:
        """Play the target bar from `from_beats` on. Never raises for a legal request."""
        since = request.target - PATIENCE_BARS
        if not any(bar.bar.notes for bar in request.lead if bar.number >= since):
            return (Part("piano"),)
        rng = np.random.default_rng(request.seed)
        score = Score(request, _whole)
        chords = self._chords(request, score, rng)
        is_new = tuple(half == 0 or chords[half] != chords[half - 1] for half in range(len(chords)))
        figure = _figure(request, rng)
        density = request.controls.number("density")
        struck = strokes(figure, request.metre, is_new, density)
        if _breathes(score):
            last = len(chords) - 1
            struck = tuple(s for s in struck if s.half < last or s.level <= BREATH_LEVEL)
        notes = _notes(struck, _voicings(request, chords), request.metre, _loudness(request), rng)
        return (Part("piano", tuple(n for n in notes if n.onset_beats >= request.from_beats)),)

    def _chords(self, request: Request, score: Score, rng: np.random.Generator) -> list[Chord]:
        """A triad for each half bar; where the half bar has begun already, the one that is being played."""
        temperature = request.controls.number("temperature")
        expected = self.harmony.triads(score.piece, score.first_target, score.known_until) @ SHARED
        edges = half_bar_beats(request.metre)
        chosen: list[int] = []
        for half, tones in enumerate(expected):
            if chosen and tones.max() - tones[chosen[-1]] < STAYING_TONES:
                tones = tones + STAYING_TONES * (np.arange(24) == chosen[-1])
            draw = rng.random()
            playing = _playing(request, edges[half], edges[half + 1], tones)
            if playing is not None:
                chosen.append(playing)
            elif temperature > COLDEST:
                shares = np.exp((tones - tones.max()) / (DOUBT_TONES * temperature))
                chosen.append(int(np.searchsorted(np.cumsum(shares), draw * shares.sum(), side="right").clip(0, 23)))
            else:
                chosen.append(int(tones.argmax()))
        return [TRIADS[triad] for triad in chosen]


def load(folder: Path | None) -> Chords:
    """The accompanist with the counts in a folder, or with the packaged ones. Raises InputError."""
    return Chords(Harmony.of(load_bundle(folder, "chords", VOCABULARY)) if folder else packaged_harmony())


def _whole(metre: Metre) -> tuple[Metre, ...]:
    return (metre,)


def _playing(request: Request, start_beats: float, end_beats: float, expected: Floats) -> int | None:
    """The triad that the promised notes of a half bar already begun belong to, None where there are none. What they
    leave open (a bare fifth) is decided by the tones that are expected of each triad."""
    if start_beats >= request.from_beats:
        return None
    promised = [note for part in request.kept for note in part.notes]
    beats = pitch_class_beats(promised, (start_beats, end_beats))[0]
    if not beats.any():
        return None
    return int((TONES @ beats / beats.sum() + 0.05 * expected).argmax())


def _figure(request: Request, rng: np.random.Generator) -> str:
    """The figure to play: the style's, else the one of the last bars, else one drawn for this metre and tempo."""
    draws = rng.random(2)
    style = request.controls.text("style")
    if style in FIGURES:
        return style
    temperature = request.controls.number("temperature")
    playing = _figure_played(request)
    changing = (0.4 if request.target % PHRASE_BARS == 0 else 0.02) * temperature
    if playing is not None and draws[0] >= changing:
        return playing
    liked = likely_figures(request.metre, request.tempo_bpm)
    names = list(liked)
    if temperature <= COLDEST:
        return max(names, key=lambda name: liked[name])
    shares = np.array([liked[name] / max(liked.values()) for name in names]) ** (1 / temperature)
    return names[int(np.searchsorted(np.cumsum(shares), draws[1] * shares.sum(), side="right").clip(0, len(names) - 1))]


def _figure_played(request: Request) -> str | None:
    """Which figure the own last bars are in, read off their rhythm: the model keeps no state, its music does."""
    density = request.controls.number("density")
    promised = tuple(note for part in request.kept for note in part.notes)
    until_step = step_of(request.from_beats)
    heard = [(_rhythm_of_notes(promised), until_step)] if promised else []
    same_metre = [bar for bar in request.history[-4:] if bar.metre == request.metre and bar.notes]
    heard += [(_rhythm_of_notes(bar.notes), request.metre.length_steps) for bar in reversed(same_metre)]
    halves = len(half_bar_beats(request.metre)) - 1
    for rhythm, end_step in heard:
        best = max(
            (
                (
                    _likeness(
                        rhythm, {s for s in _rhythm_of(figure, request.metre, is_new, density) if s[0] < end_step}
                    ),
                    figure,
                )
                for figure in FIGURES
                for is_new in ((True,) * halves, (True,) + (False,) * (halves - 1))
            ),
            key=lambda pair: pair[0],
        )
        if best[0] > 0.7:
            return best[1]
    return None


def _rhythm_of(figure: str, metre: Metre, is_new: tuple[bool, ...], density: float) -> set[tuple[int, bool]]:
    counted: dict[int, int] = {}
    for stroke in strokes(figure, metre, is_new, density):
        counted[stroke.step] = counted.get(stroke.step, 0) + (3 if stroke.voice is Voice.CHORD else 1)
    return {(step, count > 2) for step, count in counted.items()}


def _rhythm_of_notes(notes: Sequence[Note]) -> set[tuple[int, bool]]:
    counted: dict[int, int] = {}
    for note in notes:
        step = step_of(note.onset_beats)
        counted[step] = counted.get(step, 0) + 1
    return {(step, count > 2) for step, count in counted.items()}


def _likeness(one: set[tuple[int, bool]], other: set[tuple[int, bool]]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _voicings(request: Request, chords: Sequence[Chord]) -> list[Voicing]:
    """A voicing for each half bar, each led from the one before; the first from the last own bar."""
    low, high = request.controls.register
    last = request.history[-1] if request.history else None
    previous = [n.pitch_midi for n in last.notes if n.onset_beats >= last.metre.length_beats / 2] if last else []
    if last and not previous:
        previous = [note.pitch_midi for note in last.notes]
    tune = next((bar.bar.notes for bar in reversed(request.lead) if bar.bar.notes), ())
    ceiling = round(sum(note.pitch_midi for note in tune) / len(tune)) - 1 if tune else high
    voicings: list[Voicing] = []
    for chord in chords:
        if voicings and chord == chords[len(voicings) - 1]:
            voicings.append(voicings[-1])
            continue
        may_invert = (request.target % 4, len(voicings)) != (0, 0)
        voicings.append(voicing(chord, low, high, previous, max(ceiling, low + 24), may_invert))
        previous = [voicings[-1].bass, *voicings[-1].upper]
    return voicings


def _breathes(score: Score) -> bool:
    """Whether the lead ends a phrase in the target bar: its last note begins in the first half of the bar, and nothing
    after. What is not known of the bar is taken from the one most like it, if that is nearly the same."""
    piece, target = score.piece, score.first_target
    onsets = _onset_steps(piece, target, 0, score.known_until)
    known = max(score.known_until - int(piece.starts[target]), 0)
    if known < piece.lengths[target]:
        match, likeness = best_match(piece, target, score.known_until)
        if likeness >= SURE_LIKENESS:
            onsets += _onset_steps(piece, match, known, score.known_until)
    return bool(onsets) and 2 * max(onsets) < int(piece.lengths[target])


def _onset_steps(piece: Piece, bar: int, from_step: int, known_until: int) -> list[int]:
    """Where notes of the lead begin in a bar, from one of its steps to a step of the piece."""
    start = int(piece.starts[bar])
    end = min(start + int(piece.lengths[bar]), known_until)
    return [step - start for step in range(start + from_step, end) if piece.onsets[step]]


def _loudness(request: Request) -> float:
    """A little softer than the lead was last, in velocity."""
    tune = next((bar.bar.notes for bar in reversed(request.lead) if bar.bar.notes), ())
    lead = sum(note.velocity_midi for note in tune) / len(tune) if tune else 80.0
    return min(max(0.82 * lead, 30.0), 100.0)


def _notes(
    struck: Sequence[Stroke], voicings: Sequence[Voicing], metre: Metre, loudness: float, rng: np.random.Generator
) -> tuple[Note, ...]:
    """Strokes as notes: how long they sound and how loud they are."""
    edges = [step_of(beats) for beats in half_bar_beats(metre)]
    accents = rng.normal(0, 2.5, len(struck))
    starts = sorted({stroke.step for stroke in struck})
    notes: dict[tuple[int, int], Note] = {}
    for stroke, accent in zip(struck, accents, strict=True):
        velocity = round(loudness * _weight(stroke, edges) + accent)
        for pitch in _pitches(stroke.voice, voicings[stroke.half]):
            end = _end(stroke, struck, starts, voicings, edges)
            note = Note(pitch, beats_of(stroke.step), beats_of(end - stroke.step), min(max(velocity, 1), 127))
            notes[stroke.step, pitch] = max(notes.get((stroke.step, pitch), note), note, key=lambda n: n.duration_beats)
    return _clear(notes)


def _pitches(voice: Voice, placed: Voicing) -> tuple[int, ...]:
    upper = placed.upper
    return {
        Voice.BASS: (placed.bass,),
        Voice.FIFTH: (placed.fifth,),
        Voice.OCTAVE: (placed.octave,),
        Voice.CHORD: upper,
        Voice.LOW: upper[:1],
        Voice.MIDDLE: upper[len(upper) // 2 :][:1],
        Voice.TOP: upper[-1:],
    }[voice]


def _end(
    stroke: Stroke, struck: Sequence[Stroke], starts: Sequence[int], voicings: Sequence[Voicing], edges: Sequence[int]
) -> int:
    """The step where a stroke's notes are over: its hand strikes again or the chord changes."""
    half_end = stroke.half + 1
    while half_end < len(voicings) and voicings[half_end] == voicings[stroke.half]:
        half_end += 1
    if stroke.voice in (Voice.LOW, Voice.MIDDLE, Voice.TOP):
        return edges[stroke.half + 1]  # single tones ring, as under a pedal
    if stroke.is_short:
        return next((step for step in starts if step > stroke.step), edges[half_end])
    is_left = stroke.voice in LEFT_HAND
    again = (s.step for s in struck if s.step > stroke.step and (s.voice in LEFT_HAND) == is_left)
    return min(min(again, default=edges[-1]), edges[half_end])


def _weight(stroke: Stroke, edges: Sequence[int]) -> float:
    """How loud a stroke is against the rest: the bar line most, then the half bar; the upper voices below the bass."""
    place = 1.0 if stroke.step == 0 else 0.93 if stroke.step in edges else 0.84
    return place * (1.0 if stroke.voice in LEFT_HAND else 0.88)


def _clear(notes: dict[tuple[int, int], Note]) -> tuple[Note, ...]:
    """No pitch is struck while it sounds: the earlier note ends there."""
    cleared = []
    for (step, pitch), note in sorted(notes.items()):
        again = min((s for s, p in notes if p == pitch and s > step), default=None)
        if again is not None and step_of(note.end_beats) > again:
            note = replace(note, duration_beats=beats_of(again - step))
        cleared.append(note)
    return tuple(cleared)
