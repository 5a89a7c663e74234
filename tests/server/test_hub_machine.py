"""Any order of hello, lead, resend, set, reset, bye, silence and work, from several members in several sessions.

The machine keeps a model of its own of who is owed what, as simple as it can be, and after every step compares: every
request is answered exactly once or from memory with the same reply, nothing crosses sessions, promised notes stay,
strangers get nothing, and every limit holds.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bridge.errors import Internal
from bridge.model.accompanist import Part
from bridge.model.controls import CONTROLS
from bridge.music.note import Note
from bridge.protocol.messages import (
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
from bridge.server.members import Limits
from bridge.session.events import Ask
from bridge.session.session import MAX_WAITING
from tests.server.hub_doubles import MODELS, Client
from tests.server.hub_ledger import SESSIONS, Ledger
from tests.session.doubles import ask

LIMITS = Limits(sessions=2, members=2)
pitch = st.integers(58, 61)
some_pitches = st.lists(pitch, min_size=1, max_size=5)
clients = st.sampled_from((0, 0, 1, 2))
sessions = st.sampled_from(("a", "a", "a", "b", "c"))


class Performance(Ledger, RuleBasedStateMachine):
    """`bars_played`, `promises_kept` and `repeated` count over all runs."""

    bars_played = 0

    @initialize(is_ready=st.sampled_from((True, True, True, False)), members=st.sampled_from((2, 2, 2, 1, 0)))
    def start(self, is_ready: bool, members: int) -> None:
        self.hub = Hub("1", MODELS, "counting", limits=LIMITS)
        self.now_s = 0.0
        self.ready = False
        self.open()
        self.clients = [
            Client(self.hub, ip="10.0.0.1", reply_port=7771),
            Client(self.hub, ip="10.0.0.2", reply_port=0),
            Client(self.hub, ip="10.0.0.1", connection=3),
        ]
        if is_ready:
            self.the_model_is_ready()
        for who in range(members):
            self.hello(who, "a", "both")

    # What clients do

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

    @precondition(lambda self: self.roles)
    @rule(data=st.data(), seq=st.integers(0, 5), number=st.integers(0, 1), pitches=some_pitches)
    def a_bar_on_its_beats(self, data: st.DataObject, seq: int, number: int, pitches: list[int]) -> None:
        """A member asks for the bar that is sounding, again and again, and is answered before it asks anew."""
        session, address = data.draw(st.sampled_from(sorted(self.roles, key=str)))
        who = next(n for n, client in enumerate(self.clients) if client.address == address)
        for beat in data.draw(st.lists(st.sampled_from((0.0, 1.0, 2.0, 4.0)), min_size=1, max_size=3)):
            self.send_lead(who, session, ask(seq, number=number, known=beat))
            self.a_bar_is_played(pitches)
            seq += 1

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
        place = (session, client.address, one.seq)
        pending = one in self.waits.get(place, ())
        if place in self.unclear:
            pending = room is not None and room._is_pending(client.address, one)
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
        asked, role, answer = self.told.get(place, (None, "", ()))
        if asked == one and role == self.roles[session, client.address]:
            assert tuple(send.message for send in sends if send.destination == client.address) == answer, "the same"
            assert room.waiting == waiting, "without a second inference"
            Performance.repeated += 1
        self.waits.setdefault(place, []).append(one)
        self.settle(session, sends, client.address)

    @rule(
        who=clients,
        session=sessions,
        what=st.sampled_from(("hello", "hello", "set", "get", "ping", "reset", "bye")),
        role=st.sampled_from(("both", "listen", "play")),
        value=st.sampled_from((0, 1, 500, "many")),
    )
    def talk(self, who: int, session: str, what: str, role: str, value: int | str) -> None:
        """One rule for all that is not music: rules come up equally often, and there has to be music to disturb."""
        if what == "hello":
            self.hello(who, session, role)
            return
        client = self.at(who, session)
        messages = {"set": Set(session, "variation", value), "get": Get(session, "*"), "ping": Ping(session, 5)}
        sends = client.say({**messages, "reset": Reset(session), "bye": Bye(session)}[what])
        if (session, client.address) not in self.roles:
            self.outsider(client, sends)
            return
        assert sends[-1].destination == client.address
        match what:
            case "set":
                assert [type(send.message) for send in sends] == [Refusal if value == "many" else Value]
            case "get":
                assert len(sends) == len(CONTROLS)
            case "ping":
                assert sends == [Send(client.address, Pong(session, 5))]
            case "bye":
                assert sends == [Send(client.address, Ack(session, "/bye", -1))]
                self.leave(session, client.address)
            case "reset":
                assert sends[-1].message == Ack(session, "/reset", -1)
                self.settle(session, sends[:-1])
                self.forget_music(session)

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
    @rule(data=st.data(), pitches=st.lists(pitch, max_size=5), fails=st.integers(0, 5).map(lambda n: n == 0))
    def finish(self, data: st.DataObject, pitches: list[int], fails: bool) -> None:
        self.finished(self.works.pop(data.draw(st.integers(0, len(self.works) - 1))), pitches, fails)

    @rule(pitches=some_pitches)
    def a_bar_is_played(self, pitches: list[int]) -> None:
        """From its beginning to its end, with nothing in between."""
        before = len(self.works)
        self.begin()
        if len(self.works) > before:
            self.finished(self.works.pop(), pitches, fails=False)

    def finished(self, work: Work, pitches: list[int], fails: bool) -> None:
        from_beats = work.job.request.from_beats
        notes = tuple(Note(p, float(b), 4.0 - b, 80) for b, p in enumerate(pitches[:4]) if b >= from_beats)
        current = self.is_current(work)
        result = Internal("the worker died") if fails else (Part("piano", notes),)
        sends = self.hub.finish(work, result, self.now_s)
        assert current or sends == []
        Performance.bars_played += current
        if current:
            self.settle(work.session, sends, work.job.asker, work)
        assert self.hub.finish(work, result, self.now_s) == [], "answered once"

    @rule(what=st.sampled_from(("moment", "moment", "moment", "pause", "silence", "absence", "lost", "ready")))
    def the_world_goes_on(self, what: str) -> None:
        if what == "lost":
            self.the_connection_is_lost()
        elif what == "ready":
            self.the_model_is_ready()
        else:
            self.time_passes({"moment": 0.2, "pause": 5.0, "silence": 31.0, "absence": 601.0}[what])

    def the_model_is_ready(self) -> None:
        self.ready = True
        sends = self.hub.model_ready("counting")
        assert {(s.message.session, s.destination) for s in sends} == set(self.roles)  # type: ignore[union-attr]

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


def test_any_performance() -> None:
    Performance.bars_played = Performance.promises_kept = Performance.repeated = 0
    run_state_machine_as_test(Performance, settings=settings(max_examples=100, stateful_step_count=50, deadline=None))  # type: ignore[no-untyped-call]
    assert Performance.bars_played > 50, "a machine that plays no bar sees nothing"
    assert Performance.promises_kept > 20
    assert Performance.repeated > 50
