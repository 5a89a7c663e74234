from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from bridge.errors import InputError
from bridge.leads import NAMES, lead_path
from bridge.leads.build import midi_of
from bridge.leads.notation import song_of
from bridge.leads.tunes import AMAZING_GRACE, ODE_TO_JOY, TUNES, Tune
from bridge.music.lead import find_lead
from bridge.music.metre import Metre
from bridge.music.midi import read_song

NOTE_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def test_the_names_are_the_tunes() -> None:
    assert tuple(tune.name for tune in TUNES) == NAMES


@pytest.mark.parametrize("tune", TUNES, ids=lambda tune: tune.name)
def test_what_is_shipped_is_what_is_written_here(tune: Tune) -> None:
    assert lead_path(tune.name).read_bytes() == midi_of(tune), "run python -m bridge.leads.build"


@pytest.mark.parametrize("tune", TUNES, ids=lambda tune: tune.name)
def test_a_lead_is_music_of_its_metre_and_key(tune: Tune) -> None:
    song = read_song(lead_path(tune.name).read_bytes())
    assert 16 <= len(song.bars) <= 33
    assert Counter(bar.metre for bar in song.bars).most_common(1)[0][0] == tune.metre
    assert find_lead(song).reason == "the only track with pitches"
    notes = song.tracks[0].notes
    assert notes[-1].pitch_midi % 12 == tune.tonic, "a tune ends on its tonic"
    assert all(one.end_beats <= other.onset_beats for one, other in pairwise(notes))
    assert all(57 <= note.pitch_midi <= 84 for note in notes)
    assert len({note.velocity_midi for note in notes}) > 1
    assert (song.keys[0].tonic, song.keys[0].is_major) == (tune.tonic, tune.is_major)
    assert song.tempos[0].tempo_bpm == pytest.approx(tune.tempo_bpm, rel=1e-4)
    assert song.seconds_at(song.length_beats) < 75


def test_metres_and_pickups_are_there_to_be_tried() -> None:
    songs = {name: read_song(lead_path(name).read_bytes()) for name in NAMES}
    assert [str(song.bars[1].metre) for song in songs.values()] == [
        "4/4",
        "3/4",
        "6/8",
        "4/4",
        "6/8",
        "2/4",
        "9/8",
        "4/4",
    ]
    assert [str(song.bars[0].metre) for song in songs.values()] == [
        "4/4",
        "1/4",
        "1/8",
        "1/4",
        "6/8",
        "2/4",
        "9/8",
        "1/4",
    ]


@pytest.mark.parametrize(
    ("name", "opening"),
    [
        ("ode-to-joy", "F# F# G A A G F# E D D E F# F# E E"),
        ("amazing-grace", "D G B G B A G E D D G B G B A D"),
        ("greensleeves", "A C D E F# E D B G A B C A A G# A B G# E"),
        ("silent-night", "G A G E G A G E D D B C C G A A C B A G A G E"),
        ("ah-vous-dirai-je", "G G D D E E D C C B B A A G"),
        ("jesu-joy", "G A B D C C E D D G F# G D B G A B C D E D C B A B G F# G A D"),
        ("auld-lang-syne", "C F F F A G F G A F F A C D"),
        ("god-rest-ye", "E E B B A G F# E D E F# G A B"),
    ],
)
def test_the_tunes_begin_as_everybody_knows_them(name: str, opening: str) -> None:
    notes = read_song(lead_path(name).read_bytes()).tracks[0].notes
    sung = [NOTE_NAMES[note.pitch_midi % 12] for note in notes]
    assert " ".join(sung[: len(opening.split())]) == opening


def test_a_lead_that_is_not_there() -> None:
    with pytest.raises(InputError, match="no bundled lead is called 'yesterday': there are ode-to-joy"):
        lead_path("yesterday")


def test_ties_rests_octaves_and_accidentals_are_read() -> None:
    tune = replace(ODE_TO_JOY, metre=Metre(3, 4), text="A, | c'2 c- | c z/ =f/ ^f | _e3 |")
    song = song_of(tune)
    assert [str(bar.metre) for bar in song.bars] == ["1/4", "3/4", "3/4", "3/4"]
    assert [(n.pitch_midi, n.onset_beats, n.duration_beats) for n in song.tracks[0].notes] == [
        (57, 0, 1), (85, 1, 2), (73, 3, 2), (77, 5.5, 0.5), (78, 6, 1), (75, 7, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("C C C | C C |", "bar 1 has 2 beats, not 3"),
        ("C C C | C H C |", "'H' in bar 1 is no note"),
        ("C C C- | D C C |", "the tie into bar 1 leads to another pitch"),
    ],
)
def test_a_slip_of_the_pen_is_named(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        song_of(replace(AMAZING_GRACE, text=text))
