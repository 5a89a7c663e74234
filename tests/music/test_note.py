from __future__ import annotations

import math

import pytest

from bridge.errors import InvalidBar
from bridge.music.note import MAX_DURATION_BEATS, Note, by_onset


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ((-1, 0.0, 1.0, 80), r"pitch -1 is outside 0\.\.127"),
        ((128, 0.0, 1.0, 80), r"pitch 128 is outside 0\.\.127"),
        ((60, 0.0, 1.0, 0), r"velocity 0 is outside 1\.\.127"),
        ((60, 0.0, 1.0, 128), r"velocity 128 is outside 1\.\.127"),
        ((60, -0.1, 1.0, 80), r"onset -0\.1 is not a number of beats >= 0"),
        ((60, math.nan, 1.0, 80), "onset nan"),
        ((60, math.inf, 1.0, 80), "onset inf"),
        ((60, 0.0, 0.0, 80), r"duration 0\.0 is not above 0"),
        ((60, 0.0, math.nan, 80), "duration nan"),
        ((60, 0.0, math.inf, 80), "duration inf"),
        ((60, 0.0, MAX_DURATION_BEATS + 1, 80), "at most 1024 beats"),
    ],
)
def test_a_note_that_cannot_be_is_refused_by_value_and_range(fields: tuple, sentence: str) -> None:
    with pytest.raises(InvalidBar, match=sentence):
        Note(*fields)


def test_the_ends_of_every_range_are_allowed() -> None:
    assert Note(0, 0.0, 1e-3, 1).end_beats == pytest.approx(1e-3)
    assert Note(127, 1e6, MAX_DURATION_BEATS, 127).pitch_class == 7


def test_the_order_is_onset_then_pitch() -> None:
    low, high, late = Note(60, 0.0, 1.0, 80), Note(72, 0.0, 1.0, 80), Note(40, 1.0, 1.0, 80)
    assert sorted([late, high, low], key=by_onset) == [low, high, late]
