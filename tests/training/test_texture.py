"""What comes back and what wanders, against cases that were counted by hand."""

import math

import numpy as np
import pytest

from bridge.music.metre import Metre
from training import texture
from training.performance import Performance

FOUR, THREE = Metre(4, 4), Metre(3, 4)


def performance(own, lead=(), metres=(FOUR,), first=0):
    frames = sum(metre.length_steps for metre in metres) // 3
    own, lead = np.array(own, np.int64).reshape(-1, 3), np.array(lead, np.int64).reshape(-1, 3)
    return Performance(metres, lead, own, np.zeros((frames, 12), bool), first)


def test_a_bar_that_comes_again_is_a_repetition():
    bars = [(0, 12, 60), (48, 24, 60), (96, 12, 62)]  # the length does not matter
    assert texture.repetition(performance(bars, metres=(FOUR,) * 4)) == pytest.approx(1 / 3)
    assert math.isnan(texture.repetition(performance([])))


def test_what_comes_back_with_the_lead_is_counted_in_common_notes():
    lead = [(0, 12, 72), (48, 12, 74), (96, 6, 72), (144, 12, 72)]  # bars 2 and 3 are bar 0 again, lengths aside
    own = [(0, 12, 48), (12, 12, 52), (48, 12, 50), (96, 12, 48), (108, 12, 53), (144, 12, 48), (156, 12, 53)]
    # bar 2 has one note of three in common with bar 0; bar 3 is bar 2 again, the last bar with that lead
    assert texture.repeats_with_lead(performance(own, lead, (FOUR,) * 4)) == pytest.approx((1 / 3 + 1) / 2)


def test_a_lead_in_another_metre_is_another_lead_and_silence_no_repetition():
    lead = [(0, 12, 72), (48, 12, 72), (84, 12, 72)]
    metres = (FOUR, THREE, FOUR)
    assert texture.repeats_with_lead(performance([(0, 12, 48), (48, 12, 48)], lead, metres)) == 0
    assert math.isnan(texture.repeats_with_lead(performance([(48, 12, 48)], lead, metres)))  # neither bar 0 nor 2 plays


def test_a_rhythm_is_kept_whatever_the_pitches():
    own = [(0, 12, 48), (24, 12, 55), (48, 6, 50), (72, 24, 57), (96, 12, 48), (144, 12, 48), (144, 12, 52)]
    # bar 1 keeps the onsets of bar 0, bar 2 does not, bar 3 keeps those of bar 2
    assert texture.rhythm_kept(performance(own, metres=(FOUR,) * 4)) == pytest.approx(2 / 3)
    # after a bar of silence, or in another metre, there is nothing to keep
    assert math.isnan(texture.rhythm_kept(performance([(0, 12, 48), (96, 12, 48)], metres=(FOUR,) * 3)))
    assert math.isnan(texture.rhythm_kept(performance([(0, 12, 48), (48, 12, 48)], metres=(FOUR, THREE))))


def test_chords_are_counted_by_the_half_bar():
    c, a, g = (48, 52, 55), (45, 48, 52), (43, 47, 50)
    own = [(0, 24, p) for p in c] + [(24, 24, p) for p in a] + [(48, 48, p) for p in g] + [(96, 24, p) for p in c]
    assert texture.distinct_chords(performance(own, metres=(FOUR,) * 3)) == 3
    passing = [*own, (120, 3, 54)]  # alone in its half bar, one pitch class: no chord
    assert texture.distinct_chords(performance(passing, metres=(FOUR,) * 3)) == 3
    assert texture.distinct_chords(performance([(0, 48, 60)])) == 0
    assert texture.distinct_chords(performance(own, metres=(FOUR,) * 3, first=2)) == 1


@pytest.mark.parametrize(
    ("other", "is_alone"),
    [
        ((40, 8, 60), True),
        ((24, 12, 67), True),  # at the same time, but more than a fourth away
        ((24, 12, 65), False),
        ((29, 3, 62), False),  # begins within an 8th of its end
        ((33, 9, 62), True),
        ((12, 6, 62), True),  # ends an 8th before it
        ((12, 7, 62), False),
    ],
)
def test_a_short_note_without_neighbours_in_time_and_pitch_is_isolated(other, is_alone):
    assert texture.isolated(performance([(24, 3, 60), other, (0, 5, 100), (0, 5, 101)])) == is_alone / 4


def test_a_long_note_is_never_isolated():
    assert texture.isolated(performance([(24, 5, 60)])) == 0
    assert texture.isolated(performance([(24, 4, 60)])) == 1
    assert math.isnan(texture.isolated(performance([(24, 4, 60)], metres=(FOUR, FOUR), first=1)))
