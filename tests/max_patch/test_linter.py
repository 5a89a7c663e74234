"""The linter: silent on what ships, and each of these planted mistakes is found by its name."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from max_patch.build import container, linter
from max_patch.build.lint import script
from max_patch.build.lint.walk import Surroundings, places

PACKAGE = Path(__file__).resolve().parents[2] / "max_patch"
DEVICE = PACKAGE / "devices" / "Obbligato.amxd"
Root = dict[str, Any]
Box = dict[str, Any]


@pytest.fixture(scope="module")
def shipped() -> tuple[Root, Surroundings]:
    """The device's patcher, and the scripts frozen in with it."""
    device = container.read(DEVICE.read_bytes())
    scripts = {
        file.name: script.read(file.name, file.data.decode("utf-8")) for file in device.files if file.kind == b"TEXT"
    }
    return json.loads(device.files[0].data)["patcher"], Surroundings(device.kind, scripts)


def find(root: Root, label: str) -> Box:
    """The first box of the file with this text or scripting name."""
    for place in places(root):
        for box in place.boxes:
            if label in (box.get("text"), box.get("varname")):
                return box
    raise AssertionError(f"no box says {label!r}")


def inside(root: Root, name: str) -> Root:
    """The patcher inside a subpatcher box."""
    patcher = find(root, name)["patcher"]
    assert isinstance(patcher, dict)
    return patcher


def value(root: Root, label: str) -> dict[str, Any]:
    """The stored attributes of a control."""
    found = find(root, label)["saved_attribute_attributes"]["valueof"]
    assert isinstance(found, dict)
    return found


def add(patcher: Root, text: str, maxclass: str = "newobj", **more: Any) -> Box:
    """One more box, far from the others."""
    box = {
        "id": f"obj-{len(patcher['boxes']) + 1000}",
        "maxclass": maxclass,
        "numinlets": 1,
        "numoutlets": 1,
        "outlettype": [""],
        "patching_rect": [3000.0 + 400 * len(patcher["boxes"]), 10.0, 300.0, 22.0],
        "text": text,
        **more,
    }
    patcher["boxes"].append({"box": box})
    return box


def join(patcher: Root, source: Box, outlet: int, destination: Box, inlet: int) -> None:
    """One more cord."""
    line = {"source": [source["id"], outlet], "destination": [destination["id"], inlet]}
    patcher["lines"].append({"patchline": line})


def cord_from(root: Root, label: str) -> dict[str, Any]:
    """A cord that leaves this box."""
    box = find(root, label)
    for place in places(root):
        if box in place.boxes:
            for line in place.lines:
                if line["source"][0] == box["id"]:
                    return line
    raise AssertionError(f"no cord leaves {label!r}")


def _set(label: str, **attributes: Any) -> Callable[[Root], None]:
    return lambda root: find(root, label).update(attributes)


def _value(label: str, **attributes: Any) -> Callable[[Root], None]:
    return lambda root: value(root, label).update(attributes)


def _without(label: str, key: str) -> Callable[[Root], None]:
    def plant(root: Root) -> None:
        find(root, label).pop(key)

    return plant


def _lonely(text: str, maxclass: str = "newobj", **more: Any) -> Callable[[Root], None]:
    def plant(root: Root) -> None:
        add(root, text, maxclass, **more)

    return plant


def _untold(root: Root) -> None:
    box = add(root, "zl.nth 2", numinlets=2, numoutlets=2, outlettype=["", ""])
    join(root, box, 0, find(root, "engine"), 0)


def _unlisted(root: Root) -> None:
    root["parameters"].pop(find(root, "Mode")["id"])


def _cord(**ends: Any) -> Callable[[Root], None]:
    def plant(root: Root) -> None:
        cord_from(root, "pack 1 1 0. 4 4 120. 0.").update(ends)

    return plant


def _renamed_outlet_port(root: Root) -> None:
    clock = inside(root, "p clock")
    outlets = [box for box in (item["box"] for item in clock["boxes"]) if box["maxclass"] == "outlet"]
    outlets[0]["index"], outlets[1]["index"] = outlets[1]["index"], outlets[0]["index"]


def _one_port_less(root: Root) -> None:
    find(root, "p player")["numinlets"] = 3


def _fan(root: Root) -> None:
    clock = inside(root, "p clock")
    line = cord_from(root, "prepend at")
    second = add(clock, "int")
    second.update(numinlets=2, outlettype=["int"])
    clock["lines"].append({"patchline": {"source": line["source"], "destination": [second["id"], 0]}})


def _double(root: Root) -> None:
    clock = inside(root, "p clock")
    clock["lines"].append({"patchline": dict(cord_from(root, "prepend at"))})


def _duplicate_id(root: Root) -> None:
    find(root, "midiout")["id"] = find(root, "engine")["id"]


def _over(label: str, other: str, view: str) -> Callable[[Root], None]:
    def plant(root: Root) -> None:
        find(root, label)[view] = list(find(root, other)[view])

    return plant


def _root(**settings: Any) -> Callable[[Root], None]:
    return lambda root: root.update(settings)


def _root_without(key: str) -> Callable[[Root], None]:
    def plant(root: Root) -> None:
        root.pop(key)

    return plant


def _through_prepend(root: Root) -> None:
    wire = add(root, "prepend heard")
    join(root, find(root, "from bridge"), 0, wire, 0)
    join(root, wire, 0, find(root, "engine"), 0)


MISTAKES: dict[str, tuple[str, Callable[[Root], None]]] = {
    "an object that does not exist": ("unknown-object", _lonely("midifluch")),
    "an object without a name": ("no-text", _set("midiflush", text=" ")),
    "a class that must be an object box": ("newobj-only", _lonely("", "dict")),
    "an object box that must be a class": ("ui-class", _lonely("live.dial")),
    "an object of Max 9": ("max-9-only", _lonely("array.map")),
    "the newer script object": ("max-9-only", _set("engine", text="v8 obbligato.js")),
    "a box without ports": ("incomplete-box", _without("midiflush", "numinlets")),
    "too many inlets": ("ports", _set("midiflush", numinlets=2)),
    "outlets that arguments do not make": ("ports", _set("route note stop thru", text="route note stop")),
    "a trigger with an outlet less": ("ports", _set("t i i i i", text="t i i i")),
    "an outlet type missing": ("outlettype", _set("zl.iter 3", outlettype=[""])),
    "a subpatcher with an inlet less": ("subpatcher-ports", _one_port_less),
    "outlets numbered against their places": ("port-order", _renamed_outlet_port),
    "an attribute nobody knows": ("unknown-attribute", _set("route note stop thru", text="route note stop thru @x 1")),
    "a key nobody knows": ("unknown-attribute", _set("Temperature", knobcolour=[1, 0, 0, 1])),
    "two boxes of one id": ("duplicate-id", _duplicate_id),
    "a cord from nowhere": ("loose-cord", _cord(source=["obj-9999", 0])),
    "a cord from an outlet that is not there": ("outlet-range", _cord(source=["obj-16", 99])),
    "a cord into an inlet that is not there": ("inlet-range", _cord(destination=["obj-2", 42])),
    "one cord twice": ("double-cord", _double),
    "an outlet into two inlets": ("fan-out", _fan),
    "a word that the object does not know": ("unknown-message", _set("set -1", text="reset -1")),
    "an object joined to nothing": ("no-cord", _lonely("deferlow")),
    "a send that nobody receives": ("unheard-send", _set("s ---lead", text="s ---leed")),
    "a receive that nobody sends to": ("silent-receive", _set("r ---wire", text="r ---wired")),
    "a send without a name": ("nameless-send", _set("s ---lead", text="s")),
    "a control called live.dial[1]": ("generic-name", _value("Temperature", parameter_longname="live.dial[1]")),
    "two controls of one name": ("duplicate-parameter", _value("Density", parameter_longname="Temperature")),
    "a scripting name of its own": ("varname", _set("Density", varname="density dial")),
    "a control that describes nothing": ("no-parameter", _without("Humanize", "saved_attribute_attributes")),
    "an int of more than 256 values": ("int-range", _value("Variation", parameter_mmax=1000)),
    "a range upside down": ("empty-range", _value("Humanize", parameter_mmin=1.0, parameter_mmax=0.0)),
    "choices called val1 and val2": ("enum-labels", _value("Seed Lock", parameter_enum=["val1", "val2"])),
    "a choice too many": ("enum-labels", _value("Mode", parameter_mmax=7)),
    "a first value that is never set": ("initial-off", _value("Density", parameter_initial_enable=0)),
    "a first value outside the range": ("initial-range", _value("Density", parameter_initial=[3.0])),
    "no Info text": ("no-annotation", _set("Density", annotation="")),
    "no unit": ("no-unit", lambda root: value(root, "Density").pop("parameter_unitstyle")),
    "a button in the undo history": ("button-not-hidden", _value("Panic", parameter_invisible=0)),
    "a switch that acts on mouse down": ("mouse-down", _set("Seed Lock", outputmode=0)),
    "a control that the registry does not list": ("registry", _unlisted),
    "a bank that names no control": (
        "bank",
        lambda root: root["parameters"]["parameterbanks"]["0"]["parameters"].__setitem__(0, "Warmth"),
    ),
    "a bank of seven": ("bank", lambda root: root["parameters"]["parameterbanks"]["1"]["parameters"].pop()),
    "opening in the patching view": ("no-presentation", _root(openinpresentation=0)),
    "no project": ("no-project", _root_without("project")),
    "the type of another device": ("amxdtype", lambda root: root["project"].update(amxdtype=1633771873)),
    "a latency": ("latency", _root(latency=512)),
    "no oldest Live": ("no-root-key", _root_without("minimum_live_version")),
    "a device too high": ("too-high", _root(openrect=[0.0, 0.0, 616.0, 200.0])),
    "half a pixel": ("half-pixel", _set("Panic", presentation_rect=[540.5, 128.0, 68.0, 17.0])),
    "a control outside the strip": ("outside", _set("Panic", presentation_rect=[540.0, 160.0, 68.0, 17.0])),
    "a control on top of another": ("overlap", _over("Panic", "Reset", "presentation_rect")),
    "a control that is not shown": ("not-shown", _set("Panic", presentation=0)),
    "a box on top of another": ("patching-overlap", _over("midiout", "engine", "patching_rect")),
    "a text cut off": ("text-cut", _set("route note stop thru", patching_rect=[560.0, 512.0, 40.0, 22.0])),
    "a colour that no theme changes": ("fixed-colour", _set("Panic", bgcolor=[0.6, 0.6, 0.6, 1.0])),
    "a print": ("forbidden", _lonely("print")),
    "audio": ("forbidden", _lonely("dac~")),
    "a process of its own": ("unknown-object", _lonely("node.script bridge.js")),
    "a name that all devices share": ("shared-name", _set("coll ---score 1 @embed 0", text="coll score 1 @embed 0")),
    "a send that all devices hear": ("shared-name", _set("s ---lead", text="s lead")),
    "#0 in a device": ("hash-zero", _set("s ---lead", text="s #0-lead")),
    "a path of one machine": ("absolute-path", _set("engine", text="js /Users/me/obbligato.js live")),
    "a tab in a label": ("tab", _set("label Mode", text="Mo\tde")),
    "a script that does not travel along": ("script-missing", _set("engine", text="js obligato.js live")),
    "a script box without its saved name": ("script-attribute", _set("engine", saved_object_attributes={})),
    "a word that the script has no function for": ("no-handler", _set("ready", text="reddy")),
    "a word that cannot be told": ("word-untold", _untold),
    "a word that nobody listens for": (
        "unheard-word",
        _set("route note stop thru", text="route note halt thru"),
    ),
    "a word that is never said": ("never-said", _set("route chord bar", text="route chord beat")),
    "a bar through an object that cuts it": ("long-list", _through_prepend),
}  # fmt: skip
"""What was planted -> the code that finds it, and how it is planted into a copy of the shipped device."""


def test_there_are_at_least_25_kinds_of_mistakes() -> None:
    assert len({code for code, _ in MISTAKES.values()}) >= 25


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_found(shipped: tuple[Root, Surroundings], mistake: str) -> None:
    code, plant = MISTAKES[mistake]
    root = copy.deepcopy(shipped[0])
    plant(root)
    found = linter.lint(root, shipped[1])
    assert code in {finding.code for finding in found}, [str(finding) for finding in found]


@pytest.mark.parametrize("path", linter.shipped(), ids=lambda path: path.name)
def test_nothing_is_found_in_what_ships(path: Path) -> None:
    assert [str(finding) for finding in linter.lint_file(path)] == []


def test_a_handler_hidden_from_max_is_no_handler() -> None:
    read = script.read("a.js", "inlets = 2;\nfunction heard() {}\nfunction mine() {}\nmine.local = 1;\n")
    assert read.understands("heard")
    assert not read.understands("mine")
    assert (read.inlets, read.outlets) == (2, 1)


def test_numbers_reach_the_functions_that_max_calls_for_them() -> None:
    read = replace(script.read("a.js", "function msg_int(n) {}\n"), inlets=1)
    assert read.understands("int")
    assert not read.understands("float")


def test_comments_of_a_script_are_not_read() -> None:
    read = script.read(
        "a.js", '// outlet(0, "never");\n/* function no() {} */\nfunction yes() { outlet(0, "said"); }\n'
    )
    assert read.handlers == {"yes"}
    assert read.sends == {0: frozenset({"said"})}


def test_every_finding_says_where_it_is_and_what_to_do(shipped: tuple[Root, Surroundings]) -> None:
    root = copy.deepcopy(shipped[0])
    find(root, "ready")["text"] = "reddy"
    (finding,) = linter.lint(root, shipped[1])
    assert str(finding).startswith("top obj-")
    assert "obbligato.js has no function reddy" in str(finding)
