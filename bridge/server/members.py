"""Who is in a session, and which member a message came from. It knows no message and no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Union

from bridge.session.session import Session

Destination = Union[tuple[str, int], int]
"""Where a message goes: (ip, port) over UDP, the connection's number over TCP. It is also what tells members apart."""


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


@dataclass(slots=True)
class Room:
    """A session and who is in it, by destination, in the order of joining.

    heard_s  when anybody in it was last heard, or left
    """

    session: Session
    heard_s: float
    members: dict[Destination, Member] = field(default_factory=dict)

    def member_for(self, sender: Sender) -> Member | None:
        """The member that sent a message: the one that said /hello from that very place; else (a client may send from
        several ports) the one from the same IP address that joined last. None: nobody here is at that address."""
        if sender.connection is not None:
            return self.members.get(sender.connection)
        same_ip = [m for m in self.members.values() if m.sender.connection is None and m.sender.ip == sender.ip]
        same_place = [m for m in same_ip if m.sender.port == sender.port]
        candidates = same_place or same_ip
        return candidates[-1] if candidates else None
