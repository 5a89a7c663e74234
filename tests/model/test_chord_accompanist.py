from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model.accompanist import LeadBar, Part, PlayedBar, Request, checked
from bridge.model.chords import load
from bridge.model.controls import Controls
from bridge.model.half_bars import grouping, half_bar_beats, half_bars
from bridge.model.harmony import TRIADS
from bridge.model.patterns import FIGURES, strokes
from bridge.model.score import Score
from bridge.model.voicing import voicing
from bridge.music.bar import Bar
from bridge.music.chords import Chord, parse
from bridge.music.metre import STEPS_PER_BEAT, Metre
from bridge.music.note import Note
from bridge.music.spelling import spell

FOUR = Metre(4, 4)
METRES = [Metre(n, d) for d in (2, 4, 8, 16) for n in range(1, 33) if n * 4 / d <= 16]


@pytest.fixture(scope="module")
def chords():
    return load(None)


def bar(*pitches, metre=FOUR) -> Bar:
    """Notes of equal length that fill the bar."""
    each = metre.length_beats / len(pitches)
    return Bar(metre, tuple(Note(p, place * each, each, 80) for place, p in enumerate(pitches) if p))


def request(bars, target=None, history=(), known=None, **controls) -> Request:
    values = Controls()
    for name, value in controls.items():
        values = values.changed(name, value)
    lead = [LeadBar(number, heard, heard.metre.length_beats) for number, heard in enumerate(bars)]
    if known is not None:
        lead[-1] = LeadBar(lead[-1].number, lead[-1].bar.before(known), known)
    target = len(bars) - 1 if target is None else target
    return Request(target, bars[-1].metre, 100.0, tuple(lead), tuple(history), (), 0.0, values, 3)


def names(chords, asked) -> list[str]:
    notes = [note for part in checked(asked, chords.accompany(asked)) for note in part.notes]
    return [name for _, name in spell(notes, asked.metre)]


def test_groups_and_half_bars_fill_every_metre():
    for metre in METRES:
        unit_steps, groups = grouping(metre)
        assert sum(groups) * unit_steps == metre.length_steps
        assert sum(half_bars(metre)) == len(groups)
        edges = half_bar_beats(metre)
        assert edges[0] == 0
        assert edges[-1] == metre.length_beats
        assert all(a < b for a, b in pairwise(edges))
        assert STEPS_PER_BEAT % unit_steps == 0


@pytest.mark.parametrize(
    ("metre", "edges"),
    [
        ((4, 4), (0, 2, 4)),
        ((3, 4), (0, 3)),
        ((2, 4), (0, 2)),
        ((6, 8), (0, 1.5, 3)),
        ((9, 8), (0, 4.5)),
        ((12, 8), (0, 3, 6)),
        ((5, 4), (0, 3, 5)),
        ((7, 8), (0, 3.5)),
        ((2, 2), (0, 2, 4)),
    ],
)
def test_chords_may_change_where_players_expect_it(metre, edges):
    assert half_bar_beats(Metre(*metre)) == edges


def test_a_plain_tune_gets_plain_chords(chords):
    """C G C: the scale, the dominant's tones, the tonic's."""
    tune = [bar(60, 64, 67, 64), bar(62, 67, 71, 67), bar(60, 64, 72, 72)]
    history = []
    found = []
    for number in range(3):
        asked = request(tune[: number + 1], history=history, temperature=0.0, style="block")
        parts = checked(asked, chords.accompany(asked))
        history.append(PlayedBar(number, FOUR, parts))
        found.append({parse(name).root for _, name in spell(parts[0].notes, FOUR)})
    assert found == [{0}, {7}, {0}]


def expected_triads(chords, asked):
    score = Score(asked)
    return chords.harmony.triads(score.piece, score.first_target, score.known_until)


@given(st.integers(-6, 5))
def test_a_transposed_tune_gets_the_transposed_chords(chords, semitones):
    tune = [bar(60, 62, 64, 65), bar(67, 69, 67, 65), bar(64, 62, 60, 60)]
    moved = [
        Bar(FOUR, tuple(Note(n.pitch_midi + semitones, n.onset_beats, n.duration_beats, 80) for n in b.notes))
        for b in tune
    ]
    plain, other = (expected_triads(chords, request(bars)) for bars in (tune, moved))
    order = [TRIADS.index(Chord((triad.root + semitones) % 12, triad.quality)) for triad in TRIADS]
    assert np.allclose(other[:, order], plain)


def test_the_future_of_the_lead_changes_nothing(chords):
    known = [bar(60, 62, 64, 65), bar(67, 69, 67, 65)]
    one, other = (request([*known, last], known=1.0) for last in (bar(64, 62, 60, 60), bar(64, 70, 73, 75)))
    assert chords.accompany(one) == chords.accompany(other)


def test_what_followed_before_is_expected_again(chords):
    verse = [bar(60, 64, 67, 64), bar(65, 69, 72, 69), bar(62, 66, 69, 66)]
    then = expected_triads(chords, request(verse))
    again = expected_triads(chords, request([*verse, *verse[:2]], target=5))
    elsewhere = expected_triads(chords, request([*verse, bar(60, 64, 67, 64), bar(70, 74, 65, 74)], target=5))
    d_major = 2
    assert then.argmax(axis=1).tolist() == [d_major, d_major]
    assert again.argmax(axis=1).tolist() == [d_major, d_major]
    assert (again[:, d_major] > elsewhere[:, d_major]).all()


def test_phrases_are_counted_from_where_the_lead_began(chords):
    """The same lead, told where the lead began or that it began with them."""
    verse = [bar(60, 64, 67, 64), bar(65, 69, 72, 69), bar(67, 71, 74, 71)]
    asked = request(verse)
    plain = expected_triads(chords, asked)
    assert np.array_equal(plain, expected_triads(chords, replace(asked, began=0)))
    assert np.array_equal(plain, expected_triads(chords, replace(asked, began=-8)))
    assert not np.allclose(plain, expected_triads(chords, replace(asked, began=-3)))


@pytest.mark.parametrize("figure", list(FIGURES))
def test_every_figure_fits_every_metre(figure):
    for metre in METRES:
        is_new = (True,) * len(half_bars(metre))
        sparse, middle, dense = (strokes(figure, metre, is_new, density) for density in (-1.0, 0.0, 1.0))
        assert set(sparse) <= set(middle) <= set(dense)
        assert sparse[0].step == 0
        assert all(0 <= stroke.step < metre.length_steps for stroke in dense)


def test_a_waltz_goes_oom_pah_pah(chords):
    metre = Metre(3, 4)
    asked = request([bar(60, 64, 67, metre=metre)], style="oom-pah", temperature=0.0)
    notes = chords.accompany(asked)[0].notes
    counts = {beat: sum(n.onset_beats == beat for n in notes) for beat in (0.0, 1.0, 2.0)}
    assert counts == {0.0: 1, 1.0: 3, 2.0: 3}
    assert min(notes, key=lambda n: n.pitch_midi).onset_beats == 0


def test_a_figure_goes_on_through_a_phrase(chords):
    history = []
    for number in range(8):
        asked = request([bar(60, 62, 64, 67)] * (number + 1), history=history)
        history.append(PlayedBar(number, FOUR, chords.accompany(asked)))
    rhythms = {tuple(sorted({n.onset_beats for n in played.notes})) for played in history[1:]}
    assert len(rhythms) <= 2


def test_a_phrase_that_ends_is_let_breathe(chords):
    asked = request([bar(60, 62, 64, 67)] * 2, style="broken")
    ends = request([bar(60, 62, 64, 67), Bar(FOUR, (Note(60, 0.0, 4.0, 80),))], style="broken")
    assert len(chords.accompany(ends)[0].notes) < len(chords.accompany(asked)[0].notes)


def test_no_pitch_is_struck_while_it_sounds(chords):
    for style in FIGURES:
        asked = request([bar(60, 62, 64, 67)], style=style, density=1.0, low=50, high=62)
        notes = chords.accompany(asked)[0].notes
        for one, other in pairwise(sorted(notes, key=lambda n: (n.pitch_midi, n.onset_beats))):
            assert one.pitch_midi < other.pitch_midi or one.end_beats <= other.onset_beats + 1e-6


def test_a_begun_chord_is_played_to_its_end(chords):
    lead = [bar(60, 64, 67, 72)] * 2
    first = Part("piano", tuple(Note(p, 0.0, 2.0, 80) for p in (43, 55, 59, 62)))
    asked = request(lead, style="broken")
    again = Request(1, FOUR, 100.0, asked.lead, (), (first,), 1.0, asked.controls, 3)
    notes = [n for n in chords.accompany(again)[0].notes if n.onset_beats < 2]
    assert notes
    assert {n.pitch_class for n in notes} <= {7, 11, 2}


@given(
    st.builds(Chord, st.integers(0, 11), st.sampled_from(["", "m"])),
    st.integers(0, 127),
    st.integers(0, 127),
    st.lists(st.integers(0, 127), max_size=5),
    st.integers(0, 127),
    st.booleans(),
)
def test_a_voicing_stays_in_the_register(chord, one, other, previous, ceiling, may_invert):
    low, high = sorted((one, other))
    placed = voicing(chord, low, high, previous, ceiling, may_invert)
    pitches = [placed.bass, placed.fifth, placed.octave, *placed.upper]
    assert all(low <= pitch <= high for pitch in pitches)
    assert list(placed.upper) == sorted(placed.upper)
    if high - low >= 11:
        assert {pitch % 12 for pitch in pitches} <= set(chord.tones)


def test_voices_move_little():
    c = voicing(Chord(0), 28, 96, [], 96)
    f = voicing(Chord(5), 28, 96, [c.bass, *c.upper], 96)
    assert sum(abs(a - b) for a, b in zip(c.upper, f.upper, strict=True)) <= 5


def test_the_bass_takes_the_third_for_a_step():
    placed = voicing(Chord(0), 28, 96, [41, 57, 60, 65], 96, may_invert=True)
    assert placed.bass == 40
