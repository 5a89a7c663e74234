"""The loop around a player: a UDP socket, the clock, and perhaps a bad network between the two.

It waits in `select` and spins only for the last moment before a note, so that notes leave within about half a
millisecond of their time without the processor running hot. What to play and say is the player's business.
"""

from __future__ import annotations

import heapq
import logging
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from bridge.client.network import Badness, Network
from bridge.client.player import Action, Player, Send
from bridge.errors import InputError
from bridge.protocol.codec import NotOsc, Rejected, decode_answers, encode

logger = logging.getLogger(__name__)

SPIN_S = 0.0006
"""How long before its time a note is waited for awake: `select` comes back up to half a millisecond late."""
LONGEST_WAIT_S = 1.0
"""`select` is left at least so often, so that Ctrl-C is heard on every system."""
MAX_DATAGRAM_BYTES = 65_535

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Line:
    """A socket, whom it talks to, and the network in each direction."""

    socket: socket.socket
    bridge: tuple[str, int]
    there: Network[bytes]
    back: Network[bytes]


def perform(
    player: Player,
    host: str,
    port: int,
    reply_port: int = 0,
    badness: Badness | None = None,
    network_seed: int = 0,
    on_action: Callable[[Action], None] = lambda action: None,
) -> None:
    """Play a song at the bridge there, to its end or to Ctrl-C. The player holds what came of it.

    Raises InputError: no such host, or the reply port is taken.
    """
    sock, bridge = open_socket(host, port, reply_port)
    with sock:
        there = Network[bytes](badness or Badness(), f"{network_seed} there")
        back = Network[bytes](badness or Badness(), f"{network_seed} back")
        Loop(player, Line(sock, bridge, there, back), on_action).run()


def open_socket(host: str, port: int, reply_port: int) -> tuple[socket.socket, tuple[str, int]]:
    """A UDP socket on `reply_port` (0: any) and the bridge's address as numbers.

    Raises InputError: no such host, or the reply port is taken.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    except OSError as error:
        raise InputError(f"there is no host {host!r}: {error.strerror or error}") from error
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.bind((_own_address(str(address[0])), reply_port))
    except OSError as error:
        sock.close()
        raise InputError(
            f"cannot listen on port {reply_port}: {error.strerror or error}; try --reply-port 0"
        ) from error
    sock.setblocking(False)
    return sock, (str(address[0]), int(address[1]))


def _own_address(bridge: str) -> str:
    """Where answers are listened for: on this machine alone if the bridge is on it."""
    if bridge.startswith("127.") or bridge == "::1":
        return bridge
    return "::" if ":" in bridge else "0.0.0.0"


@dataclass(slots=True)
class Loop:
    """Plays one player over one line. `on_action` sees every action when it is carried out."""

    player: Player
    line: Line
    on_action: Callable[[Action], None] = lambda action: None
    clock: Clock = time.perf_counter
    _travelling: list[tuple[float, int, bool, bytes]] = field(default_factory=list)  # at_s, order, is_inbound, packet
    _order: count[int] = field(default_factory=count)

    def run(self) -> None:
        """Play to the end. Ctrl-C breaks off: notes end, the bridge is left; a second one leaves at once."""
        try:
            self._carry_out(self.player.start(self.clock()))
            self._deliver()
            self._until_finished()
        except KeyboardInterrupt:
            self._carry_out(self.player.stop(self.clock()))
            self._deliver()
            self._until_finished()

    def _until_finished(self) -> None:
        while not self.player.is_finished:
            self._wait()
            due_s = self.player.due_s
            if due_s is not None and self.clock() >= due_s:  # before anything else: a note may be due
                self._carry_out(self.player.wake(self.clock()))
            self._receive()
            self._deliver()

    def _wait(self) -> None:
        """Until something is due or a packet comes."""
        due_s = self.player.due_s
        times_s = [self.clock() + LONGEST_WAIT_S]
        if due_s is not None:
            times_s.append(due_s - SPIN_S)
        if self._travelling:
            times_s.append(self._travelling[0][0])
        timeout_s = min(times_s) - self.clock()
        if timeout_s > 0:
            select.select([self.line.socket], [], [], timeout_s)
        while due_s is not None and 0 < due_s - self.clock() <= SPIN_S:
            pass

    def _receive(self) -> None:
        while True:
            try:
                packet, sender = self.line.socket.recvfrom(MAX_DATAGRAM_BYTES)
            except BlockingIOError:
                return
            except ConnectionError:
                continue  # Windows says so here when nobody listened to an earlier packet
            if sender[0] == self.line.bridge[0]:
                self._set_off(self.line.back, packet, is_inbound=True)

    def _carry_out(self, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, Send):
                self._set_off(self.line.there, encode(action.message), is_inbound=False)
            self.on_action(action)

    def _set_off(self, network: Network[bytes], packet: bytes, is_inbound: bool) -> None:
        for at_s, copy in network.carry(packet, self.clock()):
            heapq.heappush(self._travelling, (at_s, next(self._order), is_inbound, copy))

    def _deliver(self) -> None:
        while self._travelling and self._travelling[0][0] <= self.clock():
            _, _, is_inbound, packet = heapq.heappop(self._travelling)
            if is_inbound:
                self._hear(packet)
            else:
                try:
                    self.line.socket.sendto(packet, self.line.bridge)
                except OSError as error:  # a full buffer or no route: a lost packet, which is sent again
                    logger.warning("could not send to %s port %d: %s", *self.line.bridge, error)

    def _hear(self, packet: bytes) -> None:
        try:
            messages = decode_answers(packet)
        except NotOsc as reason:
            self.player.measured.undecodable += 1
            logger.warning("not OSC: %s", reason)
            return
        for message in messages:
            if isinstance(message, Rejected):
                self.player.measured.undecodable += 1
                logger.warning("not understood: %s: %s", message.address, message.error.text)
            else:
                self._carry_out(self.player.hear(message, self.clock()))
