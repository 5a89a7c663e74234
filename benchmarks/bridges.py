"""A real `obbligato serve` in a process of its own, and what its processes take."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Running:
    """A bridge that is ready. started_s: from the start of its process to its line; pid: of its main process."""

    port: int
    pid: int
    started_s: float

    @property
    def pids(self) -> tuple[int, ...]:
        """The main process and its workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        inside = []
        for task in Path(f"/proc/{self.pid}/task").iterdir():  # each worker was started by a thread of its own
            inside += (task / "children").read_text().split()
        return (self.pid, *map(int, inside)) if children.exists() else (self.pid,)


@contextmanager
def serving(model: str, *options: str) -> Iterator[Running]:
    """A bridge on a free port, ended with SIGTERM."""
    command = [sys.executable, "-m", "bridge.cli", "serve", "--port", "0", "--model", model, "--max-sessions", "2000"]
    began_s = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--log-level", "error", *options], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r":(\d+) \(OSC", line)
        assert found, f"the bridge did not start: {line}"
        yield Running(int(found[1]), process.pid, time.perf_counter() - began_s)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()  # type: ignore[union-attr]


def memory_mb(pids: tuple[int, ...]) -> tuple[float, float]:
    """Resident memory of the processes in MB: the sum as `ps` shows it, and with what they share counted once.
    Linux only: elsewhere (0, 0)."""
    resident = shared_once = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        resident += int(re.search(r"^Rss:\s+(\d+)", text, re.M)[1])  # type: ignore[index]
        shared_once += int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1])  # type: ignore[index]
    return resident / 1024, shared_once / 1024
