"""What Live reads at a device's root: how it opens, the registry of its controls, the project block."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from max_patch.build import container
from max_patch.build.parameters import Parameter
from max_patch.build.patcher import Patcher

_PACKAGE_INIT = Path(__file__).resolve().parents[3] / "bridge" / "__init__.py"
_found = re.search(r'^__version__ = "([^"]+)"', _PACKAGE_INIT.read_text(encoding="utf-8"), re.MULTILINE)
assert _found, "the bridge says its version in one plain line"
VERSION = _found[1]
"""The version that the devices show: the bridge's own, so that the two can be compared at a glance."""

MADE_AT = container.BUILT_AT
"""The project's dates, in seconds since 1904: fixed, as in the container."""


def device_settings(width: int, height: int, kind: bytes = container.MIDI_EFFECT, live: str = "11.0") -> dict[str, Any]:
    """The root's settings for a device of this size and kind; `live` is the oldest Live that it runs in."""
    return {
        "openrect": [0.0, 0.0, float(width), float(height)],
        "openinpresentation": 1,
        "default_fontsize": 10.0,
        "default_fontname": "Ableton Sans Medium",
        "devicewidth": float(width),
        "enablehscroll": 0,
        "enablevscroll": 0,
        "description": "A live accompanist: plays along with the lead of another track.",
        "digest": "Plays along",
        "tags": "accompaniment, MIDI, OSC",
        "dependency_cache": [],
        "latency": 0,
        "is_mpe": 0,
        "external_mpe_tuning_enabled": 0,
        "minimum_live_version": live,
        "minimum_max_version": "8.1" if live.startswith("11") else "8.6",
        "platform_compatibility": 0,
        "project": _project(kind),
        "autosave": 0,
    }


def with_scripts(root: dict[str, Any], names: list[str]) -> None:
    """Enters the scripts that are frozen in, where Max and Live's tools look for them."""
    root["dependency_cache"] = [{"name": name, "bootpath": ".", "type": "TEXT", "implicit": 1} for name in names]
    root["project"]["contents"]["code"] = {name: {"kind": "javascript", "local": 1} for name in names}


def register(patch: Patcher, banks: Mapping[str, tuple[Parameter | None, ...]]) -> None:
    """Writes the registry of controls and the banks of Push into the root's settings."""
    patch.settings["parameters"] = {
        **patch.parameters(),
        "parameterbanks": {
            str(index): {
                "index": index,
                "name": name,
                "parameters": [parameter.long if parameter else "-" for parameter in places],
            }
            for index, (name, places) in enumerate(banks.items())
        },
        "inherited_shortname": 1,
    }


def _project(kind: bytes) -> dict[str, Any]:
    return {
        "version": 1,
        "creationdate": MADE_AT,
        "modificationdate": MADE_AT,
        "viewrect": [0.0, 0.0, 300.0, 500.0],
        "autoorganize": 1,
        "hideprojectwindow": 1,
        "showdependencies": 1,
        "autolocalize": 0,
        "contents": {"patchers": {}},
        "layout": {},
        "searchpath": {},
        "detailsvisible": 0,
        "amxdtype": container.amxdtype(kind),
        "readonly": 0,
        "devpathtype": 0,
        "devpath": ".",
        "sortmode": 0,
        "viewmode": 0,
        "includepackages": 0,
    }
