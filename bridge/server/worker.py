"""A worker process: loads models and plays bars, one at a time, for the server that started it.

It is run as a program of its own, so that nothing of the server is in it and it is the same on every system. It opens
no socket and keeps no state between bars. When its standard input ends, whoever started it is gone, and so is it.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, Union, cast

from bridge.errors import BridgeError
from bridge.model import registry
from bridge.model.accompanist import Accompanist, LeadBar, Part, Request
from bridge.model.controls import Controls
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.server.mirror import Shortened, Told
from bridge.server.pipes import receive, send
from bridge.session.choices import ModelInfo

PYTHON_PREFIX = "python:"
"""`python:module:function` names a function that makes an accompanist. It comes from whoever starts a bridge inside a
program (the tests do), never from the command line or the wire."""


@dataclass(frozen=True, slots=True)
class Load:
    """Load a model and play a bar to warm it. `source`: a registry name, a bundle's folder, or PYTHON_PREFIX."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Play:
    """Play one bar of a session with a model. On its way the request is shortened to what the worker does not have."""

    session: str
    name: str
    source: str
    request: Request | Shortened


@dataclass(frozen=True, slots=True)
class Fault:
    """It did not work. `text`: for people; `trace`: for the log, empty where the text says it all."""

    text: str
    trace: str = ""


Task = Union[Load, tuple[Play, ...]]
Parts = tuple[Part, ...]
Result = Union[ModelInfo, Fault, list[Union[Parts, Fault]]]
"""For Load what the model says of itself, for bars the parts of each, in their order; a Fault in place of either."""


def main(*ahead: str) -> None:
    """Answer every task on standard input with its result on standard output. `ahead`: modules that are imported
    before there is one."""
    tasks, results = _private_pipes()
    for name in ("SIGINT", "SIGTERM"):  # they reach the whole group of processes; it is the server that says when
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    for module in ahead:
        import_module(module)
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(tasks, waiting.put), daemon=True).start()
    models: dict[str, Accompanist] = {}
    told = Told()
    while True:
        task = waiting.get()
        send(results, _loaded(task, models) if isinstance(task, Load) else _played(task, models, told))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for tasks and results alone: what a model prints goes to standard error."""
    tasks, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return tasks, results


def _read(tasks: BinaryIO, put: Callable[[Task], None]) -> None:
    """Hand tasks on; the moment the server is gone, so is this process, even in the middle of a bar."""
    try:
        while True:
            put(receive(tasks))
    finally:
        os._exit(0)


def _loaded(task: Load, models: dict[str, Accompanist]) -> Result:
    try:
        return ModelInfo.of(_model(task.name, task.source, models))
    except Exception as fault:
        return _fault(fault)


def _played(plays: tuple[Play, ...], models: dict[str, Accompanist], told: Told) -> Result:
    requests = [told.request(play.session, cast(Shortened, play.request)) for play in plays]
    return [_bar(play, request, models) for play, request in zip(plays, requests, strict=True)]


def _bar(play: Play, request: Request, models: dict[str, Accompanist]) -> Parts | Fault:
    try:
        return tuple(_model(play.name, play.source, models).accompany(request))
    except Exception as fault:
        return _fault(fault)


def _fault(fault: Exception) -> Fault:
    if isinstance(fault, BridgeError):
        return Fault(fault.text)
    return Fault(f"{type(fault).__name__}: {fault}", "".join(traceback.format_exception(fault)))


def _model(name: str, source: str, models: dict[str, Accompanist]) -> Accompanist:
    if name not in models:
        models[name] = _warmed(_made(source))
        _give_back()
    return models[name]


def _give_back() -> None:
    """Return to the system what loading took and playing does not need: glibc keeps it otherwise, 3 MB a worker."""
    if sys.platform == "linux":
        import ctypes  # which NumPy has imported, and the server, which imports this module as well, has not

        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def _made(source: str) -> Accompanist:
    if source.startswith(PYTHON_PREFIX):
        module, function = source.removeprefix(PYTHON_PREFIX).split(":")
        return cast(Accompanist, getattr(import_module(module), function)())
    return registry.load(source)


def _warmed(model: Accompanist) -> Accompanist:
    """The first bar costs more than the others (lazy imports, caches): it is played before anybody waits for it."""
    bar = Bar(Metre(4, 4), (Note(60, 0.0, 1.0, 80), Note(64, 1.0, 1.0, 80), Note(67, 2.0, 2.0, 80)))
    controls = Controls().changed("parts", " ".join(model.part_names) or "piano")
    model.accompany(Request(0, bar.metre, 120.0, (LeadBar(0, bar, 3.75),), (), (), 0.0, controls, 0))
    return model
