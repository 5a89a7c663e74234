"""Virtual time: what happens when, in milliseconds. It reads no real clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count


class Clock:
    """Things to do later. Two for the same moment come in the order in which they were asked for."""

    def __init__(self) -> None:
        self.now_ms = 0.0
        self._heap: list[tuple[float, int, list[Callable[[], None] | None]]] = []
        self._order = count()

    def at(self, when_ms: float, action: Callable[[], None]) -> Callable[[], None]:
        """Do something then, never in the past. Returns what takes it back."""
        cell: list[Callable[[], None] | None] = [action]
        heapq.heappush(self._heap, (max(when_ms, self.now_ms), next(self._order), cell))

        def cancel() -> None:
            cell[0] = None

        return cancel

    def after(self, delay_ms: float, action: Callable[[], None]) -> Callable[[], None]:
        """Do something in a while. Returns what takes it back."""
        return self.at(self.now_ms + delay_ms, action)

    @property
    def next_ms(self) -> float:
        """When the next thing happens; infinite when nothing does."""
        while self._heap and self._heap[0][2][0] is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else float("inf")

    def run_next(self) -> None:
        """Go to the next thing and do it."""
        when_ms, _, cell = heapq.heappop(self._heap)
        action, cell[0] = cell[0], None
        if action is not None:
            self.now_ms = max(self.now_ms, when_ms)
            action()
