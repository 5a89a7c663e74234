"""One place in the pool: a worker process, started again when it dies, and the thread that talks to it.

The thread writes the process a task and waits for the result, because waiting for a pipe is the one thing that event
loops do differently on every system. Nothing is known here of what a task means.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from bridge.model.accompanist import Request
from bridge.server.mirror import Telling
from bridge.server.pipes import receive, send
from bridge.server.process import started
from bridge.server.worker import Load, Result, Task

log = logging.getLogger(__name__)

RESTART_PAUSES_S = (0.0, 0.1, 0.5, 2.0, 5.0)
"""How long a place stays empty after its first, second, ... death without a result in between."""


@dataclass(frozen=True, slots=True)
class Died:
    """A worker's process has ended. `had_task`: what it was given had reached it."""

    had_task: bool


class Workplace:
    """The place. Its methods are called on one thread, and `report` on another.

    loaded   names of the models that its process has loaded, or was told to
    overdue  what happens when it does not answer
    deaths   how many processes of this place have ended
    """

    def __init__(
        self,
        number: int,
        report: Callable[[Workplace, Result | Died], None],
        process: subprocess.Popen[bytes] | None = None,
    ) -> None:
        """Nothing is started before `start`. `process`: one that was started already, to be the first."""
        self.number = number
        self.loaded: set[str] = set()
        self.overdue: asyncio.TimerHandle | None = None
        self.deaths = 0
        self._report = report
        self._tasks: queue.SimpleQueue[tuple[int, Task | None]] = queue.SimpleQueue()
        self._process = process
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._talk, name=f"worker-{number}", daemon=True)

    def start(self) -> None:
        """Have a process from now on, if there is none yet."""
        if not self._thread.is_alive() and not self._is_closing.is_set():
            self._thread.start()

    @property
    def pid(self) -> int:
        """The process's number, 0 before there is one."""
        return self._process.pid if self._process is not None else 0

    def give(self, task: Task) -> None:
        """Have a task done; its result is reported, or the death of the process."""
        self._tasks.put((self.deaths, task))

    def kill(self) -> None:
        """End the process at once; a new one takes its place."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the process for good."""
        self._is_closing.set()
        self._tasks.put((self.deaths, None))
        self.kill()

    def join(self, timeout_s: float) -> None:
        """Wait until the process and its thread are gone."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _talk(self) -> None:
        deaths, in_a_row = 0, 0
        process = self._process
        while not self._is_closing.is_set():
            has_task = False
            telling = Telling()
            try:
                with process or started() as process:
                    self._process = process
                    threading.Thread(target=self._watch, args=(process, deaths), daemon=True).start()
                    try:
                        while not self._is_closing.is_set():
                            meant_for, task = self._tasks.get()
                            if meant_for < deaths:
                                continue  # it was given to the process before; its death has been reported since
                            if task is None:
                                break
                            send(cast(BinaryIO, process.stdin), _shortened(task, telling))
                            has_task = True
                            result = receive(cast(BinaryIO, process.stdout))
                            has_task = False
                            self._report(self, result)
                            in_a_row = 0
                    finally:
                        process.kill()
            except (OSError, EOFError):
                pass  # however it ended, it has ended
            except Exception:  # what a process that is going wrong may have written, or a fault of ours: start afresh
                log.exception("worker %d cannot be talked to", self.number)
            deaths, process = deaths + 1, None
            self._report(self, Died(has_task))  # at once: what it was given need not wait for the next process
            self._is_closing.wait(RESTART_PAUSES_S[min(in_a_row, len(RESTART_PAUSES_S) - 1)])
            in_a_row += 1

    def _watch(self, process: subprocess.Popen[bytes], deaths: int) -> None:
        """Wakes the thread that waits for a task when the process ends in the meantime."""
        process.wait()
        self._tasks.put((deaths, None))


def _shortened(task: Task, telling: Telling) -> Task:
    """The task as it travels: its requests without what the process has already."""
    if isinstance(task, Load):
        return task
    return tuple(replace(play, request=telling.shortened(play.session, cast(Request, play.request))) for play in task)
