"""Builds every patch, device and picture of the package from the sources:

    python max_patch/build/devices.py            writes what changed
    python max_patch/build/devices.py --check    writes nothing; fails if a product is not what its source says

The same sources give the same bytes on every machine. The script `javascript/obbligato.js` is joined first, so that
what is frozen is what is in `javascript/source`.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import cache
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from max_patch.build import container, diagrams, draw, readme, strip, tool_script
from max_patch.build.lint.script import read as read_script
from max_patch.build.patcher import Patcher, dump
from max_patch.build.sources import abstraction, device, helps, miditool
from max_patch.build.sources.root import VERSION, with_scripts
from max_patch.javascript import join

PACKAGE = Path(__file__).resolve().parents[1]
SCRIPTS = PACKAGE / "javascript"

PICTURED = {
    "now 1": "C", "now 2": "-", "now 3": "G7", "now 4": "-", "next 1": "Am", "next 2": "-", "next 3": "F",
    "next 4": "C", "state": "Connected", "version": VERSION, "model now": "onehot", "doing": "now: Clip",
    "advice": "Accompanying the clip", "Bar Number": "17", "Last Reply": "6 ms", "Slow Reply": "14 ms",
    "Minutes": "3 min", "Seconds": "12 s", "Listening Port": "7771", "test result": "PASS",
}  # fmt: skip
"""What the readouts say in the picture of the strip while it plays: an example, not a measurement."""


@cache
def script(file_name: str) -> str:
    """A script's text: the joined one from its parts, so that a stale file is never frozen."""
    if file_name == join.SHIPPED.name:
        return join.joined()
    if file_name == tool_script.NAME:
        return tool_script.joined()
    return (SCRIPTS / file_name).read_text(encoding="utf-8")


def script_ports(file_name: str) -> tuple[int, int]:
    """Inlets and outlets of a script of the package."""
    read = read_script(file_name, script(file_name))
    return read.inlets, read.outlets


def products() -> dict[str, bytes]:
    """Path inside the package -> content, for everything that is built."""
    patches = {
        "patchers/obbligato.maxpat": abstraction.build(script_ports),
        "help/obbligato.maxhelp": helps.help_patch(),
        "extras/Obbligato Overview.maxpat": helps.overview(),
        "examples/Obbligato plays alone.maxpat": helps.example(),
    }
    made = {name: _text(patch.json()) for name, patch in patches.items()}
    for name in (device.SCRIPT, miditool.SCRIPT):
        made[f"javascript/{name}"] = script(name).encode()
    effect = device.build(script_ports)
    made["devices/Obbligato.amxd"] = frozen(container.MIDI_EFFECT, "Obbligato.amxd", effect, [device.SCRIPT])
    tool = miditool.build(script_ports)
    made["devices/Obbligato Generator.amxd"] = frozen(
        container.MIDI_GENERATOR, "Obbligato Generator.amxd", tool, [miditool.SCRIPT]
    )
    made["package-info.json"] = _text(json.dumps(package_info(), indent="\t", ensure_ascii=False))
    made["README.md"] = readme.with_tables((PACKAGE / "README.md").read_text(encoding="utf-8")).encode()
    made["license"] = _text((PACKAGE.parent / "LICENSE").read_text(encoding="utf-8"))
    made.update({f"media/{name}": picture.encode() for name, picture in pictures(effect, tool, patches).items()})
    return made


def frozen(kind: bytes, name: str, patch: Patcher, scripts: list[str]) -> bytes:
    """The bytes of a frozen device."""
    root = patch.content()
    with_scripts(root, scripts)
    inside = {file_name: script(file_name).encode() for file_name in scripts}
    return container.write(container.freeze(kind, name, _text(dump({"patcher": root})), inside))


def pictures(effect: Patcher, tool: Patcher, patches: dict[str, Patcher]) -> dict[str, str]:
    """The drawings that the README shows."""
    root = effect.content()
    drawn = {
        "routing.svg": diagrams.routing(),
        "routing-pair.svg": diagrams.routing_pair(),
        "timing.svg": diagrams.timing(),
        "strip.svg": strip.presentation(root),
        "strip-playing.svg": strip.presentation(root, PICTURED, light=(0.25, 0.65, 0.3, 1.0)),
        "device-patch.svg": draw.patching(root),
        "generator.svg": strip.presentation(tool.content()),
        "generator-patch.svg": draw.patching(tool.content()),
        "obbligato-patch.svg": draw.patching(patches["patchers/obbligato.maxpat"].content()),
        "example-patch.svg": draw.patching(patches["examples/Obbligato plays alone.maxpat"].content()),
    }
    for item in root["boxes"]:
        text = str(item["box"].get("text", ""))
        if text in ("p clock", "p player"):
            drawn[f"{text[2:]}-patch.svg"] = draw.patching(item["box"]["patcher"])
    for item in patches["help/obbligato.maxhelp"].content()["boxes"]:
        if item["box"]["text"] == "p basic":
            drawn["help-basic.svg"] = draw.patching(item["box"]["patcher"])
    return drawn


def package_info() -> dict[str, object]:
    """What Max's package manager shows."""
    return {
        "name": "Obbligato",
        "displayname": "Obbligato",
        "version": VERSION,
        "author": "The Obbligato authors",
        "description": "A live accompanist: a lead goes in over OSC, a trained model answers with notes that land on "
        "the beat. A device for Ableton Live, an object for Max.",
        "tags": ["accompaniment", "MIDI", "OSC", "machine learning", "Max for Live"],
        "max_version_min": "8.1",
        "max_version_max": "none",
        "os": {
            "macintosh": {"platform": ["x64", "aarch64"], "min_version": "none"},
            "windows": {"platform": ["x64"], "min_version": "none"},
        },
        "homepatcher": "Obbligato Overview.maxpat",
        "package_extra": {"reverse_domain": "obbligato", "copyright": "MIT"},
    }


def _text(text: str) -> bytes:
    return (text.rstrip("\n") + "\n").encode("utf-8")


def main() -> int:
    """Writes what changed; with `--check`, exit code 1 if anything would."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if anything would change")
    check = parser.parse_args().check
    changed = {name: data for name, data in products().items() if not _same(PACKAGE / name, data)}
    for name, data in changed.items():
        print(("differs: " if check else "wrote ") + name)
        if not check:
            write(PACKAGE / name, data)
    return 1 if check and changed else 0


def _same(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def write(path: Path, data: bytes) -> None:
    """Writes beside the place and moves it there, so that no half file is ever opened."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(data)
    beside.replace(path)


if __name__ == "__main__":
    sys.exit(main())
