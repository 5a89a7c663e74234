"""Clients on real sockets, one for each transport, with the same few words."""

from __future__ import annotations

import socket
import time
from typing import TypeVar

from pythonosc import slip

from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol import messages as m
from bridge.protocol.codec import Rejected, decode_answers, encode
from bridge.protocol.framing import Framing
from bridge.server.app import Bridge
from bridge.session.events import Ask

PATIENCE_S = 10.0
"""How long an answer may take on a slow machine before a test fails. No test waits for so long when all is well."""
FOUR_FOUR = Metre(4, 4)
M = TypeVar("M", bound=m.BridgeMessage)


class Client:
    """What both transports share. It is a member of one session."""

    def __init__(self, session: str) -> None:
        self.session = session
        self.seq = 0
        self._heard: list[bytes] = []

    def put(self, packet: bytes) -> None:
        raise NotImplementedError

    def take(self, timeout_s: float) -> list[bytes]:
        """The packets that came; raises TimeoutError when there are none."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def say(self, *messages: m.ClientMessage) -> None:
        for message in messages:
            self.put(encode(message))

    def hear(self, kind: type[M] | tuple[type[M], ...], timeout_s: float = PATIENCE_S) -> M:
        """The next message of a kind, or of several; others are passed over."""
        deadline_s = time.monotonic() + timeout_s
        while True:
            if not self._heard:
                self._heard += self.take(max(deadline_s - time.monotonic(), 0.001))
                continue
            [message] = decode_answers(self._heard.pop(0))
            assert not isinstance(message, Rejected), message
            if isinstance(message, kind):
                return message

    def hears_nothing(self, but: tuple[type, ...] = (m.Status,), for_s: float = 0.3) -> bool:
        """Whether nothing but the heartbeat comes for a while."""
        deadline_s = time.monotonic() + for_s
        try:
            while True:
                self._heard += self.take(max(deadline_s - time.monotonic(), 0.001))
        except TimeoutError:
            return all(isinstance(decode_answers(packet)[0], but) for packet in self._heard)

    def hello(self, role: str = "both", token: str = "") -> m.Welcome:
        self.say(m.Hello(m.PROTOCOL, self.session, 0, role, token))
        return self.hear(m.Welcome)

    def lead(self, number: int = 0, ahead: int = 0, first_pitch: int = 60, seq: int | None = None) -> m.Lead:
        """Four quarters, the next seq."""
        if seq is None:
            self.seq = seq = self.seq + 1
        notes = (Note(first_pitch, 0.0, 1.0, 80), *(Note(62 + i, float(i), 1.0, 80) for i in (1, 2, 3)))
        return m.Lead(self.session, Ask(seq, number, Bar(FOUR_FOUR, notes), 120.0, ahead, 4.0))

    def ask(self, number: int = 0, ahead: int = 0, first_pitch: int = 60) -> m.Accompaniment:
        lead = self.lead(number, ahead, first_pitch)
        self.say(lead)
        answer = self.hear(m.Accompaniment)
        assert (answer.seq, answer.bar) == (lead.ask.seq, number + ahead)
        return answer

    def refused(self, message: m.ClientMessage) -> m.Refusal:
        self.say(message)
        return self.hear(m.Refusal)


class UdpClient(Client):
    """Hears on the port it speaks from."""

    def __init__(self, bridge: Bridge, session: str) -> None:
        super().__init__(session)
        self._bridge = (bridge.host, bridge.port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def put(self, packet: bytes) -> None:
        self._socket.sendto(packet, self._bridge)

    def take(self, timeout_s: float) -> list[bytes]:
        self._socket.settimeout(timeout_s)
        return [self._socket.recv(65_536)]

    def close(self) -> None:
        self._socket.close()


class TcpClient(Client):
    """Speaks SLIP, or with a length before each packet."""

    def __init__(self, bridge: Bridge, session: str, is_slip: bool = True) -> None:
        super().__init__(session)
        self.stream = socket.create_connection((bridge.host, bridge.port))
        self._is_slip = is_slip
        self._framing = Framing()

    def framed(self, packet: bytes) -> bytes:
        return slip.encode(packet) if self._is_slip else len(packet).to_bytes(4, "big") + packet

    def put(self, packet: bytes) -> None:
        self.stream.sendall(self.framed(packet))

    def take(self, timeout_s: float) -> list[bytes]:
        self.stream.settimeout(timeout_s)
        data = self.stream.recv(65_536)
        if not data:
            raise ConnectionError("the bridge closed the connection")
        return self._framing.feed(data)

    def close(self) -> None:
        self.stream.close()


def connected(transport: str, bridge: Bridge, session: str) -> Client:
    """A client by the name of its transport: udp, tcp-slip or tcp-prefix."""
    if transport == "udp":
        return UdpClient(bridge, session)
    return TcpClient(bridge, session, is_slip=transport == "tcp-slip")


TRANSPORTS = ("udp", "tcp-slip", "tcp-prefix")
