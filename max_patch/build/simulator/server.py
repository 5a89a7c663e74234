"""The real bridge as a process of its own: started, killed without a word, started again on the same port."""

from __future__ import annotations

import re
import subprocess
import sys


class Bridge:
    """`obbligato serve`, as a user starts it."""

    def __init__(self, model: str = "chords", port: int = 0) -> None:
        self.port = port
        self._model = model
        self._process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait for the line that says it is ready."""
        command = [sys.executable, "-m", "bridge.cli", "serve", "--port", str(self.port), "--model", self._model]
        command += ["--workers", "1", "--log-level", "error"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r"127\.0\.0\.1:(\d+)", line)
        if found is None:
            raise RuntimeError(f"the bridge did not start: it said {line!r}")
        self.port = int(found[1])

    def kill(self) -> None:
        """As a crash does: no /bye, no clean-up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=10)

    def close(self) -> None:
        """End it in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
