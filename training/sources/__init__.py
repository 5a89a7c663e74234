"""Where songs come from: one module a corpus, each yielding songs with a lead, an accompaniment and maybe chords.

A source knows its files; it knows nothing of bars as numbers, of splits or of networks. What cannot be used is not
passed over in silence: it comes as a `Dropped` with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Union

from bridge.errors import InputError
from bridge.music.note import Note
from bridge.music.song import Song


@dataclass(frozen=True)
class SourceSong:
    """One song of a corpus; onsets in beats from the song's start.

    name    unique in its corpus; the song's split comes from it
    style   an index into `bridge.model.plan_rows.STYLES`
    chords  labelled chords as block chords, empty where the corpus has none
    """

    corpus: str
    name: str
    style: int
    song: Song
    lead: tuple[Note, ...]
    accompaniment: tuple[Note, ...]
    chords: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Dropped:
    """A file that gives no song, and why."""

    corpus: str
    name: str
    reason: str


Found = Union[SourceSong, Dropped]
Reader = Callable[[Path], Found]

SOURCES: dict[str, str] = {
    "converted": "training.sources.converted",
    "midi": "training.sources.midi",
}
"""A source's `kind` in a configuration -> module with `paths(folder)`, `name_of(path)`
and `read(path, corpus, style)`."""


def files_of(kind: str, folder: Path) -> list[Path]:
    """The corpus's files (or folders, one a song), sorted. Raises InputError: no such kind, or nothing there."""
    if kind not in SOURCES:
        raise InputError(f"no source is of kind {kind!r}: there are {', '.join(SOURCES)}")
    paths: list[Path] = import_module(SOURCES[kind]).paths(folder)
    if not paths:
        raise InputError(f"there is no song for the source {kind!r} in {folder}")
    return paths


def name_of(kind: str, path: Path) -> str:
    """The song's name, from its path alone."""
    return str(import_module(SOURCES[kind]).name_of(path))


def read(kind: str, path: Path, corpus: str, style: int) -> Found:
    """One file as a song, or why not."""
    found: Found = import_module(SOURCES[kind]).read(path, corpus, style)
    return found


def songs(kind: str, folder: Path, corpus: str, style: int) -> Iterator[Found]:
    """Every song of a corpus, in the order of the names."""
    for path in files_of(kind, folder):
        yield read(kind, path, corpus, style)
