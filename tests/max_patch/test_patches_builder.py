"""The builder of patches: what it writes is JSON, what it cannot know it refuses, and the tables find their places."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from max_patch.build import readme
from max_patch.build.parameters import Parameter
from max_patch.build.patcher import Patcher, dump
from max_patch.build.shapes import shape_of

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_dumped_is_read_back_equal(value: Any) -> None:
    assert json.loads(dump(value)) == value


def test_a_patch_is_the_same_text_whatever_the_order_of_its_attributes() -> None:
    assert dump({"b": 1, "a": [1, 2], "text": "x"}) == dump({"a": [1, 2], "text": "x", "b": 1})


@pytest.mark.parametrize(
    ("text", "inlets", "types"),
    [
        ("t b i f l", 1, ("bang", "int", "float", "")),
        ("t outputvalue outputvalue", 1, ("", "")),
        ("route a b c", 4, ("", "", "", "")),
        ("sel 0 1", 3, ("bang", "bang", "")),
        ("pack 0 0. s", 3, ("",)),
        ("unpack s 0.", 1, ("", "float")),
        ("expr $f1*125./$f2", 2, ("",)),
        ("makenote 64 100 @repeatmode 2", 3, ("float", "float")),
        ("makenote 64 100 1", 4, ("float", "float", "float")),
        ("+ 10.", 2, ("float",)),
        ("% 12", 2, ("int",)),
        ("gate 3", 2, ("", "", "")),
        ("udpsend 127.0.0.1 7770", 1, ()),
        ("r ---name", 0, ("",)),
        ("sprintf %s %d", 2, ("",)),
    ],
)
def test_arguments_decide_the_ports(text: str, inlets: int, types: tuple[str, ...]) -> None:
    shape = shape_of(text)
    assert shape is not None
    assert (shape.inlets, shape.types) == (inlets, types)


def test_a_script_decides_its_box_s_ports() -> None:
    shape = shape_of("js a.js live", lambda name: (2, 7))
    assert shape is not None
    assert (shape.inlets, shape.outlets) == (2, 7)


def test_an_object_that_is_not_in_the_table_stops_the_build() -> None:
    with pytest.raises(KeyError, match="midifluch"):
        Patcher().new("midifluch", (0, 0))


def test_a_cord_to_a_port_that_is_not_there_stops_the_build() -> None:
    patch = Patcher()
    one, two = patch.new("midiin", (0, 0)), patch.new("midiout", (0, 40))
    with pytest.raises(IndexError, match="midiin has no outlet 1"):
        one.to(two, 0, 1)
    with pytest.raises(IndexError, match="midiout has no inlet 1"):
        one.to(two, 1)


def test_inlets_are_numbered_by_where_they_lie() -> None:
    inside = Patcher()
    right, left = inside.inlet((200, 0), "second"), inside.inlet((20, 0), "first")
    box = Patcher().sub("parts", inside, (0, 0))
    assert (left.attributes["index"], right.attributes["index"]) == (1, 2)
    assert box.attributes["numinlets"] == 2


def test_a_choice_is_stored_by_its_place() -> None:
    stored = Parameter("Mode", "Mode", "What it does.", kind="enum", choices=("A", "B"), initial=1).attributes()
    assert (stored["parameter_mmax"], stored["parameter_initial"], stored["parameter_type"]) == (1, [1], 2)


def test_a_port_is_a_float_that_is_shown_as_an_int() -> None:
    stored = Parameter("Port", "Port", "Where.", low=1024, high=65535, initial=7770, unit="int").attributes()
    assert (stored["parameter_type"], stored["parameter_unitstyle"]) == (0, 0)


def test_the_tables_of_the_readme_are_made_anew_in_their_places() -> None:
    page = "".join(f"<!-- {name} -->\nSTALE\n<!-- end -->\n" for name in ("messages", "tool", "controls"))
    made = readme.with_tables(page)
    assert "STALE" not in made
    assert readme.with_tables(made) == made
    with pytest.raises(ValueError, match="no place for the table messages"):
        readme.with_tables("# nothing")
