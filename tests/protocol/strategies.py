"""Hypothesis strategies for the wire: every message, with the values that 32 bits hold."""

from __future__ import annotations

from hypothesis import strategies as st

from bridge.errors import WIRE_ERRORS
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol import messages as m
from bridge.session.events import MAX_AHEAD, Ask

sessions = st.from_regex(r"[A-Za-z0-9_.:-]{1,64}", fullmatch=True)
int32 = st.integers(-(2**31), 2**31 - 1)
seqs = st.integers(0, 2**31 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
floats = st.floats(width=32, allow_nan=False, allow_infinity=False)
values = st.one_of(int32, floats, texts)
metres = st.builds(Metre, st.integers(1, 16), st.sampled_from([4, 8, 16]))


def _notes(metre: Metre) -> st.SearchStrategy[tuple[Note, ...]]:
    onsets = st.floats(0, metre.length_beats, width=32, exclude_max=True)
    durations = st.floats(0, 1024, width=32, exclude_min=True)
    notes = st.builds(Note, st.integers(0, 127), onsets, durations, st.integers(1, 127))
    return st.lists(notes, max_size=12).map(tuple)


def _ask(metre: Metre) -> st.SearchStrategy[Ask]:
    bars = _notes(metre).map(lambda notes: Bar(metre, notes))
    known = st.floats(0, metre.length_beats, width=32)
    return st.builds(Ask, seqs, int32, bars, st.floats(5, 999, width=32), st.integers(-1, MAX_AHEAD), known)


def _piece(metre: Metre) -> st.SearchStrategy[m.Accompaniment]:
    return st.builds(m.Accompaniment, sessions, int32, int32, seqs, seqs, texts, st.just(metre), _notes(metre))


client_messages: st.SearchStrategy[m.ClientMessage] = st.one_of(
    st.builds(m.Hello, st.just(m.PROTOCOL), sessions, st.integers(0, 65535), st.sampled_from(m.ROLES), texts),
    st.builds(m.Lead, sessions, metres.flatmap(_ask)),
    st.builds(m.Set, sessions, texts, values),
    st.builds(m.Get, sessions, texts),
    st.builds(m.Reset, sessions),
    st.builds(m.Ping, sessions, int32),
    st.builds(m.Bye, sessions),
)
bridge_messages: st.SearchStrategy[m.BridgeMessage] = st.one_of(
    st.builds(m.Welcome, int32, sessions, texts, texts, int32, int32),
    metres.flatmap(_piece),
    st.builds(m.Chords, sessions, int32, int32, st.lists(st.tuples(floats, texts), max_size=8).map(tuple)),
    st.builds(m.Value, sessions, texts, values),
    st.builds(m.Control, sessions, texts, texts, floats, floats, values, texts),
    st.builds(m.Ack, sessions, texts, int32),
    st.builds(m.Pong, sessions, int32),
    st.builds(m.Status, sessions, int32, int32, int32, floats, floats),
    st.builds(
        m.Refusal, st.one_of(st.just(""), sessions), int32, st.sampled_from([e.code for e in WIRE_ERRORS]), texts
    ),
    st.builds(m.Bye, sessions),
)
osc_arguments = st.lists(
    st.one_of(
        st.tuples(st.just("i"), int32),
        st.tuples(st.just("f"), st.floats(width=32)),
        st.tuples(st.just("h"), st.integers(-(2**63), 2**63 - 1)),
        st.tuples(st.just("d"), st.floats()),
        st.tuples(st.just("s"), st.one_of(sessions, texts)),
    ),
    max_size=24,
)
"""(type tag, value) pairs of every kind that is read."""
