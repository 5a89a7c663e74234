"""TCP connections in, framed packets in and out. Slow or hostile ones cost a bounded piece of memory, nothing else."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import cast

from bridge.protocol.framing import BrokenFrame, Framing
from bridge.server.members import Sender
from bridge.server.udp import Received

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 128
MAX_UNREAD_BYTES = 1 << 20
"""A client that does not read its answers is let go when so many wait for it."""
PATIENCE_S = 30.0
"""A connection over which nobody became a member in this time is closed, so that it keeps nobody out."""


class _Connection(asyncio.Protocol):
    """One client's connection, with the framing that its first byte chose."""

    def __init__(self, port: TcpPort, number: int) -> None:
        self._port = port
        self._framing = Framing()
        self.number = number
        self.began_s = asyncio.get_running_loop().time()
        self.transport: asyncio.Transport | None = None
        self.sender = Sender("", 0, number)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        host, port = transport.get_extra_info("peername", ("", 0))[:2]
        self.sender = Sender(host, port, self.number)
        self._port.joined(self)

    def data_received(self, data: bytes) -> None:
        try:
            packets = self._framing.feed(data)
        except BrokenFrame as broken:
            log.debug("connection %d is closed: %s", self.number, broken)
            cast(asyncio.Transport, self.transport).close()
            return
        for packet in packets:
            self._port.received(self.sender, packet)
        self._port.all_received()

    def connection_lost(self, error: Exception | None) -> None:
        self._port.left(self)

    def send(self, packet: bytes) -> None:
        transport = cast(asyncio.Transport, self.transport)
        if transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            log.debug("connection %d is closed: it does not read", self.number)
            transport.abort()
        elif not transport.is_closing():
            transport.write(self._framing.frame(packet))


class TcpPort:
    """The bridge's TCP port. `received` is called for each packet, `all_received` after some, and `lost` for each
    connection that is gone."""

    def __init__(
        self,
        received: Received,
        all_received: Callable[[], None],
        lost: Callable[[int], None],
        is_member: Callable[[Sender], bool],
    ) -> None:
        self.received = received
        self.all_received = all_received
        self._lost = lost
        self._is_member = is_member
        self._connections: dict[int, _Connection] = {}
        self._numbers = iter(range(1, 2**62))
        self._server: asyncio.Server | None = None

    async def open(self, bound: socket.socket) -> None:
        """Accept connections on a listening socket."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self, next(self._numbers)), sock=bound)

    def send(self, connection: int, packet: bytes) -> None:
        """Send one packet over a connection, if it is still there."""
        if connection in self._connections:
            self._connections[connection].send(packet)

    def pause(self, connection: int) -> None:
        """Read nothing from a connection until `resume`: what it sends waits on its own side."""
        if connection in self._connections:
            cast(asyncio.Transport, self._connections[connection].transport).pause_reading()

    def resume(self, connection: int) -> None:
        """Read from it again. Harmless where nothing was paused."""
        if connection in self._connections:
            cast(asyncio.Transport, self._connections[connection].transport).resume_reading()

    def check(self) -> None:
        """Close the connections that only take up room. To be called now and then."""
        now_s = asyncio.get_running_loop().time()
        for connection in list(self._connections.values()):
            if now_s - connection.began_s > PATIENCE_S and not self._is_member(connection.sender):
                cast(asyncio.Transport, connection.transport).abort()

    def close(self) -> None:
        """Accept nobody any more; send what waits, then close every connection."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections.values()):
            cast(asyncio.Transport, connection.transport).close()

    def joined(self, connection: _Connection) -> None:
        """A connection was made."""
        if len(self._connections) >= MAX_CONNECTIONS:
            cast(asyncio.Transport, connection.transport).abort()
        else:
            self._connections[connection.number] = connection

    def left(self, connection: _Connection) -> None:
        """A connection is gone."""
        if self._connections.pop(connection.number, None) is not None:
            self._lost(connection.number)
