"""The MIDI Tool's script, run by node in a stand-in for Max."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: the MIDI Tool's script was not run")
def test_the_tools_script_answers_in_the_same_breath() -> None:
    done = subprocess.run(
        ["node", "--test", str(HERE / "patches_tool.test.js")], capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stdout[-4000:]
