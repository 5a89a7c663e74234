"""Values between the server and its workers: pickled, each after its length, over a private pipe of ours."""

from __future__ import annotations

import copyreg
import pickle
from typing import Any, BinaryIO

from bridge.music.note import Note

_LENGTH_BYTES = 4


def send(pipe: BinaryIO, value: object) -> None:
    """Write one value. Raises OSError when nobody reads any more."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    pipe.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
    pipe.flush()


def receive(pipe: BinaryIO) -> Any:
    """Read one value, waiting for it. Raises EOFError when nobody writes any more."""
    return pickle.loads(_exactly(pipe, int.from_bytes(_exactly(pipe, _LENGTH_BYTES), "big")))


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError("the pipe was closed")
    return data


def _note(note: Note) -> tuple[type[Note], tuple[int, float, float, int]]:
    return Note, (note.pitch_midi, note.onset_beats, note.duration_beats, note.velocity_midi)


copyreg.pickle(Note, _note)  # as a plain call instead of slot by slot it takes a third of the time to write
