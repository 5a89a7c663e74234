"""MIDI files made for the tests, message by message."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import mido
from hypothesis import strategies as st

from bridge.music.barlines import lay_bars
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.music.song import KeyChange, Song, TempoChange, Track


def encoded(tracks: Iterable[Sequence[Any]], kind: int = 1, division: int = 480) -> bytes:
    """Tracks of messages with delta times in ticks."""
    file = mido.MidiFile(type=kind, ticks_per_beat=division)
    file.tracks = [mido.MidiTrack(track) for track in tracks]
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def on(pitch: int, time: int = 0, channel: int = 0, velocity: int = 80) -> mido.Message:
    return mido.Message("note_on", note=pitch, velocity=velocity, channel=channel, time=time)


def off(pitch: int, time: int = 0, channel: int = 0) -> mido.Message:
    return mido.Message("note_off", note=pitch, channel=channel, time=time)


def meta(kind: str, time: int = 0, **fields: Any) -> mido.MetaMessage:
    return mido.MetaMessage(kind, time=time, **fields)


def metre(numerator: int, denominator: int, time: int = 0) -> mido.MetaMessage:
    return meta("time_signature", time, numerator=numerator, denominator=denominator)


ONE_NOTE = [on(60), off(60, 480)]

_places = st.integers(0, 48 * 6).map(lambda step: step / 12)
_lengths = st.integers(1, 60).map(lambda step: step / 12)
_notes = st.builds(Note, st.integers(0, 127), _places, _lengths, st.integers(1, 127))
_names = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=12)


@st.composite
def _tracks(draw: Any) -> Track:
    """Notes that do not overlap their own pitch, which a MIDI channel could not tell apart."""
    free_from: dict[int, float] = {}
    notes = []
    for note in sorted(draw(st.lists(_notes, min_size=1, max_size=12)), key=lambda n: n.onset_beats):
        if note.onset_beats >= free_from.get(note.pitch_midi, 0.0):
            free_from[note.pitch_midi] = note.end_beats
            notes.append(note)
    notes.sort(key=lambda n: (n.onset_beats, n.pitch_midi))
    return Track(draw(_names), draw(st.integers(0, 127)), False, tuple(notes))


@st.composite
def songs(draw: Any) -> Song:
    """Songs of one to four tracks on the grid, in any metre, with a change of metre, tempo and key."""
    tracks = tuple(draw(st.lists(_tracks(), min_size=1, max_size=4)))
    metres = st.sampled_from([Metre(2, 4), Metre(3, 4), Metre(4, 4), Metre(6, 8), Metre(9, 8), Metre(5, 8)])
    changes = [(0, draw(metres)), (draw(st.integers(1, 60)), draw(metres))]
    end = max(note.end_beats for track in tracks for note in track.notes)
    bars, _ = lay_bars(changes, -int(-end * 4 // 1))
    tempos = (TempoChange(0.0, 60e6 / draw(st.integers(200_000, 2_000_000))),)
    keys = (KeyChange(0.0, draw(st.integers(0, 11)), draw(st.booleans())),)
    return Song(bars, tempos, keys, tracks)
