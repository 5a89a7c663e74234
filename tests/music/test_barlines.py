from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InputError
from bridge.music.barlines import equal_metre, lay_bars
from bridge.music.metre import DENOMINATORS, MAX_BAR_BEATS, Metre

metres = st.builds(lambda n, d: (n, d), st.integers(1, 32), st.sampled_from(DENOMINATORS)).filter(
    lambda pair: pair[0] * 4 / pair[1] <= MAX_BAR_BEATS
)
changes = st.lists(st.tuples(st.integers(0, 400), metres.map(lambda pair: Metre(*pair))), max_size=8).map(
    lambda found: sorted(found, key=lambda change: change[0])
)


def names(bars: tuple) -> str:
    return " ".join(str(bar.metre) for bar in bars)


def test_common_time_until_something_else_is_said() -> None:
    assert lay_bars([], 33)[0] == lay_bars([(0, Metre(4, 4))], 33)[0]
    assert names(lay_bars([], 33)[0]) == "4/4 4/4 4/4"
    assert names(lay_bars([], 0)[0]) == "4/4", "even an empty song has a bar"


def test_a_pickup_is_a_short_first_bar() -> None:
    bars, remarks = lay_bars([(0, Metre(1, 4)), (4, Metre(3, 4))], 28)
    assert names(bars) == "1/4 3/4 3/4"
    assert [bar.start_beats for bar in bars] == [0, 1, 4]
    assert remarks == ()


def test_a_change_inside_a_bar_cuts_it_short_and_is_said() -> None:
    bars, remarks = lay_bars([(0, Metre(4, 4)), (24, Metre(3, 4)), (36 + 2, Metre(6, 8))], 60)
    assert names(bars) == "4/4 2/4 3/4 1/8 6/8 6/8"
    assert remarks == (
        "bar 2 is cut short to 2/4: the metre changes to 3/4 inside it",
        "bar 4 is cut short to 1/8: the metre changes to 6/8 inside it",
    )


def test_the_same_metre_again_changes_nothing() -> None:
    assert lay_bars([(0, Metre(3, 4)), (5, Metre(3, 4))], 24) == lay_bars([(0, Metre(3, 4))], 24)


def test_a_change_after_the_last_note_is_not_waited_for() -> None:
    assert names(lay_bars([(0, Metre(4, 4)), (1600, Metre(3, 4))], 16)[0]) == "4/4"


def test_a_rest_that_no_metre_fills_becomes_two_bars() -> None:
    bars, remarks = lay_bars([(0, Metre(16, 4)), (37, Metre(4, 4))], 40)
    assert names(bars) == "32/16 5/16 4/4"
    assert "to 32/16 and 5/16" in remarks[0]


def test_too_many_bars_are_a_mistake() -> None:
    with pytest.raises(InputError, match="longer than 10,000 bars"):
        lay_bars([(0, Metre(1, 16))], 10_001)


@given(changes, st.integers(1, 500))
def test_bars_are_contiguous_and_reach_the_end(found: list, end: int) -> None:
    bars, _ = lay_bars(found, end)
    assert bars[0].start_beats == 0
    for bar, following in pairwise(bars):
        assert bar.end_beats == following.start_beats
    assert bars[-1].start_beats < end / 4 <= bars[-1].end_beats


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(6, 32, Metre(3, 16)), (64, 32, Metre(8, 4)), (7, 32, None), (17, 4, None), (0, 4, None), (33, 8, None)],
)
def test_a_metre_as_long(numerator: int, denominator: int, expected: Metre | None) -> None:
    assert equal_metre(numerator, denominator) == expected
