"""The drawings: well-formed, nothing outside the page, and what the patch says is in them."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from max_patch.build import container, devices, draw, strip

MEDIA = sorted((devices.PACKAGE / "media").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("path", MEDIA, ids=lambda path: path.name)
def test_a_drawing_is_well_formed_and_nothing_lies_outside(path: Path) -> None:
    page = ElementTree.parse(path).getroot()
    wide, high = float(page.get("width", 0)), float(page.get("height", 0))
    assert wide > 0
    assert high > 0
    for rect in page.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.get(key, 0)) for key in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert x + w <= wide + 0.1
        assert y + h <= high + 0.1


@pytest.mark.skipif(
    shutil.which("rsvg-convert") is None, reason="rsvg-convert is not installed: no drawing was rendered"
)
@pytest.mark.parametrize("path", MEDIA, ids=lambda path: path.name)
def test_a_drawing_renders(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "picture.png"
    subprocess.run(["rsvg-convert", str(path), "-o", str(target)], check=True, timeout=60)
    assert target.stat().st_size > 500


def test_the_strip_shows_every_control_by_its_name() -> None:
    picture = (devices.PACKAGE / "media" / "strip.svg").read_text(encoding="utf-8")
    for name in (
        "Temp",
        "Density",
        "Variation",
        "Human",
        "Register",
        "Seed",
        "Style",
        "Model",
        "Mode",
        "Role",
        "Write clip",
    ):
        assert f">{name}<" in picture


def test_every_view_of_a_device_is_drawn() -> None:
    views = draw.views(devices.PACKAGE / "devices" / "Obbligato.amxd")
    assert {"Obbligato-strip.svg", "Obbligato-patch.svg", "Obbligato-clock.svg", "Obbligato-player.svg"} <= set(views)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"parameter_type": 1, "parameter_unitstyle": 8, "parameter_initial": [60]}, "C3"),
        ({"parameter_type": 1, "parameter_unitstyle": 8, "parameter_initial": [28]}, "E0"),
        ({"parameter_type": 0, "parameter_unitstyle": 0, "parameter_initial": [7770.0]}, "7770"),
        ({"parameter_type": 0, "parameter_unitstyle": 1, "parameter_initial": [1.0]}, "1.00"),
        (
            {"parameter_type": 0, "parameter_unitstyle": 9, "parameter_units": "%.0f ms", "parameter_initial": [3.2]},
            "3 ms",
        ),
        ({"parameter_type": 2, "parameter_enum": ["Auto", "Live"], "parameter_initial": [1]}, "Live"),
    ],
)
def test_a_value_is_drawn_as_live_prints_it(value: dict[str, object], shown: str) -> None:
    assert strip.shown_value(value) == shown


def test_a_patch_of_max_has_no_strip() -> None:
    views = draw.views(devices.PACKAGE / "patchers" / "obbligato.maxpat")
    assert "obbligato-strip.svg" not in views
    assert container.DEVICE_KINDS
