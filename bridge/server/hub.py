"""Everything between the sockets and the sessions: who is who, who may what, who is answered.

Typed messages go in with their sender, messages with their destinations come out. The hub opens no socket, reads no
clock, starts no thread and plays no model: whoever calls it does, from one thread, with a monotonic `now_s`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.errors import (
    BadToken,
    BridgeError,
    InputError,
    NotReady,
    UnknownSession,
    UnsupportedProtocol,
)
from bridge.model.accompanist import Part
from bridge.protocol import messages as wire
from bridge.server.delivery import MAX_STRANGER_TEXT, Send, deliveries, refusal
from bridge.server.members import Limits, Member, Sender
from bridge.server.rooms import Room, Rooms
from bridge.session.choices import ModelInfo
from bridge.session.events import Job
from bridge.session.session import Session


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
        self._rooms = Rooms(self._limits)
        self._ready: set[str] = set()
        self._failed: dict[str, str] = {}
        self._handlers: dict[type, Callable[[Room, Member, Any, float], list[Send]]] = {
            wire.Lead: self._lead,
            wire.Set: self._set,
            wire.Get: self._get,
            wire.Reset: self._reset,
            wire.Ping: self._ping,
            wire.Bye: self._bye,
        }

    @property
    def sessions(self) -> tuple[str, ...]:
        """The names of the sessions that are remembered."""
        return tuple(sorted(room.session.name for room in self._rooms))

    def session(self, name: str) -> Session | None:
        """The session of that name, to be looked at and not to be changed."""
        room = self._rooms.get(name)
        return room.session if room is not None else None

    def knows(self, sender: Sender) -> bool:
        """Whether this very place, port and all, is a member of any session."""
        return self._rooms.knows(sender)

    def hears(self, sender: Sender, session: str) -> bool:
        """Whether what comes from there about that session is a member's word: a stranger's is only worth a line in the
        log."""
        return self._rooms.knows(sender) or self._rooms.member(session, sender) is not None

    # What comes in

    def receive(self, sender: Sender, message: wire.ClientMessage, now_s: float) -> list[Send]:
        """Take one message. A stranger is answered only to /hello; everybody else always, at once or by `finish`."""
        if isinstance(message, wire.Hello):
            return self._hello(sender, message, now_s)
        found = self._rooms.member(message.session, sender)
        if found is None:
            seq = message.ask.seq if isinstance(message, wire.Lead) else -1
            error = UnknownSession("say /hello to this session first", session=message.session, seq=seq)
            return self.refuse(sender, error, now_s)
        room, member = found
        room.heard(member, now_s)
        try:
            return self._handlers[type(message)](room, member, message, now_s)
        except BridgeError as error:
            return [Send(member.destination, refusal(message.session, error))]

    def refuse(
        self, sender: Sender, error: BridgeError, now_s: float, address: str = "", reply_port: int | None = None
    ) -> list[Send]:
        """Answer a message that could not be read. `error.session` and `error.seq` say what was readable of it.

        A member gets /error; a stranger gets it only if `address` is /hello, at the `reply_port` that could be read.
        """
        if address == "/hello":
            return [Send(sender.destination(reply_port or 0), refusal("", error, longest=MAX_STRANGER_TEXT))]
        found = self._rooms.member(error.session, sender) or self._rooms.membership(sender)
        if found is None:
            return []
        room, member = found
        room.heard(member, now_s)
        return [Send(member.destination, refusal("", error))]

    def lost(self, connection: int, now_s: float) -> None:
        """A TCP connection is gone, and its member with it."""
        for room in self._rooms:
            self._rooms.leave(room, connection, now_s)

    # The work

    def begin(self, now_s: float, entropy: int) -> Work | None:
        """The next bar to be played, None if there is none. Sessions take turns; each one's newest request is first,
        and each one has one bar played at a time."""
        for room in self._rooms:
            if not room.session.waiting or room.session.model not in self._ready:
                continue
            job = room.session.begin(now_s, entropy)
            if job is not None:
                self._rooms.had_its_turn(room)
                return Work(room.session.name, job)
        return None

    def finish(self, work: Work, result: tuple[Part, ...] | BridgeError, now_s: float) -> list[Send]:
        """Take what the model played, or why it did not. Work that was finished before, or whose session is forgotten,
        gives nothing."""
        room = self._rooms.get(work.session)
        return deliveries(room, room.session.finish(work.job, result, now_s)) if room is not None else []

    def model_ready(self, name: str, info: ModelInfo | None = None) -> list[Send]:
        """A model can play from now on; everybody in its sessions is welcomed again."""
        self._models[name] = info or self._models.get(name)
        self._failed.pop(name, None)
        self._ready.add(name)
        rooms = [room for room in self._rooms if room.session.model == name]
        return [Send(destination, self._welcome(room)) for room in rooms for destination in room.members]

    def model_failed(self, name: str, reason: str) -> list[Send]:
        """A model could not be loaded, or broke for good; everybody in its sessions is told, what waits is refused."""
        self._ready.discard(name)
        self._failed[name] = reason
        sends: list[Send] = []
        for room in self._rooms:
            error = self._unable(room)
            if room.session.model == name and error is not None:
                sends += [Send(destination, refusal(room.session.name, error)) for destination in room.members]
                sends += deliveries(room, room.session.refuse_waiting(error))
        return sends

    # The clock

    def tick(self, now_s: float) -> list[Send]:
        """To be called once a second: the heartbeat to everybody who was heard of late, and the end of sessions and
        members that were silent for 10 minutes."""
        self._rooms.expire(now_s)
        return [
            Send(member.destination, self._status(room))
            for room in self._rooms
            for member in room.members.values()
            if now_s - member.heard_s <= self._limits.heartbeat_s
        ]

    def closing(self) -> list[Send]:
        """The bridge is going down: a /bye to every member of every session."""
        return [Send(destination, wire.Bye(room.session.name)) for room in self._rooms for destination in room.members]

    # One method for each message

    def _hello(self, sender: Sender, hello: wire.Hello, now_s: float) -> list[Send]:
        destination = sender.destination(hello.reply_port)
        try:
            check_hello(hello, self._token)
            room = self._rooms.get(hello.session)
            if room is None:
                session = Session(hello.session, self._default_model, self._limits.bars, self._models)
                room = self._rooms.add(session, now_s)
            self._rooms.join(room, sender, destination, hello.role, now_s)
        except BridgeError as error:
            return [Send(destination, refusal(hello.session, error, longest=MAX_STRANGER_TEXT))]
        return [Send(destination, self._welcome(room))]

    def _lead(self, room: Room, member: Member, lead: wire.Lead, now_s: float) -> list[Send]:
        return deliveries(room, room.session.ask(member.destination, lead.ask, now_s, self._unable(room)))

    def _set(self, room: Room, member: Member, message: wire.Set, now_s: float) -> list[Send]:
        value = room.session.set(message.name, message.value)
        return [Send(member.destination, wire.Value(room.session.name, message.name, value))]

    def _get(self, room: Room, member: Member, message: wire.Get, now_s: float) -> list[Send]:
        name = room.session.name
        return [
            Send(member.destination, wire.Control(name, spec.name, spec.kind, spec.low, spec.high, value, text))
            for spec, value, text in room.session.describe(message.name)
        ]

    def _reset(self, room: Room, member: Member, message: wire.Reset, now_s: float) -> list[Send]:
        refused = deliveries(room, room.session.reset())
        return [*refused, Send(member.destination, wire.Ack(room.session.name, "/reset", -1))]

    def _ping(self, room: Room, member: Member, message: wire.Ping, now_s: float) -> list[Send]:
        return [Send(member.destination, wire.Pong(room.session.name, message.n))]

    def _bye(self, room: Room, member: Member, message: wire.Bye, now_s: float) -> list[Send]:
        self._rooms.leave(room, member.destination, now_s)
        return [Send(member.destination, wire.Ack(room.session.name, "/bye", -1))]

    # What is said of a session

    def _welcome(self, room: Room) -> wire.Welcome:
        session = room.session
        ready = int(session.model in self._ready)
        return wire.Welcome(wire.PROTOCOL, session.name, self._version, session.model, ready, session.bars)

    def _status(self, room: Room) -> wire.Status:
        session = room.session
        ready = int(session.model in self._ready)
        return wire.Status(session.name, ready, session.bars, session.late, session.median_ms, session.p99_ms)

    def _unable(self, room: Room) -> NotReady | None:
        """Why nothing can be played in this room now, None if something can."""
        model = room.session.model
        if model in self._ready:
            return None
        if model in self._failed:
            return NotReady(f"the model {model} could not be loaded: {self._failed[model]}")
        return NotReady(f"the model {model} is still loading")


def check_hello(hello: wire.Hello, token: str) -> None:
    """Whether this /hello may come in: its protocol, then its token, compared in constant time so that it cannot be
    guessed letter by letter. Raises the BridgeError that says why not."""
    if hello.protocol != wire.PROTOCOL:
        raise UnsupportedProtocol(f"this bridge speaks protocol {wire.PROTOCOL}")
    if token and not hmac.compare_digest(hello.token.encode(errors="surrogatepass"), token.encode()):
        raise BadToken("not the token this bridge was started with")
