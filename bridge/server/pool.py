"""The worker processes, as the server sees them: who is free, what is being played, what happens when one dies.

Each process has a thread here that writes it a task and waits for the result, because waiting for a pipe is the one
thing that event loops do differently on every system. Everything else happens on the loop's thread. Nothing is known
here of sessions and messages.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Union, cast

import bridge
from bridge.errors import BridgeError, Internal
from bridge.model.accompanist import Part, Request
from bridge.server.pipes import receive, send
from bridge.server.quiet import QuietLog
from bridge.server.worker import ONE_THREAD, Fault, Load, Play, Result, Task
from bridge.session.choices import ModelInfo

log = logging.getLogger(__name__)

Played = Union[tuple[Part, ...], BridgeError]
BAR_LIMIT_S = 10.0
"""A worker that plays one bar for longer hangs: it is killed and the bar refused."""
LOAD_LIMIT_S = 120.0
RESTART_PAUSES_S = (0.0, 0.1, 0.5, 2.0, 5.0)
"""How long a worker's place stays empty after its first, second, ... death without a result in between."""


@dataclass(frozen=True, slots=True)
class _Died:
    """A worker's process has ended. `had_task`: what it was given had reached it."""

    had_task: bool


@dataclass(slots=True)
class _Bar:
    """One bar on its way: at most two processes are given it. One that was dead before it could be told does not count:
    a bar is not to blame for that."""

    play: Play
    done: Callable[[Played], None]
    was_lost: bool = False


class _Worker:
    """One place in the pool: a process, started again when it dies, and the thread that talks to it."""

    def __init__(self, number: int, report: Callable[[_Worker, Result | _Died], None]) -> None:
        self.number = number
        self.current: _Bar | Load | None = None
        self.loaded: set[str] = set()
        self.overdue: asyncio.TimerHandle | None = None
        self.deaths = 0
        self._report = report
        self._tasks: queue.SimpleQueue[tuple[int, Task | None]] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._talk, name=f"worker-{number}", daemon=True)
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
        self._thread.join(timeout_s)

    def _talk(self) -> None:
        deaths, in_a_row = 0, 0
        while not self._is_closing.is_set():
            has_task = False
            try:
                with _started() as process:
                    self._process = process
                    threading.Thread(target=self._watch, args=(process, deaths), daemon=True).start()
                    try:
                        while not self._is_closing.is_set():
                            meant_for, task = self._tasks.get()
                            if meant_for < deaths:
                                continue  # it was given to the process before; its death has been reported since
                            if task is None:
                                break
                            send(cast(BinaryIO, process.stdin), task)
                            has_task = True
                            result = receive(cast(BinaryIO, process.stdout))
                            has_task = False
                            self._report(self, result)
                            in_a_row = 0
                    finally:
                        process.kill()
            except (OSError, EOFError, pickle.UnpicklingError):
                pass  # however it ended, it has ended
            deaths += 1
            self._report(self, _Died(has_task))  # at once: what it was given need not wait for the next process
            self._is_closing.wait(RESTART_PAUSES_S[min(in_a_row, len(RESTART_PAUSES_S) - 1)])
            in_a_row += 1

    def _watch(self, process: subprocess.Popen[bytes], deaths: int) -> None:
        """Wakes the thread that waits for a task when the process ends in the meantime."""
        process.wait()
        self._tasks.put((deaths, None))


def _started() -> subprocess.Popen[bytes]:
    """A new worker process that finds what this one finds, and runs its arithmetic on one thread."""
    here = str(Path(bridge.__file__).parent.parent)
    paths = os.pathsep.join(dict.fromkeys([here, *filter(None, sys.path)]))
    return subprocess.Popen(
        [sys.executable, "-c", "from bridge.server.worker import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": paths},
    )


class Pool:
    """A number of worker processes. All methods are called on the loop's thread, and so are the callbacks."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        models: Mapping[str, str],
        workers: int,
        on_model: Callable[[str, ModelInfo | Fault], None],
        on_free: Callable[[], None],
    ) -> None:
        """`models`: name -> source, the default model first. `on_model`: a worker has loaded that model, or cannot.
        `on_free`: a worker has nothing to do; it is the moment to `play` what waits."""
        self._loop = loop
        self._models = dict(models)
        self._on_model = on_model
        self._on_free = on_free
        self._default = next(iter(self._models))
        self._lost: deque[_Bar] = deque()
        self._failures = QuietLog(log, logging.ERROR)
        self._is_closed = False
        self._workers = [_Worker(number, self._report) for number in range(workers)]
        for worker in self._workers:
            self._load_next(worker)

    @property
    def is_free(self) -> bool:
        """Whether a bar that is given now is begun now."""
        return self._free() is not None

    @property
    def pids(self) -> tuple[int, ...]:
        """The process numbers of the workers."""
        return tuple(worker.pid for worker in self._workers)

    def play(self, model: str, request: Request, done: Callable[[Played], None]) -> None:
        """Play one bar on a free worker; `done` is called once, later. A bar whose worker dies is given to another
        one, once; then, and when the model fails, `done` gets Internal. Raises RuntimeError: no worker is free."""
        worker = self._free()
        if worker is None:
            raise RuntimeError("no worker is free")
        self._begin(worker, _Bar(Play(model, self._models.get(model, model), request), done))

    def close(self) -> None:
        """End every process, and wait until they are gone. Bars that are being played are not answered any more."""
        self._is_closed = True
        for worker in self._workers:
            if worker.overdue:
                worker.overdue.cancel()
            worker.close()
        deadline_s = time.monotonic() + 3.0
        for worker in self._workers:
            worker.join(max(deadline_s - time.monotonic(), 0.0))

    def _free(self) -> _Worker | None:
        return next((w for w in self._workers if w.current is None and self._default in w.loaded), None)

    def _begin(self, worker: _Worker, task: _Bar | Load) -> None:
        worker.current = task
        limit_s = LOAD_LIMIT_S if isinstance(task, Load) else BAR_LIMIT_S
        worker.overdue = self._loop.call_later(limit_s, self._overdue, worker)
        worker.give(task if isinstance(task, Load) else task.play)

    def _load_next(self, worker: _Worker) -> None:
        """Have a worker load the next model that it has not loaded, the default model first."""
        name = next((name for name in self._models if name not in worker.loaded), None)
        if name is not None:
            worker.loaded.add(name)
            self._begin(worker, Load(name, self._models[name]))

    def _overdue(self, worker: _Worker) -> None:
        log.error("worker %d did not answer within its limit and is killed", worker.number)
        if isinstance(worker.current, _Bar):
            worker.current.was_lost = True  # it would hang the next worker as well
        worker.kill()

    def _report(self, worker: _Worker, result: Result | _Died) -> None:
        """Called on a worker's thread."""
        if not self._is_closed:
            self._loop.call_soon_threadsafe(self._reported, worker, result)

    def _reported(self, worker: _Worker, result: Result | _Died) -> None:
        if self._is_closed:
            return
        if worker.overdue:
            worker.overdue.cancel()
        task, worker.current = worker.current, None
        if isinstance(result, _Died):
            self._died(worker, task, result.had_task)
        elif isinstance(task, Load):
            if isinstance(result, Fault):
                log.error("the model %s could not be loaded: %s", task.name, result.trace or result.text)
            self._on_model(task.name, cast("ModelInfo | Fault", result))
        elif task is not None:
            task.done(self._checked(task.play.name, result))
        self._go_on(worker)

    def _died(self, worker: _Worker, task: _Bar | Load | None, had_task: bool) -> None:
        log.error("worker %d died and is started again", worker.number)
        worker.deaths += 1
        worker.loaded.clear()
        if isinstance(task, _Bar):
            self._was_lost(task, had_task)
        elif isinstance(task, Load):
            if task.name != self._default:
                self._models.pop(task.name, None)  # it would kill the next process, too
            self._on_model(task.name, Fault("a worker died while it was loading it"))

    def _was_lost(self, bar: _Bar, was_begun: bool) -> None:
        if bar.was_lost and was_begun:
            bar.done(Internal("the worker that played this bar died, and so did the next one"))
        else:
            bar.was_lost = bar.was_lost or was_begun
            self._lost.append(bar)

    def _go_on(self, worker: _Worker) -> None:
        while self._lost and (free := self._free()) is not None:
            self._begin(free, self._lost.popleft())
        self._on_free()
        if worker.current is None:
            self._load_next(worker)

    def _checked(self, model: str, result: Result) -> Played:
        if isinstance(result, tuple):
            return result
        if isinstance(result, Fault):
            if result.trace:
                self._failures.line(time.monotonic(), "the model %s failed:\n%s", model, result.trace)
            return Internal(f"the model {model} failed: {result.text}")
        return Internal(f"the worker answered with {type(result).__name__}")
