"""The parts of an accompaniment as instruments: which General MIDI program plays a part, and a part as a track."""

from __future__ import annotations

from collections.abc import Iterable

from bridge.music.note import Note
from bridge.music.song import Track

PROGRAMS: dict[str, int] = {
    "piano": 0,  # acoustic grand
    "bass": 32,  # acoustic bass
    "pad": 48,  # string ensemble: sustained, and in every sound font
    "counter": 68,  # oboe
}
"""Part name on the wire -> General MIDI program, counted from 0. A part that is not here is played by the piano."""


def as_track(part: str, notes: Iterable[Note]) -> Track:
    """A part's notes as a track of a song; onsets in beats from the start of the song."""
    return Track(part, PROGRAMS.get(part, 0), False, tuple(notes))
