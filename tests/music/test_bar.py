from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InvalidBar
from bridge.music.bar import MAX_NOTES, Bar, snap
from bridge.music.metre import Metre, is_on_grid
from bridge.music.note import Note

FOUR_FOUR = Metre(4, 4)
notes = st.builds(
    Note,
    st.integers(0, 127),
    st.floats(0, 4, exclude_max=True, allow_nan=False),
    st.floats(0.001, 8, allow_nan=False),
    st.integers(1, 127),
)


def note(pitch: int, onset: float, duration: float = 1.0) -> Note:
    return Note(pitch, onset, duration, 80)


def test_a_bar_sorts_its_notes_and_lets_durations_cross_the_bar_line() -> None:
    bar = Bar(FOUR_FOUR, (note(64, 1), note(60, 3.5, 4), note(60, 1)))
    assert [(n.pitch_midi, n.onset_beats) for n in bar.notes] == [(60, 1), (64, 1), (60, 3.5)]


def test_an_onset_on_the_next_bar_line_is_refused() -> None:
    with pytest.raises(InvalidBar, match="onset 3 is not inside a bar of 3 beats"):
        Bar(Metre(6, 8), (note(60, 3),))


def test_too_many_notes_are_refused() -> None:
    assert len(Bar(FOUR_FOUR, (note(60, 0),) * MAX_NOTES).notes) == MAX_NOTES
    with pytest.raises(InvalidBar, match="513 notes are more than 512"):
        Bar(FOUR_FOUR, (note(60, 0),) * (MAX_NOTES + 1))


def test_before_leaves_out_what_has_not_begun() -> None:
    bar = Bar(FOUR_FOUR, (note(60, 0, 4), note(62, 2), note(64, 3.75)))
    assert [n.pitch_midi for n in bar.before(3.75).notes] == [60, 62]
    assert bar.before(0).notes == ()


def test_what_was_heard_is_no_longer_than_it_has_sounded() -> None:
    bar = Bar(FOUR_FOUR, (note(60, 0, 6), note(62, 2, 0.5), note(64, 3.75)))
    assert bar.heard_until(3.0).notes == (note(60, 0, 3.0), note(62, 2, 0.5))
    assert bar.heard_until(4.0).notes == (note(60, 0, 4.0), note(62, 2, 0.5), note(64, 3.75, 0.25))


@given(st.lists(notes, max_size=20))
def test_snapped_notes_lie_on_the_grid_inside_the_bar(played: list[Note]) -> None:
    snapped = snap(played, FOUR_FOUR)
    assert len(snapped) == len(played)
    assert all(is_on_grid(n.onset_beats) and is_on_grid(n.duration_beats) and n.duration_beats > 0 for n in snapped)
    assert Bar(FOUR_FOUR, snapped).notes == snapped
    assert snap(snapped, FOUR_FOUR) == snapped


def test_a_note_a_hair_before_the_bar_line_stays_in_its_bar() -> None:
    assert snap([note(60, 3.99)], FOUR_FOUR)[0].onset_beats == pytest.approx(47 / 12)
