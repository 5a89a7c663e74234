"""Other accompanists that install from the package index, where they are installed."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.util import find_spec

from benchmarks.result import Result, Settings, quantile

PEERS = {"impsy": "IMPSY, a mixture density network that answers note by note"}


def run(settings: Settings) -> Result:
    """What it takes to import a peer in a process of its own: the least that its first answer can take."""
    result = Result(
        "Peers",
        "What starts before the first note: importing the package in a fresh process. None publishes a round trip.",
        ("peer", "imports", "median s", "slowest s"),
    )
    for name, what in {"bridge.server.app": "the bridge's server", **PEERS}.items():
        if find_spec(name) is None:
            result.remarks.append(f"{name} ({what}) is not installed and was left out")
            continue
        took_s = []
        for _ in range(settings.samples(10)):
            began_s = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {name}"], check=True, capture_output=True)
            took_s.append(time.perf_counter() - began_s)
        result.rows.append((what, len(took_s), quantile(took_s, 0.5), max(took_s)))
    return result
