"""A log that nobody outside can fill: lines that a packet can cause are written at a bounded rate, the rest counted."""

from __future__ import annotations

import logging
from typing import Any

LINES = 5
PERIOD_S = 10.0


class QuietLog:
    """At most so many lines of a kind in 10 s; the first line after that says how many were left out."""

    def __init__(self, log: logging.Logger, level: int, lines: int = LINES) -> None:
        self._log = log
        self._level = level
        self._lines = lines
        self._began_s = float("-inf")
        self._written = 0
        self._left_out = 0
        self.count = 0
        """How many there were, written or not."""

    def line(self, now_s: float, text: str, *arguments: Any) -> None:
        """Write a line, or count it."""
        self.count += 1
        if now_s - self._began_s >= PERIOD_S:
            self._began_s, self._written = now_s, 0
        if self._written == self._lines:
            self._left_out += 1
            return
        self._written += 1
        if self._left_out:
            text, self._left_out = f"{text} ({self._left_out} lines like it were left out)", 0
        self._log.log(self._level, text, *arguments)
