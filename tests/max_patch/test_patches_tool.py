"""The MIDI Tool's script: run by node in a stand-in for Max, and through the same gates as the device's script."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from max_patch.build import tool_script
from tests.max_patch import test_engine

HERE = Path(__file__).parent
run, tools = test_engine.run, test_engine.tools  # the gates of the device's script, and the fixture that fetches them
SCRIPT = tool_script.JAVASCRIPT / tool_script.NAME


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: the MIDI Tool's script was not run")
def test_the_tools_script_answers_in_the_same_breath() -> None:
    done = subprocess.run(
        ["node", "--test", str(HERE / "patches_tool.test.js")], capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_tools_script_is_es5(tools: Path) -> None:
    done = run("node", "es5.js", SCRIPT, *sorted((tool_script.JAVASCRIPT / "tool").glob("*.js")))
    assert done.returncode == 0, done.stdout


def test_the_tools_script_s_types(tools: Path) -> None:
    done = run(
        *("node", tools / "typescript" / "bin" / "tsc", "--noEmit", "--allowJs", "--checkJs", "--target", "ES5"),
        *("--lib", "ES5", "--types", "maxmsp", "--noImplicitThis", "false", "--ignoreDeprecations", "5.0"),
        SCRIPT,
    )
    assert done.returncode == 0, done.stdout[-6000:]
