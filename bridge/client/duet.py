"""What a player kept of the answers, as tracks beside the lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bridge.client.player import PlayedNote
from bridge.music.note import Note
from bridge.music.song import Song, Track

PROGRAMS = {"piano": 0}
"""General MIDI programs of the parts (0..127); a part that is not named here sounds as a piano."""


def tracks(song: Song, played: Iterable[PlayedNote]) -> tuple[Track, ...]:
    """A track for each part, its notes in beats from the song's start; one silent piano where nothing was played."""
    notes: dict[str, list[Note]] = {}
    for one in played:
        onset_beats = song.bars[one.number].start_beats + one.note.onset_beats
        notes.setdefault(one.part, []).append(replace(one.note, onset_beats=onset_beats))
    return tuple(
        Track(part, PROGRAMS.get(part, 0), False, tuple(sorted(inside, key=lambda note: note.onset_beats)))
        for part, inside in (notes or {"piano": []}).items()
    )
