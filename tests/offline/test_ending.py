"""The last bar of a song: at rest, at home, and nothing after it."""

from __future__ import annotations

import pytest

from bridge.leads import NAMES, lead_path
from bridge.model.accompanist import Part
from bridge.model.registry import load
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.midi import read_song
from bridge.music.note import Note
from bridge.offline.accompany import accompany
from bridge.offline.ending import with_ending

FOUR = Metre(4, 4)
SCALE = [60, 62, 64, 65, 67, 69, 71, 72]


def bar(*notes: tuple[int, float, float]) -> Bar:
    return Bar(FOUR, tuple(Note(pitch, onset, length, 80) for pitch, onset, length in notes))


def eighths(name: str, *pitches: int) -> Part:
    return Part(name, tuple(Note(pitches[i % len(pitches)], i / 2, 0.5, 80) for i in range(8)))


TUNE = (bar(*((p, i / 2, 0.5) for i, p in enumerate(SCALE))), bar((62, 0, 1), (60, 1, 3)))
"""Down to C in C, the last tone from the second beat on."""


def last(*parts: Part, lead: tuple[Bar, ...] = TUNE, asked: str = "") -> list[list[tuple[int, float, float]]]:
    before = tuple(eighths(part.name, 48, 52, 55, 60, 64, 67) for part in parts)
    ended = with_ending(lead, (before, parts), asked)
    assert ended[0] == before, "no other bar is touched"
    return [[(n.pitch_midi, n.onset_beats, n.end_beats) for n in part.notes] for part in ended[-1]]


def test_a_figure_rings_on_from_the_leads_last_tone() -> None:
    [piano] = last(eighths("piano", 48, 55, 52, 60))
    assert piano[:2] == [(48, 0.0, 0.5), (55, 0.5, 1.0)], "before it, as it was"
    assert piano[2:] == [(48, 1.0, 4.0), (60, 1.5, 4.0), (52, 2.0, 4.0), (55, 2.0, 4.0)]


def test_what_is_not_at_home_is_brought_there() -> None:
    bass, pad, counter = last(
        eighths("bass", 53),
        Part("pad", (Note(57, 0, 4, 60), Note(60, 0, 4, 60), Note(65, 0, 4, 60))),
        eighths("counter", 69),
    )
    assert bass[-1] == (48, 1.0, 4.0), "F becomes C, inside the compass that the part has had"
    assert {(pitch % 12, end) for pitch, onset, end in pad if end > 1.0} == {(0, 4.0), (4, 4.0), (7, 4.0)}
    assert (60, 0.0, 4.0) in pad, "a tone that is there already goes on"
    assert counter[-1] == (67, 1.0, 4.0)


def test_the_relative_and_what_was_asked_for_stay() -> None:
    a_minor = eighths("piano", 57, 60, 64)
    lead = (TUNE[0], bar((60, 0, 4)))
    [piano] = last(a_minor, lead=lead)
    assert {pitch % 12 for pitch, _, _ in piano} <= {9, 0, 4}
    [piano] = last(a_minor, lead=lead, asked="| C F |")
    assert piano[:4] == [(57, 0.0, 0.5), (60, 0.5, 1.0), (64, 1.0, 1.5), (57, 1.5, 2.0)], "until its last chord"
    assert {pitch % 12 for pitch, onset, _ in piano if onset >= 2} == {5, 9, 0}
    assert {end for _, onset, end in piano if onset >= 2} == {4.0}


def test_silence_stays_silence() -> None:
    silent = ((Part("piano"),), (Part("piano"),))
    assert with_ending(TUNE, silent) == silent
    assert last(Part("piano")) == [[]]


@pytest.mark.parametrize("name", NAMES)
def test_bundled_leads_end_with_a_chord_that_holds_the_last_tone(name: str) -> None:
    song = read_song(lead_path(name).read_bytes())
    lead = song.in_bars(song.tracks[0].notes)
    played = accompany(song, 0, load("chords"), settings={"parts": "piano bass pad", "humanize": 0.5})
    ended = with_ending(lead, played)
    assert ended[:-1] == played[:-1]
    length_beats = song.bars[-1].metre.length_beats
    notes = [note for part in ended[-1] for note in part.notes if note.end_beats > length_beats - 0.01]
    tones = {note.pitch_class for note in notes}
    assert 2 <= len(tones) <= 4
    assert song.tracks[0].notes[-1].pitch_class in tones
    assert all(note.end_beats <= length_beats + 1e-9 for part in ended[-1] for note in part.notes)
