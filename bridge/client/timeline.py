"""When the bars of a song begin, in seconds from its first bar line, with a bar of count-in before it."""

from __future__ import annotations

from dataclasses import replace

from bridge.music.metre import MAX_TEMPO_BPM, MIN_TEMPO_BPM
from bridge.music.song import DEFAULT_TEMPO_BPM, Song, TempoChange


def at_tempo(song: Song, tempo_bpm: float | None = None, speed: float = 1.0) -> Song:
    """The song at one tempo throughout, or at its own tempi times `speed`; always within what the wire can say."""
    changes = song.tempos if tempo_bpm is None else (TempoChange(0.0, tempo_bpm),)
    if not changes or changes[0].at_beats > 0:
        changes = (TempoChange(0.0, DEFAULT_TEMPO_BPM), *changes)
    return replace(
        song,
        tempos=tuple(
            replace(change, tempo_bpm=min(max(change.tempo_bpm * speed, MIN_TEMPO_BPM), MAX_TEMPO_BPM))
            for change in changes
        ),
    )


def moment_s(song: Song, beats: float) -> float:
    """When a place of the song sounds; a negative one lies in the count-in, which goes at the first tempo."""
    return song.seconds_at(beats) if beats >= 0 else beats * 60 / song.tempo_at(0.0)


def bar_start_s(song: Song, number: int) -> float:
    """Where bar `number` begins; -1 is the count-in (as long as the first bar), `len(song.bars)` the song's end."""
    if number < 0:
        return moment_s(song, -song.bars[0].metre.length_beats)
    return moment_s(song, song.bars[number].start_beats if number < len(song.bars) else song.length_beats)
