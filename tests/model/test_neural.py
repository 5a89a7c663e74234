"""The default accompanist: nothing unheard reaches it, rows are what they say, every bar is legal."""

import numpy as np
import pytest

from bridge.model import note_rows, plan_rows
from bridge.model.features import Piece, best_match, cut, lead_rows
from bridge.model.neural import usual_notes_per_beat, window
from bridge.model.note_rows import duration_class, lead_at, onset_marks, texture, velocity_class
from bridge.model.plan import CHORDS, NO_CHORD, ROOTS, SHARED, TONES, class_of, transposed, units_of
from bridge.model.planner import choose
from bridge.music.metre import Metre

FOUR = Metre(4, 4)
METRES = [Metre(2, 4), Metre(3, 4), FOUR, Metre(5, 4), Metre(6, 8), Metre(9, 8), Metre(3, 8), Metre(7, 8), Metre(3, 2)]


def piece(metre=FOUR, bars=10, seed=0):
    rng = np.random.default_rng(seed)
    length = metre.length_steps
    onsets = np.sort(rng.choice(bars * length // 3, bars * 3, replace=False)) * 3
    lead = np.column_stack([onsets, rng.integers(1, 12, len(onsets)), rng.integers(60, 80, len(onsets))])
    own = [np.column_stack([[0, length // 2], [48, 55], [12, 6], [80, 90]]).astype(np.int64) for _ in range(bars)]
    return Piece((metre,) * bars, lead.astype(np.int64), own)


@pytest.mark.parametrize(
    ("metre", "lengths"),
    [
        (FOUR, [24, 24]),
        (Metre(3, 4), [24, 12]),
        (Metre(2, 4), [24]),
        (Metre(6, 8), [18, 18]),
        (Metre(9, 8), [18, 18, 18]),
        (Metre(3, 8), [18]),
        (Metre(2, 2), [24, 24]),
        (Metre(1, 1), [24, 24]),
        (Metre(1, 16), [3]),
    ],
)
def test_plan_units(metre, lengths):
    units = units_of(metre)
    assert [unit.length_steps for unit in units] == lengths
    assert sum(lengths) == metre.length_steps


@pytest.mark.parametrize("chord", range(CHORDS))
def test_a_chord_is_its_own_nearest_class(chord):
    tones = frozenset(np.flatnonzero(TONES[chord]).tolist())
    if chord == NO_CHORD:
        assert class_of(frozenset({3}), 3) == NO_CHORD
    else:
        assert class_of(tones, int(ROOTS[chord])) == chord
        assert SHARED[chord, chord] == pytest.approx(1)
        assert transposed(transposed(chord, 5), 7) == chord


def test_the_plan_is_the_chord_expected_to_share_most():
    chords = np.zeros(CHORDS, np.float32)
    c_major, a_minor, f_sharp = (
        class_of(frozenset({0, 4, 7}), 0),
        class_of(frozenset({9, 0, 4}), 9),
        class_of(frozenset({6, 10, 1}), 6),
    )
    chords[[c_major, a_minor, f_sharp]] = 0.35, 0.3, 0.35
    basses = np.full(13, 1 / 13, np.float32)
    unit = choose(chords, basses)
    assert unit.chord == c_major
    assert unit.bass == 0
    assert unit.likely[[0, 4]] == pytest.approx(0.65)


def test_no_chord_where_silence_is_likely():
    unit = choose(np.eye(CHORDS, dtype=np.float32)[NO_CHORD], np.eye(13, dtype=np.float32)[12])
    assert unit.chord == NO_CHORD
    assert not unit.tones.any()


@pytest.mark.parametrize("metre", METRES, ids=str)
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_what_is_not_known_changes_no_row(metre, share):
    one, target = piece(metre), 7
    known = int(one.starts[target]) + int(metre.length_steps * share) // 3 * 3
    other = Piece(
        one.metres,
        np.concatenate([one.lead[one.lead[:, 0] < known], [[step, 5, 61] for step in range(known, known + 30, 3)]]),
        one.own,
    )
    # a note that is still held may turn out shorter or longer
    held = other.lead[:, 0] + other.lead[:, 1] > known
    other.lead[held & (other.lead[:, 0] < known), 1] += 7
    other = Piece(other.metres, other.lead, other.own)
    assert best_match(one, target, known) == best_match(other, target, known)
    a, b = (plan_rows.plan_rows(p, target, known, None) for p in (one, other))
    assert a.shift == b.shift
    np.testing.assert_array_equal(a.columns, b.columns)
    np.testing.assert_array_equal(a.relations, b.relations)
    units = len(units_of(metre))
    plan, style = np.zeros((units, note_rows.PLAN), np.float32), np.array([1, 0], np.float32)
    c, d = (note_rows.note_rows(p, target, known, plan, style) for p in (one, other))
    np.testing.assert_array_equal(c.columns, d.columns)
    onsets = np.arange(metre.length_steps)
    np.testing.assert_array_equal(
        lead_at(one, target, c.known_steps, onsets), lead_at(other, target, d.known_steps, onsets)
    )
    nothing = np.zeros((0, 4), np.int64)
    np.testing.assert_array_equal(
        onset_marks(one, target, c.known_steps, nothing, nothing),
        onset_marks(other, target, d.known_steps, nothing, nothing),
    )


def test_what_is_known_reaches_the_rows():
    one, target = piece(), 7
    end = int(one.starts[target] + 48)
    some = lead_rows(one, np.arange(14, 16), end)[0]
    none, unknown = lead_rows(one, np.arange(14, 16), int(one.starts[target]))
    assert some.any()
    assert not none.any()
    assert unknown.all()


def test_the_bar_that_came_before_is_found():
    notes = [
        (step, 6, pitch) for bar in range(4) for step, pitch in [(48 * bar, 60 + bar), (48 * bar + 12 * (bar % 3), 70)]
    ]
    again = [(onset + 192, duration, pitch) for onset, duration, pitch in notes]
    both = Piece((FOUR,) * 8, np.array(sorted(notes + again), np.int64), [np.zeros((0, 4), np.int64)] * 8)
    bar, likeness = best_match(both, 6, 6 * 48)
    assert bar == 2
    assert likeness > 0.6  # two of the four bars before it are there too
    assert best_match(both, 0, 0) == (-1, 0.0)


@pytest.mark.parametrize("metre", [Metre(16, 4), Metre(13, 8), Metre(25, 16), Metre(4, 1), Metre(7, 4)], ids=str)
def test_long_bars_are_cut_into_bars_that_fit(metre):
    parts = cut(metre)
    assert sum(part.length_steps for part in parts) == metre.length_steps
    assert all(part.length_steps <= 72 for part in parts)


@pytest.mark.parametrize(("low", "high"), [(0, 127), (0, 10), (110, 127), (60, 60), (0, 0), (127, 127), (20, 21)])
def test_every_register_has_a_window(low, high):
    bottom, top, octaves = window(low, high)
    assert 21 <= bottom <= top <= 108
    assert low <= bottom + 12 * octaves <= top + 12 * octaves <= high


def test_texture_moves_with_the_notes():
    one = piece()
    here, moved = texture(one, 3), texture(one, 3, 5)
    np.testing.assert_array_equal(np.roll(here[..., :12], 5, axis=-1), moved[..., :12])
    assert here[0, 0, 0] == 1  # 48 is a C, at the bar line
    assert here[0, 0, 20] == pytest.approx(80 / 127)


def test_classes_of_duration_and_velocity():
    assert duration_class(np.array([1, 5, 48, 300])).tolist() == [0, 4, 13, 14]
    assert velocity_class(np.array([1, 16, 127])).tolist() == [0, 1, 7]


def singing(every_steps, metre=FOUR, bars=8, known_until=None):
    """How dense pop is to a lead with a note every so many steps."""
    onsets = np.arange(0, bars * metre.length_steps, every_steps)
    lead = np.column_stack([onsets, np.full_like(onsets, 6), np.full_like(onsets, 60)])
    song = Piece((metre,) * bars, lead, [np.zeros((0, 4), np.int64)] * bars)
    return usual_notes_per_beat(song, bars * metre.length_steps if known_until is None else known_until, POP)


POP = np.array([1, 0], np.float32)


def test_what_is_usual_goes_with_the_lead_and_not_with_what_is_not_known_of_it():
    assert singing(24) < singing(12) < singing(6)
    assert singing(24, Metre(2, 2)) == singing(24)
    unheard = singing(6, known_until=0)
    assert unheard == singing(24, known_until=0)
    assert singing(24) < unheard < singing(6)
    assert singing(6, bars=8, known_until=96) == singing(6, bars=2)
