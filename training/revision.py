"""Which commit of the project a model was trained by."""

from __future__ import annotations

import subprocess
from pathlib import Path


def commit() -> str:
    """The hash of the checkout's commit, empty outside one."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return found.stdout.strip()
