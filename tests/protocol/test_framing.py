"""Packets in a TCP stream: both framings, however the stream is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc import slip

from bridge.protocol.framing import BrokenFrame, Framing
from bridge.protocol.osc import MAX_PACKET_BYTES

packets = st.lists(st.binary(max_size=40).map(lambda tail: b"/" + tail), min_size=1, max_size=6)


def prefixed(packet: bytes) -> bytes:
    return len(packet).to_bytes(4, "big") + packet


@given(packets, st.sampled_from([slip.encode, prefixed]), st.lists(st.integers(1, 7), max_size=40))
def test_packets_survive_the_stream_however_it_is_cut(sent: list[bytes], frame: object, cuts: list[int]) -> None:
    stream = b"".join(frame(packet) for packet in sent)  # type: ignore[operator]
    framing, received = Framing(), []
    for size in [*cuts, len(stream)]:
        received += framing.feed(stream[:size])
        stream = stream[size:]
    assert received == sent


@pytest.mark.parametrize("frame", [slip.encode, prefixed])
def test_answers_are_framed_as_the_questions_were(frame: object) -> None:
    framing = Framing()
    framing.feed(frame(b"/a\0\0"))  # type: ignore[operator]
    assert framing.frame(b"/\xc0\xdb\0") == frame(b"/\xc0\xdb\0")  # type: ignore[operator]


def test_slip_without_a_leading_end_is_understood() -> None:
    assert Framing().feed(b"/a\0\0\xc0/b\0\0\xc0") == [b"/a\0\0", b"/b\0\0"]


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_any_stream_gives_packets_or_is_broken(stream: list[bytes]) -> None:
    framing = Framing()
    try:
        for data in stream:
            framing.feed(data)
    except BrokenFrame:
        pass


@pytest.mark.parametrize(
    ("stream", "says"),
    [
        (b"GET / HTTP/1.1", "neither SLIP"),
        (b"\0\1\0\0", "within 1..65507"),
        (b"\0\0\0\0", "a frame of 0 bytes"),
        (b"\xc0\xdb\x01\xc0", "an escape"),
    ],
)
def test_a_stream_that_cannot_be_cut_is_named(stream: bytes, says: str) -> None:
    with pytest.raises(BrokenFrame, match=says):
        Framing().feed(stream)


def test_a_frame_without_an_end_is_bounded() -> None:
    framing = Framing()
    framing.feed(b"\xc0" + b"a" * 2 * MAX_PACKET_BYTES)
    with pytest.raises(BrokenFrame, match="more than"):
        framing.feed(b"aaa")
