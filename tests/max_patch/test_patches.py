"""What ships is what the sources say, what is frozen is whole, and the controls are the bridge's own."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from bridge.cli import COMMANDS
from bridge.model.controls import CONTROLS
from bridge.model.registry import BUILT_IN, load
from bridge.protocol import DEFAULT_PORT
from bridge.protocol.messages import DEFAULT_REPLY_PORT
from max_patch.build import container, devices, linter, tool_script
from max_patch.build.lint import script
from max_patch.build.lint.walk import places
from max_patch.build.parameters import Parameter
from max_patch.build.sources import abstraction, controls, device, miditool, root, screen
from max_patch.build.text import width
from max_patch.javascript import join

PACKAGE = devices.PACKAGE
FROZEN = {
    "Obbligato.amxd": (container.MIDI_EFFECT, "obbligato.js"),
    "Obbligato Generator.amxd": (container.MIDI_GENERATOR, "obbligato_tool.js"),
}


def effect() -> dict[str, Any]:
    """The shipped device's patcher."""
    patcher = container.read((PACKAGE / "devices" / "Obbligato.amxd").read_bytes()).patcher["patcher"]
    assert isinstance(patcher, dict)
    return patcher


def parameters() -> list[Parameter]:
    """Every control of the devices."""
    return [value for value in vars(controls).values() if isinstance(value, Parameter)]


def test_every_product_is_what_its_source_says() -> None:
    made = devices.products()
    stale = [name for name, data in made.items() if (PACKAGE / name).read_bytes() != data]
    assert stale == [], "run: python max_patch/build/devices.py"


def test_nothing_ships_that_is_not_built_from_a_source() -> None:
    made = {PACKAGE / name for name in devices.products()}
    assert set(linter.shipped()) <= made
    assert set((PACKAGE / "media").iterdir()) <= made


def test_a_second_build_gives_the_same_bytes() -> None:
    assert devices.products() == devices.products()


@pytest.mark.parametrize("name", FROZEN)
def test_what_was_frozen_is_read_back_whole(name: str) -> None:
    kind, script_name = FROZEN[name]
    data = (PACKAGE / "devices" / name).read_bytes()
    read = container.read(data)
    assert container.write(read) == data
    assert read.kind == kind
    assert read.meta == container.META_FROZEN
    assert [(file.name, file.kind, file.flag) for file in read.files] == [
        (name, b"JSON", container.FLAG_DEVICE),
        (script_name, b"TEXT", container.FLAG_DEPENDENCY),
    ]
    patcher = json.loads(read.files[0].data)["patcher"]
    assert patcher["project"]["amxdtype"] == container.amxdtype(kind)
    assert read.files[1].data == (PACKAGE / "javascript" / script_name).read_bytes()
    asked = {file["name"] for file in patcher["dependency_cache"]}
    boxes = [box for place in places(patcher) for box in place.boxes]
    used = {box["text"].split()[1] for box in boxes if box.get("text", "").startswith("js ")}
    assert used == asked == set(patcher["project"]["contents"]["code"]) == {script_name}


@pytest.mark.parametrize("name", controls.WIRE)
def test_a_control_has_the_bridges_range_and_default(name: str) -> None:
    spec, parameter = CONTROLS[name], controls.WIRE[name]
    assert (parameter.low, parameter.high, parameter.initial) == (spec.low, spec.high, spec.default)
    assert (parameter.kind == "int") == (spec.kind == "i")


def test_the_menus_say_the_bridges_words() -> None:
    assert set(controls.MODELS) == {"default", *BUILT_IN}
    assert controls.MODELS[0] == "default"
    assert controls.STYLES[0] == CONTROLS["style"].default


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_style_menu_has_every_style_of_every_model(name: str) -> None:
    assert set(load(name).style_names) <= set(controls.STYLES)


def test_every_control_of_the_bridge_can_be_set_from_the_device() -> None:
    words = {word for word, *_ in device.SETTINGS}
    assert words >= set(CONTROLS) - {"progression", "chords"}  # the last is switched on by the device itself


def test_every_word_of_a_setting_is_one_that_the_engine_knows() -> None:
    page = (PACKAGE / "ENGINE.md").read_text(encoding="utf-8")
    paragraph = page[page.index("Parameters:") :].split("\n\n")[0]
    known = set(re.findall(r"`([a-z]+)`", paragraph))
    assert {word for word, *_ in device.SETTINGS} <= known


def test_the_screen_takes_every_word_that_the_engine_says() -> None:
    read = script.read(join.SHIPPED.name, join.joined())
    assert read.sends[5] == set(screen.WORDS)


def test_the_object_passes_on_every_command() -> None:
    read = script.read(join.SHIPPED.name, join.joined())
    assert set(abstraction.COMMANDS) <= read.handlers


def test_every_info_text_is_a_sentence_and_every_short_name_fits() -> None:
    for parameter in parameters():
        assert parameter.info[0].isupper() or parameter.info[0].isdigit(), parameter.long
        assert parameter.info.endswith("."), parameter.long
        assert width(parameter.short, 9.5) <= 50, parameter.long


def test_what_can_be_automated_is_on_a_bank_of_push() -> None:
    banked = {place.long for places_ in controls.BANKS.values() for place in places_ if place}
    shown = {parameter.long for _, _, parameter, _, _ in device.SETTINGS if parameter.visible == "automated"}
    assert banked == shown


def _rect(name: str) -> list[float]:
    for item in effect()["boxes"]:
        if item["box"].get("varname") == name:
            rect = item["box"]["presentation_rect"]
            assert isinstance(rect, list)
            return rect
    raise AssertionError(name)


def _rows(text: str, wide: float) -> int:
    rows, current = 1, ""
    for word in text.split():
        longer = f"{current} {word}".strip()
        if current and width(longer, 9.5) > wide:
            rows, current = rows + 1, word
        else:
            current = longer
    return rows


@pytest.mark.parametrize("row", join.advice(), ids=lambda row: row["code"])
def test_every_advice_fits_its_place_on_the_strip(row: dict[str, str]) -> None:
    text = row["text"].replace("{port}", "65535").replace("{group}", "16")
    _, _, wide, high = _rect("advice")
    assert _rows(text, wide - 6) * 12 <= high


@pytest.mark.parametrize("row", tool_script.advice(), ids=lambda row: row["code"])
def test_every_line_of_the_tool_fits_its_place(row: dict[str, str]) -> None:
    assert _rows(row["text"], 206) * 12 <= 34


def test_every_text_of_the_strip_fits_its_place() -> None:
    for item in effect()["boxes"]:
        box = item["box"]
        if box["maxclass"] == "live.comment" and box["varname"].startswith("label"):
            assert width(box["text"], 9.5) <= box["presentation_rect"][2] - 3, box["text"]
    for name, texts in (("state", [text for text, _ in screen.LIGHTS]), ("doing", screen.DOINGS)):
        for text in texts:
            assert width(text, 9.5) <= _rect(name)[2] - 3, text


def test_the_devices_show_the_version_that_the_bridge_says() -> None:
    import bridge

    assert bridge.__version__ == root.VERSION
    assert any(item["box"].get("text") == f"v{root.VERSION}" for item in effect()["boxes"])
    info = json.loads((PACKAGE / "package-info.json").read_text(encoding="utf-8"))
    assert info["version"] == bridge.__version__


def test_the_strip_is_no_higher_than_live_shows() -> None:
    assert device.HEIGHT <= 169
    assert miditool.HEIGHT <= 147


def test_the_reference_page_names_every_command_and_outlet() -> None:
    page = ElementTree.parse(PACKAGE / "docs" / "refpages" / "obbligato.maxref.xml").getroot()
    named = {method.get("name") for method in page.iter("method")}
    assert named == {"list", *abstraction.COMMANDS}
    assert (len(list(page.iter("inlet"))), len(list(page.iter("outlet")))) == abstraction.PORTS


def test_the_workshop_needs_nothing_but_python() -> None:
    standard = re.compile(r"^(?:from|import) (max_patch|__future__|\w+)", re.MULTILINE)
    allowed = {
        "__future__",
        "ast",
        "max_patch",
        "argparse",
        "collections",
        "dataclasses",
        "functools",
        "html",
        "json",
        "math",
    }
    allowed |= {"pathlib", "re", "struct", "sys", "typing"}
    for path in sorted((PACKAGE / "build").rglob("*.py")):
        if "simulator" not in path.parts:
            assert set(standard.findall(path.read_text(encoding="utf-8"))) <= allowed, path.name


def test_no_product_names_a_place_of_this_machine() -> None:
    for path in [*linter.shipped(), PACKAGE / "package-info.json"]:
        assert not re.search(rb"/(home|root|tmp|Users)/", Path(path).read_bytes()), path.name


@pytest.mark.parametrize("page", ["README.md", "CHECKLIST.md", "ENGINE.md"])
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    text = (PACKAGE / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not (PACKAGE / link).exists()] == []


def test_every_message_of_the_devices_stands_in_the_readme_with_what_to_do() -> None:
    page = (PACKAGE / "README.md").read_text(encoding="utf-8")
    for row in [*join.advice(), *tool_script.advice()]:
        said = row["text"].replace("{port}", "7770").replace("{group}", "1")
        assert f"| {said} | {row['help']} |" in page


def test_every_command_that_the_pages_tell_to_type_exists() -> None:
    texts = [(PACKAGE / page).read_text(encoding="utf-8") for page in ("README.md", "CHECKLIST.md")]
    typed = {word for text in texts for word in re.findall(r"(?:`|type )obbligato ([a-z]+)", text)}
    assert {"serve", "doctor"} <= typed
    assert typed <= set(COMMANDS)


def test_the_ports_in_the_patch_are_the_bridges() -> None:
    texts = {str(item["box"].get("text")) for item in effect()["boxes"]}
    assert f"udpsend 127.0.0.1 {DEFAULT_PORT}" in texts
    assert f"udpreceive {DEFAULT_REPLY_PORT}" in texts
    assert controls.PORT.initial == DEFAULT_PORT
