"""Who is in which session, which member a message came from, whose turn it is, and who has to go.

It knows no message and reads no clock.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from bridge.errors import TooManySessions
from bridge.server.members import Destination, Limits, Member, Sender
from bridge.session.session import Session


@dataclass(slots=True)
class Room:
    """A session and who is in it, by destination, in the order of joining. Changed by `Rooms` alone.

    heard_s  when anybody in it was last heard, or left
    """

    session: Session
    heard_s: float
    members: dict[Destination, Member] = field(default_factory=dict)

    def heard(self, member: Member, now_s: float) -> None:
        """Note that a member gave a sign of life."""
        member.heard_s = self.heard_s = now_s


class Rooms:
    """Every room by its session's name, in the order in which it is their turn to have a bar played.

    Who sent a message is looked up for every packet, strangers' among them, so that it costs the same with one session
    and with hundreds.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rooms: OrderedDict[str, Room] = OrderedDict()
        self._places: dict[Sender, list[tuple[Room, Member]]] = {}

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def get(self, name: str) -> Room | None:
        """The room of that name, None if there is none."""
        return self._rooms.get(name)

    def knows(self, sender: Sender) -> bool:
        """Whether a member of any session said /hello from this very place."""
        return sender in self._places

    def member(self, name: str, sender: Sender) -> tuple[Room, Member] | None:
        """Who in the session of that name sent a message: the member that said /hello from that very place; else, since
        a client may send from several ports, the one from the same IP address that joined last, unless the sender is
        known to be somebody else by a /hello to another session. None: nobody there."""
        room = self.get(name)
        if room is None:
            return None
        if sender in self._places:
            return _last(pair for pair in self._places[sender] if pair[0] is room)
        return _last((room, member) for member in room.members.values() if _are_neighbours(member.sender, sender))

    def membership(self, sender: Sender) -> tuple[Room, Member] | None:
        """Any membership of this very place. A neighbour's is none: what names no session of his may come from any
        program on his machine, and whoever plays there did not ask."""
        return self._places[sender][-1] if sender in self._places else None

    def add(self, session: Session, now_s: float) -> Room:
        """Open a room. When there are too many, one where everybody left or fell silent gives way, the longest silent
        first: it is only remembered, and somebody who is here comes first. Raises TooManySessions."""
        if len(self._rooms) >= self._limits.sessions:
            quietest = min(self, key=lambda room: (bool(room.members), room.heard_s))
            if quietest.members and now_s - quietest.heard_s <= self._limits.heartbeat_s:
                raise TooManySessions(f"at most {self._limits.sessions} sessions (--max-sessions)")
            self._close(quietest)
        room = self._rooms[session.name] = Room(session, now_s)
        return room

    def join(self, room: Room, sender: Sender, destination: Destination, role: str, now_s: float) -> None:
        """Take a member in, or renew one. When the session is full, the one who was silent for so long that it missed
        the heartbeat gives its place up. Raises TooManySessions."""
        known = room.members.get(destination)
        if known is None:
            if len(room.members) >= self._limits.members:
                quietest = min(room.members.values(), key=lambda member: member.heard_s)
                if now_s - quietest.heard_s <= self._limits.heartbeat_s:
                    raise TooManySessions(f"at most {self._limits.members} members in a session")
                self._remove(room, quietest)
            self._enter(room, Member(destination, sender, role, now_s))
        elif known.sender != sender:
            room.session.forget(destination)  # the client was started again: its numbers begin anew
            self._remove(room, known)
            self._enter(room, Member(destination, sender, role, now_s))
        room.members[destination].role = role
        room.heard(room.members[destination], now_s)

    def leave(self, room: Room, destination: Destination, now_s: float) -> None:
        """Let a member go, if it is here."""
        member = room.members.get(destination)
        if member is not None:
            self._remove(room, member)
            room.heard_s = now_s

    def had_its_turn(self, room: Room) -> None:
        """The others come first now."""
        self._rooms.move_to_end(room.session.name)

    def expire(self, now_s: float) -> None:
        """Forget the members and the rooms that were silent for too long."""
        for room in list(self):
            for member in list(room.members.values()):
                if now_s - member.heard_s >= self._limits.memory_s:
                    self._remove(room, member)
            if now_s - room.heard_s >= self._limits.memory_s:
                self._close(room)

    def _close(self, room: Room) -> None:
        for member in list(room.members.values()):
            self._remove(room, member)
        del self._rooms[room.session.name]

    def _enter(self, room: Room, member: Member) -> None:
        room.members[member.destination] = member
        self._places.setdefault(member.sender, []).append((room, member))

    def _remove(self, room: Room, member: Member) -> None:
        del room.members[member.destination]
        here = [pair for pair in self._places.pop(member.sender) if pair[1] is not member]
        if here:
            self._places[member.sender] = here


_T = TypeVar("_T")


def _last(found: Iterable[_T]) -> _T | None:
    last = deque(found, maxlen=1)
    return last[0] if last else None


def _are_neighbours(one: Sender, other: Sender) -> bool:
    return one.connection is None and other.connection is None and one.ip == other.ip
