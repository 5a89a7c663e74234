from __future__ import annotations

import re

import pytest

from bridge import errors
from bridge.errors import WIRE_ERRORS, BridgeError, InputError, InvalidBar


def every_error() -> list[type[BridgeError]]:
    kinds = (kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BridgeError))
    return [kind for kind in kinds if kind is not BridgeError]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"[├└]── (\w+) +(\S+)", errors.__doc__ or "")
    assert [name for name, _ in drawn] == [kind.__name__ for kind in every_error()]
    assert {name: code for name, code in drawn if name != "InputError"} == {k.__name__: k.code for k in WIRE_ERRORS}


def test_codes_are_unique_and_only_the_wires_go_on_the_wire() -> None:
    assert set(WIRE_ERRORS) == set(every_error()) - {InputError}
    assert len({kind.code for kind in every_error()}) == len(every_error())
    assert all(re.fullmatch(r"[a-z-]+", kind.code) for kind in every_error())


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_a_refusal_carries_its_sentence_and_what_it_is_about(kind: type[BridgeError]) -> None:
    refusal = kind("say hello first")
    assert (str(refusal), refusal.text, refusal.session, refusal.seq) == ("say hello first", "say hello first", "", -1)
    assert refusal.about("jam", 7) is refusal
    assert (refusal.session, refusal.seq) == ("jam", 7)


def test_what_is_known_already_is_not_overwritten() -> None:
    refusal = InvalidBar("too low", session="mine", seq=3).about("other", 9)
    assert (refusal.session, refusal.seq) == ("mine", 3)
