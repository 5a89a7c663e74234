"""Bars found from chords, bass and onsets: songs moved off their barlines come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.music.note import Note
from bridge.music.song import Song, TempoChange
from training.sources import agreement
from training.sources.barlines import Bars, find_bars, phase_steps
from training.sources.relaid import MOVED, SOME_MOVED, bars_of, checked, moved, relaid
from training.sources.source import SourceSong

ROOTS = (0, 9, 5, 7)


def made_song(lengths: list[int], has_labels: bool = True) -> SourceSong:
    """A chord a bar: the bass on its first beat, the other tones on the others, a lead in quarters."""
    bars = bars_of(lengths)
    lead, accompaniment, chords = [], [], []
    for number, bar in enumerate(bars):
        root, start, length = ROOTS[number % 4], bar.start_beats, bar.metre.length_beats
        accompaniment.append(Note(36 + root, start, length, 90))
        for beat in range(1, int(length)):
            accompaniment += [Note(48 + root + tone, start + beat, 0.5, 70) for tone in (4, 7)]
        lead += [Note(72 + (root + beat) % 12, start + beat, 1.0, 80) for beat in range(int(length))]
        if has_labels:
            chords += [Note(48 + root + tone, start, length, 80) for tone in (0, 4, 7)]
    song = Song(bars, (TempoChange(0.0, 100.0),), (), ())
    return SourceSong("made", "song", 0, song, tuple(lead), tuple(accompaniment), tuple(chords))


def lengths_of(song: SourceSong) -> list[float]:
    return [bar.metre.length_beats for bar in song.song.bars]


@pytest.mark.parametrize("has_labels", [True, False])
@pytest.mark.parametrize("later", [0, 1, 2, 3])
@pytest.mark.parametrize("length", [3, 4])
def test_a_song_that_was_moved_comes_back(length: int, later: int, has_labels: bool) -> None:
    song = made_song([length] * 16, has_labels)
    # as a file would have it: bars counted from the first beat, which is no bar's first
    off = replace(moved(song, later), song=replace(song.song, bars=bars_of([length] * 18)))
    back = relaid(off)
    late = later % length
    assert lengths_of(back)[: 17 if late else 16] == [length] * (17 if late else 16)
    first = back.accompaniment[0].onset_beats
    assert first % length == 0
    assert [note.onset_beats - first for note in back.lead] == [note.onset_beats for note in song.lead]
    assert [note.onset_beats - first for note in back.chords] == [note.onset_beats for note in song.chords]
    assert back.mended == ((MOVED,) if late else ())


@pytest.mark.parametrize(("length", "written"), [(3, 4), (4, 3)])
def test_a_song_that_is_written_in_a_wrong_metre_is_put_right_and_said(length: int, written: int) -> None:
    song = made_song([length] * 24)
    wrong = replace(song, song=replace(song.song, bars=bars_of([written] * (24 * length // written))))
    right = checked(wrong)
    assert set(lengths_of(right)) == {length}
    assert right.mended == (f"{written}/4 was {length}/4",)


def test_bars_that_are_only_off_or_that_nothing_clearly_speaks_against_are_left_by_a_check() -> None:
    off = moved(made_song([4] * 16), 1)
    off = replace(off, song=replace(off.song, bars=bars_of([4] * 17)))
    assert checked(off) is off
    unlabelled = made_song([3] * 24, has_labels=False)
    unlabelled = replace(unlabelled, song=replace(unlabelled.song, bars=bars_of([4] * 18)))
    assert checked(unlabelled) is unlabelled


@pytest.mark.parametrize("early_steps", [3, 4, 6, 9])
def test_beats_that_lie_beside_the_whole_numbers_are_found(early_steps: int) -> None:
    song = moved(made_song([4] * 12), early_steps / 12)
    assert phase_steps(song.accompaniment, song.chords) == early_steps
    assert relaid(song).accompaniment[0].onset_beats == pytest.approx(4.0)


def test_off_beats_alone_are_no_beats_elsewhere() -> None:
    on = tuple(Note(40, float(beat), 0.5, 80) for beat in range(16))
    off = tuple(Note(60, beat + 0.5, 0.5, 80) for beat in range(16))
    assert phase_steps((*on, *off), ()) == 0
    assert phase_steps((), ()) == 0


@pytest.mark.parametrize("odd", [1, 2, 3])
def test_a_bar_that_is_cut_short_is_found_and_those_after_it_are_not_moved(odd: int) -> None:
    lengths = [4] * 12 + [odd] + [4] * 10
    song = made_song(lengths)
    counted = replace(song, song=replace(song.song, bars=bars_of([4] * 23)))
    back = relaid(counted)
    assert lengths_of(back) == lengths
    assert back.mended == (SOME_MOVED,)


def test_a_song_may_go_on_in_another_metre() -> None:
    lengths = [4] * 12 + [3] * 16
    song = made_song(lengths)
    assert lengths_of(relaid(song)) == lengths


def test_nothing_is_found_in_nothing() -> None:
    assert find_bars((), (), (), 8) == Bars(0, (4, 4))
    silent = replace(made_song([4]), lead=(), accompaniment=(), chords=())
    assert relaid(silent) is silent


def test_moving_leaves_what_holds_from_the_start() -> None:
    song = made_song([4] * 4)
    tempos = (TempoChange(0.0, 100.0), TempoChange(4.0, 90.0))
    later = moved(replace(song, song=replace(song.song, tempos=tempos)), 2.0)
    assert later.song.tempos == (TempoChange(0.0, 100.0), TempoChange(6.0, 90.0))
    assert later.song.bars[0].start_beats == 2.0


@pytest.mark.corpus
def test_barlines_of_pop_songs_are_found_wherever_they_begin(corpora: Path) -> None:
    for found in agreement.barlines_found(corpora, "pop909", later=(0, 1, 2, 3), every=110).values():
        assert found.songs >= 5
        assert found.shared > 0.9


@pytest.mark.corpus
def test_barlines_of_engraved_songs_are_found_from_the_notes_alone(corpora: Path) -> None:
    found = agreement.barlines_found(corpora, "lieder", every=60)[0]
    assert found.songs >= 6
    assert found.shared > 0.7


def test_agreement_of_a_song_with_itself_and_with_another() -> None:
    song = made_song([4] * 8)
    assert agreement.agreement(song, song) == agreement.Agreement(1.0, 1.0, 1.0, 1.0)
    assert agreement.agreement(moved(song, 4.0), song) == agreement.Agreement(1.0, 1.0, 1.0, 1.0)
    shifted = replace(song, song=replace(song.song, bars=bars_of([2, *[4] * 8])))
    assert agreement.agreement(shifted, song).barlines < 0.2
