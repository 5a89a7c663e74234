"""What a player kept of the answers, as tracks beside the lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bridge.client.player import PlayedNote
from bridge.music.instruments import as_track
from bridge.music.note import Note, by_onset
from bridge.music.song import Song, Track


def tracks(song: Song, played: Iterable[PlayedNote]) -> tuple[Track, ...]:
    """A track for each part, its notes in beats from the song's start; none where nothing was played."""
    notes: dict[str, list[Note]] = {}
    for one in played:
        onset_beats = song.bars[one.number].start_beats + one.note.onset_beats
        notes.setdefault(one.part, []).append(replace(one.note, onset_beats=onset_beats))
    return tuple(as_track(part, sorted(inside, key=by_onset)) for part, inside in notes.items())
