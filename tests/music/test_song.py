from __future__ import annotations

import pytest

from bridge.music.bar import MAX_NOTES
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.music.song import Song, SongBar, TempoChange, Track


def song(*tempos: TempoChange, notes: tuple[Note, ...] = ()) -> Song:
    """A pickup of one beat, two bars of 3/4, one of 2/4: it ends at beat 9."""
    bars = (
        SongBar(0, Metre(1, 4)),
        SongBar(1, Metre(3, 4)),
        SongBar(4, Metre(3, 4)),
        SongBar(7, Metre(2, 4)),
    )
    return Song(bars, tempos, (), (Track("MELODY", 0, False, notes),))


def test_which_bar_a_position_falls_in() -> None:
    assert [song().bar_at(beats) for beats in (-1, 0, 0.99, 1, 3.99, 4, 7, 8.99, 9, 100)] == [
        0, 0, 0, 1, 1, 2, 3, 3, 3, 3,
    ]  # fmt: skip
    assert song().length_beats == 9


def test_tempo_and_seconds_follow_every_change() -> None:
    changing = song(TempoChange(0, 60), TempoChange(2, 120), TempoChange(4, 240))
    assert [changing.tempo_at(beats) for beats in (0, 1.9, 2, 3.9, 4, 99)] == [60, 60, 120, 120, 240, 240]
    assert [changing.seconds_at(beats) for beats in (0, 1, 2, 3, 4, 8)] == [0, 1, 2, 2.5, 3, 4]
    assert changing.seconds_at(-1) == -0.5, "before the song the tempo is the default one"


def test_without_a_tempo_it_goes_at_120() -> None:
    assert song().tempo_at(5) == 120
    assert song().seconds_at(4) == 2


def test_notes_are_laid_into_bars_on_the_grid() -> None:
    bars = song().in_bars(
        (Note(60, 0.0, 1.0, 80), Note(62, 0.98, 4.0, 80), Note(64, 1.34, 0.01, 80), Note(65, 8.99, 1.0, 80))
    )
    assert [[(n.pitch_midi, n.onset_beats, n.duration_beats) for n in bar.notes] for bar in bars] == [
        [(60, 0.0, 1.0)],
        # a hair early is meant for the bar line; a triplet eighth is the fourth step; nothing is shorter than a step
        [(62, 0.0, 4.0), (64, pytest.approx(1 / 3), pytest.approx(1 / 12))],
        [],
        [],  # on the grid the last note is past the song's last bar line
    ]
    assert [bar.metre for bar in bars] == [bar.metre for bar in song().bars]


def test_a_bar_holds_as_many_notes_as_may_be_sent() -> None:
    crowd = tuple(Note(60, 0.0, 1.0, 80) for _ in range(MAX_NOTES + 10))
    assert len(song().in_bars(crowd)[0].notes) == MAX_NOTES


def test_what_was_said_of_a_song_does_not_make_it_another() -> None:
    one = song()
    assert one == Song(one.bars, one.tempos, one.keys, one.tracks, remarks=("bar 1 is short",))
