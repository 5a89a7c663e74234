"""Metre and the grid: every conversion between beats, steps and pulses.

A beat is a quarter note in every metre, as in Live. A step is a twelfth of a beat, where sixteenths and
triplets meet. Ticks belong to MIDI files and are converted in `bridge.music.midi`; seconds belong to a tempo.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.errors import InvalidBar

STEPS_PER_BEAT = 12
DENOMINATORS = (1, 2, 4, 8, 16)
MAX_NUMERATOR = 32
MAX_BAR_BEATS = 16.0
MIN_TEMPO_BPM = 5.0
MAX_TEMPO_BPM = 999.0


@dataclass(frozen=True, slots=True, order=True)
class Metre:
    """A time signature.

    numerator    1..32
    denominator  1, 2, 4, 8 or 16, so that every bar is a whole number of steps
    A bar is at most 16 beats long. Raises InvalidBar.
    """

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 1 <= self.numerator <= MAX_NUMERATOR:
            raise InvalidBar(f"metre numerator {self.numerator} is outside 1..{MAX_NUMERATOR}")
        if self.denominator not in DENOMINATORS:
            raise InvalidBar(f"metre denominator {self.denominator} is not one of 1, 2, 4, 8, 16")
        if self.length_beats > MAX_BAR_BEATS:
            raise InvalidBar(f"a bar of {self} is longer than {MAX_BAR_BEATS:g} beats")

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def length_beats(self) -> float:
        """Length of the bar in beats: 4 in 4/4, 3 in 6/8, 1.5 in 3/8."""
        return self.numerator * 4 / self.denominator

    @property
    def length_steps(self) -> int:
        """Length of the bar in steps of a twelfth of a beat: 48 in 4/4, 36 in 6/8."""
        return self.numerator * 4 * STEPS_PER_BEAT // self.denominator

    @property
    def is_compound(self) -> bool:
        """Whether it is counted in groups of three: 6/8, 9/8, 12/8."""
        return self.denominator >= 8 and self.numerator > 3 and self.numerator % 3 == 0

    @property
    def pulse_beats(self) -> float:
        """What a player counts: a dotted quarter (1.5) in 6/8, a quarter (1) in 3/4, a half (2) in 2/2."""
        return (3 if self.is_compound else 1) * 4 / self.denominator

    @property
    def pulses(self) -> int:
        """How many pulses a bar has: 2 in 6/8, 3 in 3/4, 4 in 4/4."""
        return self.numerator // 3 if self.is_compound else self.numerator


def step_of(beats: float) -> int:
    """The nearest grid step. Exact halves go up, so that the grid does not depend on the step's parity."""
    return int(beats * STEPS_PER_BEAT + 0.5)


def beats_of(step: int) -> float:
    """Where a grid step lies, in beats."""
    return step / STEPS_PER_BEAT


def is_on_grid(beats: float, tolerance_beats: float = 1e-4) -> bool:
    """Whether a position lies on the grid, within what a 32-bit float of the wire can lose."""
    return abs(beats - beats_of(step_of(beats))) <= tolerance_beats
