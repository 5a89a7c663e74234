"""Chords: pitch classes to names and back, and the chords that a bar of notes spells.

It knows pitch classes, durations and the bass; it does not know the key, so a name is spelled by the root alone,
as lead sheets mostly do: D♭ E♭ A♭ B♭ with a major third, C♯ F♯ G♯ with a minor or diminished one (E♭m and B♭m
aside), F♯ always. A bass that is a chord tone takes the letter of its degree (D/F♯, B♭m/D♭).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bridge.errors import InputError
from bridge.music.metre import Metre
from bridge.music.note import Note

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "dim": (0, 3, 6),
    "m7♭5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "add9": (0, 2, 4, 7),
    "m(add9)": (0, 2, 3, 7),
    "9": (0, 2, 4, 7, 10),
    "maj9": (0, 2, 4, 7, 11),
    "m9": (0, 2, 3, 7, 10),
    "7sus4": (0, 5, 7, 10),
    "aug": (0, 4, 8),
    "m(maj7)": (0, 3, 7, 11),
    "5": (0, 7),
}
"""Quality as it is written -> semitones above the root. The plainer comes first and wins a tie."""

_LETTERS = "CDEFGAB"
_LETTER_SEMITONES = (0, 2, 4, 5, 7, 9, 11)
_MAJOR_ROOTS = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_MINOR_ROOTS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯", "A", "B♭", "B")
_DIMINISHED_ROOTS = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
_DEGREE_STEPS = (0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6)
_AWKWARD = frozenset({"C♭", "F♭", "E♯", "B♯"})


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord. `root` and `bass` are pitch classes 0..11 (0 is C), `quality` a key of QUALITIES; `bass` is None
    when the root lies lowest. Raises ValueError."""

    root: int
    quality: str = ""
    bass: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.root <= 11:
            raise ValueError(f"root {self.root} is outside 0..11")
        if self.quality not in QUALITIES:
            raise ValueError(f"no chord quality is called {self.quality!r}")
        if self.bass is not None and not 0 <= self.bass <= 11:
            raise ValueError(f"bass {self.bass} is outside 0..11")
        if self.bass == self.root:
            object.__setattr__(self, "bass", None)

    @property
    def tones(self) -> tuple[int, ...]:
        """The chord tones' pitch classes from the root up, the bass not among them unless it is one."""
        return tuple((self.root + interval) % 12 for interval in QUALITIES[self.quality])

    @property
    def pitch_classes(self) -> frozenset[int]:
        """Every pitch class of the chord, its bass included."""
        return frozenset(self.tones) | ({self.bass} if self.bass is not None else set())

    @property
    def name(self) -> str:
        """As a lead sheet has it: C, Am7, G/B, F♯dim."""
        root = _root_name(self.root, self.quality)
        if self.bass is None:
            return root + self.quality
        return f"{root}{self.quality}/{_degree_name(root, self.quality, (self.bass - self.root) % 12, self.bass)}"


def parse(name: str) -> Chord:
    """The chord of that name; ♯ or #, ♭ or b. Raises InputError, naming what cannot be read."""
    found = re.fullmatch(r"([A-G][♯#♭b]?)([^/]*?)(?:/([A-G][♯#♭b]?))?", name.strip())
    quality = found[2].replace("b", "♭") if found else ""
    if not found or quality not in QUALITIES:
        raise InputError(f"{name!r} is not a chord's name: it looks like C, Am7, G/B or F♯dim")
    return Chord(_pitch_class(found[1]), quality, _pitch_class(found[3]) if found[3] else None)


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


def _pitch_class(name: str) -> int:
    accidental = {"♯": 1, "#": 1, "♭": -1, "b": -1}.get(name[1:], 0)
    return (_LETTER_SEMITONES[_LETTERS.index(name[0])] + accidental) % 12


def _root_name(root: int, quality: str) -> str:
    intervals = QUALITIES[quality]
    if 6 in intervals:
        return _DIMINISHED_ROOTS[root]
    return (_MINOR_ROOTS if 3 in intervals else _MAJOR_ROOTS)[root]


def _degree_name(root_name: str, quality: str, interval: int, bass: int) -> str:
    """The bass with the letter of its degree above the root, unless that is no everyday name."""
    steps = _DEGREE_STEPS[interval]
    if interval == 8 and quality == "aug":
        steps = 4  # a raised fifth
    if interval == 9 and quality == "dim7":
        steps = 6  # a lowered seventh
    letter = (_LETTERS.index(root_name[0]) + steps) % 7
    accidental = (bass - _LETTER_SEMITONES[letter] + 6) % 12 - 6
    if abs(accidental) <= 1:
        name = _LETTERS[letter] + {-1: "♭", 0: "", 1: "♯"}[accidental]
        if name not in _AWKWARD:
            return name
    return _MAJOR_ROOTS[bass]
