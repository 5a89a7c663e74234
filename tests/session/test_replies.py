"""Replies are remembered within bounds, whatever is asked and by whomever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.model.accompanist import Part
from bridge.music.note import Note
from bridge.session.events import Answered, Heard, Outcome
from bridge.session.replies import ASKERS_REMEMBERED, NOTES_REMEMBERED, REPLIES_REMEMBERED, Replies
from tests.session.doubles import FOUR_FOUR, ask

MANY = tuple(Note(60, beat / 128, 1.0, 80) for beat in range(500))


def notes_of(replies: Replies) -> int:
    return sum(
        len(ask.bar.notes) + sum(len(part.notes) for part in getattr(outcome, "parts", ()))
        for of_asker in replies._of.values()
        for ask, outcome in of_asker.values()
    )


def answer(asker: str, seq: int, notes: tuple[Note, ...]) -> Outcome:
    return Answered(asker, seq, 0, FOUR_FOUR, (Part("piano", notes),), None)


def test_one_whose_bars_are_huge_loses_his_own_oldest_replies() -> None:
    replies = Replies()
    mine = ask(1)
    replies.remember("me", mine, Heard("me", 1))
    for seq in range(100):
        huge = ask(seq, notes=MANY)
        replies.remember("greedy", huge, answer("greedy", seq, MANY))
        assert replies.recall("greedy", huge) is not None, "the newest is kept"
        assert notes_of(replies) <= NOTES_REMEMBERED
    assert replies.recall("me", mine) == Heard("me", 1)
    assert replies.recall("greedy", ask(0, notes=MANY)) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 200), st.sampled_from([(), MANY[:3], MANY]), st.booleans()),
        max_size=80,
    )
)
def test_what_is_counted_is_what_is_kept(steps: list[tuple[int, int, tuple[Note, ...], bool]]) -> None:
    replies = Replies()
    for who, seq, notes, is_left in steps:
        asker = f"asker {who}"
        replies.remember(asker, ask(seq, notes=notes), answer(asker, seq, notes))
        if is_left:
            replies.forget(asker)
        assert sum(replies._notes.values()) == notes_of(replies) <= NOTES_REMEMBERED
        assert len(replies._of) <= ASKERS_REMEMBERED
        assert set(replies._notes) <= set(replies._of)
        assert all(len(of_asker) <= REPLIES_REMEMBERED for of_asker in replies._of.values())
