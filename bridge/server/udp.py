"""Datagrams in, datagrams out. It knows where a packet came from, and nothing of what is in it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable

from bridge.server.members import Sender

log = logging.getLogger(__name__)

Received = Callable[[Sender, bytes], None]
MAX_DATAGRAM_BYTES = 65_535
DATAGRAMS_A_TURN = 256
"""How many are read before anything else is looked at. Reading one costs a few microseconds: the system's own queue,
where everybody's packets wait in one row and the last are lost, has to be empty even while somebody floods it."""


class UdpPort:
    """The bridge's UDP port. `received` is called for each datagram, on the loop's thread, and `all_received` after
    some."""

    def __init__(self, bound: socket.socket, received: Received, all_received: Callable[[], None]) -> None:
        """Receive on a bound socket that does not block, from a running loop."""
        self._socket = bound
        self._received = received
        self._all_received = all_received
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(bound, self._readable)

    def send(self, destination: tuple[str, int], packet: bytes) -> None:
        """Send one packet; whether it arrives nobody knows."""
        try:
            self._socket.sendto(packet, destination)
        except OSError as error:  # no route, or too many on their way: its receiver will ask again
            log.debug("a packet to %s port %d could not be sent: %s", *destination, error)

    def close(self) -> None:
        """Receive nothing any more."""
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _readable(self) -> None:
        for _ in range(DATAGRAMS_A_TURN):
            try:
                packet, address = self._socket.recvfrom(MAX_DATAGRAM_BYTES)
            except BlockingIOError:
                break
            except OSError as error:  # an earlier packet could not be delivered, which is its receiver's affair
                log.debug("a packet could not be delivered: %s", error)
                continue
            self._received(Sender(address[0], address[1]), packet)
        self._all_received()
