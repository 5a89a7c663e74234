from __future__ import annotations

import numpy as np
import pytest

from bridge.model.features import Piece
from bridge.music.metre import Metre
from training.controls import HABITS, Heard, beginning, difference, habits, inside, rises, tables
from training.prepare import Prepared

METRE = Metre(4, 4)
NONE = np.zeros((0, 3), np.int64)
HELD_C = [(0, 48, 48), (48, 48, 60)]
"""C for a bar and C for another: (onset, duration, pitch)."""


def song(bars: int = 6) -> Prepared:
    lead = np.array([(48 * bar, 60, 72) for bar in range(1, bars)], np.int64)
    own = [np.array([(0, 60, 96, 80)], np.int64) for _ in range(bars)]
    piece = Piece((METRE,) * bars, lead, own)
    units = len(piece.units)
    chords = np.array([(0, 96, 60), (96, 200, 64)], np.int64)
    return Prepared("toy", "song", 0, piece, chords, np.zeros(units, np.int64), np.zeros(units, np.int64))


def test_a_beginning_is_a_song_of_its_own() -> None:
    cut = beginning(song(), 2)
    assert cut.first_bar == 1
    assert len(cut.piece.metres) == len(cut.piece.own) == 3
    assert cut.piece.lead.tolist() == [[48, 60, 72], [96, 48, 72]], "over by the end"
    assert cut.chords.tolist() == [[0, 96, 60], [96, 48, 64]]
    assert len(cut.classes) == len(cut.basses) == len(cut.piece.units) == 6
    assert len(beginning(song(), 99).piece.metres) == 6


@pytest.mark.parametrize(("other", "expected"), [(HELD_C, 0.0), (HELD_C[:1], 1 / 3), ([(0, 48, 50)], 1.0), (NONE, 1.0)])
def test_difference_by_hand(other: list, expected: float) -> None:
    assert difference(np.array(HELD_C), np.array(other).reshape(-1, 3)) == pytest.approx(expected)


def test_inside_counts_time() -> None:
    piece = song().piece  # C | Am | F | G and on
    assert inside(piece, np.array(HELD_C)) == 1.0
    assert inside(piece, np.array([(0, 48, 48), (144, 48, 48)])) == 0.5
    assert inside(piece, np.array([(24, 48, 57)])) == 0.5, "an A that the next bar's chord has"
    assert np.isnan(inside(piece, NONE))


def test_habits_by_hand() -> None:
    own = np.array([(48, 12, 60), (48, 12, 64), (66, 24, 62)])  # two on a beat, one between two
    found = habits(song(), own)
    assert found == pytest.approx(dict(zip(HABITS, (3 / 20, 16 / 12, 1.5, 0.5, 62.0), strict=True)))
    assert habits(song(), NONE) == {"notes a beat": 0.0}


def test_rising() -> None:
    assert rises([1, 1, 2])
    assert not rises([1, 0.9])
    assert rises([1, 0.99], tolerance=0.02)


def test_the_tables_have_a_row_for_each_model_and_style() -> None:
    figures = {"aic": 0.5, "overlap": 0.25}
    one = Heard((1, 2, 3, 4, 5), (40, 50, 60, 70, 80), (1.0, 0.2), (0.5,) * 6, (figures,) * 4, {
        "auto": dict.fromkeys(HABITS, 1.0), "quiet": {"notes a beat": 0.0},
    })  # fmt: skip
    text = tables({"a": [one, one], "b": [one]})
    assert "| `a` | 1.00 | 2.00 | 3.00 | 4.00 | 5.00 | 2 |" in text
    assert "| `b` | 50% | 50% | 50% | 50% | 50% | 50% |" in text
    assert text.count("`quiet`") == 2
    for table in text.strip().split("\n\n"):
        assert len({line.count("|") for line in table.splitlines()}) == 1
