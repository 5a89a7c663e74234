"""Rules about cords: they end somewhere, carry words that the other end knows, and their order is written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from max_patch.build.lint.walk import Finding, Place, Surroundings, name_of, places
from max_patch.build.shapes import is_number, table

LONELY = frozenset(
    {"live.banks", "inlet", "outlet", "loadbang", "comment", "panel", "hint", "live.comment", "live.line"}
)
"""Boxes that do their work without a cord; so do subpatchers, and a patch's own pictures."""


def check(root: dict[str, Any], _: Surroundings) -> Iterator[Finding]:
    """Every cord of every patcher."""
    for place in places(root):
        boxes = {str(box.get("id")): box for box in place.boxes}
        cords: list[tuple[str, int, str, int]] = []
        for line in place.lines:
            (start, outlet), (end, inlet) = line["source"], line["destination"]
            absent = [box_id for box_id in (start, end) if box_id not in boxes]
            if absent:
                yield Finding("loose-cord", place.path, f"a cord to a box that is not there: {', '.join(absent)}")
                continue
            yield from _in_range(place, boxes[start], outlet, boxes[end], inlet)
            cords.append((start, outlet, end, inlet))
        yield from _twice(place, cords)
        yield from _fan_out(place, cords)
        yield from _words(place, boxes, cords)
        yield from _without_cords(place, cords)
    yield from _sends(root)


def _in_range(place: Place, start: dict[str, Any], outlet: int, end: dict[str, Any], inlet: int) -> Iterator[Finding]:
    if not 0 <= outlet < start.get("numoutlets", 0):
        yield Finding("outlet-range", place.where(start), f"a cord leaves outlet {outlet}, which it has not")
    if not 0 <= inlet < end.get("numinlets", 0):
        yield Finding("inlet-range", place.where(end), f"a cord enters inlet {inlet}, which it has not")


def _twice(place: Place, cords: list[tuple[str, int, str, int]]) -> Iterator[Finding]:
    for cord, count in Counter(cords).items():
        if count > 1:
            yield Finding("double-cord", place.path, f"{count} cords from {cord[0]} to {cord[2]}: all happens twice")


def _fan_out(place: Place, cords: list[tuple[str, int, str, int]]) -> Iterator[Finding]:
    """One outlet into several inlets runs right to left by position: moving a box changes what the patch does."""
    for (start, outlet), count in Counter((start, outlet) for start, outlet, _, _ in cords).items():
        if count > 1:
            box = next(box for box in place.boxes if box.get("id") == start)
            yield Finding("fan-out", place.where(box), f"outlet {outlet} has {count} cords: say the order by a trigger")


def _words(place: Place, boxes: dict[str, dict[str, Any]], cords: list[tuple[str, int, str, int]]) -> Iterator[Finding]:
    """A message box whose word the object below does not know: Max prints an error, or nothing."""
    for start, _, end, inlet in cords:
        box, target = boxes[start], boxes[end]
        if box.get("maxclass") != "message" or inlet != 0:
            continue
        known = table().get(name_of(target))
        if known is None or isinstance(target.get("patcher"), dict) or not known.messages:
            continue
        for part in box.get("text", "").split(","):
            word = (part.split() or [""])[0]
            if not _understood(word, len(part.split()), known.messages, known.attributes):
                yield Finding("unknown-message", place.where(target), f"does not understand {word!r}")


def _understood(word: str, count: int, messages: frozenset[str], attributes: frozenset[str]) -> bool:
    if "anything" in messages or word.startswith("$") or word in attributes:
        return True
    if is_number(word):
        return bool(messages & ({"list"} if count > 1 else {"int", "float", "list"}))
    return word in messages or (word not in ("bang", "set") and "symbol" in messages)


def _without_cords(place: Place, cords: list[tuple[str, int, str, int]]) -> Iterator[Finding]:
    joined = {start for start, _, _, _ in cords} | {end for _, _, end, _ in cords}
    for box in place.boxes:
        if box.get("id") in joined or name_of(box) in LONELY or isinstance(box.get("patcher"), dict):
            continue
        if box.get("maxclass") == "newobj":
            yield Finding("no-cord", place.where(box), "an object that nothing is joined to")


def _sends(root: dict[str, Any]) -> Iterator[Finding]:
    """Every send has a receive of its name and the other way round."""
    ends: dict[str, dict[str, str]] = {"send": {}, "receive": {}}
    for place in places(root):
        for box in place.boxes:
            name = name_of(box)
            side = {"s": "send", "send": "send", "r": "receive", "receive": "receive"}.get(name)
            parts = str(box.get("text", "")).split()
            if side and box.get("maxclass") == "newobj":
                if len(parts) < 2:
                    yield Finding("nameless-send", place.where(box), f"{name} without a name")
                    continue
                ends[side][parts[1]] = place.where(box)
    for name in sorted(set(ends["send"]) - set(ends["receive"])):
        yield Finding("unheard-send", ends["send"][name], f"nobody receives {name}")
    for name in sorted(set(ends["receive"]) - set(ends["send"])):
        yield Finding("silent-receive", ends["receive"][name], f"nobody sends {name}")
