"""python-osc is the reference: what is packed and unpacked here is what it packs and unpacks."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.protocol.codec import encode
from bridge.protocol.messages import Message
from bridge.protocol.osc import pack, unpack
from tests.protocol.strategies import bridge_messages, client_messages, osc_arguments

addresses = st.from_regex(r"/[a-z/]{0,20}", fullmatch=True)


def built(address: str, arguments: list[tuple[str, object]]) -> bytes:
    builder = OscMessageBuilder(address=address)
    for tag, value in arguments:
        builder.add_arg(value, tag)
    return bytes(builder.build().dgram)


def same(ours: object, theirs: object) -> bool:
    both_nan = isinstance(ours, float) and isinstance(theirs, float) and math.isnan(ours) and math.isnan(theirs)
    return both_nan or (type(ours) is type(theirs) and ours == theirs)


@given(addresses, osc_arguments)
def test_the_same_bytes_are_packed(address: str, arguments: list[tuple[str, object]]) -> None:
    sendable = [(tag, value) for tag, value in arguments if tag in "ifs"]
    tags = "".join(tag for tag, _ in sendable)
    assert pack(address, tags, [value for _, value in sendable]) == built(address, sendable)


@given(addresses, osc_arguments)
def test_the_same_values_are_unpacked(address: str, arguments: list[tuple[str, object]]) -> None:
    packet = built(address, arguments)
    [ours] = unpack(packet)
    theirs = OscMessage(packet)
    assert ours.address == theirs.address
    assert ours.tags == "".join(tag for tag, _ in arguments)
    assert len(ours.arguments) == len(theirs.params)
    assert all(map(same, ours.arguments, theirs.params))


@given(st.one_of(client_messages, bridge_messages))
def test_every_message_is_read_by_python_osc_as_it_was_packed(message: Message) -> None:
    packet = encode(message)
    [ours] = unpack(packet)
    theirs = OscMessage(packet)
    assert ours.address == theirs.address
    assert all(map(same, ours.arguments, theirs.params))
