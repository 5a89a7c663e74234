"""Every object that our patches may use, and how many inlets and outlets it has with its arguments.

`objects.json` holds the shape of each object without arguments, as Max 8.6 makes it and about 250 public patches
confirm it, and the words it understands. Many objects grow with their arguments: those rules are here. What is in
neither is unknown, which is the point: Max ignores a name it does not know and says nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("objects.json")

MAX_9_ONLY = re.compile(
    r"^(v8|v8ui|\w+\.codebox|param\.osc|osc\.\w+|schedule|threadcheck|stepcounter|array\.\w+|string\.\w+)$"
)
"""Objects that Max 8.6, and with it Live 11 to 12.1, does not have."""

FORBIDDEN_IN_DEVICES = frozenset({"print", "dac~", "adc~", "ezdac~", "ezadc~", "node.script", "plugsync~", "send~"})
"""What a device of ours must not hold: console noise, audio ports that Live owns, processes that outlive the set,
a clock that stands still in MIDI effects."""


@dataclass(frozen=True)
class Shape:
    """An object's ports, left to right, and its vocabulary. `types` has one word an outlet, "" for anything."""

    inlets: int
    outlets: int
    types: tuple[str, ...]
    ui: bool = False
    messages: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()


@cache
def table() -> dict[str, Shape]:
    """Name -> shape without arguments."""
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    return {
        name: Shape(
            row["in"],
            row["out"],
            tuple(row["types"]),
            bool(row.get("ui")),
            frozenset(row["messages"]),
            frozenset(row["attributes"]),
        )
        for name, row in rows.items()
    }


def words(text: str) -> tuple[str, list[str], dict[str, list[str]]]:
    """An object's text as its name, its arguments and its `@attributes` with their values."""
    name, *rest = text.split()
    arguments: list[str] = []
    attributes: dict[str, list[str]] = {}
    current = arguments
    for word in rest:
        if word.startswith("@") and len(word) > 1:
            current = attributes.setdefault(word[1:], [])
        else:
            current.append(word)
    return name, arguments, attributes


def shape_of(text: str, script_ports: Callable[[str], tuple[int, int]] | None = None) -> Shape | None:
    """The shape of the object with this text; None if the object is unknown.

    `script_ports` tells the inlets and outlets that a script of a `js` box declares; without it, one of each.
    """
    name, arguments, _ = words(text)
    known = table().get(name)
    if known is None:
        return None
    grown = _grown(name, arguments, text, script_ports)
    if grown is None:
        return known
    inlets, types = grown
    return Shape(inlets, len(types), tuple(types), known.ui, known.messages, known.attributes)


def is_number(word: str) -> bool:
    """Whether Max reads this word as a number."""
    return re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", word) is not None


def _type(argument: str) -> str:
    """The type that an argument of pack, unpack or trigger stands for."""
    if argument in ("b", "bang"):
        return "bang"
    if argument in ("l", "s", "list", "symbol"):
        return ""
    if argument in ("f", "float"):
        return "float"
    if argument in ("i", "int"):
        return "int"
    if is_number(argument):
        return "float" if "." in argument else "int"
    return ""


def _grown(
    name: str, arguments: list[str], text: str, script_ports: Callable[[str], tuple[int, int]] | None
) -> tuple[int, list[str]] | None:
    """Inlets and outlet types where the arguments decide them; None where they do not."""
    count = len(arguments)
    if name in ("t", "trigger") and arguments:
        return 1, [_type(argument) for argument in arguments]
    if name == "unpack" and arguments:
        return 1, [_type(argument) for argument in arguments]
    if name in ("pack", "pak") and arguments:
        return count, [""]
    if name in ("route", "routepass") and arguments:
        return count + 1, [""] * (count + 1)
    if name in ("sel", "select") and arguments:
        return count + 1, ["bang"] * count + [""]
    if name == "gate" and arguments:
        return 2, [""] * int(arguments[0])
    if name == "switch" and arguments:
        return int(arguments[0]) + 1, [""]
    if name in ("expr", "if"):
        return max([int(n) for n in re.findall(r"\$[ifs](\d+)", text)], default=1), [""]
    if name in ("+", "-", "*", "/", "%"):
        return 2, ["float" if arguments and "." in arguments[0] else "int"]
    if name == "sprintf":
        return max(1, len(re.findall(r"%(?!%)", text))), [""]
    if name == "join" and arguments:
        return int(arguments[0]), [""]
    if name == "unjoin" and arguments:
        return 1, [""] * (int(arguments[0]) + 1)
    if name == "makenote" and count >= 3:
        return 4, ["float"] * 3
    if name == "pipe" and count > 1:
        return count, [""] * (count - 1)
    if name == "js" and arguments and script_ports is not None:
        inlets, outlets = script_ports(arguments[0])
        return inlets, [""] * outlets
    return None


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())
