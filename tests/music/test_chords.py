import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InputError
from bridge.music.chords import QUALITIES, Chord, parse
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.music.spelling import chord_of, spell

chords = st.builds(Chord, st.integers(0, 11), st.sampled_from(list(QUALITIES)), st.none() | st.integers(0, 11))
FOUR = Metre(4, 4)


def block(pitches, onset_beats=0.0, duration_beats=4.0):
    return [Note(pitch, onset_beats, duration_beats, 80) for pitch in pitches]


@given(chords)
def test_a_chord_survives_its_name(chord):
    assert parse(chord.name) == chord


@given(st.text(max_size=8))
def test_any_text_is_a_chord_or_refused(text):
    with contextlib.suppress(InputError):
        assert parse(text).pitch_classes


@pytest.mark.parametrize(
    ("chord", "name"),
    [
        (Chord(0), "C"),
        (Chord(9, "m7"), "Am7"),
        (Chord(7, "", 11), "G/B"),
        (Chord(6, "dim"), "F♯dim"),
        (Chord(1), "D♭"),
        (Chord(1, "m"), "C♯m"),
        (Chord(2, "", 6), "D/F♯"),
        (Chord(10, "m", 1), "B♭m/D♭"),
        (Chord(1, "7", 11), "D♭7/B"),
        (Chord(9, "", 1), "A/C♯"),
    ],
)
def test_names_are_those_of_a_lead_sheet(chord, name):
    assert chord.name == name
    assert parse(name.replace("♯", "#").replace("♭", "b")) == chord


@pytest.mark.parametrize("values", [(12, "", None), (0, "major", None), (0, "", -1)])
def test_no_chord_is_wrong(values):
    with pytest.raises(ValueError, match=r"outside|called"):
        Chord(*values)


def test_the_root_in_the_bass_is_no_slash_chord():
    assert Chord(0, "", 0) == Chord(0)


@given(st.integers(0, 11), st.sampled_from(["", "m", "7", "m7", "maj7", "dim", "sus4", "m7♭5", "add9"]))
def test_a_chord_in_root_position_is_found_again(root, quality):
    chord = Chord(root, quality)
    assert chord_of([float(pc in chord.tones) for pc in range(12)], root) == chord


@given(st.integers(0, 11), st.sampled_from(["", "m"]), st.integers(1, 2))
def test_an_inversion_names_its_bass(root, quality, degree):
    tones = Chord(root, quality).tones
    assert chord_of([float(pc in tones) for pc in range(12)], tones[degree]) == Chord(root, quality, tones[degree])


def test_one_tone_is_not_a_chord():
    assert chord_of([0, 0, 0, 3.0] + [0] * 8, 3) is None


def test_silence_spells_nothing():
    assert spell([], FOUR) == ()
    assert spell(block([60, 72]), FOUR) == ()


def test_one_chord_a_bar_is_said_once():
    assert spell(block([48, 64, 67]), FOUR) == ((0.0, "C"),)


def test_two_chords_a_bar_begin_where_they_begin():
    notes = block([48, 64, 67], 0, 2) + block([43, 62, 65, 71], 2, 2)
    assert spell(notes, FOUR) == ((0.0, "C"), (2.0, "G7"))


def test_broken_chords_and_passing_notes_stay_one_chord():
    broken = [Note(p, i / 2, 0.5, 80) for i, p in enumerate([45, 52, 57, 60, 62, 60, 57, 52])]
    assert spell(broken, FOUR) == ((0.0, "Am"),)


def test_an_alternating_bass_does_not_invert_the_chord():
    notes = block([48], 0, 1) + block([64, 67], 1, 1) + block([43], 2, 1) + block([64, 67], 3, 1)
    assert spell(notes, FOUR) == ((0.0, "C"),)


def test_compound_metres_change_at_the_dotted_beat():
    notes = block([50, 65, 69], 0, 1.5) + block([45, 61, 64, 67], 1.5, 1.5)
    assert spell(notes, Metre(6, 8)) == ((0.0, "Dm"), (1.5, "A7"))


def test_a_chord_after_a_rest_begins_where_it_sounds():
    assert spell(block([53, 57, 60], 2, 2), FOUR) == ((2.0, "F"),)


@given(
    st.lists(
        st.builds(
            lambda pitch, step, length: Note(pitch, step / 12, length / 12, 80),
            st.integers(0, 127),
            st.integers(0, 35),
            st.integers(1, 60),
        ),
        max_size=20,
    )
)
def test_whatever_is_spelled_can_be_read_and_lies_on_rising_pulses(notes):
    metre = Metre(3, 4)
    spelled = spell(notes, metre)
    beats = [beat for beat, _ in spelled]
    assert beats == sorted(set(beats))
    assert all(0 <= beat < 3 for beat in beats)
    assert all(parse(name) for _, name in spelled)
