"""Datagrams in, datagrams out. It knows where a packet came from, and nothing of what is in it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any, cast

from bridge.server.members import Sender

log = logging.getLogger(__name__)

Received = Callable[[Sender, bytes], None]


class UdpPort(asyncio.DatagramProtocol):
    """The bridge's UDP port. `received` is called for each datagram, on the loop's thread."""

    def __init__(self, received: Received) -> None:
        self._received = received
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def opened(cls, bound: socket.socket, received: Received) -> UdpPort:
        """Receive on a bound socket."""
        loop = asyncio.get_running_loop()
        _, port = await loop.create_datagram_endpoint(lambda: cls(received), sock=bound)
        return port

    def send(self, destination: tuple[str, int], packet: bytes) -> None:
        """Send one packet; whether it arrives nobody knows."""
        if self._transport is not None:
            self._transport.sendto(packet, destination)

    def close(self) -> None:
        """Send what waits, then close."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop's word that the socket is in use."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str | Any, int]) -> None:
        """One packet came."""
        self._received(Sender(address[0], address[1]), data)

    def error_received(self, error: Exception) -> None:
        """An earlier packet could not be delivered, which is its receiver's affair."""
        log.debug("a packet could not be delivered: %s", error)
