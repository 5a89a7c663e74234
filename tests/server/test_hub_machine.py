"""Any order of hello, lead, resend, set, reset, bye, silence and work, from several members in several sessions.

The machine keeps a model of its own of who is owed what, as simple as it can be, and after every step compares: every
request is answered exactly once or from memory with the same reply, nothing crosses sessions, promised notes stay,
strangers get nothing, and every limit holds.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from server.hub_doubles import MODELS, Client
from session.doubles import ask

from bridge.errors import Internal
from bridge.model.accompanist import Part
from bridge.model.controls import CONTROLS
from bridge.music.note import Note
from bridge.protocol.messages import (
    Accompaniment,
    Ack,
    Bye,
    Get,
    Lead,
    Ping,
    Pong,
    Refusal,
    Reset,
    Set,
    Status,
    Value,
    Welcome,
)
from bridge.server.delivery import Send
from bridge.server.hub import Hub, Work
from bridge.server.members import Destination, Limits
from bridge.session.events import Ask
from bridge.session.session import MAX_WAITING

SESSIONS = ("a", "b", "c")
LIMITS = Limits(sessions=2, members=2)
clients = st.integers(0, 2)
sessions = st.sampled_from(SESSIONS)

Owed = tuple[Destination, int]
Notes = frozenset[tuple[str, Note]]


class Performance(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.hub = Hub("1", MODELS, "counting", limits=LIMITS)
        self.now_s = 0.0
        self.ready = False
        self.works: list[Work] = []
        self.roles: dict[tuple[str, Destination], str] = {}
        self.owed: dict[str, Counter[Owed]] = {name: Counter() for name in SESSIONS}
        self.left: dict[str, Counter[Owed]] = {name: Counter() for name in SESSIONS}
        self.promised: dict[tuple[str, int], Notes] = {}
        self.asked: list[tuple[str, int, Ask]] = []
        self.clients = [
            Client(self.hub, ip="10.0.0.1", reply_port=7771),
            Client(self.hub, ip="10.0.0.2", reply_port=0),
            Client(self.hub, ip="10.0.0.1", connection=3),
        ]

    # What clients do

    @rule(who=clients, session=sessions, role=st.sampled_from(("both", "listen", "play")))
    def hello(self, who: int, session: str, role: str) -> None:
        client = self.at(who, session)
        before = set(self.hub.sessions)
        (send,) = client.hello(role)
        assert send.destination == client.address
        if isinstance(send.message, Refusal):
            assert send.message.code == "too-many-sessions"
            assert (session, client.address) not in self.roles
            return
        assert isinstance(send.message, Welcome)
        assert send.message.ready == self.ready
        for gone in before - set(self.hub.sessions):
            self.forget_session(gone)
        if session not in before:
            self.forget_session(session)
        self.forget_silent()
        self.roles[session, client.address] = role

    @rule(
        who=clients,
        session=sessions,
        seq=st.integers(0, 5),
        number=st.integers(0, 2),
        ahead=st.integers(-1, 1),
        known=st.sampled_from((0.0, 1.0, 2.0, 4.0)),
    )
    def lead(self, who: int, session: str, seq: int, number: int, ahead: int, known: float) -> None:
        self.send_lead(who, session, ask(seq, number=number, ahead=ahead, known=known))

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def resend(self, data: st.DataObject) -> None:
        session, who, one = data.draw(st.sampled_from(self.asked))
        self.send_lead(who, session, one)

    def send_lead(self, who: int, session: str, one: Ask) -> None:
        client = self.at(who, session)
        key = (client.address, one.seq)
        room = self.hub.session(session)
        member = (session, client.address) in self.roles
        pending = member and room is not None and room._is_pending(client.address, one)
        remembered = room._replies.recall(client.address, one) if member and room is not None else None
        waiting = room.waiting if room is not None else 0
        sends = client.say(Lead(session, one))
        if not member:
            self.outsider(client, sends)
            return
        if pending:
            assert sends == [], "the one answer comes when it is done"
            return
        assert room is not None
        self.asked.append((session, who, one))
        self.owed[session][key] += 1
        if remembered is not None:
            assert room._replies.recall(client.address, one) is remembered, "the same reply"
            assert room.waiting == waiting, "without a second inference"
        self.settle(session, sends, client.address)

    @rule(who=clients, session=sessions)
    def reset(self, who: int, session: str) -> None:
        client = self.at(who, session)
        sends = client.say(Reset(session))
        if (session, client.address) not in self.roles:
            self.outsider(client, sends)
            return
        assert sends[-1] == Send(client.address, Ack(session, "/reset", -1))
        self.settle(session, sends[:-1])
        self.forget_music(session)

    @rule(who=clients, session=sessions, value=st.sampled_from((0, 1, 500, "many")))
    def set(self, who: int, session: str, value: int | str) -> None:
        client = self.at(who, session)
        sends = client.say(Set(session, "variation", value))
        if (session, client.address) not in self.roles:
            self.outsider(client, sends)
            return
        (send,) = sends
        assert send.destination == client.address
        assert isinstance(send.message, Refusal if value == "many" else Value)

    @rule(who=clients, session=sessions, n=st.integers(0, 9))
    def ping(self, who: int, session: str, n: int) -> None:
        client = self.at(who, session)
        sends = client.say(Ping(session, n))
        if (session, client.address) in self.roles:
            assert sends == [Send(client.address, Pong(session, n))]
        else:
            self.outsider(client, sends)

    @rule(who=clients, session=sessions)
    def get(self, who: int, session: str) -> None:
        client = self.at(who, session)
        sends = client.say(Get(session, "*"))
        if (session, client.address) in self.roles:
            assert len(sends) == len(CONTROLS)
        else:
            self.outsider(client, sends)

    @rule(who=clients, session=sessions)
    def bye(self, who: int, session: str) -> None:
        client = self.at(who, session)
        sends = client.say(Bye(session))
        if (session, client.address) in self.roles:
            assert sends == [Send(client.address, Ack(session, "/bye", -1))]
            self.leave(session, client.address)
        else:
            self.outsider(client, sends)

    @rule()
    def the_connection_is_lost(self) -> None:
        self.hub.lost(3, self.now_s)
        for session in SESSIONS:
            self.leave(session, 3)

    # What the bridge does

    @rule()
    def begin(self) -> None:
        work = self.hub.begin(self.now_s, 7)
        if work is not None:
            assert self.ready
            assert work.session not in {other.session for other in self.works if self.is_current(other)}
            self.works.append(work)

    @precondition(lambda self: self.works)
    @rule(
        data=st.data(), pitches=st.lists(st.integers(58, 61), max_size=5), fails=st.integers(0, 5).map(lambda n: n == 0)
    )
    def finish(self, data: st.DataObject, pitches: list[int], fails: bool) -> None:
        work = self.works.pop(data.draw(st.integers(0, len(self.works) - 1)))
        from_beats = work.job.request.from_beats
        notes = tuple(Note(p, float(b), 4.0 - b, 80) for b, p in enumerate(pitches[:4]) if b >= from_beats)
        current = self.is_current(work)
        result = Internal("the worker died") if fails else (Part("piano", notes),)
        sends = self.hub.finish(work, result, self.now_s)
        assert current or sends == []
        if current:
            self.settle(work.session, sends, work.job.asker, work)
        assert self.hub.finish(work, result, self.now_s) == [], "answered once"

    @rule()
    def the_model_is_ready(self) -> None:
        self.ready = True
        sends = self.hub.model_ready("counting")
        assert {(s.message.session, s.destination) for s in sends} == set(self.roles)  # type: ignore[union-attr]

    @rule(passing_s=st.sampled_from((0.2, 5.0, 31.0, 601.0)))
    def time_passes(self, passing_s: float) -> None:
        self.now_s += passing_s
        sends = self.hub.tick(self.now_s)
        for name in set(SESSIONS) - set(self.hub.sessions):
            self.forget_session(name)
        if passing_s > LIMITS.memory_s:
            assert self.hub.sessions == ()
        told = [(send.message.session, send.destination) for send in sends if isinstance(send.message, Status)]
        assert len(told) == len(sends) == len(set(told))
        assert set(told) <= set(self.roles)
        if passing_s > LIMITS.heartbeat_s:
            assert told == []
        self.forget_silent()

    # What holds

    @invariant()
    def every_limit_holds(self) -> None:
        if not hasattr(self, "hub"):
            return
        assert len(self.hub.sessions) <= LIMITS.sessions
        assert all(count <= LIMITS.members for count in Counter(session for session, _ in self.roles).values())

    @invariant()
    def members_are_known_and_nobody_else(self) -> None:
        if hasattr(self, "hub"):
            members = {address for _, address in self.roles}
            assert [self.hub.knows(c.sender) for c in self.clients] == [c.address in members for c in self.clients]

    @invariant()
    def nothing_is_owed_but_what_waits_or_is_played(self) -> None:
        if not hasattr(self, "hub"):
            return
        for name in SESSIONS:
            session = self.hub.session(name)
            open_requests = 0 if session is None else session.waiting + (session._job is not None)
            assert session is None or session.waiting <= MAX_WAITING
            members = {address for room, address in self.roles if room == name}
            owed = sum(n for (address, _), n in self.owed[name].items() if address in members)
            assert owed <= open_requests

    def teardown(self) -> None:
        if not hasattr(self, "hub"):
            return
        self.hub.model_ready("counting")
        for work in self.works:
            if self.is_current(work):
                self.settle(work.session, self.hub.finish(work, (), self.now_s), work.job.asker, work)
        while (work := self.hub.begin(self.now_s, 7)) is not None:
            self.settle(work.session, self.hub.finish(work, (), self.now_s), work.job.asker, work)
        for (session, address), role in self.roles.items():
            assert not [n for (asker, _), n in self.owed[session].items() if asker == address and n > 0], role

    # Helpers

    def at(self, who: int, session: str) -> Client:
        client = self.clients[who]
        client.session, client.now_s = session, self.now_s
        return client

    def is_current(self, work: Work) -> bool:
        session = self.hub.session(work.session)
        return session is not None and session._job is work.job

    def is_member(self, session: str, address: Destination) -> bool:
        return address in {send.destination for send in self.hub.closing() if send.message == Bye(session)}

    def outsider(self, client: Client, sends: list[Send]) -> None:
        """A stranger gets nothing, a member of another session one refusal."""
        if client.address in {address for _, address in self.roles}:
            (send,) = sends
            assert send.destination == client.address
            assert isinstance(send.message, Refusal)
            assert send.message.code == "unknown-session"
        else:
            assert sends == []

    def settle(self, session: str, sends: list[Send], asker: object = None, work: Work | None = None) -> None:
        """Cross off what was answered to the asker: notes, an ack or an error, once for each request."""
        listeners = {address for (room, address), role in self.roles.items() if room == session and role == "listen"}
        members = {address for room, address in self.roles if room == session}
        answers: dict[Destination, list[Accompaniment]] = {}
        for send in sends:
            message = send.message
            assert message.session == session, "nothing crosses sessions"
            assert send.destination in members
            if isinstance(message, Accompaniment):
                assert send.destination not in listeners
                answers.setdefault(send.destination, []).append(message)
                if send.destination == asker:
                    self.cross_off(session, send.destination, message.seq)
            elif isinstance(message, (Ack, Refusal)):
                self.cross_off(session, send.destination, message.seq)
        assert len({tuple(pieces) for pieces in answers.values()}) <= 1, "everybody is told the same"
        if work is not None and answers:
            (piece,) = next(iter(answers.values()))
            self.keep_promise(session, piece, work)

    def cross_off(self, session: str, address: Destination, seq: int) -> None:
        account = self.owed if self.owed[session][address, seq] > 0 else self.left
        assert account[session][address, seq] > 0, "answered without being asked, or twice"
        account[session][address, seq] -= 1

    def keep_promise(self, session: str, piece: Accompaniment, work: Work) -> None:
        notes: Notes = frozenset((piece.part, note) for note in piece.notes)
        one = work.job.ask
        before = self.promised.get((session, piece.bar))
        if one.ahead == 0 and one.known_beats < 4.0 and before is not None:
            assert until(notes, one.known_beats) == until(before, one.known_beats), "promised notes stay"
        self.promised[session, piece.bar] = notes

    def leave(self, session: str, address: Destination) -> None:
        """Who leaves is owed nothing more, but may come back before it is answered."""
        self.roles.pop((session, address), None)
        for key in [key for key in self.owed[session] if key[0] == address]:
            self.left[session][key] += self.owed[session].pop(key)

    def forget_silent(self) -> None:
        for session, address in list(self.roles):
            if not self.is_member(session, address):
                self.leave(session, address)

    def forget_music(self, session: str) -> None:
        self.promised = {key: notes for key, notes in self.promised.items() if key[0] != session}

    def forget_session(self, session: str) -> None:
        self.forget_music(session)
        self.owed[session].clear()
        self.left[session].clear()
        self.roles = {key: role for key, role in self.roles.items() if key[0] != session}


def until(notes: Notes, beats: float) -> Notes:
    return frozenset((part, note) for part, note in notes if note.onset_beats < beats)


TestPerformance = Performance.TestCase
TestPerformance.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
