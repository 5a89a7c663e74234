"""Answers in pieces that every receiver can take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Internal
from bridge.model.accompanist import Part
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol.codec import MAX_MESSAGE_BYTES, encode
from bridge.protocol.messages import Accompaniment, Chords
from bridge.server.delivery import answer_messages, notes_a_piece, refusal
from bridge.session.events import Answered

METRE = Metre(4, 4)
names = st.text("abcdefghij_.:-", min_size=1, max_size=64)


def many(count: int) -> tuple[Note, ...]:
    return tuple(Note(21 + i % 88, (i // 88) / 12, 1.0, 1 + i % 127) for i in range(count))


@given(names, st.lists(st.tuples(st.sampled_from(("piano", "bass", "x" * 200)), st.integers(0, 512)), max_size=3))
def test_an_answer_of_any_size_goes_in_pieces_that_fit_and_lose_nothing(
    session: str, sizes: list[tuple[str, int]]
) -> None:
    parts = tuple(Part(name, many(count)) for name, count in sizes)
    messages = answer_messages(session, Answered("me", 2**31 - 1, -(2**31), METRE, parts), "piano")
    pieces = [message for message in messages if isinstance(message, Accompaniment)]
    assert [piece.index for piece in pieces] == list(range(len(pieces)))
    assert {piece.count for piece in pieces} == {len(pieces)}
    assert all(len(encode(piece)) <= MAX_MESSAGE_BYTES for piece in pieces)
    sent = [(piece.part, note) for piece in pieces for note in piece.notes]
    assert sent == [(part.name, note) for part in parts for note in part.notes]


@given(names, names)
def test_a_piece_is_as_full_as_it_can_be(session: str, part: str) -> None:
    size = notes_a_piece(session, part)
    assert 188 <= size <= 202
    fullest = Accompaniment(session, 1, 1, 0, 1, part, METRE, many(size))
    assert MAX_MESSAGE_BYTES - 28 < len(encode(fullest)) <= MAX_MESSAGE_BYTES


def test_a_usual_answer_is_one_piece_for_each_part_that_plays() -> None:
    parts = (Part("piano", many(20)), Part("strings"), Part("bass", many(4)))
    messages = answer_messages("song", Answered("me", 1, 7, METRE, parts), "piano")
    assert [(m.part, m.index, m.count, len(m.notes)) for m in messages] == [("piano", 0, 2, 20), ("bass", 1, 2, 4)]  # type: ignore[union-attr]


@pytest.mark.parametrize("count", [0, 3, 600])
def test_chords_go_in_one_message_that_fits(count: int) -> None:
    chords = tuple((i / 12, "F♯m(maj7)/E♯") for i in range(count))
    *_, last = answer_messages("song", Answered("me", 1, 7, METRE, (), chords), "piano")
    assert isinstance(last, Chords)
    assert len(encode(last)) <= MAX_MESSAGE_BYTES
    assert last.chords == chords[: len(last.chords)]
    assert len(last.chords) == min(count, 156)


def test_a_refusal_says_what_the_error_knows_first() -> None:
    assert refusal("song", Internal("fault", session="other", seq=3), 7).session == "other"
    assert refusal("song", Internal("fault", session="other", seq=3), 7).seq == 3
    assert (refusal("song", Internal("fault"), 7).session, refusal("song", Internal("fault"), 7).seq) == ("song", 7)
    assert len(encode(refusal("s" * 64, Internal("♯" * 5000)))) <= MAX_MESSAGE_BYTES
