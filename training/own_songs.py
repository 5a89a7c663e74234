"""A user's own songs: which files of a folder are read and how, and which songs are held back to measure with.

It knows no network. What cannot be used is told, and too few songs are refused with what was wrong with the others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.errors import InputError
from bridge.music.midi import read_song
from training.prepare import Prepared, prepare
from training.report import songs_text
from training.sources import converted
from training.sources.source import module_of

KINDS = ("midi", "musicxml", "recorded")
FEWEST = 3
SEPARATE = 6
"""From so many songs on, other songs say when to stop than those that are measured."""
MOST_HELD = 10
_TAKE = re.compile(r"#\d+$")
"""As in `training.split`: what tells the takes of one recording apart."""


@dataclass(frozen=True)
class Parts:
    """Songs to learn from, songs that say when to stop, and songs that are only measured. With few songs the last
    two are the same."""

    learned: list[Prepared]
    stopping: list[Prepared]
    held: list[Prepared]

    def counts(self) -> dict[str, int]:
        """How many songs each part has."""
        return {"learned from": len(self.learned), "stopping": len(self.stopping), "held back": len(self.held)}

    def told(self) -> str:
        """What is done with which songs, for people."""
        names = ", ".join(song.name for song in self.held)
        text = f"{songs_text(len(self.learned))} learned from; held back to measure with: {names}"
        if self.stopping == self.held:
            return f"{text}\nso few songs: these also say when to stop, so the figures after flatter a little"
        return f"{text}; {songs_text(len(self.stopping))} to say when to stop"


def tables_of(folder: Path, lead_track: str | None = None) -> list[dict[str, Any]]:
    """The sources that a folder holds, as a configuration would name them, relative to it. Raises InputError: none.

    A tree of folders of MIDI files whose tracks are called MELODY and PIANO, as the corpora are, is read as such;
    everything else with the lead found as `obbligato accompany` finds it.

    lead_track  see `training.sources.midi`
    """
    found: dict[str, list[Path]] = {kind: module_of(kind).paths(folder) for kind in KINDS}
    if not any(found.values()):
        raise InputError(f"{folder} holds no song: no MIDI file, no MusicXML file and no recorded session")
    tables: list[dict[str, Any]] = []
    midi_folders = sorted({path.parent for path in found["midi"]})
    if found["midi"] and lead_track is None and all(_is_converted(inside) for inside in midi_folders):
        for inside in midi_folders:
            relative = inside.relative_to(folder).as_posix()
            tables.append({"kind": "converted", "folder": relative, "corpus": relative if relative != "." else "own"})
        del found["midi"]
    tables += [{"kind": kind, "folder": ".", "corpus": "own"} for kind, paths in found.items() if paths]
    if lead_track is not None:
        tables = [{**table, "lead_track": lead_track} if table["kind"] == "midi" else table for table in tables]
    return tables


def _is_converted(folder: Path) -> bool:
    files = converted.paths(folder)
    try:
        names = {track.name for track in read_song(files[0].read_bytes()).tracks} if files else set()
    except (InputError, OSError):
        return False
    return {converted.LEAD, converted.ACCOMPANIMENT} <= names


def read_songs(folder: Path, cache: Path, lead_track: str | None = None, workers: int = 0) -> list[Prepared]:
    """The folder's songs; what was left out is printed, by reason. Raises InputError: too few songs."""
    everything = frozenset({"train", "validation", "test"})
    songs, dropped = prepare(tables_of(folder, lead_track), folder, cache, everything, workers)
    reasons = [f"{count} {reason.split(': ', 1)[-1]}" for reason, count in sorted(dropped.items())]
    recordings = {_recording(song) for song in songs}
    if len(recordings) < FEWEST:
        few = "no song" if not recordings else f"only {songs_text(len(recordings))}"
        raise InputError(
            f"{folder} has {few} that can be learned from, and {FEWEST} are needed: two to learn from, one to "
            f"measure with" + (f" (left out: {', '.join(reasons)})" if reasons else "")
        )
    for reason in reasons:
        print(f"left out: {reason}")
    return songs


def divided(songs: Sequence[Prepared]) -> Parts:
    """A fifth of the songs is held back, and from `SEPARATE` songs on another fifth says when to stop. By a hash of the
    names, so that a folder is always divided alike; takes of one recording stay together."""
    recordings = sorted({_recording(song) for song in songs}, key=lambda name: hashlib.sha256(name.encode()).digest())
    held = set(recordings[: min(max(1, round(len(recordings) / 5)), MOST_HELD)])
    stopping = held
    if len(recordings) >= SEPARATE:
        stopping = set(recordings[len(held) :][: min(max(1, round(len(recordings) / 5)), MOST_HELD)])
    return Parts(
        [song for song in songs if _recording(song) not in held | stopping],
        [song for song in songs if _recording(song) in stopping],
        [song for song in songs if _recording(song) in held],
    )


def _recording(song: Prepared) -> str:
    return f"{song.corpus}/{_TAKE.sub('', song.name)}"
