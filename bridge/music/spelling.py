"""The chords that notes spell: which chord explains best how long each pitch class sounds.

It needs NumPy, which the process that only carries messages does without (`bridge.music.chords` has the names).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from bridge.music.chords import QUALITIES, Chord
from bridge.music.metre import Metre
from bridge.music.note import Note


def chord_of(weights: Sequence[float] | npt.NDArray[np.float64], bass: int | None = None) -> Chord | None:
    """The chord that best explains how long each pitch class sounds.

    weights  12 durations, from C, in any unit
    bass     pitch class of the lowest note, None if unknown

    None for fewer than two pitch classes: one tone is not a chord.
    """
    score, chord = _match(np.asarray(weights, float), bass)
    return chord if score > _NO_CHORD else None


def spell(notes: Iterable[Note], metre: Metre) -> tuple[tuple[float, str], ...]:
    """The chords that a bar's notes spell, as (beat, name), at pulses, equal neighbours merged.

    The bar is cut where that explains the notes best, a cut costing a little, so that a passing note makes no
    chord of its own. Notes weigh by how long they sound. Nothing for silence or for a single pitch class.
    """
    notes = tuple(notes)
    pulse_beats, pulses = metre.pulse_beats, metre.pulses
    weights = np.zeros((pulses, 12))
    lowest = [128] * pulses
    for note in notes:
        for pulse in range(pulses):
            start_beats = pulse * pulse_beats
            sounding_beats = min(note.end_beats, start_beats + pulse_beats) - max(note.onset_beats, start_beats)
            if sounding_beats > 1e-4:
                weights[pulse, note.pitch_class] += sounding_beats
                lowest[pulse] = min(lowest[pulse], note.pitch_midi)
    return _merged(_best_cuts(weights, lowest), pulse_beats)


def _best_cuts(weights: npt.NDArray[np.float64], lowest: list[int]) -> list[tuple[int, Chord]]:
    """The best partition of the pulses into chords: (first pulse, chord), by dynamic programming."""
    pulses = len(lowest)
    best: list[tuple[float, list[tuple[int, Chord]]]] = [(0.0, [])]
    for end in range(1, pulses + 1):
        ways = []
        for start in range(end):
            span = weights[start:end]
            # an alternating bass does not invert a chord: the first one counts
            sounding = next((pulse for pulse in range(start, end) if lowest[pulse] < 128), start)
            score, chord = _match(span.sum(axis=0), lowest[sounding] % 12 if lowest[sounding] < 128 else None)
            before, cuts = best[start]
            # weighted by what sounds, so that a cut pays only where there is something to explain
            share = span.sum() / max(weights.sum(), 1e-9)
            total = before + share * score - (_CUT_COST if start else 0.0)
            ways.append((total, [*cuts, (sounding, chord)] if chord else cuts))
        best.append(max(ways, key=lambda way: way[0]))
    return best[-1][1]


def _merged(chords: list[tuple[int, Chord]], pulse_beats: float) -> tuple[tuple[float, str], ...]:
    names: list[tuple[float, str]] = []
    for pulse, chord in chords:
        if not names or names[-1][1] != chord.name:
            names.append((pulse * pulse_beats, chord.name))
    return tuple(names)


_CUT_COST = 0.1
_NO_CHORD = -1.0
_CHORDS = tuple(Chord(root, quality) for quality in QUALITIES for root in range(12))
_TONES = np.array([[pc in chord.tones for pc in range(12)] for chord in _CHORDS], float)
# What it costs to claim a tone that is not there: a root or a third more than a fifth, a colour tone most,
# since without it a plainer name says the same.
_MISSING_COST = {0: 0.3, 3: 0.25, 4: 0.25, 7: 0.08, 6: 0.2, 8: 0.25}
_MISSING = np.zeros_like(_TONES)
for _row, _chord in enumerate(_CHORDS):
    for _interval in QUALITIES[_chord.quality]:
        _MISSING[_row, (_chord.root + _interval) % 12] = _MISSING_COST.get(_interval, 0.3)
_ROOTS = np.array([chord.root for chord in _CHORDS])
# Plainer names first; a bare fifth only where there is really nothing else.
_PLAINNESS = np.array([0.006 * list(QUALITIES).index(c.quality) + 0.02 * (len(c.tones) - 3) for c in _CHORDS])
_PRESENT_SHARE = 0.12
_BASS_BONUS = 0.12


def _match(weights: npt.NDArray[np.float64], bass: int | None) -> tuple[float, Chord | None]:
    """(score, chord): the score is 1 for a plain triad and nothing else, _NO_CHORD where there is no chord."""
    if np.count_nonzero(weights > 0) < 2:
        return _NO_CHORD, None
    share = weights / weights.sum()
    absent = np.clip(1 - share / _PRESENT_SHARE, 0, 1)
    scores = 2 * (_TONES @ share) - 1 - _MISSING @ absent - _PLAINNESS
    if bass is not None:
        scores = scores + _BASS_BONUS * (bass == _ROOTS)
    row = int(np.argmax(scores))
    chord = _CHORDS[row]
    # A bass outside the chord is a passing note more often than a chord's name: only chord tones go below the line.
    is_inverted = bass is not None and bass != chord.root and bass in chord.tones
    return float(scores[row]), Chord(chord.root, chord.quality, bass) if is_inverted else chord
