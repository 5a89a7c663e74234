"""A MIDI file as a text of notes, and the text as two lists: the lead and the accompaniment.

    metre 0.0 4 4
    lead 9.5 0.0625 61 96            (start, duration in seconds, pitch, velocity)
    accompaniment 2.25 0.4 59 70

The seconds are those of 120 beats a minute, whatever the file's tempo: so half a second is a beat in every song, as
it is when the model plays. pretty_midi reads the file; it knows nothing of bars, so the metres stand in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pretty_midi

from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.music.song import Song, SongBar

SECONDS_PER_BEAT = 0.5


@dataclass(frozen=True)
class Lists:
    """A song for this model: the bars, and in each the lead's and the accompaniment's notes."""

    metres: tuple[Metre, ...]
    lead: tuple[tuple[Note, ...], ...]
    accompaniment: tuple[tuple[Note, ...], ...]


def text_of(path: Path, lead: Sequence[str], accompaniment: Sequence[str]) -> str:
    """The text of one MIDI file. `lead` and `accompaniment`: names of the tracks that play them."""
    midi = pretty_midi.PrettyMIDI(str(path))

    def at_120_bpm(time_s: float) -> float:
        return float(midi.time_to_tick(time_s)) / midi.resolution * SECONDS_PER_BEAT

    metres = [(at_120_bpm(m.time), m.numerator, m.denominator) for m in midi.time_signature_changes] or [(0.0, 4, 4)]
    lines = [f"metre {start} {numerator} {denominator}" for start, numerator, denominator in metres]
    for role, names in (("lead", lead), ("accompaniment", accompaniment)):
        for note in (note for track in midi.instruments if track.name in names for note in track.notes):
            start, end = at_120_bpm(note.start), at_120_bpm(note.end)
            lines.append(f"{role} {start} {end - start} {note.pitch} {note.velocity}")
    return "\n".join(lines) + "\n"


def lists_of(text: str) -> Lists:
    """The two lists of a text, cut into bars. A change of metre that cuts a bar short begins a new one."""
    metres: list[tuple[float, Metre]] = []
    notes: dict[str, list[Note]] = {"lead": [], "accompaniment": []}
    for line in text.splitlines():
        role, start, *values = line.split()
        onset_beats = float(start) / SECONDS_PER_BEAT
        if role == "metre":
            metres.append((onset_beats, Metre(int(values[0]), int(values[1]))))
        elif float(values[0]) > 0:
            duration_beats = float(values[0]) / SECONDS_PER_BEAT
            notes[role].append(Note(int(values[1]), onset_beats, duration_beats, max(int(values[2]), 1)))
    bars = tuple(_bars(metres, max((n.onset_beats for n in (*notes["lead"], *notes["accompaniment"])), default=0.0)))
    song = Song(bars, (), (), ())
    lead, accompaniment = (song.in_bars(tuple(notes[role])) for role in ("lead", "accompaniment"))
    return Lists(tuple(b.metre for b in bars), tuple(b.notes for b in lead), tuple(b.notes for b in accompaniment))


def _bars(metres: Sequence[tuple[float, Metre]], last_onset_beats: float) -> Iterable[SongBar]:
    for place, (start_beats, metre) in enumerate(metres):
        end_beats = metres[place + 1][0] if place + 1 < len(metres) else last_onset_beats + 2e-3
        while start_beats < end_beats - 1e-3:
            yield SongBar(start_beats, metre)
            start_beats += metre.length_beats
