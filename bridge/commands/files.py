"""What the commands that turn files into files share: reading a song from wherever it is, and where results may go."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.leads import NAMES, lead_path
from bridge.music.midi_out import write_song
from bridge.music.scores import kind_of, read_score

STANDARD_STREAM = "-"


def read_input(name: str) -> bytes:
    """The bytes of a file, of standard input (`-`) or of a bundled lead. Raises InputError."""
    if name == STANDARD_STREAM:
        return sys.stdin.buffer.read()
    path = lead_path(name) if name in NAMES and not Path(name).exists() else Path(name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror or error}") from error


def read_music(name: str) -> bytes:
    """The same, as MIDI: MusicXML and ABC, known by their content, are read as scores. Raises InputError."""
    data = read_input(name)
    if kind_of(data) is None:
        return data
    song = read_score(data)
    for remark in song.remarks:
        print(f"note: {remark}", file=sys.stderr)
    return write_song(song)


def check_outputs(outputs: Sequence[str | None], inputs: Sequence[str | None]) -> None:
    """Before the work is done, and not after it: whether its results will have a place, and spare what they are made
    from. Raises InputError."""
    for output in outputs:
        if not output or output == STANDARD_STREAM:
            continue
        path = Path(output)
        if path.is_dir():
            raise InputError(f"{output} is a folder; name a file")
        if not path.parent.is_dir():
            raise InputError(f"there is no folder {path.parent} to write {path.name} into")
        if sum(other is not None and Path(other) == path for other in outputs) > 1:
            raise InputError(f"{output} would be written twice; name two files")
        for source in inputs:
            if not source or source == STANDARD_STREAM or not (path.exists() and Path(source).exists()):
                continue
            if path.samefile(source):
                raise InputError(f"{output} is what is read here; write to another file")


def write_output(name: str, data: bytes) -> None:
    """Write a whole file, or to standard output (`-`). Raises InputError."""
    if name == STANDARD_STREAM:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_atomically(Path(name), data)
