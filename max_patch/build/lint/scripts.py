"""Rules about `js` boxes: the file is there, every word sent into it has a function, every word out has a listener.

Words are followed through the patch: through triggers, gates, defers and subpatchers, back to the message box or the
`prepend` that made them. Where a word cannot be told, that is a finding too: a reader could not tell it either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from max_patch.build.lint.walk import Finding, Place, Surroundings, name_of, places
from max_patch.build.shapes import is_number, vocabulary, words

PASSING = vocabulary("deferlow defer speedlim qlim gate switch delay pipe zl.reg change onebang")
"""Objects that hand on what they are given, at their first (a gate's: its last) inlet."""

NUMBERS = vocabulary("+ - * / % == != > < >= <= && || expr int i float f counter accum timer number toggle")
BANGS = vocabulary("metro qmetro loadbang closebang freebang button")
SHORTENERS = vocabulary("prepend append message zl.group zl.slice zl.join zl.nth zl.len pack pak join")
"""Objects that cut lists at 256 items, or hold far fewer: no bar of notes may pass through them."""

LISTS = frozenset({"list"})


def check(root: dict[str, Any], surroundings: Surroundings) -> Iterator[Finding]:
    """Every `js` box of every patcher."""
    for place in places(root):
        for box in place.boxes:
            if name_of(box) == "js" and box.get("maxclass") == "newobj":
                yield from _box(place, box, surroundings)
            if name_of(box) == "udpreceive":
                yield from _long(place, box, 0, "a message from the network")


def _box(place: Place, box: dict[str, Any], surroundings: Surroundings) -> Iterator[Finding]:
    where = place.where(box)
    arguments = words(box["text"])[1]
    if not arguments:
        yield Finding("script-missing", where, "a js box without a file")
        return
    file_name = arguments[0]
    script = surroundings.scripts.get(file_name)
    if script is None:
        yield Finding("script-missing", where, f"{file_name} is not among the files that travel along")
        return
    if box.get("saved_object_attributes", {}).get("filename") != file_name:
        yield Finding("script-attribute", where, f"saved_object_attributes.filename is not {file_name}")
    for line in place.lines:
        (start, outlet), (end, _) = line["source"], line["destination"]
        if end != box["id"]:
            continue
        sources = _words_of(place, start, outlet, frozenset())
        if sources is None:
            yield Finding("word-untold", where, f"what does {start} send in? put a prepend before the script")
            continue
        for word in sorted(sources):
            if not script.understands(word):
                yield Finding("no-handler", where, f"{file_name} has no function {word}: the message is dropped")
    for outlet, sent in sorted(script.sends.items()):
        if not 0 <= outlet < script.outlets:
            yield Finding("script-outlet", where, f"{file_name} speaks through outlet {outlet}, which it has not")
            continue
        if "" in sent:
            yield from _long(place, box, outlet, "a line of the score")
        heard = _heard(place, box["id"], outlet, frozenset())
        if heard is not None:
            for word in sorted(sent - heard - {""}):
                yield Finding("unheard-word", where, f"{word!r} leaves outlet {outlet}, and nobody listens for it")
            for word in sorted(heard - sent):
                if "" not in sent:
                    yield Finding("never-said", where, f"{word!r} is listened for at outlet {outlet}, never said")


def _box_of(place: Place, box_id: str) -> dict[str, Any]:
    return next((box for box in place.boxes if box.get("id") == box_id), {})


def _into(place: Place, box_id: str, inlet: int) -> list[tuple[str, int]]:
    return [
        (line["source"][0], line["source"][1])
        for line in place.lines
        if line["destination"][0] == box_id and line["destination"][1] == inlet
    ]


def _out_of(place: Place, box_id: str, outlet: int) -> list[tuple[str, int]]:
    return [
        (line["destination"][0], line["destination"][1])
        for line in place.lines
        if line["source"][0] == box_id and line["source"][1] == outlet
    ]


def _inside(place: Place, box: dict[str, Any]) -> Place:
    return Place(f"{place.path}/{box.get('text')}", box["patcher"], place, str(box["id"]))


def _port(place: Place, kind: str, number: int) -> str:
    ports = sorted(
        (box for box in place.boxes if box.get("maxclass") == kind), key=lambda box: float(box["patching_rect"][0])
    )
    return str(ports[number]["id"]) if number < len(ports) else ""


def _words_of(place: Place, box_id: str, outlet: int, seen: frozenset[tuple[str, str, int]]) -> frozenset[str] | None:
    """The first words that this outlet may say; "anything" for the network, None where it cannot be told."""
    key = (place.path, box_id, outlet)
    if key in seen:
        return frozenset()
    seen = seen | {key}
    box = _box_of(place, box_id)
    name, arguments, _ = words(str(box.get("text") or "?"))
    if box.get("maxclass") == "message":
        return frozenset(_first(part) for part in str(box["text"]).split(","))
    if box.get("maxclass") != "newobj":
        return {"button": frozenset({"bang"}), "toggle": frozenset({"int"})}.get(
            str(box.get("maxclass")), _from_inlet(place, box, seen)
        )
    if isinstance(box.get("patcher"), dict):
        inner = _inside(place, box)
        return _all(inner, _into(inner, _port(inner, "outlet", outlet), 0), seen)
    if name == "prepend":
        return frozenset({_first(" ".join(arguments))})
    if name == "udpreceive":
        return frozenset({"anything"})
    if name == "routepass" and outlet < len(arguments):
        return frozenset({arguments[outlet]})
    if name in ("r", "receive"):
        return _sent(place, arguments[0], seen) if arguments else None
    if name in ("t", "trigger"):
        kind = arguments[outlet]
        fixed = {"b": "bang", "bang": "bang", "i": "int", "f": "float"}.get(kind)
        if fixed:
            return frozenset({fixed})
        if kind not in ("l", "s"):
            return frozenset({_first(kind)})
        return _all(place, _into(place, box_id, 0), seen)
    if name in ("sel", "select"):
        return frozenset({"bang"}) if outlet < len(arguments) else None
    if name == "live.thisdevice":
        return frozenset({"bang" if outlet == 0 else "int"})
    if name in BANGS:
        return frozenset({"bang"})
    if name in NUMBERS:
        return frozenset({"int"})
    if name in ("pack", "pak"):
        return LISTS
    if name in PASSING:
        inlet = 1 if name == "gate" else 0
        return _all(place, _into(place, box_id, inlet), seen)
    return None


def _from_inlet(place: Place, box: dict[str, Any], seen: frozenset[tuple[str, str, int]]) -> frozenset[str] | None:
    if box.get("maxclass") != "inlet":
        return None
    if place.parent is None:
        return frozenset({"anything"})
    inlets = sorted(
        (b for b in place.boxes if b.get("maxclass") == "inlet"), key=lambda b: float(b["patching_rect"][0])
    )
    number = [b["id"] for b in inlets].index(box["id"])
    return _all(place.parent, _into(place.parent, place.box_id, number), seen)


def _all(place: Place, sources: list[tuple[str, int]], seen: frozenset[tuple[str, str, int]]) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for box_id, outlet in sources:
        words_there = _words_of(place, box_id, outlet, seen)
        if words_there is None:
            return None
        found |= words_there
    return found


def _sent(place: Place, name: str, seen: frozenset[tuple[str, str, int]]) -> frozenset[str] | None:
    """What is sent to this name anywhere in the file."""
    top = place
    while top.parent is not None:
        top = top.parent
    found: frozenset[str] = frozenset()
    for somewhere in places(top.patcher, top.path):
        for box in somewhere.boxes:
            if name_of(box) in ("s", "send") and str(box.get("text", "")).split()[1:2] == [name]:
                sent = _all(somewhere, _into(somewhere, str(box["id"]), 0), seen)
                if sent is None:
                    return None
                found |= sent
    return found


def _first(text: str) -> str:
    parts = text.split()
    if not parts:
        return "bang"
    if is_number(parts[0]):
        return "list" if len(parts) > 1 else ("float" if "." in parts[0] else "int")
    return parts[0]


def _heard(place: Place, box_id: str, outlet: int, seen: frozenset[tuple[str, str, int]]) -> frozenset[str] | None:
    """The words that something downstream of this outlet listens for; None where everything is taken."""
    key = (place.path, box_id, outlet)
    if key in seen:
        return frozenset()
    seen = seen | {key}
    heard: frozenset[str] = frozenset()
    for target_id, inlet in _out_of(place, box_id, outlet):
        target = _box_of(place, target_id)
        name, arguments, _ = words(str(target.get("text") or "?"))
        if isinstance(target.get("patcher"), dict):
            inner = _inside(place, target)
            below = _heard(inner, _port(inner, "inlet", inlet), 0, seen)
        elif target.get("maxclass") == "outlet" and place.parent is not None:
            number = _number(place, target)
            below = _heard(place.parent, place.box_id, number, seen)
        elif name in ("route", "routepass") and target.get("maxclass") == "newobj":
            rest = (
                _heard(place, target_id, len(arguments), seen)
                if _out_of(place, target_id, len(arguments))
                else frozenset()
            )
            below = None if rest is None else frozenset(arguments) | rest
        elif name in PASSING or name in ("t", "trigger"):
            below = _through(place, target, target_id, arguments, seen)
        else:
            below = None
        if below is None:
            return None
        heard |= below
    return heard


def _through(
    place: Place, target: dict[str, Any], target_id: str, arguments: list[str], seen: frozenset[tuple[str, str, int]]
) -> frozenset[str] | None:
    outlets = [index for index, kind in enumerate(arguments) if kind in ("l", "s")] if arguments else [0]
    if name_of(target) in PASSING:
        outlets = [0]
    heard: frozenset[str] = frozenset()
    for outlet in outlets:
        below = _heard(place, target_id, outlet, seen)
        if below is None:
            return None
        heard |= below
    return heard


def _number(place: Place, box: dict[str, Any]) -> int:
    same = sorted(
        (b for b in place.boxes if b.get("maxclass") == box["maxclass"]), key=lambda b: float(b["patching_rect"][0])
    )
    return [b["id"] for b in same].index(box["id"])


def _long(place: Place, box: dict[str, Any], outlet: int, what: str) -> Iterator[Finding]:
    for target_id, inlet in _out_of(place, str(box["id"]), outlet):
        target = _box_of(place, target_id)
        if name_of(target) in SHORTENERS and inlet == 0:
            yield Finding("long-list", place.where(target), f"{what} may be longer than the 256 items that pass here")
        elif name_of(target) in PASSING:
            yield from _long(place, target, 0, what)
