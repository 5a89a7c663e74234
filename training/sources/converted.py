"""Corpora as MIDI files with named tracks: MELODY, PIANO and, where chords are labelled, CHORDS."""

from __future__ import annotations

from pathlib import Path

from bridge.errors import InputError
from bridge.music.midi import read_song
from training.sources.source import Dropped, Found, Source, SourceSong

LEAD, ACCOMPANIMENT, CHORDS = "MELODY", "PIANO", "CHORDS"


def paths(folder: Path) -> list[Path]:
    """The folder's MIDI files."""
    return sorted(folder.glob("*.mid"))


def name_of(path: Path) -> str:
    """The song's name."""
    return path.stem


def read(path: Path, source: Source) -> Found:
    """One file. Several tracks of one name are one part."""
    try:
        song = read_song(path.read_bytes())
    except (InputError, OSError) as fault:
        return Dropped(source.corpus, path.stem, f"cannot be read: {fault}")
    parts = {
        name: tuple(note for track in song.tracks if track.name == name for note in track.notes)
        for name in (LEAD, ACCOMPANIMENT, CHORDS)
    }
    for name in (LEAD, ACCOMPANIMENT):
        if not parts[name]:
            return Dropped(source.corpus, path.stem, f"no notes in a track called {name}")
    return SourceSong(source.corpus, path.stem, source.style, song, parts[LEAD], parts[ACCOMPANIMENT], parts[CHORDS])
