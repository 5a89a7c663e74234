"""Finds what Max would silently ignore, before anybody opens the patch: `python max_patch/build/linter.py FILE...`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from max_patch.build import container
from max_patch.build.lint import boxes, controls, cords, device, layout, scripts
from max_patch.build.lint.script import read as read_script
from max_patch.build.lint.walk import Finding, Rule, Surroundings

RULES: tuple[Rule, ...] = (boxes.check, cords.check, controls.check, device.check, layout.check, scripts.check)
PACKAGE = Path(__file__).resolve().parents[1]


def lint(root: dict[str, Any], surroundings: Surroundings) -> list[Finding]:
    """What is wrong with a patcher (the value of its outermost `patcher` key), in the order of the rules."""
    found: list[Finding] = []
    for rule in RULES:
        found.extend(rule(root, surroundings))
        if any(finding.code in ("incomplete-box", "loose-cord") for finding in found):
            return found  # nothing else can be said of boxes without rectangles and cords without ends
    return found


def surroundings_of(package: Path = PACKAGE, kind: bytes | None = None) -> Surroundings:
    """What a patch of this package may rely on: its scripts, and its patches as abstractions."""
    script_files = sorted((package / "javascript").glob("*.js"))
    known = {path.name: read_script(path.name, path.read_text(encoding="utf-8")) for path in script_files}
    abstractions = {}
    for path in sorted((package / "patchers").glob("*.maxpat")):
        inside = [item["box"]["maxclass"] for item in json.loads(path.read_text("utf-8"))["patcher"]["boxes"]]
        abstractions[path.stem] = (inside.count("inlet"), inside.count("outlet"))
    return Surroundings(kind, known, abstractions)


def lint_file(path: Path, package: Path = PACKAGE) -> list[Finding]:
    """What is wrong with a `.maxpat`, `.maxhelp` or `.amxd`. Of a frozen device only the frozen scripts count."""
    if path.suffix != ".amxd":
        patcher = json.loads(path.read_text(encoding="utf-8"))["patcher"]
        return lint(patcher, surroundings_of(package))
    read = container.read(path.read_bytes())
    inside = {
        file.name: read_script(file.name, file.data.decode("utf-8")) for file in read.files if file.kind == b"TEXT"
    }
    patcher = read.patcher["patcher"]
    assert isinstance(patcher, dict)
    return lint(patcher, Surroundings(read.kind, inside))


def shipped(package: Path = PACKAGE) -> list[Path]:
    """Every patch and device of the package."""
    return sorted(
        path
        for folder in ("patchers", "devices", "help", "extras", "examples")
        for path in (package / folder).rglob("*")
        if path.suffix in (".maxpat", ".maxhelp", ".amxd")
    )


def main() -> int:
    """Lints the files named, or all that ships. Exit code 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="patches and devices; all that ships if none is named")
    files = parser.parse_args().files or shipped()
    count = 0
    for path in files:
        for finding in lint_file(path):
            count += 1
            print(f"{path.name}: {finding}")
    print(f"{len(files)} files, {count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
