"""A MIDI file as what a client plays: its song, which track leads, and the lead bar by bar."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bridge.errors import InputError
from bridge.music.bar import Bar
from bridge.music.lead import LeadChoice, find_lead
from bridge.music.midi import read_song
from bridge.music.song import Song


@dataclass(frozen=True, slots=True)
class LeadFile:
    """`data` is the file as it was; `lead` has one Bar for each bar of the song."""

    data: bytes
    song: Song
    choice: LeadChoice
    lead: tuple[Bar, ...]

    @property
    def summary(self) -> str:
        """One line for people: which track leads and why, how many bars, in what metre, how fast."""
        track = self.song.tracks[self.choice.track]
        metres = list(dict.fromkeys(str(bar.metre) for bar in self.song.bars))
        metre = ", ".join(metres[:4]) + (", ..." if len(metres) > 4 else "")
        return (
            f"lead: track {self.choice.track + 1} {track.name or '(no name)'} ({self.choice.reason}), "
            f"{len(self.song.bars)} bars of {metre}, {self.song.tempo_at(0.0):.0f} bpm"
        )


def open_lead(path: Path, wanted: str | None = None) -> LeadFile:
    """Read a MIDI file and find its lead (`wanted`: a track's name or number).

    Raises InputError: the file cannot be read, is no MIDI file, or has no usable lead.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    return read_lead(data, str(path), wanted)


def read_lead(data: bytes, name: str, wanted: str | None = None) -> LeadFile:
    """The lead of a MIDI file that was read already. `name`: what the file is called, for people.

    Raises InputError: it is no MIDI file, or has no usable lead.
    """
    try:
        song = read_song(data)
        choice = find_lead(song, wanted)
    except InputError as refusal:
        raise InputError(f"{name}: {refusal.text}") from refusal
    return LeadFile(data, song, choice, song.in_bars(song.tracks[choice.track].notes))
