"""Rules about single boxes: is it an object at all, has it the ports it says, does it know its attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from max_patch.build.lint.walk import Finding, Place, Surroundings, expected_shape, name_of, places
from max_patch.build.shapes import MAX_9_ONLY, table, vocabulary, words

REQUIRED = ("id", "maxclass", "numinlets", "numoutlets", "patching_rect")

BOX_ATTRIBUTES = vocabulary(
    "id maxclass numinlets numoutlets outlettype patching_rect presentation presentation_rect text varname hidden "
    "ignoreclick background hint annotation annotation_name fontname fontsize fontface textcolor bgcolor linecount "
    "presentation_linecount textjustification parameter_enable saved_attribute_attributes saved_object_attributes "
    "patcher color comment index coll_data viewvisibility name offset args embed lockeddragscroll lockedsize "
    "clickthrough bgmode border enablehscroll enablevscroll numlines items style"
)
"""What any box may carry; everything else must be an attribute of that very object."""


def check(root: dict[str, Any], surroundings: Surroundings) -> Iterator[Finding]:
    """Every box of every patcher."""
    for place in places(root):
        seen: set[str] = set()
        for box in place.boxes:
            where = place.where(box)
            missing = [key for key in REQUIRED if key not in box]
            if missing:
                yield Finding("incomplete-box", where, f"has no {', '.join(missing)}")
                continue
            if box["id"] in seen:
                yield Finding("duplicate-id", where, "a second box with this id")
            seen.add(box["id"])
            yield from _kind(box, where, surroundings)
        yield from _port_order(place)


def _kind(box: dict[str, Any], where: str, surroundings: Surroundings) -> Iterator[Finding]:
    name = name_of(box)
    if box["maxclass"] in ("message", "comment", "newobj") and not box.get("text", "").strip():
        yield Finding("no-text", where, "a box of this class needs a text")
        return
    if MAX_9_ONLY.match(name):
        yield Finding("max-9-only", where, f"{name} does not exist in Max 8, so not in Live 11 to 12.1")
        return
    shape = expected_shape(box, surroundings)
    if shape is None:
        yield _unknown(box, name, where)
        return
    if box["numinlets"] != shape.inlets:
        yield Finding(_ports_code(box), where, f"says {box['numinlets']} inlets, has {shape.inlets}")
    if box["numoutlets"] != shape.outlets:
        yield Finding(_ports_code(box), where, f"says {box['numoutlets']} outlets, has {shape.outlets}")
    types = box.get("outlettype", [])
    if len(types) != box["numoutlets"]:
        yield Finding("outlettype", where, f"{len(types)} outlet types for {box['numoutlets']} outlets")
    if not isinstance(box.get("patcher"), dict) and name not in surroundings.abstractions:
        yield from _attributes(box, name, where)


def _unknown(box: dict[str, Any], name: str, where: str) -> Finding:
    known = table().get(name)
    if known is not None and not known.ui and box["maxclass"] != "newobj":
        return Finding("newobj-only", where, f"{name} must be an object box with a text, not a class of its own")
    if known is not None and known.ui and box["maxclass"] == "newobj":
        return Finding("ui-class", where, f"{name} is a class of its own, not a text in an object box")
    return Finding("unknown-object", where, f"no object is called {name!r}: Max would ignore it in silence")


def _ports_code(box: dict[str, Any]) -> str:
    return "subpatcher-ports" if isinstance(box.get("patcher"), dict) else "ports"


def _attributes(box: dict[str, Any], name: str, where: str) -> Iterator[Finding]:
    allowed = table()[name].attributes
    for key in box:
        if key not in BOX_ATTRIBUTES and key not in allowed:
            yield Finding("unknown-attribute", where, f"{name} has no attribute {key!r}")
    if box["maxclass"] == "newobj":
        for key in words(box.get("text", "x"))[2]:
            if key not in allowed:
                yield Finding("unknown-attribute", where, f"{name} has no attribute @{key}")


def _port_order(place: Place) -> Iterator[Finding]:
    """Max numbers inlets and outlets by where they lie; an index that says otherwise swaps cords on loading."""
    for kind in ("inlet", "outlet"):
        ports = [box for box in place.boxes if box.get("maxclass") == kind and "patching_rect" in box]
        ports.sort(key=lambda box: box["patching_rect"][0])
        for position, box in enumerate(ports, start=1):
            if box.get("index", position) != position:
                yield Finding(
                    "port-order", place.where(box), f"index {box['index']}, but it lies {position}. from the left"
                )
        columns = [box["patching_rect"][0] for box in ports]
        if len(set(columns)) != len(columns):
            yield Finding("port-order", place.path, f"two {kind}s in one column: which comes first?")
