"""The MIDI Tool's script: run by node in a stand-in for Max, and through the same gates as the device's script."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from max_patch.build import tool_script
from max_patch.build.simulator.server import Bridge
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


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: the MIDI Tool's script was not run")
def test_the_tool_adds_what_the_real_bridge_answers() -> None:
    lead = [
        {"pitch": pitch, "start_time": float(beat), "duration": 1.0, "velocity": 90.0}
        for beat, pitch in enumerate((64, 64, 65, 67, 67, 65, 64, 62))
    ]
    bridge = Bridge()
    try:
        done = subprocess.run(
            ["node", str(HERE / "patches_tool_real.js"), str(bridge.port)],
            input=json.dumps(lead), capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    finally:
        bridge.close()
    assert done.returncode == 0, done.stderr[-2000:]
    first, second = json.loads(done.stdout)
    assert first == lead
    assert second[:8] == lead
    added = second[8:]
    assert {int(note["start_time"] // 4) for note in added} == {0, 1}
    assert all(28 <= note["pitch"] <= 96 and note["start_time"] + note["duration"] <= 8.001 for note in added)
    assert all(abs(note["start_time"] * 12 - round(note["start_time"] * 12)) < 1e-3 for note in added)
