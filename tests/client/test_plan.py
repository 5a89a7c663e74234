"""What is sent when."""

import pytest

from bridge.client.plan import plan
from bridge.client.timeline import at_tempo, bar_start_s
from bridge.music.metre import Metre
from bridge.music.song import TempoChange
from tests.client.simulated import FOUR_FOUR, song

THREE_FOUR = Metre(3, 4)


def test_what_is_known_beforehand_goes_out_whole_a_bar_before() -> None:
    piece, lead = song([FOUR_FOUR, FOUR_FOUR, THREE_FOUR])
    steps = plan(piece, lead, ahead=0)
    assert [step.at_s for step in steps] == [-2.0, 0.0, 2.0]
    assert [step.until_s for step in steps] == [2.0, 4.0, 5.5]
    assert [(s.ask.number, s.ask.ahead, s.ask.known_beats) for s in steps] == [(0, 0, 4.0), (1, 0, 4.0), (2, 0, 3.0)]
    assert [step.ask.bar for step in steps] == list(lead)


def test_what_is_played_live_goes_out_as_far_as_it_is_known() -> None:
    piece, lead = song([FOUR_FOUR] * 3)
    steps = plan(piece, lead, ahead=1)
    assert [(s.at_s, s.ask.number, s.ask.ahead, s.ask.known_beats) for s in steps] == [
        (-0.125, 0, 0, 0.0),  # the first bar: nothing goes before it
        (1.875, 0, 1, 3.75),
        (2.0, 0, -1, 4.0),
        (3.875, 1, 1, 3.75),
        (4.0, 1, -1, 4.0),
    ]
    assert steps[0].ask.bar.notes == ()
    assert [step.ask.target for step in steps if step.is_wanted] == [0, 1, 2]
    # the last note began at beat 3 and lasts half a beat: as heard a sixteenth before the bar line, and at it
    assert steps[1].ask.bar.notes[-1].end_beats == 3.5


def test_a_bar_in_another_metre_is_asked_for_itself() -> None:
    piece, lead = song([FOUR_FOUR, THREE_FOUR])
    told, asked, whole = plan(piece, lead, ahead=1)[1:]
    assert (told.ask.number, told.ask.ahead, told.ask.known_beats) == (0, -1, 3.75)
    assert (asked.ask.number, asked.ask.ahead, asked.ask.known_beats, asked.ask.bar.metre) == (1, 0, 0.0, THREE_FOUR)
    assert told.at_s == asked.at_s == 1.875
    assert (whole.ask.number, whole.ask.ahead, whole.at_s) == (0, -1, 2.0)


@pytest.mark.parametrize("metre", [Metre(1, 16), Metre(1, 8), Metre(2, 4), Metre(5, 8), Metre(12, 8), Metre(4, 1)])
@pytest.mark.parametrize("ahead", [0, 1])
def test_every_bar_is_wanted_once_and_in_the_order_of_time(metre: Metre, ahead: int) -> None:
    piece, lead = song([metre, metre, FOUR_FOUR, metre])
    steps = plan(piece, lead, ahead)
    assert [step.ask.target for step in steps if step.is_wanted] == [0, 1, 2, 3]
    assert [step.at_s for step in steps] == sorted(step.at_s for step in steps)
    assert all(step.at_s < step.until_s for step in steps)


def test_the_count_in_goes_at_the_first_tempo_and_every_change_is_kept() -> None:
    piece, _ = song([FOUR_FOUR] * 3, tempo_bpm=60)
    changing = at_tempo(piece)
    assert bar_start_s(changing, -1) == -4.0
    assert [bar_start_s(changing, number) for number in range(4)] == [0.0, 4.0, 8.0, 12.0]
    assert bar_start_s(at_tempo(piece, speed=2), 3) == 6.0
    assert bar_start_s(at_tempo(piece, tempo_bpm=240), 3) == 3.0


def test_no_tempo_is_beyond_what_the_wire_can_say() -> None:
    piece, _ = song([FOUR_FOUR], tempo_bpm=120)
    assert at_tempo(piece, speed=100).tempos == (TempoChange(0.0, 999.0),)
    assert at_tempo(piece, speed=0.001).tempos == (TempoChange(0.0, 5.0),)
