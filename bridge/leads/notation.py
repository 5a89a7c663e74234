"""From a tune's text to a song: the reader of the small notation in `bridge.leads.tunes`."""

from __future__ import annotations

import re
from dataclasses import replace

from bridge.leads.tunes import Tune
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.music.song import KeyChange, Song, SongBar, TempoChange, Track

TRACK_NAME = "MELODY"
PROGRAM = 73
"""General MIDI, counted from 0: a flute."""
TOKEN = re.compile(r"(?P<sign>[\^_=]?)(?P<letter>[A-Ga-gz])(?P<octave>[,']*)(?P<length>\d*(?:/\d*)?)(?P<tie>-?)")
PITCHES = {"C": 60, "D": 62, "E": 64, "F": 65, "G": 67, "A": 69, "B": 71}
SIGNS = {"^": 1, "_": -1, "=": 0, "#": 1, "b": -1}
DOWNBEAT, PULSE, BETWEEN = 96, 84, 76
"""Velocities: weight falls on the bar line and on the pulses, as a player would place it."""


def song_of(tune: Tune) -> Song:
    """The tune as a song of one track. Raises ValueError, naming the bar: a token that is no note, a bar that is not
    as long as its metre (the first may be a pickup), a tie to another pitch."""
    bars: list[SongBar] = []
    notes: list[Note] = []
    tied = False
    start_beats = 0.0
    for number, text in enumerate(tune.text.strip().strip("|").split("|")):
        position = start_beats
        tokens = [_parsed(token, tune, number) for token in re.findall(r"[\^_=]?[A-Za-z][^A-Za-z\^_=\s]*", text)]
        length_beats = sum(beats for _, beats, _ in tokens)
        metre = tune.metre
        if length_beats != metre.length_beats:
            if number > 0:
                raise ValueError(f"{tune.name}: bar {number} has {length_beats:g} beats, not {metre.length_beats:g}")
            metre = Metre(int(length_beats * metre.denominator / 4), metre.denominator)
        for pitch, beats, ties_on in tokens:
            if pitch is None:
                tied = False
            elif tied:
                if notes[-1].pitch_midi != pitch:
                    raise ValueError(f"{tune.name}: the tie into bar {number} leads to another pitch")
                notes[-1] = replace(notes[-1], duration_beats=notes[-1].duration_beats + beats)
            else:
                velocity = _velocity(position - start_beats, tune.metre, is_pickup=metre != tune.metre)
                notes.append(Note(pitch, position, beats, velocity))
            tied = ties_on
            position += beats
        bars.append(SongBar(start_beats, metre))
        start_beats = position
    key = KeyChange(0.0, tune.tonic, tune.is_major)
    track = Track(TRACK_NAME, PROGRAM, False, tuple(notes))
    return Song(tuple(bars), (TempoChange(0.0, tune.tempo_bpm),), (key,), (track,))


def _parsed(token: str, tune: Tune, bar: int) -> tuple[int | None, float, bool]:
    """(pitch or None for a rest, length in beats, whether a tie follows)."""
    match = TOKEN.fullmatch(token)
    if match is None:
        raise ValueError(f"{tune.name}: {token!r} in bar {bar} is no note")
    above, slash, below = match["length"].partition("/")
    units = int(above or 1) / (int(below or 2) if slash else 1)
    beats = units * tune.unit_beats
    letter = match["letter"]
    if letter == "z":
        return None, beats, False
    pitch = PITCHES[letter.upper()] + 12 * (letter.islower() + match["octave"].count("'") - match["octave"].count(","))
    if match["sign"]:
        pitch += SIGNS[match["sign"]]
    else:
        pitch += sum(SIGNS[sharpened[1]] for sharpened in tune.signature.split() if sharpened[0] == letter.upper())
    return pitch, beats, bool(match["tie"])


def _velocity(inside_beats: float, metre: Metre, is_pickup: bool) -> int:
    if is_pickup:
        return BETWEEN
    if inside_beats == 0:
        return DOWNBEAT
    return PULSE if inside_beats % metre.pulse_beats == 0 else BETWEEN
