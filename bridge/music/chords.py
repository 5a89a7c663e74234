"""Chords: pitch classes to names and back. Which chord some notes are is `bridge.music.spelling`'s business.

It knows pitch classes and the bass; it does not know the key, so a name is spelled by the root alone,
as lead sheets mostly do: D♭ E♭ A♭ B♭ with a major third, C♯ F♯ G♯ with a minor or diminished one (E♭m and B♭m
aside), F♯ always. A bass that is a chord tone takes the letter of its degree (D/F♯, B♭m/D♭).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bridge.errors import InputError

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
