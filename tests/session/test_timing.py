"""Late or not, and how long answers took."""

from __future__ import annotations

import pytest

from bridge.music.metre import Metre
from bridge.session.events import Ask
from bridge.session.session import Session
from bridge.session.timing import Latencies, due_s
from tests.session.doubles import ask, begun


@pytest.mark.parametrize(
    ("one", "seconds"),
    [
        (ask(1, ahead=1, known=3.75), 0.125),  # a sixteenth before the bar line at 120
        (ask(1, ahead=1), 0.0),  # at the bar line: there is no time left
        (ask(1, ahead=2, known=3.0), 2.5),
        (ask(1, ahead=0, known=2.0), 0.5),  # a beat
        (ask(1, ahead=0), 2.0),  # a whole bar
        (ask(1, ahead=0, metre=Metre(6, 8), tempo_bpm=60.0), 3.0),
        (ask(1, ahead=1, known=1.0, metre=Metre(3, 4), tempo_bpm=60.0), 2.0),
    ],
)
def test_an_answer_is_due_when_its_music_is_needed(one: Ask, seconds: float) -> None:
    assert due_s(one) == pytest.approx(seconds)


def test_late_answers_are_counted_and_the_latencies_of_the_last_256_measured() -> None:
    session = Session("song", "counting")
    assert (session.late, session.median_ms, session.p99_ms) == (0, 0.0, 0.0)
    for number in range(300):
        session.ask("me", ask(number, number=number, ahead=1, known=3.75), float(number))
        session.finish(begun(session), (), number + (0.2 if number < 44 else 0.01))
    assert session.late == 44
    assert session.median_ms == pytest.approx(10.0)
    assert session.p99_ms == pytest.approx(10.0), "the slow ones are more than 256 answers ago"


def test_what_was_refused_or_answered_from_memory_is_not_measured() -> None:
    session = Session("song", "counting")
    session.ask("me", ask(1), 0.0)
    session.finish(begun(session), (), 9.0)
    assert session.late == 1
    session.ask("me", ask(1), 10.0)
    session.ask("me", ask(2), 10.0)  # the same bar, whole
    assert session.late == 1
    assert session.median_ms == pytest.approx(9000.0)


@pytest.mark.parametrize(("count", "p99"), [(1, 0), (100, 98), (101, 99), (256, 253)])
def test_the_p99_is_the_least_that_99_in_100_do_not_exceed(count: int, p99: int) -> None:
    latencies = Latencies()
    for took_ms in reversed(range(count)):
        latencies.add(ask(1), took_ms / 1000)
    assert latencies.quantile_ms(0.99) == pytest.approx(p99)
