from __future__ import annotations

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InvalidValue
from bridge.model.controls import CONTROLS, MAX_TEXT_VALUE, Controls

NUMBERS = [spec for spec in CONTROLS.values() if spec.kind != "s"]
WHOLE = [spec for spec in NUMBERS if spec.kind == "i"]
TEXTS = [spec for spec in CONTROLS.values() if spec.kind == "s"]


def test_the_defaults_are_the_tables_and_inside_their_ranges() -> None:
    controls = Controls()
    for name, spec in CONTROLS.items():
        assert controls[name] == spec.default
    for spec in NUMBERS:
        assert spec.low <= controls.number(spec.name) <= spec.high
    assert controls.register == (28, 96)
    assert controls.text("parts") == "piano"


@pytest.mark.parametrize("spec", NUMBERS, ids=lambda spec: spec.name)
@given(value=st.one_of(st.integers(-(2**40), 2**40), st.floats(-1e6, 1e6, allow_nan=False).map(round)))
def test_a_number_is_clamped_into_its_range(spec, value: float) -> None:
    changed = Controls().changed(spec.name, value)
    assert spec.low <= changed.number(spec.name) <= spec.high
    assert isinstance(changed[spec.name], int if spec.kind == "i" else float)
    low, high = changed.register
    assert low <= high


@given(st.floats(0, 2, allow_nan=False))
def test_a_value_in_range_is_kept_and_the_old_controls_stay_as_they_were(value: float) -> None:
    controls = Controls()
    assert controls.changed("temperature", value).number("temperature") == value
    assert controls.number("temperature") == 1.0


def test_an_int_is_taken_for_a_float_and_a_whole_float_for_an_int() -> None:
    assert Controls().changed("temperature", 2)["temperature"] == 2.0
    assert Controls().changed("low", 40.0)["low"] == 40
    assert Controls().changed("seed", math.inf)["seed"] == 2**31 - 1, "clamped before it is asked to be whole"


def test_the_ends_of_the_register_never_pass_each_other() -> None:
    assert Controls().changed("low", 127).register == (96, 96)
    assert Controls().changed("high", 0).register == (28, 28)


@pytest.mark.parametrize("spec", NUMBERS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("value", ["1", None, True, math.nan, [1]], ids=repr)
def test_what_is_no_number_is_refused(spec, value: object) -> None:
    with pytest.raises(InvalidValue, match=f"{spec.name} wants a number, not"):
        Controls().changed(spec.name, value)


@pytest.mark.parametrize("spec", WHOLE, ids=lambda spec: spec.name)
def test_a_fraction_is_refused_where_a_whole_number_is_meant(spec) -> None:
    with pytest.raises(InvalidValue, match=rf"{spec.name} wants a whole number, not 0\.5"):
        Controls().changed(spec.name, 0.5)


@pytest.mark.parametrize("spec", TEXTS, ids=lambda spec: spec.name)
def test_text_is_text_short_and_printable(spec) -> None:
    assert Controls().changed(spec.name, "é" * MAX_TEXT_VALUE).text(spec.name) == "é" * MAX_TEXT_VALUE
    with pytest.raises(InvalidValue, match=f"{spec.name} wants text, not 1"):
        Controls().changed(spec.name, 1)
    for bad in ("x" * (MAX_TEXT_VALUE + 1), "two\nlines", "\x00"):
        with pytest.raises(InvalidValue, match="at most 200 printable characters"):
            Controls().changed(spec.name, bad)


def test_an_unknown_control_is_refused_with_the_list() -> None:
    with pytest.raises(InvalidValue, match="no control is called 'volume': there are temperature, density, low"):
        Controls().changed("volume", 1)


def test_controls_travel_to_another_process() -> None:
    controls = Controls().changed("seed", 7)
    assert pickle.loads(pickle.dumps(controls)) == controls
