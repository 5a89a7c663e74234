"""The script of the device: joined as it should be, ES5, its types, its own tests, one table with the bridge."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.protocol import DEFAULT_PORT
from bridge.protocol.messages import DEFAULT_REPLY_PORT, PROTOCOL
from bridge.protocol.table import BRIDGE, CLIENT, ROWS
from max_patch.build.lint.script import read
from max_patch.javascript import join

HERE = Path(__file__).parent / "js"
NODE = shutil.which("node")
pytestmark = pytest.mark.timeout(400)  # seconds are enough; a machine that does ten other things needs more
needs_node = pytest.mark.skipif(NODE is None, reason="Node is not installed: the script was not run")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], cwd=HERE, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def tools() -> Path:
    """Where the ES5 parser and the type checker lie; fetched once."""
    if NODE is None:
        pytest.skip("Node is not installed: the script was not run")
    modules = HERE / "node_modules"
    if not (modules / "acorn").is_dir():
        npm = shutil.which("npm")
        command = ("install", "--no-package-lock", "--no-audit", "--no-fund", "--silent")
        if npm is None or run(npm, *command).returncode:
            pytest.skip("npm could not fetch acorn and typescript: the script's ES5 and types were not checked")
    return modules


def test_the_shipped_script_is_joined_from_its_parts() -> None:
    assert join.SHIPPED.read_text(encoding="utf-8") == join.joined(), "run max_patch/javascript/join.py"


def test_the_script_s_ports_and_words_are_those_of_the_contract() -> None:
    script = read("obbligato.js", join.joined())
    assert (script.inlets, script.outlets) == (2, 7)
    happens = {"ready", "enabled", "bye", "at", "stop", "note", "param", "bar", "host", "token"}
    assert script.handlers == happens | {"reset", "panic", "selftest", "writeclip", "anything"}


def test_every_advice_is_short_plain_and_helped() -> None:
    rows = join.advice()
    assert len({row["code"] for row in rows}) == len({row["text"] for row in rows}) == len(rows)
    for row in rows:
        assert 0 < len(row["text"]) <= 60, row["text"]
        assert row["help"]


def test_every_advice_that_is_told_exists() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in join.SOURCE.glob("*.js"))
    for row in join.advice():
        assert f'"{row["code"]}"' in source or row["code"] in ("bad-token", "unsupported-protocol"), row["code"]


@needs_node
def test_the_script_has_the_bridge_s_table() -> None:
    code = (
        'const { parts } = require("./load.js"); const { Protocol } = parts();'
        "console.log(JSON.stringify([Protocol.NUMBER, Protocol.CLIENT, Protocol.BRIDGE]));"
    )
    number, client, bridge = json.loads(run("node", "-e", code).stdout)
    assert number == PROTOCOL
    for sender, table in ((CLIENT, client), (BRIDGE, bridge)):
        ours = {row.address: row for row in ROWS if row.sender == sender}
        assert set(table) == set(ours)
        for address, row in ours.items():
            assert table[address]["places"] == [f"{place.kind} {place.name}" for place in row.arguments]
            assert table[address]["each"] == [f"{place.kind} {place.name}" for place in row.group]


def test_the_ports_are_the_bridge_s() -> None:
    source = join.joined()
    assert f"BRIDGE_PORT = {DEFAULT_PORT};" in source
    assert f"FIRST_PORT = {DEFAULT_REPLY_PORT};" in source


@needs_node
def test_the_script_s_own_tests() -> None:
    done = run("node", "--test", ".")
    assert done.returncode == 0, done.stdout[-6000:]
    passed = next(line for line in done.stdout.splitlines() if line.startswith("# pass"))
    assert int(passed.split()[-1]) >= 100


def test_every_part_is_es5(tools: Path) -> None:
    done = run("node", "es5.js", join.SHIPPED, *sorted(join.SOURCE.glob("*.js")))
    assert done.returncode == 0, done.stdout


def test_the_es5_gate_refuses_what_max_would(tools: Path, tmp_path: Path) -> None:
    for index, code in enumerate(("let a = 1;", "var f = () => 1;", "var s = `x`;", "class A {}", "f(...a);")):
        path = tmp_path / f"{index}.js"
        path.write_text(code)
        assert run("node", "es5.js", path).returncode == 1, code


def test_the_script_s_types(tools: Path) -> None:
    done = run(
        *("node", tools / "typescript" / "bin" / "tsc", "--noEmit", "--allowJs", "--checkJs", "--target", "ES5"),
        *("--lib", "ES5", "--types", "maxmsp", "--noImplicitThis", "false", "--ignoreDeprecations", "5.0"),
        join.SHIPPED,
    )
    assert done.returncode == 0, done.stdout[-6000:]


def test_the_type_check_finds_what_max_does_not_know(tools: Path, tmp_path: Path) -> None:
    path = tmp_path / "wrong.js"
    path.write_text("function bang() { postt(1); }\n")
    done = run(
        *("node", tools / "typescript" / "bin" / "tsc", "--noEmit", "--allowJs", "--checkJs", "--target", "ES5"),
        *("--lib", "ES5", "--types", "maxmsp", "--typeRoots", tools / "@types", path),
    )
    assert "postt" in done.stdout
