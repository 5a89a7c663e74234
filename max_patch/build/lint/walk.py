"""What every rule works on: a patcher with its boxes by id, where it lies, and what it may rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from max_patch.build.lint.script import Script
from max_patch.build.shapes import Shape, shape_of, table


@dataclass(frozen=True)
class Finding:
    """One mistake: a stable code for the tests, where it is, and a sentence for the person who mends it."""

    code: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text} [{self.code}]"


@dataclass(frozen=True)
class Surroundings:
    """What the patcher may rely on. `device` is the four letters of a device, or None for a patch of Max itself;
    `scripts` the script files by name; `abstractions` name -> (inlets, outlets) of this package's own patches."""

    device: bytes | None = None
    scripts: Mapping[str, Script] = field(default_factory=dict)
    abstractions: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def ports(self, file_name: str) -> tuple[int, int]:
        """Inlets and outlets that a script declares; one of each for a script that is not there."""
        script = self.scripts.get(file_name)
        return (script.inlets, script.outlets) if script else (1, 1)


@dataclass(frozen=True)
class Place:
    """A patcher somewhere in the file. `box_id` is the box that holds it in `parent`; the root has neither."""

    path: str
    patcher: dict[str, Any]
    parent: Place | None = None
    box_id: str = ""

    @property
    def boxes(self) -> list[dict[str, Any]]:
        """The boxes' attributes."""
        return [item["box"] for item in self.patcher.get("boxes", [])]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The cords."""
        return [item["patchline"] for item in self.patcher.get("lines", [])]

    def where(self, box: dict[str, Any]) -> str:
        """A name for a box that a person finds it by."""
        label = box.get("text") or box.get("varname") or box.get("maxclass", "?")
        return f"{self.path} {box.get('id', '?')} [{label}]"


def places(
    patcher: dict[str, Any], path: str = "top", parent: Place | None = None, box_id: str = ""
) -> Iterator[Place]:
    """The patcher and every patcher inside it, outermost first."""
    place = Place(path, patcher, parent, box_id)
    yield place
    for box in place.boxes:
        if isinstance(box.get("patcher"), dict):
            yield from places(box["patcher"], f"{path}/{box.get('text', '?')}", place, str(box.get("id")))


def name_of(box: dict[str, Any]) -> str:
    """What kind of object a box is: the first word of an object box, else its class."""
    text = str(box.get("text", ""))
    if box.get("maxclass") == "newobj":
        return text.split()[0] if text.split() else ""
    return str(box.get("maxclass", ""))


def expected_shape(box: dict[str, Any], surroundings: Surroundings) -> Shape | None:
    """The shape that this box ought to have; None where nothing is known of it."""
    name = name_of(box)
    if isinstance(box.get("patcher"), dict):
        inside = [item["box"].get("maxclass") for item in box["patcher"].get("boxes", [])]
        return Shape(inside.count("inlet"), inside.count("outlet"), ("",) * inside.count("outlet"))
    if name in surroundings.abstractions:
        inlets, outlets = surroundings.abstractions[name]
        return Shape(inlets, outlets, ("",) * outlets)
    if box.get("maxclass") == "newobj":
        shape = shape_of(str(box.get("text", "")), surroundings.ports) if name else None
        return None if shape and shape.ui and name not in NEWOBJ_TOO else shape
    return table().get(name) if name in table() and table()[name].ui else None


NEWOBJ_TOO = frozenset({"inlet", "outlet"})
"""Boxes that may be written either way."""

Rule = Callable[[dict[str, Any], Surroundings], Iterator[Finding]]
