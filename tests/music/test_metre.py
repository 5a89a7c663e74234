from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InvalidBar
from bridge.music.metre import DENOMINATORS, MAX_BAR_BEATS, Metre, beats_of, is_on_grid, step_of

metres = st.builds(lambda n, d: (n, d), st.integers(1, 32), st.sampled_from(DENOMINATORS)).filter(
    lambda pair: pair[0] * 4 / pair[1] <= MAX_BAR_BEATS
)


@pytest.mark.parametrize(
    ("metre", "length_beats", "pulses", "pulse_beats"),
    [
        (Metre(2, 4), 2.0, 2, 1.0),
        (Metre(3, 4), 3.0, 3, 1.0),
        (Metre(4, 4), 4.0, 4, 1.0),
        (Metre(5, 4), 5.0, 5, 1.0),
        (Metre(2, 2), 4.0, 2, 2.0),
        (Metre(3, 8), 1.5, 3, 0.5),
        (Metre(6, 8), 3.0, 2, 1.5),
        (Metre(7, 8), 3.5, 7, 0.5),
        (Metre(9, 8), 4.5, 3, 1.5),
        (Metre(12, 8), 6.0, 4, 1.5),
    ],
    ids=str,
)
def test_metres_that_people_play(metre: Metre, length_beats: float, pulses: int, pulse_beats: float) -> None:
    assert metre.length_beats == length_beats
    assert (metre.pulses, metre.pulse_beats) == (pulses, pulse_beats)


@given(metres)
def test_every_bar_is_a_whole_number_of_steps_and_of_pulses(pair: tuple[int, int]) -> None:
    metre = Metre(*pair)
    assert beats_of(metre.length_steps) == metre.length_beats
    assert metre.pulses * metre.pulse_beats == pytest.approx(metre.length_beats)


@pytest.mark.parametrize(
    ("numerator", "denominator", "sentence"),
    [
        (0, 4, r"numerator 0 is outside 1\.\.32"),
        (33, 16, r"numerator 33 is outside 1\.\.32"),
        (4, 3, "denominator 3 is not one of"),
        (4, 32, "denominator 32 is not one of"),
        (17, 4, "a bar of 17/4 is longer than 16 beats"),
    ],
)
def test_metres_that_cannot_be(numerator: int, denominator: int, sentence: str) -> None:
    with pytest.raises(InvalidBar, match=sentence):
        Metre(numerator, denominator)


@given(st.integers(0, 10_000))
def test_a_step_survives_the_way_to_beats_and_back(step: int) -> None:
    assert step_of(beats_of(step)) == step
    assert is_on_grid(beats_of(step))


@given(st.floats(0, 1000))
def test_the_nearest_step_is_at_most_half_a_step_away(beats: float) -> None:
    assert abs(beats_of(step_of(beats)) - beats) <= 1 / 24 + 1e-9


def test_exact_halves_go_up_and_the_grid_tolerates_a_32_bit_float() -> None:
    assert step_of(0.5 / 12) == 1
    assert step_of(1.5 / 12) == 2
    assert is_on_grid(1 / 3 + 3e-5)
    assert not is_on_grid(1 / 3 + 3e-4)
