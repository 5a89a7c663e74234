"""Any folder of MIDI files: the lead is found as `obbligato accompany` finds it, or named by `lead_track`; every other
track but drums is the accompaniment."""

from __future__ import annotations

from pathlib import Path

from bridge.errors import InputError
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from training.sources.source import Dropped, Found, Source, SourceSong

OPTIONS = ("lead_track",)
"""A track's name, a part of it that only one track has, or its number counted from 1."""
SUFFIXES = (".mid", ".midi")


def paths(folder: Path) -> list[Path]:
    """The MIDI files in the folder and the folders below it, but for hidden ones (macOS leaves `._` files)."""
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))


def name_of(path: Path) -> str:
    """The song's name: its folder and its file, so that two files of one name are two songs."""
    return f"{path.parent.name}/{path.stem}"


def read(path: Path, source: Source) -> Found:
    """One file."""
    name = name_of(path)
    try:
        song = read_song(path.read_bytes())
    except (InputError, OSError) as fault:
        return Dropped(source.corpus, name, f"cannot be read: {fault}")
    wanted = source.options.get("lead_track")
    try:
        lead = find_lead(song, wanted).track
    except InputError as fault:
        what = f"no lead track {wanted!r}" if wanted else "no track can be a lead"
        return Dropped(source.corpus, name, f"{what}: {fault}")
    others = [track for number, track in enumerate(song.tracks) if number != lead and not track.is_drum]
    accompaniment = tuple(note for track in others for note in track.notes)
    if not accompaniment:
        return Dropped(source.corpus, name, "nothing beside the lead")
    return SourceSong(source.corpus, name, source.style, song, song.tracks[lead].notes, accompaniment)
