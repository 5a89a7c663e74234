"""Who is in which session, and which member a message came from. It knows no message and reads no clock."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar, Union

from bridge.errors import TooManySessions
from bridge.session.session import BARS_REMEMBERED, Session

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


@dataclass(slots=True)
class Room:
    """A session and who is in it, by destination, in the order of joining.

    heard_s  when anybody in it was last heard, or left
    """

    session: Session
    heard_s: float
    members: dict[Destination, Member] = field(default_factory=dict)

    def member_at(self, sender: Sender) -> Member | None:
        """The member that said /hello from that very place, the one that joined last if there are several."""
        return _last(member for member in self.members.values() if member.sender == sender)

    def member_near(self, sender: Sender) -> Member | None:
        """The member from the same IP address that joined last. A connection has no neighbours."""
        return _last(
            member
            for member in self.members.values()
            if sender.connection is None and member.sender.connection is None and member.sender.ip == sender.ip
        )

    def join(self, sender: Sender, destination: Destination, role: str, now_s: float, limits: Limits) -> Member:
        """Take a member in, or renew one. When the session is full, the one who was silent for so long that it missed
        the heartbeat gives its place up. Raises TooManySessions."""
        member = self.members.get(destination)
        if member is None:
            if len(self.members) >= limits.members:
                quietest = min(self.members.values(), key=lambda m: m.heard_s)
                if now_s - quietest.heard_s <= limits.heartbeat_s:
                    raise TooManySessions(f"at most {limits.members} members in a session")
                del self.members[quietest.destination]
            member = self.members[destination] = Member(destination, sender, role, now_s)
        elif member.sender != sender:
            self.session.forget(destination)  # the client was started again: its numbers begin anew
        member.sender, member.role = sender, role
        self.heard(member, now_s)
        return member

    def heard(self, member: Member, now_s: float) -> None:
        """Note that a member gave a sign of life."""
        member.heard_s = self.heard_s = now_s

    def leave(self, destination: Destination, now_s: float) -> None:
        """Let a member go, if it is here."""
        if self.members.pop(destination, None) is not None:
            self.heard_s = now_s


_T = TypeVar("_T")


def _last(found: Iterable[_T]) -> _T | None:
    last = deque(found, maxlen=1)
    return last[0] if last else None


class Rooms:
    """Every room by its session's name, in the order in which it is their turn to have a bar played."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rooms: OrderedDict[str, Room] = OrderedDict()

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def get(self, name: str) -> Room | None:
        """The room of that name, None if there is none."""
        return self._rooms.get(name)

    def add(self, session: Session, now_s: float) -> Room:
        """Open a room. When there are too many, one where everybody left or fell silent gives way, the longest silent
        first: it is only remembered, and somebody who is here comes first. Raises TooManySessions."""
        if len(self._rooms) >= self._limits.sessions:
            quietest = min(self, key=lambda room: (bool(room.members), room.heard_s))
            if quietest.members and now_s - quietest.heard_s <= self._limits.heartbeat_s:
                raise TooManySessions(f"at most {self._limits.sessions} sessions (--max-sessions)")
            del self._rooms[quietest.session.name]
        room = self._rooms[session.name] = Room(session, now_s)
        return room

    def had_its_turn(self, room: Room) -> None:
        """The others come first now."""
        self._rooms.move_to_end(room.session.name)

    def member(self, name: str, sender: Sender) -> tuple[Room, Member] | None:
        """Who in the session of that name sent a message: the member that said /hello from that very place; else, since
        a client may send from several ports, the one from the same IP address that joined last, unless the sender is
        known to be somebody else by a /hello to another session. None: nobody there."""
        room = self.get(name)
        if room is None:
            return None
        member = room.member_at(sender)
        if member is None and not any(other.member_at(sender) for other in self):
            member = room.member_near(sender)
        return (room, member) if member is not None else None

    def membership(self, sender: Sender) -> tuple[Room, Member] | None:
        """Any membership of this address, one that said /hello from that very place if there is one."""
        at = _last((room, member) for room in self if (member := room.member_at(sender)) is not None)
        return at or _last((room, member) for room in self if (member := room.member_near(sender)) is not None)

    def expire(self, now_s: float) -> None:
        """Forget the members and the rooms that were silent for too long."""
        for room in list(self):
            for member in list(room.members.values()):
                if now_s - member.heard_s >= self._limits.memory_s:
                    del room.members[member.destination]
            if now_s - room.heard_s >= self._limits.memory_s:
                del self._rooms[room.session.name]
