"""What is sent through a pipe arrives, and the end of the other side is told."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model.accompanist import Part
from bridge.music.note import Note
from bridge.server.pipes import receive, send

notes = st.builds(
    Note,
    st.integers(0, 127),
    st.floats(0, 3, exclude_max=True) | st.integers(0, 2),
    st.floats(0, 1024, exclude_min=True),
    st.integers(1, 127),
)
values = st.one_of(st.text(), st.lists(st.builds(Part, st.text(), st.lists(notes, max_size=4).map(tuple))))


@given(st.lists(values))
def test_values_arrive_as_they_were_and_in_order(sent: list[object]) -> None:
    pipe = io.BytesIO()
    for value in sent:
        send(pipe, value)
    pipe.seek(0)
    assert [receive(pipe) for _ in sent] == sent


def test_equal_numbers_of_other_types_stay_what_they_are() -> None:
    pipe = io.BytesIO()
    send(pipe, [Note(60, onset, 1.0, 80) for onset in (0, 0.0)])
    pipe.seek(0)
    assert [type(note.onset_beats) for note in receive(pipe)] == [int, float]


@pytest.mark.parametrize("left", [0, 2, 4, 7])
def test_a_pipe_that_ends_is_told(left: int) -> None:
    pipe = io.BytesIO()
    send(pipe, "something longer")
    with pytest.raises(EOFError, match="closed"):
        receive(io.BytesIO(pipe.getvalue()[:left]))
