"""What goes to a worker arrives as it was, and bars that come again cost next to nothing."""

from __future__ import annotations

import io
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model.accompanist import LeadBar, Part, PlayedBar, Request
from bridge.model.controls import Controls
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.server.pipes import Kept, receive, send

notes = st.builds(
    Note,
    st.integers(0, 127),
    st.floats(0, 3, exclude_max=True),
    st.floats(0, 1024, exclude_min=True),
    st.integers(1, 127),
)
bars = st.lists(notes, max_size=8).map(lambda several: Bar(Metre(3, 4), tuple(several)))
parts = st.lists(
    st.builds(Part, st.sampled_from(["piano", "bass"]), st.lists(notes, max_size=4).map(tuple)), max_size=3
)
lead_bars = st.builds(LeadBar, st.integers(-(2**31), 2**31), bars, st.floats(0, 3))
played_bars = st.builds(PlayedBar, st.integers(-5, 5), st.just(Metre(6, 8)), parts.map(tuple))
requests = st.builds(
    Request,
    target=st.integers(-5, 5),
    metre=st.just(Metre(3, 4)),
    tempo_bpm=st.floats(5, 999),
    lead=st.lists(lead_bars, max_size=4).map(tuple),
    history=st.lists(played_bars, max_size=4).map(tuple),
    kept=parts.map(tuple),
    from_beats=st.floats(0, 3),
    controls=st.just(Controls()),
    seed=st.integers(0, 2**63 - 1),
)


def carried(value: object) -> object:
    pipe = io.BytesIO()
    send(pipe, value)
    pipe.seek(0)
    return receive(pipe)


@given(requests)
def test_a_request_arrives_as_it_was_however_often(request: Request) -> None:
    assert carried(request) == request
    assert carried(request) == request


def test_a_bar_that_comes_again_is_not_built_again() -> None:
    bar = LeadBar(1, Bar(Metre(4, 4), (Note(60, 0.0, 1.0, 80),)), 4.0)
    first, second = carried((bar,)), carried((bar,))
    assert first == second == (bar,)
    assert first[0] is second[0]  # type: ignore[index]


def test_equal_numbers_of_other_types_are_told_apart() -> None:
    whole, broken = (LeadBar(1, Bar(Metre(4, 4), (Note(60, onset, 1.0, 80),)), 4.0) for onset in (0, 0.0))
    assert [type(carried(bar).bar.notes[0].onset_beats) for bar in (whole, broken)] == [int, float]  # type: ignore[attr-defined]


def test_what_is_kept_is_bounded_and_the_longest_unused_goes_first() -> None:
    kept: Kept[str] = Kept(limit=10)
    made = []

    def ask(key: str) -> str:
        return kept.get(key, lambda: (made.append(key) or key.upper(), 4))  # type: ignore[func-returns-value]

    assert [ask(key) for key in "abacab"] == list("ABACAB")
    assert made == list("abcb"), "a was used after b, so that b gave way to c"
    assert len(kept) == 2


def test_what_nobody_asks_for_any_more_is_forgotten_however_little_it_weighs() -> None:
    kept: Kept[int] = Kept(limit=10**6, unused=10)
    for key in range(100):
        for again in (key - 3, key - 2, key - 1, key):  # a session asks for its last bars again and again
            kept.get(again, lambda again=again: (again, 1))  # type: ignore[misc]
    assert len(kept) == 5, "four in use, and one more that was among the last ten"
    made: list[int] = []
    kept.get(96, lambda: (made.append(96) or 96, 1))  # type: ignore[func-returns-value]
    assert not made


def test_a_pipe_that_ends_in_the_middle_is_an_end() -> None:
    pipe = io.BytesIO()
    send(pipe, "half a value")
    with pytest.raises(EOFError, match="closed"):
        receive(io.BytesIO(pipe.getvalue()[:-1]))
    assert pickle.loads(pipe.getvalue()[4:]) == "half a value"
