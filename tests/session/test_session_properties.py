"""Whatever the order of asks, resends, begins and finishes: what must hold of every conversation."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import Internal
from bridge.model.accompanist import Part, Request
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.session.events import Answered, Ask, Heard, Job, Outcome, Refused
from bridge.session.session import MAX_WAITING, Session
from tests.session.doubles import answered, begun

METRES = (Metre(4, 4), Metre(3, 4), Metre(6, 8))


@st.composite
def lead_bars(draw: st.DrawFn, metre: Metre | None = None) -> Bar:
    metre = metre or draw(st.sampled_from(METRES))
    steps = draw(st.lists(st.integers(0, metre.length_steps - 1), max_size=4))
    return Bar(metre, tuple(Note(60 + i, step / 12, 0.5, 80) for i, step in enumerate(steps)))


@st.composite
def asks(draw: st.DrawFn) -> Ask:
    """Small numbers everywhere, so that requests meet: the same seq, the same bar, the same target."""
    bar = draw(lead_bars())
    known = draw(st.sampled_from((0.0, 1.0, 1 / 3, 2.0, bar.metre.length_beats)))
    return Ask(draw(st.integers(0, 6)), draw(st.integers(0, 3)), bar, 120.0, draw(st.integers(-1, 2)), known)


def notes_of(draw: st.DrawFn, request: Request) -> tuple[Part, ...]:
    """Any legal answer, made of few pitches so that notes collide."""
    length = request.metre.length_steps
    first = min(int(request.from_beats * 12 + 0.999), length)
    steps = draw(st.lists(st.integers(first, length - 1), max_size=5)) if first < length else []
    return tuple(
        Part(name, tuple(Note(60 + i % 2, s / 12, (length - s) / 12, 80) for i, s in enumerate(steps)))
        for name in draw(st.sampled_from((("piano",), ("piano", "bass"))))
    )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_request_is_answered_exactly_once_or_from_memory_with_the_same_outcome(data: st.DataObject) -> None:
    session = Session("song", "any")
    replies: dict[tuple[str, Ask], Outcome] = {}
    pending: Counter[tuple[str, int]] = Counter()
    open_asks: set[tuple[str, Ask]] = set()
    job: Job | None = None
    now_s = 0.0

    def settle(outcomes: tuple[Outcome, ...]) -> None:
        for outcome in outcomes:
            key = (str(outcome.asker), outcome.seq)
            assert pending[key] > 0, "answered without being asked"
            pending[key] -= 1

    for _ in range(data.draw(st.integers(1, 25))):
        now_s += data.draw(st.sampled_from((0.0, 0.3, 2.0)))
        move = data.draw(st.sampled_from(("ask", "resend", "begin", "finish", "fail", "reset")))
        if move in ("ask", "resend"):
            known = sorted(open_asks | set(replies), key=repr)
            if move == "resend" and known:
                asker, one = data.draw(st.sampled_from(known))
            else:
                asker, one = data.draw(st.sampled_from(("me", "you"))), data.draw(asks())
            resent = (asker, one) in open_asks
            if not resent:
                pending[asker, one.seq] += 1
            outcomes = session.ask(asker, one, now_s)
            if resent:
                assert outcomes == (), "one answer, when it is done"
            if (asker, one) in replies and replies[asker, one] is session._replies.recall(asker, one):
                assert outcomes == (replies[asker, one],), "resend equals reply"
            settle(outcomes)
            open_asks.add((asker, one))
        elif move == "begin":
            started = session.begin(now_s, 0)
            assert job is None or started is None, "one job at a time"
            job = job or started
        elif move in ("finish", "fail") and job is not None:
            result = Internal("broken") if move == "fail" else notes_of(data.draw, job.request)
            outcomes = session.finish(job, result, now_s)
            assert len(outcomes) == 1
            settle(outcomes)
            assert session.finish(job, result, now_s) == ()
            job = None
        elif move == "reset":
            settle(session.reset())
            replies.clear()
        for asker, one in list(open_asks):
            reply = session._replies.recall(asker, one)
            if reply is not None:
                replies[asker, one] = reply
            if not session._is_pending(asker, one):
                open_asks.discard((asker, one))
        assert session.waiting <= MAX_WAITING
        assert session.waiting + (job is not None) == sum(pending.values()), "nothing is left open, nothing twice"

    while job is not None or (job := session.begin(now_s, 0)) is not None:
        settle(session.finish(job, notes_of(data.draw, job.request), now_s))
        job = None
    assert not +pending


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_promised_notes_stay(data: st.DataObject) -> None:
    """A bar asked for again and again, with any lead, in any order of what is known, while controls are moved."""
    metre = data.draw(st.sampled_from(METRES))
    session = Session("song", "any")
    promised: tuple[Part, ...] = ()
    beats = st.one_of(
        st.floats(0, metre.length_beats, width=32), st.integers(0, metre.length_steps).map(lambda s: s / 12)
    )
    for seq in range(data.draw(st.integers(1, 6))):
        if data.draw(st.booleans()):
            session.set("variation", data.draw(st.integers(0, 3)))
        known = data.draw(beats)
        bar = data.draw(lead_bars(metre))
        outcomes = session.ask("me", Ask(seq, 0, bar, 120.0, 0, known), float(seq))
        if not outcomes:
            job = begun(session)
            outcomes = session.finish(job, notes_of(data.draw, job.request), float(seq))
        answer = answered(outcomes)
        if known < metre.length_beats:
            assert begin_before(answer.parts, known) == begin_before(promised, known) or not promised
        promised = answer.parts
        for part in answer.parts:
            assert all(0 <= note.onset_beats < metre.length_beats for note in part.notes)


def begin_before(parts: tuple[Part, ...], beats: float) -> set[tuple[str, Note]]:
    return {(part.name, note) for part in parts for note in part.notes if note.onset_beats < beats - 2e-6}


@settings(max_examples=60, deadline=None)
@given(st.lists(asks(), max_size=12), st.integers(0, 2**31 - 1))
def test_the_same_conversation_gives_the_same_requests(conversation: list[Ask], seed: int) -> None:
    def requests(entropy: int) -> list[Request]:
        session = Session("song", "any")
        session.set("seed", seed)
        made = []
        for now_s, one in enumerate(conversation):
            session.ask("me", one, float(now_s))
            job = session.begin(float(now_s), entropy)
            if job is not None:
                made.append(job.request)
                session.finish(job, (Part("piano"),), float(now_s))
        return made

    assert requests(1) == requests(2)


@settings(max_examples=60, deadline=None)
@given(st.lists(asks(), min_size=1, max_size=12))
def test_a_model_never_sees_lead_after_the_asking_bar_nor_own_bars_at_or_after_the_target(
    conversation: list[Ask],
) -> None:
    session = Session("song", "any")
    for now_s, one in enumerate(conversation):
        outcomes = session.ask("me", one, float(now_s))
        assert all(isinstance(outcome, (Answered, Heard, Refused)) for outcome in outcomes)
        job = session.begin(float(now_s), 0)
        if job is None:
            continue
        request = job.request
        lead_numbers = [bar.number for bar in request.lead]
        own_numbers = [bar.number for bar in request.history]
        assert lead_numbers == sorted(set(lead_numbers))
        assert own_numbers == sorted(set(own_numbers))
        assert max(lead_numbers) <= job.ask.number <= request.target
        assert all(number < request.target for number in own_numbers)
        for heard in request.lead:
            assert all(note.onset_beats < heard.known_beats for note in heard.bar.notes)
        session.finish(job, (Part("piano", ()),), float(now_s))
