"""A source's files and the songs in them, whatever its kind; barlines are checked or found anew where it says so."""

from __future__ import annotations

from pathlib import Path

from bridge.errors import InputError
from training.sources.relaid import checked, relaid
from training.sources.source import CHECK, FIND, Dropped, Found, Source, SourceSong, module_of


def files_of(source: Source) -> list[Path]:
    """The corpus's files, sorted. Raises InputError: nothing there."""
    if not source.folder.is_dir():
        raise InputError(f"there is no folder {source.folder} for the source {source.corpus!r}")
    paths: list[Path] = module_of(source.kind).paths(source.folder)
    if not paths:
        raise InputError(f"there is no song for the source {source.corpus!r} ({source.kind}) in {source.folder}")
    return paths


def name_of(source: Source, path: Path) -> str:
    """The song's name, from its path alone."""
    return str(module_of(source.kind).name_of(path))


def read(source: Source, path: Path) -> list[Found]:
    """What one file gives: a song or more, or why not. Whatever is wrong with a file costs that file alone."""
    try:
        found = module_of(source.kind).read(path, source)
        every: list[Found] = found if isinstance(found, list) else [found]
        if mend := {FIND: relaid, CHECK: checked}.get(source.barlines):
            every = [mend(song) if isinstance(song, SourceSong) else song for song in every]
    except Exception as fault:  # a file from anywhere, in the hands of parsers that others wrote
        said = fault.text if isinstance(fault, InputError) else repr(fault)
        return [Dropped(source.corpus, name_of(source, path), f"cannot be read: {said}")]
    return every
