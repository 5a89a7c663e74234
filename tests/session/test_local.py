"""A session played in one process, as the file player and the evaluation do."""

from __future__ import annotations

import pytest

from bridge.errors import Busy, Internal
from bridge.model.accompanist import Part, Request
from bridge.music.note import Note
from bridge.session.local import answer
from bridge.session.session import Session
from tests.session.doubles import Counting, ask, begun, onsets_and_pitches


@pytest.fixture
def session() -> Session:
    return Session("song", "counting")


def test_a_bar_is_asked_and_answered_at_once(session: Session) -> None:
    model = Counting()
    assert onsets_and_pitches(answer(session, ask(1), model)) == [(0, 41), (1, 41), (2, 41), (3, 41)]
    assert answer(session, ask(2, number=1, ahead=1), model).target == 2
    assert [bar.number for bar in model.requests[1].history] == [0]


def test_a_song_is_played_with_rising_numbers_and_no_clock(session: Session) -> None:
    model = Counting()
    targets = [answer(session, ask(number, number=number), model).target for number in range(80)]
    assert targets == list(range(80))
    assert session.late == 0


def test_a_refusal_is_raised(session: Session) -> None:
    class Wrong(Counting):
        def accompany(self, request: Request) -> tuple[Part, ...]:
            return (Part("piano", (Note(0, 0.0, 1.0, 80),)),)

    with pytest.raises(Internal, match="left the register"):
        answer(session, ask(1), Wrong())


def test_a_fault_of_the_model_is_raised_as_it_is_and_the_session_plays_on(session: Session) -> None:
    class Broken(Counting):
        def accompany(self, request: Request) -> tuple[Part, ...]:
            raise ZeroDivisionError("no chord")

    with pytest.raises(ZeroDivisionError, match="no chord"):
        answer(session, ask(1), Broken())
    assert answer(session, ask(2, number=1), Counting()).seq == 2


def test_a_bar_that_wants_no_answer_is_not_for_this(session: Session) -> None:
    with pytest.raises(ValueError, match="wants no answer"):
        answer(session, ask(1, ahead=-1), Counting())


def test_while_another_job_is_being_played_it_is_busy(session: Session) -> None:
    session.ask("me", ask(1), 0.0)
    begun(session)
    with pytest.raises(Busy, match="another bar"):
        answer(session, ask(2, number=1), Counting())
