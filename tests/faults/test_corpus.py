"""Every packet that the fuzzer found a new path with, again: no crash, no larger answer, no other error."""

from __future__ import annotations

import pytest
from faults.fuzz import corpus
from faults.fuzz_target import STRANGER, any_stranger, everything
from hypothesis import given
from hypothesis import strategies as st
from protocol.strategies import client_messages

from bridge.protocol.codec import encode
from bridge.protocol.messages import ClientMessage, Hello

CORPUS = corpus()


def test_every_packet_of_the_corpus() -> None:
    assert len(CORPUS) > 100
    for data in CORPUS:
        everything(data)


@given(client_messages, st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6))
def test_every_message_with_a_few_bytes_changed(message: ClientMessage, changes: list[tuple[int, int]]) -> None:
    packet = bytearray(encode(message))
    for place, value in changes:
        packet[place % len(packet)] = value
    everything(bytes(packet))


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    everything(data)


@pytest.mark.parametrize("text", ["", "s", "x" * 64, "é" * 40, "\U0001d11e" * 30])
@pytest.mark.parametrize(("protocol", "token"), [(1, "sesame"), (1, "wrong"), (2, ""), (-5, "w" * 500)])
def test_every_hello_of_a_stranger_is_answered_within_its_bounds(text: str, protocol: int, token: str) -> None:
    for role in ("both", "nobody"):
        for reply_port in (0, 7771, 70_000, -1):
            sent = any_stranger(encode(Hello(protocol, text, reply_port, role, token)))
            assert len(sent) == 1, "a well-formed /hello is always answered, refused or not"
            assert sent[0][0][1] in (7771, STRANGER.port)  # type: ignore[index]
