from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bridge.music.barlines import lay_bars
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.offline.ties import MOST_BARS, cut, tied

BARS, _ = lay_bars([(0, Metre(3, 4)), (24, Metre(4, 4))], 120)  # two bars of 3/4, six of 4/4


def held(pitch: int, *bars: int, late_beats: float = 0.0) -> list[Note]:
    """A note for each of the bars, as long as it."""
    return [
        Note(pitch, BARS[n].start_beats + late_beats, BARS[n].metre.length_beats - late_beats, 60 + n) for n in bars
    ]


def test_a_tone_that_goes_on_is_one_note() -> None:
    assert tied([*held(60, 0, 1, 2), *held(64, 1)], BARS) == (Note(60, 0, 10, 60), Note(64, 3, 3, 61))
    assert tied([*held(60, 0), *held(60, 1, late_beats=0.03)], BARS) == (Note(60, 0, 6, 60),), "humanized"
    assert tied([Note(60, 0, 1, 60), Note(60, 1, 2, 60)], BARS) == (Note(60, 0, 1, 60), Note(60, 1, 2, 60))
    assert tied(held(60, 0, 2), BARS) == tuple(held(60, 0, 2)), "it rested for a bar"


def test_after_some_bars_it_is_struck_again() -> None:
    assert [note.onset_beats for note in tied(held(60, *range(8)), BARS)] == [0, BARS[MOST_BARS].start_beats]


def test_kept_bars_are_tied_as_they_were_and_to_no_other() -> None:
    whole = tied([*held(60, 0, 1, 2, 3), *held(60, 4, 5, 6, 7)], BARS)
    again = tied(cut(whole, BARS), BARS, kept=range(2, 7))
    assert [(note.onset_beats, note.end_beats) for note in again] == [(0, 6), (6, 14), (14, 26), (26, 30)]
    assert whole[1].onset_beats == 14, "where it was struck again, it still is"


@given(st.lists(st.sets(st.integers(50, 60)), max_size=8))
def test_what_is_tied_is_taken_apart_again(chords: list[set[int]]) -> None:
    notes = [note for number, pitches in enumerate(chords) for pitch in pitches for note in held(pitch, number)]
    again = cut(tied(notes, BARS), BARS)

    def even(some: object) -> set[Note]:
        return {replace(note, velocity_midi=64) for note in some}  # type: ignore[attr-defined]

    assert even(again) == even(notes)
    assert len(again) == len(notes)
