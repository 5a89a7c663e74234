"""Requests: what waits, what is answered from memory, what is superseded, dropped, forgotten."""

from __future__ import annotations

import pytest

from bridge.errors import Busy, Internal, NotReady, Superseded
from bridge.model.accompanist import Part
from bridge.music.note import Note
from bridge.session.events import Answered, Heard, Outcome, Refused
from bridge.session.replies import REPLIES_REMEMBERED
from bridge.session.session import MAX_WAITING, Session
from tests.session.doubles import Counting, answered, ask, begun, onsets_and_pitches


@pytest.fixture
def session() -> Session:
    return Session("song", "counting")


@pytest.fixture
def model() -> Counting:
    return Counting()


def play(session: Session, model: Counting, *asks: object) -> tuple[Outcome, ...]:
    for one in asks:
        assert session.ask("me", one, 0.0) == ()
    job = begun(session)
    return session.finish(job, model.accompany(job.request), 0.01)


def refused_with(outcomes: tuple[Outcome, ...]) -> list[tuple[int, type]]:
    return [(outcome.seq, type(outcome.error)) for outcome in outcomes if isinstance(outcome, Refused)]


def test_a_bar_that_wants_nothing_is_heard_at_once(session: Session) -> None:
    assert session.ask("me", ask(1, ahead=-1), 0.0) == (Heard("me", 1),)
    assert session.bars == 1
    assert session.begin(0.0, 0) is None


def test_a_bar_is_asked_begun_and_answered(session: Session, model: Counting) -> None:
    answer = answered(play(session, model, ask(7, number=3, ahead=1)))
    assert (answer.asker, answer.seq, answer.target) == ("me", 7, 4)
    assert onsets_and_pitches(answer) == [(0, 41), (1, 41), (2, 41), (3, 41)]


def test_the_same_seq_again_with_the_same_content_is_answered_with_the_same_reply(
    session: Session, model: Counting
) -> None:
    (first,) = play(session, model, ask(1))
    assert session.ask("me", ask(1), 5.0) == (first,)
    assert session.begin(5.0, 0) is None, "without a second inference"
    assert session.ask("me", ask(2, ahead=-1), 5.0) == session.ask("me", ask(2, ahead=-1), 6.0)


def test_a_resend_does_not_touch_the_history(session: Session, model: Counting) -> None:
    play(session, model, ask(1, number=0, known=1.0))
    play(session, model, ask(2, number=0, known=2.0))
    session.ask("me", ask(1, number=0, known=1.0), 1.0)
    session.ask("me", ask(3, number=1), 1.0)
    request = begun(session).request
    assert [bar.known_beats for bar in request.lead] == [2.0, 4.0]
    assert [n.pitch_midi for n in request.history[0].notes] == [41, 41, 42, 42]


def test_a_resend_of_what_waits_or_is_played_gets_the_one_answer_when_it_is_done(
    session: Session, model: Counting
) -> None:
    session.ask("me", ask(1), 0.0)
    assert session.ask("me", ask(1), 0.1) == ()
    job = begun(session)
    assert session.ask("me", ask(1), 0.2) == ()
    assert len(session.finish(job, model.accompany(job.request), 0.3)) == 1
    assert session.begin(0.3, 0) is None


def test_the_same_seq_with_other_content_is_a_new_request(session: Session, model: Counting) -> None:
    first = answered(play(session, model, ask(1, number=0)))
    second = answered(play(session, model, ask(1, number=1)))
    assert (first.target, second.target) == (0, 1)


def test_the_same_seq_of_another_asker_is_another_request(session: Session, model: Counting) -> None:
    play(session, model, ask(1, ahead=1))
    assert session.ask("you", ask(1, ahead=1), 0.1) == ()
    assert begun(session).asker == "you"


def test_a_newer_request_for_the_same_target_supersedes_the_one_not_begun(session: Session) -> None:
    session.ask("me", ask(1, number=4, ahead=1), 0.0)
    outcomes = session.ask("me", ask(2, number=5, ahead=0, known=1.0), 0.1)
    assert refused_with(outcomes) == [(1, Superseded)]
    assert begun(session).ask.seq == 2
    assert session.begin(0.2, 0) is None


def test_a_request_that_was_begun_is_not_superseded(session: Session, model: Counting) -> None:
    session.ask("me", ask(1, known=1.0), 0.0)
    job = begun(session)
    assert session.ask("me", ask(2, known=2.0), 0.1) == ()
    assert answered(session.finish(job, model.accompany(job.request), 0.2)).seq == 1
    assert begun(session).ask.seq == 2


def test_a_superseded_request_that_is_sent_again_is_superseded_again(session: Session) -> None:
    session.ask("me", ask(1, known=1.0), 0.0)
    (refusal,) = session.ask("me", ask(2, known=2.0), 0.0)
    assert session.ask("me", ask(1, known=1.0), 0.0) == (refusal,)


def test_the_newest_request_is_begun_first(session: Session, model: Counting) -> None:
    for number in range(3):
        session.ask("me", ask(number, number=number), 0.0)
    begun_numbers = []
    while (job := session.begin(0.0, 0)) is not None:
        begun_numbers.append(job.ask.number)
        session.finish(job, model.accompany(job.request), 0.0)
    assert begun_numbers == [2, 1, 0]


def test_one_job_of_a_session_is_played_at_a_time(session: Session, model: Counting) -> None:
    session.ask("me", ask(1, number=1), 0.0)
    session.ask("me", ask(2, number=2), 0.0)
    job = begun(session)
    assert session.begin(0.0, 0) is None
    session.finish(job, model.accompany(job.request), 0.0)
    assert session.begin(0.0, 0) is not None


def test_when_too_many_requests_wait_the_oldest_is_dropped_as_busy(session: Session) -> None:
    for number in range(MAX_WAITING):
        assert session.ask("me", ask(number, number=number), 0.0) == ()
    outcomes = session.ask("me", ask(MAX_WAITING, number=MAX_WAITING), 0.0)
    assert refused_with(outcomes) == [(0, Busy)]
    assert session.waiting == MAX_WAITING


def test_one_askers_haste_is_not_the_others_loss(session: Session, model: Counting) -> None:
    for number in range(MAX_WAITING - 1):
        session.ask("hasty", ask(number, number=number), 0.0)
    job = begun(session)
    session.ask("calm", ask(0, number=100), 0.0)
    for number in range(MAX_WAITING, 2 * MAX_WAITING):
        outcomes = session.ask("hasty", ask(number, number=number), 0.0)
        assert {outcome.asker for outcome in outcomes} <= {"hasty"}
    begun_by = []
    while job is not None:
        begun_by.append(job.asker)
        session.finish(job, model.accompany(job.request), 0.0)
        job = session.begin(0.0, 0)
    assert begun_by[:3] == ["hasty", "calm", "hasty"]
    assert len(begun_by) == 1 + MAX_WAITING


def test_a_request_that_was_overtaken_on_the_network_does_not_replace_what_is_known(session: Session) -> None:
    session.ask("me", ask(5, number=0, known=3.0, ahead=-1), 0.0)
    session.ask("me", ask(4, number=0, known=1.0, ahead=-1), 0.2)
    session.ask("me", ask(6, number=1, ahead=0, known=0.0), 0.3)
    assert [bar.known_beats for bar in begun(session).request.lead] == [3.0, 0.0]


def test_a_request_that_was_overtaken_by_a_newer_one_for_its_target_is_superseded(
    session: Session, model: Counting
) -> None:
    play(session, model, ask(5, known=3.0))
    assert refused_with(session.ask("me", ask(4, known=2.0), 0.2)) == [(4, Superseded)]


def test_a_client_that_counts_from_the_beginning_is_heard_after_a_second(session: Session) -> None:
    session.ask("me", ask(500, number=0, known=3.0, ahead=-1), 0.0)
    session.ask("me", ask(0, number=0, known=1.0, ahead=-1), 1.5)
    session.ask("me", ask(1, number=1, known=0.0), 1.6)
    assert begun(session).request.lead[0].known_beats == 1.0


def test_after_a_reset_a_client_may_count_from_the_beginning(session: Session) -> None:
    session.ask("me", ask(500, number=0, known=3.0), 0.0)
    session.reset()
    assert session.ask("me", ask(0, number=0, known=1.0), 0.1) == ()
    session.ask("me", ask(1, number=1, known=1.0), 0.2)
    assert begun(session).request.lead[0].known_beats == 1.0


def test_a_client_that_was_started_again_is_heard_at_once_when_it_is_forgotten(session: Session) -> None:
    session.ask("me", ask(500, known=3.0, ahead=-1), 0.0)
    session.forget("me")
    session.ask("me", ask(0, known=1.0, ahead=-1), 0.1)
    session.ask("me", ask(1, number=1, known=1.0), 0.1)
    assert begun(session).request.lead[0].known_beats == 1.0


def test_reset_forgets_lead_accompaniment_and_replies_and_keeps_the_controls(session: Session, model: Counting) -> None:
    session.set("density", 0.5)
    play(session, model, ask(1, number=0))
    assert session.reset() == ()
    assert session.bars == 0
    assert session.controls["density"] == 0.5
    assert session.ask("me", ask(1, number=0), 1.0) == (), "no remembered reply"
    assert begun(session).request.history == ()


def test_reset_refuses_what_waits(session: Session) -> None:
    session.ask("me", ask(1, number=1), 0.0)
    session.ask("me", ask(2, number=2), 0.0)
    assert refused_with(session.reset()) == [(1, Superseded), (2, Superseded)]
    assert session.begin(0.0, 0) is None


def test_a_job_that_runs_while_the_session_is_reset_is_answered_but_is_no_history(
    session: Session, model: Counting
) -> None:
    session.ask("me", ask(1, number=0), 0.0)
    job = begun(session)
    session.reset()
    assert answered(session.finish(job, model.accompany(job.request), 0.1)).seq == 1
    session.ask("me", ask(2, number=1), 0.2)
    request = begun(session).request
    assert request.history == ()
    assert [bar.number for bar in request.lead] == [1]


def test_a_refused_job_is_answered_with_its_error_and_the_next_one_plays(session: Session, model: Counting) -> None:
    session.ask("me", ask(1, number=0), 0.0)
    error = Internal("the worker died")
    assert session.finish(begun(session), error, 0.1) == (Refused("me", 1, error),)
    assert answered(play(session, model, ask(2, number=1))).seq == 2


@pytest.mark.parametrize(
    "result",
    [
        (Part("piano", (Note(20, 0.0, 1.0, 80),)),),  # under the register
        (Part("piano", (Note(60, 0.1, 1.0, 80),)),),  # off the grid
        (Part("piano", (Note(60, 3.0, 2.0, 80),)),),  # over the bar line
        (Part("piano", (Note(60, 4.0, 1.0, 80),)),),  # after the bar
        (Part("piano", tuple(Note(60, 0.0, 1.0, 80) for _ in range(513))),),
        (None,),
        None,
    ],
)
def test_an_illegal_result_of_the_model_is_refused_as_internal(session: Session, result: object) -> None:
    session.ask("me", ask(1), 0.0)
    assert refused_with(session.finish(begun(session), result, 0.1)) == [(1, Internal)]  # type: ignore[arg-type]
    session.ask("me", ask(2), 0.2)
    assert begun(session).request.kept == (), "nothing of it was promised"


def test_a_job_that_is_finished_twice_is_answered_once(session: Session, model: Counting) -> None:
    session.ask("me", ask(1), 0.0)
    job = begun(session)
    assert len(session.finish(job, model.accompany(job.request), 0.1)) == 1
    assert session.finish(job, model.accompany(job.request), 0.1) == ()


def test_without_a_model_the_bar_is_heard_and_the_request_refused(session: Session) -> None:
    error = NotReady("still loading")
    assert session.ask("me", ask(1), 0.0, unable=error) == (Refused("me", 1, error),)
    assert session.ask("me", ask(2, number=1, ahead=-1), 0.0, unable=error) == (Heard("me", 2),)
    assert session.bars == 2
    assert session.begin(0.0, 0) is None


def test_replies_are_remembered_within_bounds(session: Session) -> None:
    for seq in range(REPLIES_REMEMBERED + 1):
        session.ask("me", ask(seq, number=seq, ahead=-1), 0.0)
    assert session._replies.recall("me", ask(0, number=0, ahead=-1)) is None
    assert session._replies.recall("me", ask(1, number=1, ahead=-1)) == Heard("me", 1)


def test_chords_are_spelled_only_while_the_control_asks_for_them(session: Session, model: Counting) -> None:
    assert answered(play(session, model, ask(1, number=0))).chords is None
    session.set("chords", 1)
    session.ask("me", ask(2, number=1), 0.0)
    triad = tuple(Note(pitch, 0.0, 4.0, 80) for pitch in (48, 52, 55))
    answer = answered(session.finish(begun(session), (Part("piano", triad),), 0.1))
    assert answer.chords == ((0.0, "C"),)
    session.ask("me", ask(3, number=2), 0.0)
    assert answered(session.finish(begun(session), (Part("piano"),), 0.1)).chords == ()
    assert isinstance(session.ask("me", ask(3, number=2), 0.0)[0], Answered)
