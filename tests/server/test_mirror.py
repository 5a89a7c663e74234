"""What a worker is told arrives as it was, and of a session's next request only what is new travels."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.model.accompanist import LeadBar, Part, PlayedBar, Request
from bridge.model.controls import Controls
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.server.mirror import Shortened, Telling, Told

notes = st.builds(
    Note,
    st.integers(0, 127),
    st.floats(0, 3, exclude_max=True),
    st.floats(0, 1024, exclude_min=True),
    st.integers(1, 127),
)
bars = st.lists(notes, max_size=4).map(lambda several: Bar(Metre(3, 4), tuple(several)))
struck = st.lists(st.tuples(notes, notes), max_size=4)
parts = st.lists(st.builds(Part.of_pairs, st.sampled_from(["piano", "bass"]), struck), max_size=3).map(tuple)
lead_bars = st.builds(LeadBar, st.integers(-(2**31), 2**31), bars, st.floats(0, 3))
played_bars = st.builds(PlayedBar, st.integers(-5, 5), st.just(Metre(6, 8)), parts)
some_leads, some_own = st.lists(lead_bars, min_size=4, max_size=4), st.lists(played_bars, min_size=4, max_size=4)
chosen = st.lists(st.integers(0, 3), max_size=4, unique=True)
PLAIN = Request(0, Metre(3, 4), 120.0, (), (), (), 0.0, Controls(), 1)


@settings(max_examples=50)
@given(
    some_leads,
    some_own,
    st.lists(st.tuples(st.sampled_from("ab"), chosen, chosen, parts), max_size=8),
    st.integers(0, 200),
    st.integers(1, 5),
)
def test_every_request_arrives_as_it_was(
    lead: list[LeadBar],
    own: list[PlayedBar],
    asked: list[tuple[str, list[int], list[int], tuple[Part, ...]]],
    limit: int,
    unasked: int,
) -> None:
    telling, told = Telling(limit, unasked), Told(limit, unasked)
    for session, leads, history, kept in asked:
        request = replace(PLAIN, lead=tuple(lead[i] for i in leads), history=tuple(own[i] for i in history), kept=kept)
        assert told.request(session, telling.shortened(session, request)) == request
        assert len(telling) == len(told)


def lead_bar(number: int, count: int = 1) -> LeadBar:
    return LeadBar(number, Bar(Metre(4, 4), tuple(Note(60 + i, 0.0, 1.0, 80) for i in range(count))), 4.0)


def test_a_bar_that_comes_again_does_not_travel_and_is_the_same_object() -> None:
    telling, told = Telling(), Told()
    one, two, three = map(lead_bar, (1, 2, 3))
    first = told.request("s", telling.shortened("s", replace(PLAIN, lead=(one, two))))
    short = telling.shortened("s", replace(PLAIN, lead=(two, three)))
    assert [bar.number for bar in short.new] == [3]
    second = told.request("s", short)
    assert second.lead == (two, three)
    assert second.lead[0] is first.lead[1]


def test_equal_bars_of_other_types_are_told_apart() -> None:
    """A session's whole and broken numbers are its own."""
    telling, told = Telling(), Told()
    for onset in (0, 0.0):
        bar = LeadBar(1, Bar(Metre(4, 4), (Note(60, onset, 1.0, 80),)), 4.0)
        request = told.request("s", telling.shortened("s", replace(PLAIN, lead=(bar,))))
        assert type(request.lead[0].bar.notes[0].onset_beats) is type(onset)


def test_another_session_knows_nothing_of_it() -> None:
    telling, bar = Telling(), lead_bar(1)
    asked: list[Shortened] = [telling.shortened(name, replace(PLAIN, lead=(bar,))) for name in ("one", "two", "one")]
    assert [len(short.new) for short in asked] == [1, 1, 0]


def test_what_is_kept_is_bounded_and_the_session_asked_about_longest_ago_goes_first() -> None:
    telling = Telling(limit=40)
    requests = {name: replace(PLAIN, lead=(lead_bar(1, 12),)) for name in "abc"}  # 16 each
    new = [len(telling.shortened(name, requests[name]).new) for name in "abacab"]
    assert new == [1, 1, 0, 1, 0, 1], "a was asked about after b, so that b gave way to c"
    assert len(telling) == 2


def test_a_session_that_is_not_asked_about_any_more_is_forgotten_however_little_it_weighs() -> None:
    telling = Telling(unasked=10)
    telling.shortened("gone", replace(PLAIN, lead=(lead_bar(1),)))
    for number in range(10):
        assert len(telling) == 2 or number == 0
        telling.shortened("here", replace(PLAIN, lead=(lead_bar(number),)))
    assert len(telling) == 1
