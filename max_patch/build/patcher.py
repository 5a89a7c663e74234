"""A patcher as readable Python: boxes, cords, controls, subpatchers; and its JSON, the same on every machine.

A source builds a `Patcher`, puts boxes where a reader wants them and joins them by outlet and inlet. Ports come from
`shapes`, so an unknown object stops the build at the line that wrote it. Ids are numbered in the order of the source.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from max_patch.build.parameters import Parameter
from max_patch.build.shapes import shape_of, table
from max_patch.build.text import width

APP_VERSION = {"major": 8, "minor": 6, "revision": 0, "architecture": "x64", "modernui": 1}
"""The oldest Max whose objects we use; a newer one opens the patch just the same."""

BOLD = 1.08
"""How much wider bold text is."""

Rect = tuple[int, int, int, int]
"""x, y, width, height in whole pixels: halves blur on plain screens."""


@dataclass
class Box:
    """One box. `attributes` are its JSON, `owner` the patcher it lies in."""

    owner: Patcher
    attributes: dict[str, Any]

    @property
    def id(self) -> str:
        """Its name inside its patcher."""
        return str(self.attributes["id"])

    @property
    def bottom(self) -> int:
        """Where the next box below may begin."""
        _, y, _, height = self.attributes["patching_rect"]
        return int(y + height)

    def to(self, other: Box, inlet: int = 0, outlet: int = 0) -> Box:
        """Joins an outlet of this box to an inlet of the other, and returns the other, so that chains read well."""
        self.owner.line(self, outlet, other, inlet)
        return other

    def show(self, rect: Rect) -> Box:
        """Puts the box into the presentation view."""
        self.attributes.update(presentation=1, presentation_rect=list(rect))
        return self

    def named(self, name: str) -> Box:
        """Gives the box its scripting name."""
        self.attributes["varname"] = name
        return self


@dataclass
class Patcher:
    """A patcher under construction. `script_ports` tells the ports of a script named in a `js` box."""

    rect: Rect = (100, 100, 900, 600)
    settings: dict[str, Any] = field(default_factory=dict)
    script_ports: Callable[[str], tuple[int, int]] | None = None
    boxes: list[Box] = field(default_factory=list)
    lines: list[tuple[str, int, str, int]] = field(default_factory=list)
    _next_id: int = 1

    def box(self, maxclass: str, at: tuple[int, int], size: tuple[int, int], **attributes: Any) -> Box:
        """A box of this class with these attributes; ports from the table of objects."""
        shape = table()[maxclass]
        return self._add(maxclass, shape.inlets, list(shape.types), (*at, *size), attributes)

    def new(self, text: str, at: tuple[int, int], wide: int = 0, **attributes: Any) -> Box:
        """An object box."""
        shape = shape_of(text, self.script_ports)
        if shape is None or shape.ui:
            raise KeyError(f"no object of ours is called {text.split()[0]!r}")
        size = (max(wide, width(text) + 14), 22)
        return self._add("newobj", shape.inlets, list(shape.types), (*at, *size), {"text": text, **attributes})

    def script(self, file_name: str, at: tuple[int, int], arguments: str = "", wide: int = 0) -> Box:
        """A `js` box with its file, said twice: tools that look into frozen devices go by the saved attribute."""
        text = f"js {file_name} {arguments}".strip()
        return self.new(text, at, wide, saved_object_attributes={"filename": file_name, "parameter_enable": 0})

    def message(self, text: str, at: tuple[int, int], wide: int = 0) -> Box:
        """A message box."""
        return self.box("message", at, (max(wide, width(text) + 14), 22), text=text)

    def comment(self, text: str, at: tuple[int, int], wide: int = 0, **attributes: Any) -> Box:
        """A comment, as wide as asked, as many lines high as its words then need."""
        size = float(attributes.get("fontsize", 12.0))
        scale = size / 12.0 * (BOLD if attributes.get("fontface") == 1 else 1.0)
        wide = wide or int(width(text) * scale) + 8
        lines = _lines(text, (wide - 8) / scale)
        height = int(lines * size * 1.2 + 8)
        return self.box("comment", at, (wide, height), text=text, linecount=lines, **attributes)

    def inlet(self, at: tuple[int, int], comment: str) -> Box:
        """A subpatcher's inlet; they count from left to right by where they lie."""
        return self._add("inlet", 0, [""], (*at, 30, 30), {"comment": comment, "index": 0})

    def outlet(self, at: tuple[int, int], comment: str) -> Box:
        """A subpatcher's outlet."""
        return self._add("outlet", 1, [], (*at, 30, 30), {"comment": comment, "index": 0})

    def sub(self, name: str, inside: Patcher, at: tuple[int, int], wide: int = 0) -> Box:
        """A subpatcher box around a finished patcher."""
        inlets = inside._ports("inlet")
        outlets = inside._ports("outlet")
        text = f"p {name}"
        attributes = {"text": text, "patcher": inside.content(), "saved_object_attributes": {"globalpatchername": ""}}
        size = (max(wide, width(text) + 14), 22)
        return self._add("newobj", len(inlets), [""] * len(outlets), (*at, *size), attributes)

    def abstraction(
        self, text: str, at: tuple[int, int], ports: tuple[int, int], wide: int = 0, **attributes: Any
    ) -> Box:
        """A box that is another patch of this package, by its file's name."""
        size = (max(wide, width(text) + 14), 22)
        return self._add("newobj", ports[0], [""] * ports[1], (*at, *size), {"text": text, **attributes})

    def control(self, maxclass: str, parameter: Parameter, at: tuple[int, int], show: Rect, **attributes: Any) -> Box:
        """A live.* control in both views. Its scripting name is its long name."""
        shape = table()[maxclass]
        attributes = {
            "annotation": parameter.info,
            "annotation_name": parameter.long,
            "parameter_enable": 1,
            "presentation": 1,
            "presentation_rect": list(show),
            "saved_attribute_attributes": {"valueof": parameter.attributes()},
            "varname": parameter.long,
            **attributes,
        }
        return self._add(maxclass, shape.inlets, list(shape.types), (*at, show[2], show[3]), attributes)

    def line(self, source: Box, outlet: int, destination: Box, inlet: int) -> None:
        """A cord. Raises IndexError where there is no such port."""
        if not 0 <= outlet < source.attributes["numoutlets"]:
            raise IndexError(f"{source.attributes.get('text', source.id)} has no outlet {outlet}")
        if not 0 <= inlet < destination.attributes["numinlets"]:
            raise IndexError(f"{destination.attributes.get('text', destination.id)} has no inlet {inlet}")
        self.lines.append((source.id, outlet, destination.id, inlet))

    def parameters(self) -> dict[str, list[Any]]:
        """Box id -> [long name, short name, 0], for the registry that a device's root carries."""
        found: dict[str, list[Any]] = {}
        for box in self.boxes:
            saved = box.attributes.get("saved_attribute_attributes", {}).get("valueof")
            if saved:
                found[box.id] = [saved["parameter_longname"], saved["parameter_shortname"], 0]
        return found

    def content(self) -> dict[str, Any]:
        """The patcher as JSON values, without the outermost `patcher` key."""
        self._ports("inlet")
        self._ports("outlet")
        return {
            "fileversion": 1,
            "appversion": APP_VERSION,
            "classnamespace": "box",
            "rect": self._window(),
            "gridsize": [8.0, 8.0],
            "integercoordinates": 1,
            **self.settings,
            "boxes": [{"box": _floats(box.attributes)} for box in self.boxes],
            "lines": [
                {"patchline": {"destination": [to, inlet], "source": [start, outlet]}}
                for start, outlet, to, inlet in self.lines
            ],
        }

    def _window(self) -> list[float]:
        """The window, large enough for everything in it."""
        x, y, wide, high = self.rect
        for box in self.boxes:
            left, top, w, h = box.attributes["patching_rect"]
            wide, high = max(wide, left + w + 24), max(high, top + h + 24)
        return [float(x), float(y), float(wide), float(high)]

    def json(self) -> str:
        """The file's text."""
        return dump({"patcher": self.content()})

    def _ports(self, maxclass: str) -> list[Box]:
        ports = [box for box in self.boxes if box.attributes["maxclass"] == maxclass]
        ports.sort(key=lambda box: box.attributes["patching_rect"][0])
        for index, port in enumerate(ports, start=1):
            port.attributes["index"] = index
        return ports

    def _add(self, maxclass: str, inlets: int, types: list[str], rect: Rect, attributes: dict[str, Any]) -> Box:
        made: dict[str, Any] = {
            "id": f"obj-{self._next_id}",
            "maxclass": maxclass,
            "numinlets": inlets,
            "numoutlets": len(types),
            "patching_rect": list(rect),
            **attributes,
        }
        if types:
            made["outlettype"] = types
        self._next_id += 1
        box = Box(self, made)
        self.boxes.append(box)
        return box


def _floats(attributes: dict[str, Any]) -> dict[str, Any]:
    """Rectangles as floats, as Max writes them."""
    return {
        key: [float(number) for number in value] if key.endswith("_rect") else value
        for key, value in attributes.items()
    }


def _lines(text: str, wide: float) -> int:
    count, current = 1, ""
    for word in text.split():
        longer = f"{current} {word}".strip()
        if current and width(longer) > wide:
            count, current = count + 1, word
        else:
            current = longer
    return count


def dump(value: Any, depth: int = 0) -> str:
    """JSON in Max's own manner: tabs, keys in order, plain lists on one line; so that a change is a small diff."""
    pad, inner = "\t" * depth, "\t" * (depth + 1)
    if isinstance(value, dict):
        if not value:
            return "{}"
        rows = [f"{inner}{json.dumps(key)}: {dump(value[key], depth + 1)}" for key in _order(value)]
        return "{\n" + ",\n".join(rows) + f"\n{pad}}}"
    if isinstance(value, list):
        if not any(isinstance(item, (dict, list)) for item in value):
            return "[" + ", ".join(json.dumps(item, ensure_ascii=False) for item in value) + "]"
        rows = [inner + dump(item, depth + 1) for item in value]
        return "[\n" + ",\n".join(rows) + f"\n{pad}]"
    return json.dumps(value, ensure_ascii=False)


_FIRST = ("fileversion", "appversion", "classnamespace", "rect", "id", "maxclass", "text")
_LAST = ("boxes", "lines", "parameters", "dependency_cache", "project")


def _order(value: dict[str, Any]) -> list[str]:
    def rank(key: str) -> tuple[int, int, str]:
        if key in _FIRST:
            return (0, _FIRST.index(key), key)
        if key in _LAST:
            return (2, _LAST.index(key), key)
        return (1, 0, key)

    return sorted(value, key=rank)
