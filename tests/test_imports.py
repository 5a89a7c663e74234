"""The arrows of the house: who may import whom, and what heavy packages stay out of."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT: dict[str, set[str]] = {
    "bridge.errors": set(),
    "bridge.files": {"bridge.errors"},
    "bridge.music": {"bridge.errors"},
    "bridge.model": {"bridge.errors", "bridge.files", "bridge.music"},
    "bridge.session": {"bridge.errors", "bridge.music", "bridge.model"},
    "bridge.protocol": {"bridge.errors", "bridge.music", "bridge.model", "bridge.session"},
    "bridge.server": {
        "bridge.errors",
        "bridge.files",
        "bridge.music",
        "bridge.model",
        "bridge.session",
        "bridge.protocol",
    },
    "bridge.client": {"bridge.errors", "bridge.files", "bridge.music", "bridge.session", "bridge.protocol"},
    "bridge.offline": {"bridge.errors", "bridge.files", "bridge.music", "bridge.model", "bridge.session"},
    "bridge.leads": {"bridge.errors", "bridge.files", "bridge.music"},
    "training": {
        "bridge.errors",
        "bridge.files",
        "bridge.music",
        "bridge.model",
        "bridge.session",
        "bridge.offline",
        "bridge.leads",
    },
}
"""Layer -> the layers it may import. `bridge` itself (its names and version) is open to all; `bridge.cli` and
`bridge.commands` stand above everything; nothing in `bridge` imports `training`."""

ONLY_KERAS = {"bridge/model/network.py"}
"""The one file of `bridge` that builds Keras layers; playing never imports it."""


def layer_of(module: str) -> str:
    return next((layer for layer in MAY_IMPORT if module == layer or module.startswith(layer + ".")), "")


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            assert node.module is not None
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = sorted(p for folder in ("bridge", "training") for p in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_inwards(path: Path) -> None:
    module = name_of(path)
    imported = imports_of(path)
    if module.startswith("bridge"):
        assert not [name for name in imported if name.split(".")[0] == "training"], "playing never needs training"
        if str(path.relative_to(ROOT).as_posix()) not in ONLY_KERAS:
            assert not {name.split(".")[0] for name in imported} & {"keras", "tensorflow"}
    layer = layer_of(module)
    if not layer:  # bridge, bridge.cli, bridge.commands
        return
    for name in imported:
        target = layer_of(name)
        if target and target != layer:
            assert target in MAY_IMPORT[layer], f"{module} must not import {name}"


def test_nobody_imports_in_a_circle() -> None:
    known = {name_of(path) for path in MODULES}
    TopologicalSorter({name_of(path): imports_of(path) & known for path in MODULES}).prepare()  # raises at a circle


@pytest.mark.parametrize("module", ["bridge.server.app", "bridge.client.player", "bridge.model.onehot", "bridge.cli"])
def test_playing_loads_no_tensorflow(module: str) -> None:
    code = f"import sys, {module}; sys.exit(bool({{'tensorflow', 'keras'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_command_that_plays_does_arithmetic_on_one_thread() -> None:
    code = (
        "import os, sys, bridge.cli; assert 'numpy' not in sys.modules;"
        "bridge.cli.main(['render', 'nowhere.mid', '-o', 'nowhere.wav']); print(os.environ['OPENBLAS_NUM_THREADS'])"
    )
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "1\n", done.stderr


def test_no_file_is_much_over_three_hundred_lines() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {name: count for name, count in lines.items() if count > 330}
