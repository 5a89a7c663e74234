"""Chord labels in Harte's syntax (`G:min7`, `D:maj/5`, `F:maj(9)`, `N`) as pitch classes and a bass.

C. Harte, M. Sandler, S. Abdallah, E. Gomez: Symbolic representation of musical chords, ISMIR 2005.
"""

from __future__ import annotations

import re

from bridge.errors import InputError

_LABEL = re.compile(r"([A-G])([#b]*)(?::([a-z0-9]*))?(?:\(([^)]*)\))?(?:/([#b]*\d+))?")
_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_DEGREES = (0, 2, 4, 5, 7, 9, 11)
_SHORTHANDS: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "7": (0, 4, 7, 10),
    "dim7": (0, 3, 6, 9),
    "hdim7": (0, 3, 6, 10),
    "minmaj7": (0, 3, 7, 11),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "9": (0, 2, 4, 7, 10),
    "maj9": (0, 2, 4, 7, 11),
    "min9": (0, 2, 3, 7, 10),
    "11": (0, 2, 4, 5, 7, 10),
    "min11": (0, 2, 3, 5, 7, 10),
    "13": (0, 2, 4, 7, 9, 10),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "1": (0,),
    "5": (0, 7),
}
NO_CHORD = frozenset({"N", "X", ""})


def tones_of(label: str) -> tuple[frozenset[int], int] | None:
    """(pitch classes, bass), both 0..11; None where there is no chord. Raises InputError: not a label."""
    if label in NO_CHORD:
        return None
    found = _LABEL.fullmatch(label)
    # a list of degrees alone, `C:(1,3,5)`, stands for no shorthand at all
    shorthand = found[3] if found and found[3] else "" if found and not found[4] else None
    if found is None or (shorthand is not None and shorthand not in _SHORTHANDS):
        raise InputError(f"{label!r} is not a chord label")
    root = _NATURALS[found[1]] + _accidental(found[2])
    tones = set(_SHORTHANDS[shorthand]) if shorthand is not None else {0}
    for degree in filter(None, (found[4] or "").replace(" ", "").split(",")):
        if degree.startswith("*"):
            tones.discard(_semitones(degree[1:]))
        else:
            tones.add(_semitones(degree))
    bass = _semitones(found[5]) if found[5] else 0
    return frozenset((root + tone) % 12 for tone in {*tones, bass}), (root + bass) % 12


def _accidental(signs: str) -> int:
    return signs.count("#") - signs.count("b")


def _semitones(degree: str) -> int:
    """`b7` above the root: 10."""
    number = degree.lstrip("#b")
    if not number.isdecimal() or not 1 <= int(number) <= 13:
        raise InputError(f"{degree!r} is not a chord's degree")
    return (_DEGREES[(int(number) - 1) % 7] + _accidental(degree)) % 12
