"""Chords as pitches: a bass and up to three upper voices inside a register, close to what was played before.

It knows chords and the register, not time. Where the register has no chord tone, it has the pitches nearest to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.music.chords import Chord

DEFAULT_BASS = 43
LOWEST_BASS, HIGHEST_BASS = 33, 50
DEFAULT_CENTRE = 60
INVERSION = 1.9
"""What a third in the bass costs, in whole tones that the bass would move."""
LOWEST_UPPER = 48
"""Close chords below this sound like mud; passed only where the register leaves nothing else."""


@dataclass(frozen=True, slots=True)
class Voicing:
    """The pitches of a chord. `upper` goes upwards and has one to three pitches."""

    bass: int
    fifth: int
    octave: int
    upper: tuple[int, ...]


def voicing(
    chord: Chord, low: int, high: int, previous: Sequence[int], ceiling: int, may_invert: bool = False
) -> Voicing:
    """Place a triad.

    low, high  the register, inclusive
    previous   the pitches played last, the bass lowest; empty at the start
    ceiling    the upper voices stay below this where they can: the lead is there
    may_invert whether the third may lie in the bass, where that makes a step of a leap (F, C/E, Dm)
    """
    tones = _inside(chord.tones, low, high)
    roots = _inside((chord.root,), low, high)
    last_bass = min(previous) if previous and min(previous) < LOWEST_UPPER + 7 else DEFAULT_BASS

    def bass_effort(pitch: int) -> float:
        inversion = INVERSION if pitch % 12 != chord.root else 0
        return abs(pitch - last_bass) / 2 + 2 * max(LOWEST_BASS - pitch, 0, pitch - HIGHEST_BASS) + inversion

    bass = min(roots + (_inside(chord.tones[1:2], low, high) if may_invert else []), key=bass_effort)
    fifths = [p for p in _inside(chord.tones[2:3], low, high) if p != bass]
    fifth = min(fifths, key=lambda p: abs(p - bass - 7), default=bass)
    octave = bass + 12 if bass + 12 <= high else bass
    above = [p for p in tones if p >= max(bass + 3, LOWEST_UPPER)]
    if len(above) < 3:
        above = [p for p in tones if p > bass] or tones
    chords = [tuple(above[at : at + 3]) for at in range(max(len(above) - 2, 1))]
    last_upper = [p for p in previous if p > last_bass + 4]
    centre = min(max(DEFAULT_CENTRE, (2 * low + high) // 3), (low + 3 * high) // 4)

    def effort(pitches: tuple[int, ...]) -> float:
        moved = sum(min(abs(p - q) for q in last_upper) for p in pitches) if last_upper else 0
        middle = sum(pitches) / len(pitches)
        return moved + abs(middle - centre) + 2.5 * max(pitches[-1] - ceiling, 0)

    return Voicing(bass, fifth, octave, min(chords, key=effort))


def _inside(pitch_classes: Sequence[int], low: int, high: int) -> list[int]:
    """The pitches of a register that belong to some pitch classes; if there are none, the nearest to one."""
    found = [pitch for pitch in range(low, high + 1) if pitch % 12 in pitch_classes]
    if found:
        return found
    return [min(range(low, high + 1), key=lambda p: min((p - c) % 12 for c in pitch_classes))]
