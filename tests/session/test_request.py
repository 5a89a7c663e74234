"""What a model may know when a bar is begun: the lead up to the asking bar, its own bars before the target, a seed."""

from __future__ import annotations

import pytest

from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.session.chance import seed_of
from bridge.session.choices import ModelInfo
from bridge.session.session import Session
from tests.session.doubles import FOUR_FOUR, LEAD, Counting, ask, begun


@pytest.fixture
def session() -> Session:
    return Session("song", "counting", bars_remembered=4)


def play(session: Session, seq: int, number: int, ahead: int = 0, entropy: int = 0) -> None:
    session.ask("me", ask(seq, number=number, ahead=ahead, known=3.75), float(seq))
    job = begun(session, entropy=entropy)
    session.finish(job, Counting().accompany(job.request), float(seq))


def test_the_request_says_what_was_asked(session: Session) -> None:
    three_four = Metre(3, 4)
    session.ask("me", ask(1, number=7, ahead=2, known=2.5, metre=three_four, tempo_bpm=96.0), 3.0)
    job = begun(session)
    request = job.request
    assert (request.target, request.metre, request.tempo_bpm, request.from_beats) == (9, three_four, 96.0, 0.0)
    assert (job.model, job.asked_s, job.asker) == ("counting", 3.0, "me")
    assert request.controls["model"] == "counting"


def test_ahead_the_lead_of_the_target_is_unknown_even_if_it_was_heard_on_an_earlier_pass(session: Session) -> None:
    for number in range(3):
        session.ask("me", ask(number, number=number, ahead=-1), 0.0)
    session.ask("me", ask(10, number=1, ahead=1, known=3.75), 5.0)
    request = begun(session).request
    assert [bar.number for bar in request.lead] == [0, 1]
    assert request.target_lead is None


def test_the_bar_itself_is_known_as_far_as_it_was_heard(session: Session) -> None:
    session.ask("me", ask(1, number=0, known=2.0), 0.0)
    lead = begun(session).request.target_lead
    assert lead is not None
    assert (lead.known_beats, lead.bar.notes) == (2.0, LEAD[:2])


@pytest.mark.parametrize("overtaken", [False, True])
def test_the_asking_bar_is_known_as_the_request_tells_it_whatever_came_since(session: Session, overtaken: bool) -> None:
    early, whole = ask(2, number=1, known=3.75, ahead=1), ask(3, number=1, ahead=-1)
    for one in (whole, early) if overtaken else (early, whole):
        session.ask("me", one, 0.0)
    assert begun(session).request.lead[-1].known_beats == 3.75
    session.ask("me", ask(4, number=2), 1.0)


def test_what_was_heard_of_earlier_bars_while_the_request_waited_is_known(session: Session) -> None:
    session.ask("me", ask(1, number=0, known=3.75, ahead=-1), 0.0)
    session.ask("me", ask(2, number=1), 0.0)
    session.ask("me", ask(3, number=0, ahead=-1), 0.0)
    assert [bar.known_beats for bar in begun(session).request.lead] == [4.0, 4.0]


def test_a_bar_sent_again_replaces_what_was_known_of_it(session: Session) -> None:
    session.ask("me", ask(1, number=0, ahead=-1), 0.0)
    other = (Note(72, 0.0, 4.0, 90),)
    session.ask("me", ask(2, number=0, notes=other, ahead=1), 0.1)
    (bar,) = begun(session).request.lead
    assert bar.bar.notes == other


def test_notes_beyond_what_is_known_are_not_taken_in(session: Session) -> None:
    early = ask(1, known=4.0)
    told_too_much = type(early)(1, 0, early.bar, 120.0, 0, 1.0)
    session.ask("me", told_too_much, 0.0)
    assert [n.onset_beats for n in begun(session).request.lead[0].bar.notes] == [0.0]


def test_the_history_is_what_was_answered_last_before_the_target(session: Session) -> None:
    for seq, number in enumerate((0, 1, 2, 1)):
        play(session, seq, number)
    session.ask("me", ask(9, number=1, ahead=1), 9.0)
    assert [bar.number for bar in begun(session).request.history] == [0, 1]


def test_lead_and_history_are_a_window_in_rising_number(session: Session) -> None:
    for seq, number in enumerate(range(8)):
        play(session, seq, number)
    session.ask("me", ask(9, number=8), 9.0)
    request = begun(session).request
    assert [bar.number for bar in request.lead] == [5, 6, 7, 8]
    assert [bar.number for bar in request.history] == [4, 5, 6, 7]
    assert session.bars == 4


def test_after_a_jump_back_the_bars_of_the_other_place_are_not_in_the_way(session: Session) -> None:
    for seq, number in enumerate((100, 101, 2, 3)):
        play(session, seq, number)
    session.ask("me", ask(9, number=4), 9.0)
    request = begun(session).request
    assert [bar.number for bar in request.lead] == [2, 3, 4]
    assert [bar.number for bar in request.history] == [2, 3]


def test_after_a_jump_ahead_bars_from_far_back_are_left_out(session: Session) -> None:
    play(session, 0, 0)
    session.ask("me", ask(1, number=50), 1.0)
    request = begun(session).request
    assert [bar.number for bar in request.lead] == [50]
    assert request.history == ()


def test_bar_numbers_may_be_negative(session: Session) -> None:
    play(session, 0, -2)
    session.ask("me", ask(1, number=-1, ahead=1), 1.0)
    request = begun(session).request
    assert (request.target, [bar.number for bar in request.lead]) == (0, [-2, -1])
    assert [bar.number for bar in request.history] == [-2]


def seeds(session: Session, number: int = 0, entropy: int = 0) -> int:
    session.reset()
    session.ask("me", ask(1, number=number), 0.0)
    job = begun(session, entropy=entropy)
    session.finish(job, (), 0.0)
    return job.request.seed


def test_with_a_seed_the_same_bar_has_the_same_chance_whatever_the_entropy(session: Session) -> None:
    session.set("seed", 7)
    assert seeds(session, entropy=1) == seeds(session, entropy=2)


def test_with_a_seed_another_bar_variation_or_seed_has_another_chance(session: Session) -> None:
    session.set("seed", 7)
    found = {seeds(session, number=0), seeds(session, number=1)}
    session.set("variation", 1)
    found.add(seeds(session, number=0))
    session.set("seed", 8)
    found.add(seeds(session, number=0))
    assert len(found) == 4


def test_without_a_seed_chance_comes_from_the_entropy(session: Session) -> None:
    assert seeds(session, entropy=1) != seeds(session, entropy=2)
    assert seeds(session, entropy=1) == seeds(session, entropy=1)


def test_the_seed_is_the_same_on_every_machine(session: Session) -> None:
    session.set("seed", 1)
    assert seed_of(session.controls, 0, 0) == 3917325207537043500
    assert 0 <= seed_of(session.controls, -(2**40), 2**200) < 2**63


def test_the_model_gets_only_a_style_and_parts_that_it_has() -> None:
    models = {
        "a": ModelInfo(frozenset(), ("piano", "bass"), ("auto", "waltz")),
        "b": ModelInfo(frozenset(), ("strings",), ("auto",)),
    }
    session = Session("song", "a", known_models=models)
    session.set("style", "waltz")
    session.set("parts", "bass")
    session.set("model", "b")
    session.ask("me", ask(1), 0.0)
    job = begun(session)
    assert (job.model, job.request.controls["style"], job.request.controls["parts"]) == ("b", "auto", "strings")
    assert session.controls["style"] == "waltz", "the player's choice is kept for the model that knows it"


def test_the_metre_of_a_target_ahead_is_that_of_the_asking_bar(session: Session) -> None:
    session.ask("me", ask(1, number=1, metre=Metre(3, 4), ahead=-1), 0.0)
    session.ask("me", ask(2, number=0, ahead=1), 0.0)
    assert begun(session).request.metre == FOUR_FOUR


def test_where_the_lead_began_is_known_when_the_bar_itself_is_forgotten(session: Session) -> None:
    pickup = (Note(60, 3.0, 1.0, 80),)
    for number, notes in enumerate([(), pickup, *[LEAD] * 9]):
        session.ask("me", ask(number, number=number, ahead=-1, notes=notes), 0.0)
    session.ask("me", ask(20, number=11, ahead=1), 1.0)
    request = begun(session).request
    assert min(bar.number for bar in request.lead) > 2
    assert request.began == 2


def test_a_reset_forgets_where_the_lead_began(session: Session) -> None:
    play(session, 1, number=3)
    session.reset()
    session.ask("me", ask(2, number=40), 2.0)
    assert begun(session).request.began == 40
