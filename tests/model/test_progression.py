from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InputError
from bridge.model.accompanist import LeadBar, Part, Request, checked
from bridge.model.controls import Controls
from bridge.model.progression import Reharmonised, chords_at, parsed
from bridge.model.registry import load
from bridge.music.bar import Bar
from bridge.music.chords import Chord
from bridge.music.metre import Metre, beats_of
from bridge.music.note import Note

FOUR = Metre(4, 4)


class Plays:
    """Plays the same notes whatever it is asked."""

    name = "plays"
    used_controls = frozenset({"low", "high"})
    part_names = ("piano",)
    style_names = ("auto",)

    def __init__(self, *notes: Note) -> None:
        self.notes = notes

    def accompany(self, request: Request) -> tuple[Part, ...]:
        low, high = request.controls.register
        return (Part("piano", tuple(n for n in self.notes if low <= n.pitch_midi <= high)),)


def request(text: str, target: int = 0, metre: Metre = FOUR, low: int = 28, high: int = 96) -> Request:
    controls = Controls().changed("low", 0).changed("high", high).changed("low", low).changed("progression", text)
    lead = (LeadBar(target, Bar(metre), metre.length_beats),)
    return Request(target, metre, 100.0, lead, (), (), 0.0, controls, 1)


def played(text: str, *notes: Note, **fields: int) -> list[tuple[int, float, float]]:
    asked = request(text, **fields)  # type: ignore[arg-type]
    [part] = checked(asked, Reharmonised(Plays(*notes)).accompany(asked))
    return [(n.pitch_midi, n.onset_beats, n.end_beats) for n in part.notes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("C", ((Chord(0),),)),
        ("C  Am", ((Chord(0),), (Chord(9, "m"),))),
        ("C Am | F", ((Chord(0), Chord(9, "m")), (Chord(5),))),
        ("| C | G/B |", ((Chord(0),), (Chord(7, "", 11),))),
    ],
)
def test_a_progression_is_read(text: str, expected: tuple) -> None:
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("C x", "'x' is not a chord"),
        ("C | | F", "bar 2 of the progression has no chord"),
        ("|" + "C " * 17 + "| F", "16"),
    ],
)
def test_what_is_no_progression(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        parsed(text)


@pytest.mark.parametrize(
    ("metre", "beats"),
    [(FOUR, [0.0, 2.0]), (Metre(3, 4), [0.0, 1.0]), (Metre(6, 8), [0.0, 1.5]), (Metre(2, 2), [0.0, 2.0])],
)
def test_two_chords_share_a_bar_by_its_pulses(metre: Metre, beats: list[float]) -> None:
    assert [beat for beat, _ in chords_at(parsed("C Am | F"), 0, metre)] == beats


def test_a_chord_a_pulse_and_more() -> None:
    one_a_pulse = chords_at(parsed("| C C Am Am |"), 0, FOUR)
    assert [(beat, chord.name) for beat, chord in one_a_pulse] == [(0.0, "C"), (2.0, "Am")]
    crowded = chords_at(parsed("| C Am F G |"), 0, Metre(6, 8))
    assert [(beat, chord.name) for beat, chord in crowded] == [(0.0, "Am"), (1.5, "G")]


def test_it_is_repeated_and_goes_back_before_the_first_bar() -> None:
    progression = parsed("C Am F G")
    assert [chords_at(progression, bar, FOUR)[0][1].name for bar in (-1, 0, 1, 5, 7)] == ["G", "C", "Am", "Am", "G"]


def test_notes_go_to_the_nearest_free_chord_tone_and_the_lowest_to_the_bass() -> None:
    triad = [Note(p, 0.0, 4.0, 80) for p in (36, 60, 64, 67)]
    assert played("C", *triad) == [(p, 0.0, 4.0) for p in (36, 60, 64, 67)]
    assert played("F", *triad) == [(p, 0.0, 4.0) for p in (41, 60, 65, 69)]
    assert played("C/E", *triad)[0][0] == 40


def test_a_note_does_not_ring_into_a_chord_that_it_is_not_in() -> None:
    notes = (Note(60, 0.0, 4.0, 80), Note(64, 3.0, 1.0, 80))
    assert played("| C G |", *notes) == [(60, 0.0, 2.0), (67, 3.0, 4.0)]


def test_without_one_nothing_changes() -> None:
    plays = Plays(Note(61, 0.0, 1.0, 80))
    asked = request("")
    assert Reharmonised(plays).accompany(asked) == plays.accompany(asked)


notes = st.builds(
    lambda pitch, step, length: Note(pitch, beats_of(step), beats_of(min(length, 48 - step)), 80),
    st.integers(0, 127), st.integers(0, 47), st.integers(1, 48),
)  # fmt: skip


@given(
    drawn=st.lists(notes, max_size=12),
    low=st.integers(0, 127),
    width=st.integers(0, 60),
    text=st.sampled_from(["C", "C Am F G", "F♯m7♭5/C | C D E", "B♭maj7 | A"]),
)
def test_every_note_is_a_chord_tone_and_legal(drawn: list[Note], low: int, width: int, text: str) -> None:
    asked = request(text, low=low, high=min(low + width, 127))
    [part] = checked(asked, Reharmonised(Plays(*drawn)).accompany(asked))
    chords = chords_at(parsed(text), 0, FOUR)
    for note in part.notes:
        chord = max((c for c in chords if c[0] <= note.onset_beats), key=lambda c: c[0])[1]
        assert note.pitch_class in chord.pitch_classes


@pytest.mark.parametrize("model", ["chords", "onehot"])
def test_every_model_and_its_band_keep_to_it(model: str) -> None:
    accompanist = load(model)
    for target, name in enumerate(["C", "Am", "F", "G"]):
        asked = request("C Am F G", target)
        bar = Bar(FOUR, tuple(Note(61 + beat, float(beat), 1.0, 80) for beat in range(4)))
        controls = asked.controls.changed("parts", "piano bass pad")
        asked = Request(target, FOUR, 100.0, (LeadBar(target, bar, 4.0),), (), (), 0.0, controls, 5)
        sounding = {n.pitch_class for part in checked(asked, accompanist.accompany(asked)) for n in part.notes}
        assert sounding
        assert sounding <= parsed(name)[0][0].pitch_classes
