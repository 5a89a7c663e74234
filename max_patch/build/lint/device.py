"""Rules about devices: opens as Live expects, keeps its names to itself, draws inside its strip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from max_patch.build.container import MIDI_EFFECT, amxdtype
from max_patch.build.lint.walk import Finding, Place, Surroundings, name_of, places
from max_patch.build.shapes import FORBIDDEN_IN_DEVICES, vocabulary

DEVICE_HEIGHT = 169
"""Live's device view shows so many pixels."""

NAMED = vocabulary("s send r receive v value coll dict buffer~ table pattr")
BACKDROPS = frozenset({"panel", "live.line"})
"""What other things may lie on top of."""

SIGNAL = "light"
"""The scripting name of what shows its state by its colour, in every theme."""

_ABSOLUTE = re.compile(r"(?<![\w.])(/(Users|home|Volumes|Applications|Library|private|tmp|root)/|[A-Za-z]:[\\/]|~/)")


def check(root: dict[str, Any], surroundings: Surroundings) -> Iterator[Finding]:
    """The root's settings and every box, for a device; paths and pixels also elsewhere."""
    for place in places(root):
        for box in place.boxes:
            yield from _paths(place, box)
            if surroundings.device:
                yield from _inside(place, box)
    if surroundings.device:
        yield from _root(root, surroundings.device)
        yield from _presentation(Place("top", root), surroundings.device)


def _paths(place: Place, box: dict[str, Any]) -> Iterator[Finding]:
    for key in ("text", "name", "filename"):
        if _ABSOLUTE.search(str(box.get(key, ""))) and box.get("maxclass") != "comment":
            yield Finding("absolute-path", place.where(box), "a path of one machine")
    if "\t" in str(box.get("text", "")):
        yield Finding("tab", place.where(box), "a tab stop looks different on each system")


def _inside(place: Place, box: dict[str, Any]) -> Iterator[Finding]:
    name, where = name_of(box), place.where(box)
    text = str(box.get("text", "")) if box.get("maxclass") in ("newobj", "message") else ""
    if name in FORBIDDEN_IN_DEVICES:
        yield Finding("forbidden", where, f"{name} has no place in a device")
    if name in NAMED and box.get("maxclass") == "newobj":
        arguments = [word for word in text.split()[1:2] if not word.startswith("@")]
        if arguments and not arguments[0].startswith("---"):
            yield Finding("shared-name", where, f"{arguments[0]!r} is one and the same in all devices of the set")
        if not arguments and name in ("coll", "dict"):
            return
    if re.search(r"#0", text):
        yield Finding("hash-zero", where, "#0 stays #0 in a device; use ---")


def _root(root: dict[str, Any], kind: bytes) -> Iterator[Finding]:
    if not root.get("openinpresentation"):
        yield Finding("no-presentation", "top", "the device opens in its patching view")
    project = root.get("project")
    if not isinstance(project, dict):
        yield Finding("no-project", "top", "without a project block Max refuses: 'a project without a name'")
    elif project.get("amxdtype") != amxdtype(kind):
        yield Finding("amxdtype", "top", f"project.amxdtype is not that of a {kind.decode()} device")
    for key in ("parameters", "dependency_cache", "latency", "minimum_live_version", "openrect"):
        if key not in root:
            yield Finding("no-root-key", "top", f"no {key} at the device's root")
    if root.get("latency", 0) != 0:
        yield Finding("latency", "top", "a defined latency delays the whole set")


def _presentation(top: Place, kind: bytes) -> Iterator[Finding]:
    _, _, width, height = top.patcher.get("openrect", [0, 0, 0, 0])
    if height > DEVICE_HEIGHT:
        yield Finding("too-high", "top", f"{height} pixels high; Live shows {DEVICE_HEIGHT}")
    shown = [box for box in top.boxes if box.get("presentation")]
    for box in shown:
        x, y, w, h = box["presentation_rect"]
        if any(value != int(value) for value in (x, y, w, h)):
            yield Finding("half-pixel", top.where(box), f"{box['presentation_rect']}: whole pixels only")
        if x < 0 or y < 0 or x + w > width or y + h > height:
            yield Finding("outside", top.where(box), f"reaches outside the device's {width} x {height}")
        yield from _colours(top, box)
    solid = [box for box in shown if name_of(box) not in BACKDROPS]
    for index, box in enumerate(solid):
        for other in solid[index + 1 :]:
            if overlap(box["presentation_rect"], other["presentation_rect"]):
                yield Finding("overlap", top.where(box), f"lies over {top.where(other)}")
    for box in top.boxes:
        takes_part = box.get("parameter_enable") and str(box.get("maxclass", "")).startswith("live.")
        if takes_part and not box.get("presentation") and kind == MIDI_EFFECT:
            yield Finding("not-shown", top.where(box), "a control that the player cannot see")


def _colours(top: Place, box: dict[str, Any]) -> Iterator[Finding]:
    """A colour of its own stays the same when Live's theme turns dark. A light is meant to."""
    themed = box.get("saved_attribute_attributes", {})
    for key, value in box.items():
        if key.endswith("color") and isinstance(value, list) and key not in themed and box.get("varname") != SIGNAL:
            yield Finding("fixed-colour", top.where(box), f"{key} does not follow Live's theme")


def overlap(one: list[float], other: list[float]) -> bool:
    """Whether two rectangles share a pixel."""
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )
