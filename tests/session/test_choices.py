"""Controls of a session: what a model can and cannot do."""

from __future__ import annotations

import pytest

from bridge.errors import InvalidValue
from bridge.model.controls import CONTROLS
from bridge.session.choices import ModelInfo, fitted
from bridge.session.session import Session
from tests.session.doubles import Counting

MODELS = {
    "counting": ModelInfo.of(Counting()),
    "plain": ModelInfo(frozenset(), ("strings",), ("auto",)),
    "loading": None,
}


@pytest.fixture
def session() -> Session:
    return Session("song", "counting", known_models=MODELS)


def test_a_session_begins_with_the_default_model_and_the_tables_values(session: Session) -> None:
    assert session.controls["model"] == session.model == "counting"
    assert all(session.controls[name] == spec.default for name, spec in CONTROLS.items() if name != "model")


def test_a_value_is_clamped_and_told(session: Session) -> None:
    assert session.set("temperature", 5) == 2.0
    assert session.set("low", 120) == 96, "never over high"
    assert session.set("variation", 3.0) == 3


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("colour", 1, "no control is called 'colour': there are temperature"),
        ("density", "much", "density wants a number"),
        ("model", "nobody", "no model is called 'nobody': there are counting, plain, loading"),
        ("style", "polka", "counting knows no style 'polka': there are auto, waltz"),
        ("parts", "piano kazoo", "counting plays no kazoo: there are piano, bass"),
        ("parts", "  ", "parts wants the name of at least one instrument"),
        ("parts", 3, "parts wants text"),
    ],
)
def test_what_cannot_be_set_is_refused_and_changes_nothing(
    session: Session, name: str, value: object, sentence: str
) -> None:
    before = session.controls
    with pytest.raises(InvalidValue, match=sentence):
        session.set(name, value)
    assert session.controls == before


def test_parts_are_separated_by_blanks_and_named_once(session: Session) -> None:
    assert session.set("parts", "  bass   piano bass ") == "bass piano"


def test_an_empty_model_is_the_default_model(session: Session) -> None:
    assert session.set("model", "plain") == "plain"
    assert session.set("model", "") == "counting"


def test_while_a_model_is_loading_any_style_and_part_is_taken(session: Session) -> None:
    session.set("model", "loading")
    assert session.set("style", "polka") == "polka"
    assert session.set("parts", "kazoo") == "kazoo"


def test_a_session_without_known_models_has_its_default_model_alone() -> None:
    session = Session("song", "counting")
    assert session.set("style", "polka") == "polka"
    with pytest.raises(InvalidValue, match="no model is called 'plain': there are counting"):
        session.set("model", "plain")


def test_one_control_or_every_one_is_described(session: Session) -> None:
    ((spec, value, text),) = session.describe("seed")
    assert (spec, value, text) == (CONTROLS["seed"], -1, CONTROLS["seed"].text)
    assert [row[0].name for row in session.describe("*")] == list(CONTROLS)
    with pytest.raises(InvalidValue, match="no control is called 'colour'"):
        session.describe("colour")


def test_a_control_that_the_model_does_not_use_says_so(session: Session) -> None:
    texts = {spec.name: text for spec, _, text in session.describe("*")}
    assert texts["density"].endswith("(the model counting does not use it)")
    unused = {name for name, text in texts.items() if "does not use it" in text}
    assert unused == {"temperature", "density", "humanize", "swing", "progression"}


def test_the_choices_of_a_text_control_are_listed(session: Session) -> None:
    texts = {spec.name: text for spec, _, text in session.describe("*")}
    assert texts["model"].endswith(": counting, plain, loading")
    assert texts["style"].endswith(": auto, waltz")
    assert texts["parts"].endswith(": piano, bass")


def test_a_progression_has_to_be_chords(session: Session) -> None:
    assert session.set("progression", " C Am | F G7 ") == "C Am | F G7"
    with pytest.raises(InvalidValue, match="'H7' is not a chord's name"):
        session.set("progression", "C H7")
    assert session.controls["progression"] == "C Am | F G7"
    assert session.set("progression", "") == ""


def test_controls_that_fit_are_not_touched(session: Session) -> None:
    session.set("style", "waltz")
    session.set("parts", "bass piano")
    assert fitted(session.controls, MODELS["counting"]) is session.controls
    assert fitted(session.controls, None) is session.controls


def test_parts_that_fit_in_part_are_those_that_fit(session: Session) -> None:
    session.set("model", "loading")
    session.set("parts", "bass kazoo")
    assert fitted(session.controls, MODELS["counting"])["parts"] == "bass"
