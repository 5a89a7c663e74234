"""Accompaniment figures: when bass, chord and single chord tones are struck in a bar, in any metre.

A figure is written once for a half bar of any length, in units and groups (`bridge.model.half_bars.grouping`), so a
waltz is the oom-pah of a bar in three. Each stroke has a level; how dense the accompaniment is decides up to which
level strokes are played, so a denser one always holds the sparser one. It knows no pitches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from bridge.model.half_bars import grouping, half_bars
from bridge.music.metre import Metre


class Voice(Enum):
    """What is struck. The first three are the left hand's."""

    BASS = "bass"
    FIFTH = "fifth"
    OCTAVE = "octave"
    CHORD = "chord"
    LOW = "low"
    MIDDLE = "middle"
    TOP = "top"


LEFT_HAND = frozenset({Voice.BASS, Voice.FIFTH, Voice.OCTAVE})


@dataclass(frozen=True, slots=True)
class Stroke:
    """One stroke of a bar.

    step        where, from the bar line
    half        in which half bar, from 0
    level       0..1: struck if the density reaches it
    is_short    over at the next stroke of either hand, instead of lying until its own hand strikes again
    """

    step: int
    half: int
    voice: Voice
    level: float
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a half bar: its step in the bar, its place in its group, the group's place in the half bar."""

    step: int
    group: int
    place: int
    group_units: int

    @property
    def is_start(self) -> bool:
        """Whether the half bar begins here."""
        return self.group == 0 and self.place == 0


@dataclass(frozen=True, slots=True)
class Half:
    """A half bar. `is_new`: its chord is not the one before it in the bar."""

    number: int
    is_new: bool
    units: tuple[Unit, ...]

    def opening(self, first: float, new: float, same: float) -> float:
        """A level for what opens the half bar: the bar's first, one with a new chord, one with the same."""
        return first if self.number == 0 else new if self.is_new else same


Struck = Iterator[tuple[Unit, Voice, float]]


def _block(half: Half) -> Struck:
    """Bass and chord where the harmony begins, more often if denser."""
    for unit in half.units:
        if unit.is_start:
            yield unit, Voice.BASS, half.opening(0.0, 0.2, 0.45)
            yield unit, Voice.CHORD, half.opening(0.1, 0.25, 0.5)
            yield unit, Voice.OCTAVE, 0.75
        elif unit.place == 0:
            yield unit, Voice.CHORD, 0.45 if unit.group == 2 else 0.65
        elif unit.place == unit.group_units - 1:
            yield unit, Voice.CHORD, 0.9


def _oom_pah(half: Half) -> Struck:
    """Bass, then short chords; the bass goes to the fifth while the chord stays. In three: a waltz."""
    groups = half.units[-1].group + 1
    for unit in half.units:
        if unit.is_start:
            yield unit, Voice.BASS if half.number % 2 == 0 or half.is_new else Voice.FIFTH, half.opening(0.0, 0.1, 0.2)
            yield unit, Voice.OCTAVE, 0.8
        elif unit.place == 0:
            yield unit, Voice.CHORD, 0.25
        elif groups == 1:  # a half bar of one compound group: oom, (pah,) pah
            yield unit, Voice.CHORD, 0.3 if unit.place == unit.group_units - 1 else 0.6
        elif unit.place == unit.group_units - 1:
            yield unit, Voice.CHORD, 0.85


def _broken(half: Half) -> Struck:
    """A held bass under an Alberti figure: low, top, middle, top."""
    for number, unit in enumerate(half.units):
        if unit.is_start:
            yield unit, Voice.BASS, half.opening(0.0, 0.1, 0.35)
            yield unit, Voice.OCTAVE, 0.5 if half.number == 0 else 0.7
        voices: tuple[Voice, ...] = (Voice.LOW, Voice.TOP, Voice.MIDDLE, Voice.TOP)
        if unit.group_units == 3:
            voices = (Voice.LOW, Voice.MIDDLE, Voice.TOP)
        yield unit, voices[number % len(voices)], 0.2 if unit.is_start else 0.35 if unit.place == 0 else 0.45
        if unit.place == 0 and not unit.is_start:
            yield unit, Voice.FIFTH, 0.8


def _arpeggio(half: Half) -> Struck:
    """Up from the bass through the chord and back."""
    rising = (Voice.LOW, Voice.MIDDLE, Voice.TOP, Voice.MIDDLE)
    for number, unit in enumerate(half.units):
        if unit.is_start:
            yield unit, Voice.BASS, half.opening(0.0, 0.1, 0.25)
            yield unit, Voice.TOP, 0.5
        else:
            yield unit, rising[(number - 1) % 4], 0.3 if unit.place == 0 else 0.45
            if unit.place == 0:
                yield unit, Voice.FIFTH, 0.8


def _pop(half: Half) -> Struck:
    """A bass that opens out over fifth and octave under chords on the beat."""
    for number, unit in enumerate(half.units):
        if unit.is_start:
            yield unit, Voice.BASS, half.opening(0.0, 0.1, 0.25)
            yield unit, Voice.CHORD, half.opening(0.15, 0.2, 0.4)
        elif number == 1:
            yield unit, Voice.FIFTH, 0.45
        elif number == 2:
            yield unit, Voice.OCTAVE, 0.35
            yield unit, Voice.CHORD, 0.65
        elif unit.place == 0:
            yield unit, Voice.CHORD, 0.5
        elif number == len(half.units) - 1:
            yield unit, Voice.TOP, 0.5
        else:
            yield unit, Voice.FIFTH, 0.75


def _syncopated(half: Half) -> Struck:
    """Chords in threes across the beat, the bass on it."""
    for number, unit in enumerate(half.units):
        if unit.is_start:
            yield unit, Voice.BASS, half.opening(0.0, 0.1, 0.2)
        if len(half.units) == 4:
            if number in ((0, 3), (2,))[half.number % 2]:
                yield unit, Voice.CHORD, 0.15 if unit.is_start else 0.35
        elif number in (0, len(half.units) - 1):
            yield unit, Voice.CHORD, 0.15 if unit.is_start else 0.35
        if unit.place == 0 and not unit.is_start:
            yield unit, Voice.FIFTH, 0.55
        elif unit.place != 0:
            yield unit, Voice.TOP, 0.85


FIGURES: dict[str, Callable[[Half], Struck]] = {
    "block": _block,
    "oom-pah": _oom_pah,
    "broken": _broken,
    "arpeggio": _arpeggio,
    "pop": _pop,
    "syncopated": _syncopated,
}
"""Name of a style -> its figure."""


@lru_cache(maxsize=256)
def strokes(figure: str, metre: Metre, is_new: tuple[bool, ...], density: float) -> tuple[Stroke, ...]:
    """A figure's strokes in a bar, in order.

    is_new   for each half bar, whether its chord differs from the one before it
    density  -1..1, as the control
    """
    reach = 0.5 + density / 2
    return tuple(
        Stroke(unit.step, half.number, voice, level, figure == "oom-pah" and voice is Voice.CHORD)
        for half in _halves(metre, is_new)
        for unit, voice, level in FIGURES[figure](half)
        if level <= reach
    )


def likely_figures(metre: Metre, tempo_bpm: float) -> dict[str, float]:
    """How much a player would like each figure in this metre and at this tempo; any positive scale."""
    groups = grouping(metre)[1]
    if groups[0] == 3:
        liked = {"arpeggio": 5.0, "oom-pah": 2.5, "broken": 1.5, "block": 1.0, "pop": 1.0}
    elif len(groups) % 2:
        liked = {"oom-pah": 3.5, "arpeggio": 3.0, "broken": 2.0, "block": 1.0}
    elif len(groups) == 2:
        liked = {"oom-pah": 3.5, "broken": 3.0, "arpeggio": 2.5, "block": 1.0}
    else:
        liked = {"pop": 4.0, "arpeggio": 3.0, "broken": 2.0, "syncopated": 1.5, "block": 1.0, "oom-pah": 1.0}
    if tempo_bpm > 150:  # eighths of single notes are a blur there
        liked |= {"block": liked["block"] * 3, "oom-pah": liked["oom-pah"] * 2}
    elif tempo_bpm < 80:
        liked |= {"arpeggio": liked["arpeggio"] * 2}
    return liked


def _halves(metre: Metre, is_new: Sequence[bool]) -> Iterator[Half]:
    unit_steps, groups = grouping(metre)
    step = group = 0
    for number, count in enumerate(half_bars(metre)):
        units = []
        for inside, group_units in enumerate(groups[group : group + count]):
            for place in range(group_units):
                units.append(Unit(step, inside, place, group_units))
                step += unit_steps
        group += count
        yield Half(number, is_new[number], tuple(units))
