"""The `js` box: the shipped script in Node, one process a box, one line of JSON each way for every message."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from max_patch.build.simulator.messages import Message, SimulationError

HOST = Path(__file__).with_name("host.js")


class Script:
    """A running script. Its time is what every call says; it never runs by itself."""

    def __init__(self, path: Path, arguments: list[Any], seed: int, live_set: dict[str, Any]) -> None:
        node = shutil.which("node")
        if node is None:
            raise SimulationError("the simulator needs Node to run the script")
        self._process = subprocess.Popen([node, str(HOST)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        options = {"script": str(path), "arguments": arguments, "seed": seed, "set": live_set}
        self._call({"open": options})

    def send(self, now_ms: float, song: dict[str, Any], inlet: int, message: Message) -> dict[str, Any]:
        """A message in; what came out, and when the script's task is due (`due`, ms or None)."""
        return self._call({"now": now_ms, "song": song, "inlet": inlet, "message": list(message)})

    def run(self, now_ms: float, song: dict[str, Any]) -> dict[str, Any]:
        """The task's moment has come."""
        return self._call({"now": now_ms, "song": song})

    def live_set(self) -> dict[str, Any]:
        """The set as the script has left it."""
        found: dict[str, Any] = self._call({"set": True})["set"]
        return found

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=5)

    def _call(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SimulationError("the script's process ended")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise SimulationError(f"the script failed: {answer['error']}")
        return answer
