"""The tables of an evaluation, its JSON and its pictures, of two toy songs; and a piano roll of one."""

import json
import math
from dataclasses import replace

import pytest

from bridge.errors import InputError
from bridge.model.accompanist import Part
from bridge.model.plan import NO_BASS, NO_CHORD, class_of
from bridge.model.plan_rows import STYLES
from bridge.model.registry import load
from bridge.music.note import Note
from tests.training.toy_songs import toy_songs
from training import evaluate, rolls
from training.baselines import baselines, performance, true_notes
from training.plot import plot_figures, plot_metres
from training.report import BITS, BY_METRE, HARMONY, Column, Section, songs_text

PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def found():
    songs = toy_songs()
    truths = [performance(song, true_notes(song)) for song in songs]
    played = baselines(songs, truths) | {"model, follow": truths[::-1][::-1]}
    figures = evaluate.figures_of(songs, played, truths, ["model, follow"])
    return {"corpus": "toy", "split": "test", "songs": 2, "ms_a_bar": {}, **figures}


def test_every_row_stands_beside_the_truth_metre_by_metre(found):
    assert next(iter(found["rows"])) == "truth"
    assert found["rows"]["model, follow"] == pytest.approx(found["rows"]["truth"], nan_ok=True)
    assert {metre: part["songs"] for metre, part in found["metres"].items()} == {"4/4": 1, "3/4": 1}
    assert all(list(part["rows"]) == ["truth", "model, follow"] for part in found["metres"].values())
    assert found["standard_errors"]["truth"]["overlap"] == pytest.approx(0)
    titles = [section.title for section in evaluate.sections_of(found, 0)]
    assert titles == ["2 songs of toy, test"] * 2 + ["toy in 4/4, 1 song", "toy in 3/4, 1 song"]


def test_what_cannot_be_measured_is_null_and_an_empty_cell():
    column = Column("pcs", "PCS")
    assert column.cell({"pcs": math.nan}) == column.cell({}) == ""
    assert Column("aic", "AIC %", 100, 1).cell({"aic": 0.7111}) == "71.1"
    assert json.dumps(evaluate.without_nan({"a": {"b": math.nan, "c": 1.0}})) == '{"a": {"b": null, "c": 1.0}}'


def test_a_table_in_markdown():
    section = Section("bits a note", {"model": {"onset": 1.0, "pitch": 2.345, "all": 3.345}}, BITS)
    assert section.markdown().splitlines() == [
        "| bits a note | figure | onset | pitch | duration | velocity | all | right root % |",
        "|---|---|---|---|---|---|---|---|",
        "| model |  | 1.00 | 2.35 |  |  | 3.35 |  |",
    ]
    assert [songs_text(count) for count in (1, 2)] == ["1 song", "2 songs"]


def test_pictures_are_drawn_even_of_what_is_not_there(found, tmp_path):
    found["rows"]["silent"] = dict.fromkeys(found["rows"]["truth"], math.nan)
    plot_figures(found["rows"], HARMONY, tmp_path / "figures.png")
    plot_metres(found["metres"], BY_METRE, tmp_path / "metres.png")
    assert all((tmp_path / name).read_bytes()[:4] == PNG for name in ("figures.png", "metres.png"))


def test_only_a_model_with_styles_is_told_one():
    assert evaluate.settings_of(load("default"), STYLES[0]) == {"style": STYLES[0]}
    assert evaluate.settings_of(load("onehot"), STYLES[0]) == {}
    assert evaluate.metre_of(toy_songs()[1]) == "3/4"


def test_inferred_chords_are_compared_with_the_labels():
    song = toy_songs()[0]
    assert 0.8 < evaluate.inferred_roots([song]) <= 1
    unlabelled = replace(song, chords=song.chords[:0])
    with pytest.raises(InputError, match="no chord labels"):
        evaluate.inferred_roots([unlabelled])


class Held:
    """Holds a C major triad in every bar."""

    name = "held"
    used_controls = frozenset({"seed"})
    part_names = ("piano",)
    style_names = ("auto",)

    def accompany(self, request):
        return (Part("piano", tuple(Note(pitch, 0.0, request.metre.length_beats, 80) for pitch in (48, 52, 55))),)


def test_a_roll_of_lead_truth_and_model():
    song = toy_songs()[0]
    assert rolls.roll(song, Held(), "follow", 8, "toy").startswith(PNG)
    assert rolls.labelled(song)[:3] == [(0.0, "C"), (4.0, "Am/C"), (8.0, "F/C")]
    assert rolls.spelled(song, true_notes(song)[:0]) == []
    assert rolls.systems(song, 2, 100) == [range(2, 10), range(10, 12)]


def test_the_plan_of_a_model_that_tells_one_is_shown():
    song, recorded = toy_songs()[1], rolls.Recorded(load("default"))
    rolls.play(song.piece, recorded, "anticipate", {"seed": 0})
    assert sorted(recorded.planned) == list(range(12))
    assert all(len(units) == 2 for units in recorded.planned.values())  # a bar of 3/4 is planned as 2 + 1 beats
    assert all(name for _, name in rolls.planned(song, recorded.planned))


def test_the_names_of_planned_chords():
    assert rolls.chord_name(NO_CHORD, NO_BASS) == "–"
    c_major = class_of(frozenset({0, 4, 7}), 0)
    assert [rolls.chord_name(c_major, bass) for bass in (0, 4, NO_BASS)] == ["C", "C/E", "C"]
    assert rolls.changes([(0.0, "C"), (2.0, "C"), (4.0, "F"), (6.0, "C")]) == [(0.0, "C"), (4.0, "F"), (6.0, "C")]
