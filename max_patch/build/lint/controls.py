"""Rules about the controls that Live sees: named for ever, in a range Live can hold, explained, safe for undo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from max_patch.build.lint.walk import Finding, Place, Surroundings, places

INT_VALUES = 256
"""An int parameter of Live holds at most so many values."""

GENERIC = re.compile(r"^(live\.\w+|textedit|number|toggle)(\[\d+\])?$|\[\d+\]$")
GENERIC_LABELS = frozenset({"val1", "val2", "0", "1", ""})
FLOAT, INT, ENUM = 0, 1, 2
HIDDEN = 2


def check(root: dict[str, Any], _: Surroundings) -> Iterator[Finding]:
    """Every parameter of the file, and the registry at its root."""
    seen: dict[str, str] = {}
    registered: dict[str, str] = {}
    for place in places(root):
        for box in place.boxes:
            if not str(box.get("maxclass", "")).startswith("live.") or not box.get("parameter_enable"):
                continue
            value = box.get("saved_attribute_attributes", {}).get("valueof")
            where = place.where(box)
            if not isinstance(value, dict):
                yield Finding("no-parameter", where, "parameter_enable is set, but no parameter is described")
                continue
            yield from _names(value, box, where, seen)
            yield from _range(value, where)
            yield from _texts(value, box, where)
            if _is_button(box) and value.get("parameter_invisible", 0) != HIDDEN:
                yield Finding("button-not-hidden", where, "a button that is automated floods the undo history")
            registered[_registry_key(place, str(box.get("id")))] = str(value.get("parameter_longname"))
    yield from _registry(root, registered)


def _names(value: dict[str, Any], box: dict[str, Any], where: str, seen: dict[str, str]) -> Iterator[Finding]:
    long, short = str(value.get("parameter_longname", "")), str(value.get("parameter_shortname", ""))
    if not long or not short or GENERIC.search(long) or GENERIC.search(short):
        yield Finding("generic-name", where, f"{long or 'no name'!r} tells nobody what it does")
    if long in seen:
        yield Finding("duplicate-parameter", where, f"{long!r} is also {seen[long]}: Live would rename one of them")
    seen.setdefault(long, where)
    if box.get("varname") != long:
        yield Finding("varname", where, f"the scripting name is {box.get('varname')!r}, not {long!r}")


def _range(value: dict[str, Any], where: str) -> Iterator[Finding]:
    kind = value.get("parameter_type", FLOAT)
    low, high = value.get("parameter_mmin", 0), value.get("parameter_mmax", 127)
    if kind == ENUM:
        labels = value.get("parameter_enum", [])
        if len(labels) < 2 or len(set(labels)) != len(labels):
            yield Finding("enum-labels", where, "a choice needs two different labels at least")
        if any(label in GENERIC_LABELS for label in labels):
            yield Finding("enum-labels", where, f"{labels} says nothing in an automation lane")
        low, high = 0, value.get("parameter_mmax", len(labels) - 1)
        if high != len(labels) - 1:
            yield Finding("enum-labels", where, f"the last choice is {high}, but there are {len(labels)} labels")
    elif low >= high:
        yield Finding("empty-range", where, f"from {low} to {high}")
    if kind == INT and high - low + 1 > INT_VALUES:
        yield Finding(
            "int-range", where, f"{high - low + 1} values: Live holds {INT_VALUES}; make it a float shown as int"
        )
    if "parameter_initial" in value:
        if not value.get("parameter_initial_enable"):
            yield Finding("initial-off", where, "parameter_initial without parameter_initial_enable does nothing")
        if not low <= value["parameter_initial"][0] <= high:
            yield Finding("initial-range", where, f"begins at {value['parameter_initial'][0]}, outside {low} to {high}")


def _texts(value: dict[str, Any], box: dict[str, Any], where: str) -> Iterator[Finding]:
    if not box.get("annotation") or not box.get("annotation_name") or not value.get("parameter_info"):
        yield Finding("no-annotation", where, "no Info text: Live's Info View stays empty")
    if "parameter_unitstyle" not in value:
        yield Finding("no-unit", where, "no unit style: Live shows whole numbers whatever the value")
    if box.get("maxclass") == "live.text" and box.get("mode", 1) == 1 and box.get("outputmode") != 1:
        yield Finding("mouse-down", where, "Live's own switches act when the mouse is let go (outputmode 1)")


def _is_button(box: dict[str, Any]) -> bool:
    return box.get("maxclass") == "live.button" or (box.get("maxclass") == "live.text" and box.get("mode", 1) == 0)


def _registry_key(place: Place, box_id: str) -> str:
    """The registry names a control by its box and the boxes around it, outermost first."""
    chain = [box_id]
    inner: Place | None = place
    while inner is not None and inner.box_id:
        chain.append(inner.box_id)
        inner = inner.parent
    return "::".join(reversed(chain))


def _registry(root: dict[str, Any], boxes: dict[str, str]) -> Iterator[Finding]:
    registry = root.get("parameters")
    if registry is None:
        if boxes:
            yield Finding("registry", "top", "controls, but no parameter registry at the root")
        return
    listed = {key: row[0] for key, row in registry.items() if isinstance(row, list)}
    if listed != boxes:
        changed = sorted(set(listed.items()) ^ set(boxes.items()))
        yield Finding("registry", "top", f"the registry and the controls differ: {changed}")
    for bank in registry.get("parameterbanks", {}).values():
        slots = bank.get("parameters", [])
        if len(slots) != 8:
            yield Finding("bank", f"bank {bank.get('name')!r}", f"{len(slots)} places; Push has 8")
        for slot in slots:
            if slot != "-" and slot not in boxes.values():
                yield Finding("bank", f"bank {bank.get('name')!r}", f"no control is called {slot!r}")
