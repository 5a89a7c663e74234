"""A song: bar lines, tempi, keys and tracks, all in beats from the start. Where it came from is not its business."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from bridge.music.bar import MAX_NOTES, Bar
from bridge.music.metre import Metre, beats_of, step_of
from bridge.music.note import Note

DEFAULT_TEMPO_BPM = 120.0


@dataclass(frozen=True, slots=True)
class TempoChange:
    """From `at_beats` on, the song goes at `tempo_bpm` quarter notes a minute."""

    at_beats: float
    tempo_bpm: float


@dataclass(frozen=True, slots=True)
class KeyChange:
    """From `at_beats` on, the song is in this key: `tonic` 0..11 (0 is C), major or minor."""

    at_beats: float
    tonic: int
    is_major: bool


@dataclass(frozen=True, slots=True)
class SongBar:
    """Where a bar begins, in beats from the start of the song, and its metre."""

    start_beats: float
    metre: Metre

    @property
    def end_beats(self) -> float:
        """Where the next bar begins."""
        return self.start_beats + self.metre.length_beats


@dataclass(frozen=True, slots=True)
class Track:
    """One instrument's notes; `onset_beats` counts from the start of the song. `program`: General MIDI, 0..127."""

    name: str
    program: int
    is_drum: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Song:
    """A whole song. `bars` are contiguous from beat 0 and cover every note's onset; bar numbers count from 0.

    remarks   what a person should be told about how it was read; two songs are equal whatever was said of them
    """

    bars: tuple[SongBar, ...]
    tempos: tuple[TempoChange, ...]
    keys: tuple[KeyChange, ...]
    tracks: tuple[Track, ...]
    remarks: tuple[str, ...] = field(default=(), compare=False)

    @property
    def length_beats(self) -> float:
        """Where the last bar ends."""
        return self.bars[-1].end_beats

    def bar_at(self, beats: float) -> int:
        """The number of the bar that a position falls in (the first or last one beyond the ends)."""
        number = bisect_right(self.bars, beats, key=lambda bar: bar.start_beats) - 1
        return min(max(number, 0), len(self.bars) - 1)

    def tempo_at(self, beats: float) -> float:
        """Quarter notes a minute at a position."""
        tempo_bpm = DEFAULT_TEMPO_BPM
        for change in self.tempos:
            if change.at_beats > beats:
                break
            tempo_bpm = change.tempo_bpm
        return tempo_bpm

    def seconds_at(self, beats: float) -> float:
        """Seconds from the start of the song to a position, through every change of tempo before it."""
        seconds, position_beats, tempo_bpm = 0.0, 0.0, DEFAULT_TEMPO_BPM
        for change in self.tempos:
            if change.at_beats >= beats:
                break
            seconds += (change.at_beats - position_beats) * 60 / tempo_bpm
            position_beats, tempo_bpm = change.at_beats, change.tempo_bpm
        return seconds + (beats - position_beats) * 60 / tempo_bpm

    def in_bars(self, notes: tuple[Note, ...]) -> tuple[Bar, ...]:
        """A track's notes as one Bar for each bar of the song: onsets from the bar line and on the grid (a note a
        hair before a bar line belongs to the bar it was meant for), durations as long as they are."""
        held: list[list[Note]] = [[] for _ in self.bars]
        for note in notes:
            onset_beats = beats_of(step_of(note.onset_beats))
            number = self.bar_at(onset_beats)
            inside_beats = onset_beats - self.bars[number].start_beats
            if not 0 <= inside_beats < self.bars[number].metre.length_beats:
                continue  # beyond the song's last bar line: no bar to hold it
            duration_beats = beats_of(max(step_of(note.duration_beats), 1))
            held[number].append(note.placed(inside_beats, duration_beats))
        return tuple(Bar(bar.metre, tuple(inside[:MAX_NOTES])) for bar, inside in zip(self.bars, held, strict=True))
