"""The worker processes, as the server sees them: who is free, what is being played, what happens when one dies.

Everything happens on the loop's thread. Nothing is known here of sessions and messages but a session's name.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Union, cast

from bridge.errors import BridgeError, Internal
from bridge.model.accompanist import Part, Request
from bridge.server.quiet import QuietLog
from bridge.server.worker import Fault, Load, Parts, Play, Result
from bridge.server.workplace import Died, Workplace
from bridge.session.choices import ModelInfo

log = logging.getLogger(__name__)

Played = Union[tuple[Part, ...], BridgeError]
BAR_LIMIT_S = 10.0
"""A worker that plays for longer hangs: it is killed and its bars refused."""
LOAD_LIMIT_S = 120.0
MAX_TOGETHER = 4
"""Bars that are given to a worker at once. More cost the server less (each trip to a worker wakes four threads), but
all of them wait for the last."""


@dataclass(slots=True)
class Bar:
    """One bar on its way, of a session, with a model's name. `done` is called once, later.

    was_lost  a process that had it died. At most two processes are given it; one that was dead before it could be told
              does not count: a bar is not to blame for that
    """

    session: str
    model: str
    request: Request
    done: Callable[[Played], None]
    was_lost: bool = False


Task = Union[Load, tuple[Bar, ...]]


class Pool:
    """A number of worker processes. All methods are called on the loop's thread, and so are the callbacks."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        models: Mapping[str, str],
        workers: int,
        on_model: Callable[[str, ModelInfo | Fault], None],
        on_free: Callable[[], None],
        first: subprocess.Popen[bytes] | None = None,
    ) -> None:
        """`models`: name -> source, the default model first. `on_model`: a worker has loaded that model, or cannot.
        `on_free`: a worker has nothing to do; it is the moment to `play` what waits. `first`: a worker process
        that was started ahead."""
        self._loop = loop
        self._models = dict(models)
        self._on_model = on_model
        self._on_free = on_free
        self._default = next(iter(self._models))
        self._lost: deque[Bar] = deque()
        self._failures = QuietLog(log, logging.ERROR)
        self._is_closed = False
        self._workers = [Workplace(n, self._report, first if n == 0 else None) for n in range(workers)]
        self._tasks: dict[Workplace, Task] = {}
        for worker in self._workers:
            self._load_next(worker)
        self._workers[0].start()  # the others when it is done: together they would all be ready later

    @property
    def room(self) -> int:
        """How many bars can be begun now."""
        return MAX_TOGETHER * len(self._free())

    @property
    def pids(self) -> tuple[int, ...]:
        """The process numbers of the workers that there are."""
        return tuple(worker.pid for worker in self._workers if worker.pid)

    def play(self, bars: Sequence[Bar]) -> None:
        """Play bars on the free workers, evenly shared out. A bar whose worker dies is given to another one, once;
        then, and when the model fails, it is done with Internal. Raises ValueError: there are more than `room`."""
        if len(bars) > self.room:
            raise ValueError(f"{len(bars)} bars are more than can be begun")
        free = self._free()
        for number, worker in enumerate(free):
            share = tuple(bars[number :: len(free)])
            if share:
                self._begin(worker, share)

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

    def _free(self) -> list[Workplace]:
        return [w for w in self._workers if w not in self._tasks and self._default in w.loaded]

    def _begin(self, worker: Workplace, task: Task) -> None:
        self._tasks[worker] = task
        limit_s = LOAD_LIMIT_S if isinstance(task, Load) else BAR_LIMIT_S
        worker.overdue = self._loop.call_later(limit_s, self._overdue, worker)
        worker.give(task if isinstance(task, Load) else tuple(map(self._play, task)))

    def _play(self, bar: Bar) -> Play:
        return Play(bar.session, bar.model, self._models.get(bar.model, bar.model), bar.request)

    def _load_next(self, worker: Workplace) -> None:
        """Have a worker load the next model that it has not loaded: the default model at once, the others while no
        other worker is loading, so that somebody is free to play."""
        name = next((name for name in self._models if name not in worker.loaded), None)
        if name is not None and (name == self._default or not any(isinstance(t, Load) for t in self._tasks.values())):
            worker.loaded.add(name)
            self._begin(worker, Load(name, self._models[name]))

    def _overdue(self, worker: Workplace) -> None:
        log.error("worker %d did not answer within its limit and is killed", worker.number)
        task = self._tasks.get(worker)
        if isinstance(task, tuple) and len(task) == 1:
            task[0].was_lost = True  # it would hang the next worker as well
        worker.kill()

    def _report(self, worker: Workplace, result: Result | Died) -> None:
        """Called on a worker's thread."""
        if not self._is_closed:
            self._loop.call_soon_threadsafe(self._reported, worker, result)

    def _reported(self, worker: Workplace, result: Result | Died) -> None:
        if self._is_closed:
            return
        if worker.overdue:
            worker.overdue.cancel()
        task = self._tasks.pop(worker, None)
        if isinstance(result, Died):
            self._died(worker, task, result.had_task)
        elif isinstance(task, Load):
            if isinstance(result, Fault):
                log.error("the model %s could not be loaded: %s", task.name, result.trace or result.text)
            self._on_model(task.name, cast("ModelInfo | Fault", result))
        elif task is not None:
            for bar, parts in zip(task, cast("list[Parts | Fault]", result), strict=True):
                bar.done(self._checked(bar.model, parts))
        self._go_on()

    def _died(self, worker: Workplace, task: Task | None, had_task: bool) -> None:
        log.error("worker %d died and is started again", worker.number)
        worker.deaths += 1
        worker.loaded.clear()
        if isinstance(task, Load):
            if task.name != self._default:
                self._models.pop(task.name, None)  # it would kill the next process, too
            self._on_model(task.name, Fault("a worker died while it was loading it"))
        for bar in task if isinstance(task, tuple) else ():
            self._was_lost(bar, had_task)

    def _was_lost(self, bar: Bar, was_begun: bool) -> None:
        if bar.was_lost and was_begun:
            bar.done(Internal("the worker that played this bar died, and so did the next one"))
        else:
            bar.was_lost = bar.was_lost or was_begun
            self._lost.append(bar)

    def _go_on(self) -> None:
        """Give whoever is free something to do: first the bars that were lost, each alone, since one of them may be
        what its worker died of."""
        for worker in self._workers:
            worker.start()
        for worker in self._free():
            if self._lost:
                self._begin(worker, (self._lost.popleft(),))
        self._on_free()
        for worker in self._workers:
            if worker not in self._tasks:
                self._load_next(worker)

    def _checked(self, model: str, result: Parts | Fault) -> Played:
        if isinstance(result, tuple):
            return result
        if isinstance(result, Fault):
            if result.trace:
                self._failures.line(time.monotonic(), "the model %s failed:\n%s", model, result.trace)
            return Internal(f"the model {model} failed: {result.text}")
        return Internal(f"the worker answered with {type(result).__name__}")
