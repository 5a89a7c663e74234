"""Everything between the sockets and the sessions: who is who, who may what, who is answered.

Typed messages go in with their sender, messages with their destinations come out. The hub opens no socket, reads no
clock, starts no thread and plays no model: whoever calls it does, from one thread, with a monotonic `now_s`.
"""

from __future__ import annotations

import hmac
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.errors import (
    BadArguments,
    BadToken,
    BridgeError,
    InputError,
    NotReady,
    TooManySessions,
    UnknownSession,
    UnsupportedProtocol,
)
from bridge.model.accompanist import Part
from bridge.protocol.messages import (
    PROTOCOL,
    ROLES,
    Ack,
    BridgeMessage,
    Bye,
    ClientMessage,
    Control,
    Get,
    Hello,
    Lead,
    Ping,
    Pong,
    Reset,
    Set,
    Status,
    Value,
    Welcome,
)
from bridge.server.members import Destination, Member, Room, Sender
from bridge.server.pieces import MAX_STRANGER_TEXT, answer_messages, refusal
from bridge.session.choices import ModelInfo
from bridge.session.events import Answered, Heard, Job, Outcome
from bridge.session.session import BARS_REMEMBERED, Session

SESSION_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a hub takes in, and how long it waits.

    sessions     sessions at once
    members      members of one session at once
    heartbeat_s  a member that was silent for longer gets no /status
    memory_s     a session that nobody was heard in for so long is forgotten, and so is a member
    """

    sessions: int = 64
    members: int = 16
    heartbeat_s: float = 30.0
    memory_s: float = 600.0
    bars: int = BARS_REMEMBERED


@dataclass(frozen=True, slots=True)
class Send:
    """One message on its way to one member."""

    destination: Destination
    message: BridgeMessage


@dataclass(frozen=True, slots=True)
class Work:
    """One bar to be played, for `finish`. The model `job.model` plays `job.request`."""

    session: str
    job: Job


class Hub:
    """The bridge's members and sessions."""

    def __init__(
        self,
        version: str,
        models: Mapping[str, ModelInfo | None],
        default_model: str,
        token: str = "",
        limits: Limits | None = None,
    ) -> None:
        """`models`: those that can be chosen, with what is known of them before they are loaded. None is ready until
        `model_ready` says so. `token`: what every /hello must carry, empty for no token.

        Raises InputError: the default model is not among the models.
        """
        if default_model not in models:
            raise InputError(f"no model is called {default_model!r}: there are {', '.join(models)}")
        self._version = version
        self._models: dict[str, ModelInfo | None] = dict(models)
        self._default_model = default_model
        self._token = token
        self._limits = limits or Limits()
        self._ready: set[str] = set()
        self._failed: dict[str, str] = {}
        self._rooms: OrderedDict[str, Room] = OrderedDict()  # the order is whose turn it is to be begun
        self._handlers: dict[type, Callable[[Room, Member, Any, float], list[Send]]] = {
            Lead: self._lead,
            Set: self._set,
            Get: self._get,
            Reset: self._reset,
            Ping: self._ping,
            Bye: self._bye,
        }

    @property
    def sessions(self) -> tuple[str, ...]:
        """The names of the sessions that are remembered."""
        return tuple(sorted(self._rooms))

    def session(self, name: str) -> Session | None:
        """The session of that name, to be looked at and not to be changed."""
        room = self._rooms.get(name)
        return room.session if room is not None else None

    def knows(self, sender: Sender) -> bool:
        """Whether this address is a member of any session: a stranger's messages are only worth a line in the log."""
        return self._membership(sender) is not None

    # What comes in

    def receive(self, sender: Sender, message: ClientMessage, now_s: float) -> list[Send]:
        """Take one message. A stranger is answered only to /hello; everybody else always, at once or by `finish`."""
        if isinstance(message, Hello):
            return self._hello(sender, message, now_s)
        room = self._rooms.get(message.session)
        member = room.member_for(sender) if room is not None else None
        if room is None or member is None:
            elsewhere = self._membership(sender)
            if elsewhere is None:
                return []
            elsewhere.heard_s = now_s
            error = UnknownSession(f"you are not in the session {message.session[:64]!r}: say /hello to it first")
            seq = message.ask.seq if isinstance(message, Lead) else -1
            return [Send(elsewhere.destination, refusal(message.session[:64], error, seq))]
        member.heard_s = room.heard_s = now_s
        try:
            return self._handlers[type(message)](room, member, message, now_s)
        except BridgeError as error:
            return [Send(member.destination, refusal(message.session, error))]

    def refuse(self, sender: Sender, error: BridgeError, now_s: float, is_hello: bool = False) -> list[Send]:
        """Answer a message that could not be read. `error.session` and `error.seq` say what was readable of it.

        A member gets /error; a stranger gets it only if the message was a /hello (`is_hello`).
        """
        room = self._rooms.get(error.session)
        member = (room.member_for(sender) if room is not None else None) or self._membership(sender)
        if member is not None:
            member.heard_s = now_s
            return [Send(member.destination, refusal("", error))]
        return [Send(sender.destination(0), refusal("", error, longest=MAX_STRANGER_TEXT))] if is_hello else []

    def lost(self, connection: int, now_s: float) -> None:
        """A TCP connection is gone, and its member with it."""
        for room in self._rooms.values():
            if room.members.pop(connection, None) is not None:
                room.heard_s = now_s

    # The work

    def begin(self, now_s: float, entropy: int) -> Work | None:
        """The next bar to be played, None if there is none. Sessions take turns; each one's newest request is first,
        and each one has one bar played at a time."""
        for name, room in self._rooms.items():
            if room.session.model in self._ready:
                job = room.session.begin(now_s, entropy)
                if job is not None:
                    self._rooms.move_to_end(name)
                    return Work(name, job)
        return None

    def finish(self, work: Work, result: tuple[Part, ...] | BridgeError, now_s: float) -> list[Send]:
        """Take what the model played, or why it did not. Work that was finished before, or whose session is forgotten,
        gives nothing."""
        room = self._rooms.get(work.session)
        return self._outcomes(room, room.session.finish(work.job, result, now_s)) if room is not None else []

    def model_ready(self, name: str, info: ModelInfo | None = None) -> list[Send]:
        """A model can play from now on; everybody in its sessions is welcomed again."""
        self._models[name] = info or self._models.get(name)
        self._failed.pop(name, None)
        self._ready.add(name)
        return [
            Send(member.destination, self._welcome(room))
            for room in self._rooms.values()
            if room.session.model == name
            for member in room.members.values()
        ]

    def model_failed(self, name: str, reason: str) -> list[Send]:
        """A model could not be loaded, or broke for good; everybody in its sessions is told, what waits is refused."""
        self._ready.discard(name)
        self._failed[name] = reason
        sends: list[Send] = []
        for room in self._rooms.values():
            error = self._unable(room)
            if room.session.model == name and error is not None:
                sends += [Send(d, refusal(room.session.name, error)) for d in room.members]
                sends += self._outcomes(room, room.session.refuse_waiting(error))
        return sends

    # The clock

    def tick(self, now_s: float) -> list[Send]:
        """To be called once a second: the heartbeat to everybody who was heard of late, and the end of sessions and
        members that were silent for 10 minutes."""
        for name, room in list(self._rooms.items()):
            for member in list(room.members.values()):
                if now_s - member.heard_s >= self._limits.memory_s:
                    del room.members[member.destination]
            if now_s - room.heard_s >= self._limits.memory_s:
                del self._rooms[name]
        return [
            Send(member.destination, self._status(room))
            for room in self._rooms.values()
            for member in room.members.values()
            if now_s - member.heard_s <= self._limits.heartbeat_s
        ]

    def closing(self) -> list[Send]:
        """The bridge is going down: a /bye to every member."""
        return [
            Send(destination, Bye(name)) for name, room in sorted(self._rooms.items()) for destination in room.members
        ]

    # One method for each message

    def _hello(self, sender: Sender, hello: Hello, now_s: float) -> list[Send]:
        destination = sender.destination(hello.reply_port)
        try:
            self._check_hello(hello)
            room = self._rooms.get(hello.session) or self._open(hello.session, now_s)
            self._seat(room, destination, now_s)
        except BridgeError as error:
            name = hello.session if SESSION_NAME.fullmatch(hello.session) else ""
            return [Send(destination, refusal(name, error, longest=MAX_STRANGER_TEXT))]
        known = room.members.get(destination)
        if known is not None and known.sender != sender:
            room.session.forget(destination)  # the client was started again: its numbers begin anew
        if known is None:
            room.members[destination] = Member(destination, sender, hello.role, now_s)
        else:
            known.sender, known.role, known.heard_s = sender, hello.role, now_s
        room.heard_s = now_s
        return [Send(destination, self._welcome(room))]

    def _check_hello(self, hello: Hello) -> None:
        if hello.protocol != PROTOCOL:
            raise UnsupportedProtocol(f"this bridge speaks protocol {PROTOCOL}")
        if self._token and not hmac.compare_digest(hello.token.encode(), self._token.encode()):
            raise BadToken("not the token this bridge was started with")
        if not SESSION_NAME.fullmatch(hello.session):
            raise BadArguments("a session is 1 to 64 of A-Za-z0-9_.:-")
        if hello.role not in ROLES:
            raise BadArguments(f"a role is one of {', '.join(ROLES)}")
        if not 0 <= hello.reply_port < 65536:
            raise BadArguments("a reply port is 0 to 65535")

    def _open(self, name: str, now_s: float) -> Room:
        if len(self._rooms) >= self._limits.sessions:
            # A session that everybody left is only remembered; somebody who is here comes first.
            left = min((r for r in self._rooms.values() if not r.members), key=lambda r: r.heard_s, default=None)
            if left is None:
                raise TooManySessions(f"at most {self._limits.sessions} sessions (--max-sessions)")
            del self._rooms[left.session.name]
        session = Session(name, self._default_model, self._limits.bars, self._models)
        self._rooms[name] = Room(session, now_s)
        return self._rooms[name]

    def _seat(self, room: Room, destination: Destination, now_s: float) -> None:
        """Make sure that there is a place; one who was silent long enough to miss the heartbeat gives his up."""
        if destination in room.members or len(room.members) < self._limits.members:
            return
        quietest = min(room.members.values(), key=lambda member: member.heard_s)
        if now_s - quietest.heard_s <= self._limits.heartbeat_s:
            raise TooManySessions(f"at most {self._limits.members} members in a session")
        del room.members[quietest.destination]

    def _lead(self, room: Room, member: Member, lead: Lead, now_s: float) -> list[Send]:
        return self._outcomes(room, room.session.ask(member.destination, lead.ask, now_s, self._unable(room)))

    def _set(self, room: Room, member: Member, message: Set, now_s: float) -> list[Send]:
        value = room.session.set(message.name, message.value)
        return [Send(member.destination, Value(room.session.name, message.name, value))]

    def _get(self, room: Room, member: Member, message: Get, now_s: float) -> list[Send]:
        name = room.session.name
        return [
            Send(member.destination, Control(name, spec.name, spec.kind, spec.low, spec.high, value, text))
            for spec, value, text in room.session.describe(message.name)
        ]

    def _reset(self, room: Room, member: Member, message: Reset, now_s: float) -> list[Send]:
        sends = self._outcomes(room, room.session.reset())
        return [*sends, Send(member.destination, Ack(room.session.name, "/reset", -1))]

    def _ping(self, room: Room, member: Member, message: Ping, now_s: float) -> list[Send]:
        return [Send(member.destination, Pong(room.session.name, message.n))]

    def _bye(self, room: Room, member: Member, message: Bye, now_s: float) -> list[Send]:
        del room.members[member.destination]
        return [Send(member.destination, Ack(room.session.name, "/bye", -1))]

    # What goes out

    def _outcomes(self, room: Room, outcomes: Iterable[Outcome]) -> list[Send]:
        name = room.session.name
        sends: list[Send] = []
        for outcome in outcomes:
            asker = room.members.get(outcome.asker)  # type: ignore[call-overload]  # askers are destinations
            if isinstance(outcome, Answered):
                messages = answer_messages(name, outcome, room.session.controls.text("parts").split()[0])
                sends += [
                    Send(m.destination, piece) for m in room.members.values() if m.wants_notes for piece in messages
                ]
            if asker is None:
                continue  # it left: nobody else was promised this
            if isinstance(outcome, Heard) or (isinstance(outcome, Answered) and not asker.wants_notes):
                sends.append(Send(asker.destination, Ack(name, "/lead", outcome.seq)))
            elif not isinstance(outcome, Answered):
                sends.append(Send(asker.destination, refusal(name, outcome.error, outcome.seq)))
        return sends

    def _welcome(self, room: Room) -> Welcome:
        session = room.session
        ready = int(session.model in self._ready)
        return Welcome(PROTOCOL, session.name, self._version, session.model, ready, session.bars)

    def _status(self, room: Room) -> Status:
        session = room.session
        ready = int(session.model in self._ready)
        return Status(session.name, ready, session.bars, session.late, session.median_ms, session.p99_ms)

    def _unable(self, room: Room) -> NotReady | None:
        model = room.session.model
        if model in self._ready:
            return None
        if model in self._failed:
            return NotReady(f"the model {model} could not be loaded: {self._failed[model]}")
        return NotReady(f"the model {model} is still loading")

    def _membership(self, sender: Sender) -> Member | None:
        """Any membership of this address, the one that said /hello from that very place if there is one."""
        found = [member for room in self._rooms.values() if (member := room.member_for(sender)) is not None]
        return next((member for member in found if member.sender == sender), found[-1] if found else None)
