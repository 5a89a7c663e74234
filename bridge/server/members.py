"""One client in one session: where it sends from, where it is answered, what it wants. Values without behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from bridge.session.session import BARS_REMEMBERED

Destination = Union[tuple[str, int], int]
"""Where a message goes: (ip, port) over UDP, the connection's number over TCP. It is also what tells members apart."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a hub takes in, and how long it waits.

    sessions     sessions at once
    members      members of one session at once
    heartbeat_s  a member that was silent for longer gets no /status
    memory_s     a session that nobody was heard in for so long is forgotten, and so is a member
    bars         how many bars of lead, and of accompaniment, a session remembers
    """

    sessions: int = 64
    members: int = 16
    heartbeat_s: float = 30.0
    memory_s: float = 600.0
    bars: int = BARS_REMEMBERED


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a message came from: the datagram's source, or the connection's number and its peer."""

    ip: str
    port: int
    connection: int | None = None

    def destination(self, reply_port: int) -> Destination:
        """Where this sender is answered. Over UDP never anywhere but at its own IP address: at the port it named, or,
        where that is 0 or no port, at the one it sent from."""
        if self.connection is not None:
            return self.connection
        return (self.ip, reply_port if 0 < reply_port < 65536 else self.port)


@dataclass(slots=True)
class Member:
    """One client in one session.

    sender   where its last /hello came from
    role     both, listen (sends the lead, wants no notes) or play (wants the notes)
    heard_s  when it was last heard
    """

    destination: Destination
    sender: Sender
    role: str
    heard_s: float

    @property
    def wants_notes(self) -> bool:
        """Whether answers are sent to it."""
        return self.role != "listen"
