"""When each beat of a song sounds: bars and tempi to seconds. It knows the song's frame, not its notes and no clock.

Second 0 is the first bar line. Before it lies one bar of count-in, as long as the first bar.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from bridge.errors import InputError
from bridge.music.metre import MAX_TEMPO_BPM, MIN_TEMPO_BPM
from bridge.music.song import DEFAULT_TEMPO_BPM, Song, SongBar, TempoChange


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars in beats and tempi, as seconds from the first bar line. `tempos` begin at beat 0 and rise.

    Raises InputError: no bars, or no tempo at the start.
    """

    bars: tuple[SongBar, ...]
    tempos: tuple[TempoChange, ...]
    _at_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.bars:
            raise InputError("the song has no bars")
        if not self.tempos or self.tempos[0].at_beats > 0:
            raise InputError("the song has no tempo at its start")
        at_s = [0.0]
        for earlier, later in zip(self.tempos, self.tempos[1:], strict=False):
            at_s.append(at_s[-1] + (later.at_beats - earlier.at_beats) * 60 / earlier.tempo_bpm)
        object.__setattr__(self, "_at_s", tuple(at_s))

    def seconds_at(self, beats: float) -> float:
        """Seconds from the first bar line; beats before it (the count-in) are negative and go at the first tempo."""
        index = max(bisect_right(self.tempos, beats, key=lambda change: change.at_beats) - 1, 0)
        change = self.tempos[index]
        return self._at_s[index] + (beats - change.at_beats) * 60 / change.tempo_bpm

    def tempo_at(self, beats: float) -> float:
        """Quarter notes a minute."""
        index = max(bisect_right(self.tempos, beats, key=lambda change: change.at_beats) - 1, 0)
        return self.tempos[index].tempo_bpm

    def bar_start_s(self, number: int) -> float:
        """Where bar `number` begins; -1 is the count-in, `len(bars)` the end of the song."""
        if number < 0:
            return self.seconds_at(-self.bars[0].metre.length_beats)
        if number >= len(self.bars):
            return self.seconds_at(self.bars[-1].end_beats)
        return self.seconds_at(self.bars[number].start_beats)

    @property
    def length_s(self) -> float:
        """From the first bar line to the end of the last bar."""
        return self.bar_start_s(len(self.bars))


def timeline_of(song: Song, tempo_bpm: float | None = None, speed: float = 1.0) -> Timeline:
    """A song's own tempi times `speed`, or one tempo throughout; always inside what the wire can say (5 to 999)."""
    changes = song.tempos if tempo_bpm is None else (TempoChange(0.0, tempo_bpm),)
    if not changes or changes[0].at_beats > 0:
        changes = (TempoChange(0.0, DEFAULT_TEMPO_BPM), *changes)
    sounding = (min(max(change.tempo_bpm * speed, MIN_TEMPO_BPM), MAX_TEMPO_BPM) for change in changes)
    return Timeline(
        song.bars, tuple(TempoChange(change.at_beats, tempo) for change, tempo in zip(changes, sounding, strict=True))
    )
