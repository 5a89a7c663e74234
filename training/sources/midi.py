"""Any folder of MIDI files: the lead is found as `obbligato accompany` finds it, the rest is the accompaniment."""

from __future__ import annotations

from pathlib import Path

from bridge.errors import InputError
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from training.sources import Dropped, Found, SourceSong

SUFFIXES = (".mid", ".midi")


def paths(folder: Path) -> list[Path]:
    """The MIDI files in the folder and the folders below it."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def name_of(path: Path) -> str:
    """The song's name: its folder and its file, so that two files of one name are two songs."""
    return f"{path.parent.name}/{path.stem}"


def read(path: Path, corpus: str, style: int) -> Found:
    """One file."""
    name = name_of(path)
    try:
        song = read_song(path.read_bytes())
        lead = find_lead(song).track
    except (InputError, OSError) as fault:
        return Dropped(corpus, name, f"cannot be read: {fault}")
    others = [track for number, track in enumerate(song.tracks) if number != lead and not track.is_drum]
    accompaniment = tuple(note for track in others for note in track.notes)
    if not accompaniment:
        return Dropped(corpus, name, "nothing beside the lead")
    return SourceSong(corpus, name, style, song, song.tracks[lead].notes, accompaniment)
