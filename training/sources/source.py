"""What a source of songs is given and what it yields, and which sources there are.

It opens no file: `reading` does, with the module of the source's kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Union

from bridge.errors import InputError
from bridge.music.note import Note
from bridge.music.song import Song

KEEP, CHECK, FIND = "keep", "check", "find"


@dataclass(frozen=True)
class SourceSong:
    """One song of a corpus; onsets in beats from the song's start.

    name    unique in its corpus; the song's split comes from it
    style   an index into `bridge.model.plan_rows.STYLES`
    chords  labelled chords as block chords, empty where the corpus has none
    mended  what was put right in reading it, each a few words that can be counted
    """

    corpus: str
    name: str
    style: int
    song: Song
    lead: tuple[Note, ...]
    accompaniment: tuple[Note, ...]
    chords: tuple[Note, ...] = ()
    mended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dropped:
    """A file that gives no song, and why: what comes before a colon is counted, the rest is about this file."""

    corpus: str
    name: str
    reason: str


Found = Union[SourceSong, Dropped]

SOURCES: dict[str, str] = {
    "converted": "training.sources.converted",
    "midi": "training.sources.midi",
    "musicxml": "training.sources.musicxml",
    "pop909": "training.sources.pop909",
    "pop909-cl": "training.sources.pop909_cl",
    "recorded": "training.sources.recorded",
}
"""A source's `kind` in a configuration -> its module, which has

    paths(folder)       the files, one a song (or a recording of several), sorted
    name_of(path)       the song's name, from the path alone
    read(path, source)  one file: a song or why not; a list of these where a file can hold several

and where it needs them OPTIONS (further keys of its table), NEEDED (those that must be there), BARLINES (what is done
where the table does not say), VERSION (raised when the same file would give another song) and beside(path, source),
other files that it reads.
"""

_TABLE = ("kind", "folder", "corpus", "style", "barlines")


@dataclass(frozen=True)
class Source:
    """One `[[sources]]` table of a configuration.

    data      the folder that all folders in the table are below
    options   keys that only this kind has
    barlines  `keep` those of the files, `find` them anew, or `check` whether a song stands in a wrong metre throughout
    """

    kind: str
    data: Path
    folder: Path
    corpus: str
    style: int = 0
    barlines: str = KEEP
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Mapping[str, Any], data: Path) -> Source:
        """A table, checked. Raises InputError, naming what is missing, unknown or wrong."""
        missing = [key for key in ("kind", "folder", "corpus") if key not in table]
        if missing:
            raise InputError(f"a source of the configuration has no {' and no '.join(missing)}: {dict(table)}")
        kind, corpus = str(table["kind"]), str(table["corpus"])
        if kind not in SOURCES:
            raise InputError(f"no source is of kind {kind!r}: there are {', '.join(SOURCES)}")
        module = module_of(kind)
        known = getattr(module, "OPTIONS", ())
        if lacking := [key for key in getattr(module, "NEEDED", ()) if key not in table]:
            raise InputError(f"the source {corpus!r} of kind {kind!r} has no {' and no '.join(lacking)}")
        options = {key: str(table[key]) for key in table if key not in _TABLE}
        unknown = [key for key in options if key not in known]
        if unknown:
            raise InputError(
                f"the source {corpus!r} has no use for {unknown[0]!r}: it reads {', '.join(_TABLE + known)}"
            )
        style = table.get("style", 0)
        if not isinstance(style, int):
            raise InputError(f"the source {corpus!r}: style is a number, 0 for the first, not {style!r}")
        barlines = str(table.get("barlines", getattr(module, "BARLINES", KEEP)))
        if barlines not in (KEEP, CHECK, FIND):
            raise InputError(f"the source {corpus!r}: barlines is {KEEP}, {CHECK} or {FIND}, not {barlines!r}")
        return cls(kind, data, data / table["folder"], corpus, style, barlines, options)


def module_of(kind: str) -> ModuleType:
    """The module that reads a kind of source."""
    return import_module(SOURCES[kind])
