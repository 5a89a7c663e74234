"""Where everything of a piano roll lies: which bars make a system, how far apart pitches are, and when the music is
where. It knows songs and inches, and draws nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bridge.music.song import Song, SongBar, Track

WIDTH_INCHES = 15.0
MARGIN_INCHES = 0.55
HEAD_INCHES, FOOT_INCHES, GAP_INCHES = 0.62, 0.34, 0.86
SEMITONE_INCHES = 0.042
LEAST_INCHES = 1.1
LEAST_SEMITONES = 24
BEATS_PER_SYSTEM = 32.0
MAX_SYSTEMS = 32
"""A song that needs more systems than this gets longer ones."""


@dataclass(frozen=True, slots=True)
class System:
    """A line of bars. `left`, `bottom`, `width` and `height` are shares of the picture, from its lower left corner."""

    bars: tuple[SongBar, ...]
    first_bar: int
    left: float
    bottom: float
    width: float
    height: float

    @property
    def start_beats(self) -> float:
        """Where it begins."""
        return self.bars[0].start_beats

    @property
    def end_beats(self) -> float:
        """Where it ends."""
        return self.bars[-1].end_beats

    def across(self, beats: float) -> float:
        """How far from the left edge of the picture, as a share of it, a place in the song lies."""
        return self.left + self.width * (beats - self.start_beats) / (self.end_beats - self.start_beats)


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture that is WIDTH_INCHES wide and shows pitches between `low` and `high`."""

    height_inches: float
    inches_per_beat: float
    low: float
    high: float
    systems: tuple[System, ...]


def laid_out(song: Song, tracks: Sequence[Track]) -> Layout:
    """The systems of a song, one below the other, and high enough for what the tracks hold.

    The bars of all systems stand below one another; only a pickup stands out to the left.
    """
    lines = systems_of(song.bars)
    low, high = _range_of(tracks)
    stave_inches = max(LEAST_INCHES, (high - low) * SEMITONE_INCHES)
    height_inches = HEAD_INCHES + len(lines) * (stave_inches + GAP_INCHES)
    indents = [0.0, *[pickup_beats(song.bars)] * (len(lines) - 1)]
    widest_beats = max(i + s[-1].end_beats - s[0].start_beats for i, s in zip(indents, lines, strict=True))
    inches_per_beat = (WIDTH_INCHES - 2 * MARGIN_INCHES) / widest_beats
    systems: list[System] = []
    first_bar = 0
    for number, (indent_beats, bars) in enumerate(zip(indents, lines, strict=True)):
        bottom_inches = height_inches - HEAD_INCHES - (number + 1) * (stave_inches + GAP_INCHES) + FOOT_INCHES
        systems.append(
            System(
                bars,
                first_bar,
                (MARGIN_INCHES + indent_beats * inches_per_beat) / WIDTH_INCHES,
                bottom_inches / height_inches,
                (bars[-1].end_beats - bars[0].start_beats) * inches_per_beat / WIDTH_INCHES,
                stave_inches / height_inches,
            )
        )
        first_bar += len(bars)
    return Layout(height_inches, inches_per_beat, low, high, tuple(systems))


def systems_of(bars: Sequence[SongBar]) -> list[tuple[SongBar, ...]]:
    """The bars in systems: as many as go into 32 beats, in fours where the metre lets them, since phrases mostly do;
    more in a very long song. A pickup rides in front of the first system."""
    common = Counter(bar.metre for bar in bars).most_common(1)[0][0]
    count = max(1, int(BEATS_PER_SYSTEM / common.length_beats), -(-len(bars) // MAX_SYSTEMS))
    count -= count % 4 if count > 4 else 0
    pickup = int(pickup_beats(bars) > 0)
    starts = [0, *range(count + pickup, len(bars), count)]
    return [tuple(bars[start:end]) for start, end in zip(starts, [*starts[1:], len(bars)], strict=True)]


def pickup_beats(bars: Sequence[SongBar]) -> float:
    """The length of a first bar that is shorter than the second; 0 for a full one."""
    is_pickup = len(bars) > 1 and bars[0].metre.length_beats < bars[1].metre.length_beats
    return bars[0].metre.length_beats if is_pickup else 0.0


def _range_of(tracks: Sequence[Track]) -> tuple[float, float]:
    pitches = [note.pitch_midi for track in tracks for note in track.notes] or [60]
    low, high = min(pitches) - 2, max(pitches) + 2
    missing = max(0, LEAST_SEMITONES - (high - low))
    return low - missing / 2, high + missing / 2
