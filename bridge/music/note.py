"""One note. It knows its own ranges, and nothing of bars, songs or the wire."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bridge.errors import InvalidBar

MAX_DURATION_BEATS = 1024.0
"""No held note is longer than this; a larger number is a mistake of the sender."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note of a bar, its fields in the order of the wire. A beat is a quarter note in every metre.

    pitch_midi      0..127, 60 is middle C
    onset_beats     >= 0, counted from the bar line
    duration_beats  > 0, may cross the bar line
    velocity_midi   1..127

    Raises InvalidBar, naming the value and the range.
    """

    pitch_midi: int
    onset_beats: float
    duration_beats: float
    velocity_midi: int

    def __post_init__(self) -> None:
        if not 0 <= self.pitch_midi <= 127:
            raise InvalidBar(f"pitch {self.pitch_midi} is outside 0..127")
        if not 1 <= self.velocity_midi <= 127:
            raise InvalidBar(f"velocity {self.velocity_midi} is outside 1..127")
        if not (math.isfinite(self.onset_beats) and self.onset_beats >= 0):
            raise InvalidBar(f"onset {self.onset_beats} is not a number of beats >= 0")
        if not 0 < self.duration_beats <= MAX_DURATION_BEATS:  # NaN fails both comparisons
            raise InvalidBar(f"duration {self.duration_beats} is not above 0 and at most {MAX_DURATION_BEATS:g} beats")

    @property
    def end_beats(self) -> float:
        """Where the note stops sounding, in beats from the bar line; may lie past the bar's end."""
        return self.onset_beats + self.duration_beats

    @property
    def pitch_class(self) -> int:
        """0..11, 0 is C."""
        return self.pitch_midi % 12

    def placed(self, onset_beats: float, duration_beats: float) -> Note:
        """The same note there, itself where it is there already. Raises InvalidBar."""
        if onset_beats == self.onset_beats and duration_beats == self.duration_beats:
            return self
        return Note(self.pitch_midi, onset_beats, duration_beats, self.velocity_midi)


def by_onset(note: Note) -> tuple[float, int, float, int]:
    """The order of notes everywhere: by onset, then pitch upwards."""
    return (note.onset_beats, note.pitch_midi, note.duration_beats, note.velocity_midi)
