"""The running bridge: sockets, workers and the clock, wired to the handler.

Packets come in on the loop's thread and are answered there; bars are played in worker processes.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import cast

from bridge import __version__
from bridge.errors import InputError
from bridge.model.registry import BUILT_IN
from bridge.server.config import Config
from bridge.server.handler import Handler
from bridge.server.hub import Hub
from bridge.server.inbox import Inbox
from bridge.server.members import Destination, Limits, Sender
from bridge.server.pool import Bar, Pool
from bridge.server.ports import is_loopback, listen
from bridge.server.quiet import QuietLog
from bridge.server.record import Recorder
from bridge.server.tcp import TcpPort
from bridge.server.udp import UdpPort
from bridge.server.worker import Fault
from bridge.session.choices import ModelInfo

log = logging.getLogger(__name__)

TICK_S = 1.0
MESSAGES_A_TURN = 8
"""How many messages are answered before it is looked whether others came."""
DONE = object()


def models_for(model: str) -> dict[str, str]:
    """Name -> source of every model that sessions can choose, the default model first.

    Raises InputError: the default model is neither a name nor a bundle's folder.
    """
    built_in = {name: name for name in BUILT_IN}
    if model in built_in:
        return {model: model} | built_in
    if not Path(model).is_dir():
        raise InputError(f"no model is called {model!r}: there are {', '.join(BUILT_IN)}, or name a bundle's folder")
    return {Path(model).resolve().name: model} | built_in


class Bridge:
    """One bridge. `serve` runs it until `stop`.

    host, port  where it listens, once it does (a port of 0 is then the one that was found)
    model       the default model's name
    """

    def __init__(
        self,
        config: Config,
        models: Mapping[str, str] | None = None,
        worker: subprocess.Popen[bytes] | None = None,
    ) -> None:
        """`models`: name -> source, the default model first, instead of those of the registry (see worker.py).
        `worker`: a worker process that was started ahead (see process.py).

        Raises InputError: a host that others can reach without a token, no such host or model, a folder that cannot
        be recorded into.
        """
        if not config.token and not is_loopback(config.host):
            raise InputError(
                f"{config.host} can be reached from other machines, and without a token anybody there could play: "
                "add --token WORD, or leave --host away"
            )
        self._models = dict(models or models_for(config.model))
        self._workers, self._worker = config.workers, worker
        self.host, self.port, self.model = config.host, config.port, next(iter(self._models))
        hub = Hub(
            *(__version__, dict.fromkeys(self._models), self.model, config.token),
            Limits(sessions=config.max_sessions),
        )
        recorder = Recorder(config.record, __version__, self._models, self.model) if config.record else None
        self._handler = Handler(hub, self._put, recorder)
        self._tcp = TcpPort(self._received, self._serve_waiting, self._handler.lost, hub.knows)
        self._inbox: Inbox[Iterator[None]] = Inbox()
        self._paused: set[Sender] = set()
        self._is_serving = False
        self._floods = QuietLog(log, logging.WARNING)
        self._udp: UdpPort | None = None
        self._pool: Pool | None = None
        self._ready: set[str] = set()
        self._failed: set[str] = set()
        self._on_ready: Callable[[], None] = lambda: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Future[None] | None = None
        self._is_stopped = False

    @property
    def address(self) -> str:
        """Where it listens: `127.0.0.1:7770`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def worker_pids(self) -> tuple[int, ...]:
        """The process numbers of the workers."""
        return self._pool.pids if self._pool is not None else ()

    async def serve(self, on_ready: Callable[[], None], on_listening: Callable[[], None]) -> None:
        """Run until `stop`. `on_listening`: the port is open; `on_ready`: the default model can play. Every member is
        told /bye at the end.

        Raises InputError: the port is taken, or the default model could not be loaded.
        """
        self._loop = asyncio.get_running_loop()
        self._ended = self._loop.create_future()
        if self._is_stopped:
            return
        self._on_ready = on_ready
        udp, tcp = listen(self.host, self.port)
        self.host, self.port = udp.getsockname()[:2]
        self._udp = UdpPort(udp, self._received, self._serve_waiting)
        await self._tcp.open(tcp)
        self._pool = Pool(self._loop, self._models, self._workers, self._model_loaded, self._begin, self._worker)
        on_listening()
        ticking = self._loop.create_task(self._tick())
        try:
            await self._ended
        finally:
            ticking.cancel()
            self._handler.close()
            self._udp.close()
            self._tcp.close()
            await self._loop.run_in_executor(None, self._pool.close)

    def stop(self) -> None:
        """End `serve`. May be called from any thread and from a signal handler, more than once."""
        self._is_stopped = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end, None)

    def _received(self, sender: Sender, packet: bytes) -> None:
        """A packet waits for its sender's turn."""
        if sender.connection is None and self._inbox.is_full(sender):
            text = "packets from %s port %d come faster than they can be answered: some are lost"
            self._floods.line(time.monotonic(), text, sender.ip, sender.port)
            return
        self._inbox.put(sender, self._handler.turns(sender, packet), len(packet))
        if sender.connection is not None and self._inbox.is_full(sender) and sender not in self._paused:
            self._paused.add(sender)
            self._tcp.pause(sender.connection)

    def _serve_waiting(self) -> None:
        """Begin to answer what waits, if that is not being done already."""
        if not self._is_serving:
            self._serve()

    def _serve(self) -> None:
        """Answer some messages, then look whether others came, whose turn it may be, or a bar is done. Whatever is
        raised in between is for the loop to log: the next turn comes."""
        try:
            self._serve_some()
        finally:
            self._is_serving = bool(self._inbox)
            if self._is_serving and self._loop is not None:
                self._loop.call_soon(self._serve)

    def _serve_some(self) -> None:
        heard: set[Sender] = set()
        for _ in range(MESSAGES_A_TURN):
            if self._inbox.next_sender in heard:
                self._begin()  # somebody's first bar is begun before his second one is heard ...
                heard.clear()
            taken = self._inbox.take()
            if taken is None:
                break
            sender, turns = taken
            if next(turns, DONE) is not DONE:
                self._inbox.put_back(sender, turns)
            self._resume(sender)
            heard.add(sender)
        self._begin()  # ... and bars of several that wait at the same moment are played together

    def _resume(self, sender: Sender) -> None:
        """Read on from a connection that was too fast, once there is room."""
        if sender in self._paused and not (self._inbox.is_full(sender) and self._inbox.waits(sender)):
            self._paused.discard(sender)
            self._tcp.resume(cast(int, sender.connection))

    def _begin(self) -> None:
        """Give free workers what waits."""
        bars: list[Bar] = []
        room = self._pool.room if self._pool is not None else 0
        while len(bars) < room and (work := self._handler.next_work()) is not None:
            job, done = work.job, partial(self._handler.finished, work)
            bars.append(Bar(work.session, job.model, job.request, done))
        if self._pool is not None and bars:
            self._pool.play(bars)

    def _model_loaded(self, name: str, result: ModelInfo | Fault) -> None:
        if name in self._ready:
            return  # every worker loads it, and one that was started again does so once more
        if isinstance(result, ModelInfo):
            self._ready.add(name)
            self._failed.discard(name)
            self._handler.model_ready(name, result)
            if name == self.model:
                self._on_ready()
        elif name not in self._failed:
            self._failed.add(name)
            self._handler.model_failed(name, result.text)
            if name == self.model:
                self._end(InputError(f"the model {name} could not be loaded: {result.text}"))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._handler.tick()
            self._tcp.check()

    def _put(self, destination: Destination, packet: bytes) -> None:
        if isinstance(destination, int):
            self._tcp.send(destination, packet)
        elif self._udp is not None:
            self._udp.send(destination, packet)

    def _end(self, error: InputError | None) -> None:
        if self._ended is not None and not self._ended.done():
            if error is None:
                self._ended.set_result(None)
            else:
                self._ended.set_exception(error)


def run(bridge: Bridge, on_ready: Callable[[], None], on_listening: Callable[[], None] = lambda: None) -> None:
    """Run a bridge on this thread until it is stopped. Raises InputError, see `Bridge.serve`."""
    # Not the system's default loop: on Windows that one stops receiving datagrams for good when a client has gone
    # (CPython issue 91227), and needs no mending where sockets are all that is waited for.
    loop = asyncio.SelectorEventLoop()
    try:
        loop.run_until_complete(bridge.serve(on_ready, on_listening))
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()
