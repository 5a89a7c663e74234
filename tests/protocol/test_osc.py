"""OSC packets: bundles in their order and without waiting, and anything else named as no OSC."""

from __future__ import annotations

import struct

import pytest

from bridge.protocol.osc import MAX_BUNDLE_DEPTH, MAX_BUNDLE_MESSAGES, MAX_PACKET_BYTES, NotOsc, Osc, pack, unpack

FAR_FUTURE = b"\xff" * 8


def bundle(*elements: bytes, time_tag: bytes = b"\0" * 7 + b"\1") -> bytes:
    return b"#bundle\0" + time_tag + b"".join(struct.pack(">i", len(e)) + e for e in elements)


def ping(n: int) -> bytes:
    return pack("/ping", "si", ["a", n])


def test_a_message_is_its_address_tags_and_arguments() -> None:
    assert unpack(pack("/a", "sif", ["x", 3, 0.5])) == [Osc("/a", "sif", ("x", 3, 0.5))]


def test_a_message_without_type_tags_has_no_arguments() -> None:
    assert unpack(b"/reset\0\0") == [Osc("/reset", "", ())]


def test_the_messages_of_bundles_in_bundles_come_in_order_and_at_once() -> None:
    packet = bundle(ping(1), bundle(ping(2), ping(3), time_tag=FAR_FUTURE), ping(4), time_tag=FAR_FUTURE)
    assert [osc.arguments[1] for osc in unpack(packet)] == [1, 2, 3, 4]


def test_an_empty_bundle_holds_nothing() -> None:
    assert unpack(bundle()) == []


def test_bundles_may_be_nested_to_a_bound() -> None:
    packet = ping(1)
    for _ in range(MAX_BUNDLE_DEPTH):
        packet = bundle(packet)
    assert len(unpack(packet)) == 1
    with pytest.raises(NotOsc, match="nested deeper"):
        unpack(bundle(packet))


def test_a_bundle_holds_a_bounded_number_of_messages() -> None:
    assert len(unpack(bundle(*[ping(1)] * MAX_BUNDLE_MESSAGES))) == MAX_BUNDLE_MESSAGES
    with pytest.raises(NotOsc, match="more than 256"):
        unpack(bundle(*[ping(1)] * (MAX_BUNDLE_MESSAGES + 1)))


@pytest.mark.parametrize(
    ("packet", "says"),
    [
        (b"", "begins with"),
        (b"hello", "begins with"),
        (b"/abc", "cut off inside a text"),
        (b"/ping\0\0", "multiple of 4"),
        (b"/ping\0\0\0si\0\0", "comma"),
        (b"/p\xff\xfe\0\0\0\0", "invalid start byte"),
        (b"/ping\0\0\0,s\0\0\xff\0\0\0", "invalid start byte"),
        (b"/ping\0\0\0,f\0\0", "cut off"),
        (b"/ping\0\0\0,ii\0\0\0\0\1", "cut off inside its arguments"),
        (b"#bundle\0", "without a time tag"),
        (b"#bundle\0" + b"\0" * 8 + b"\0\0", "cut off"),
        (b"#bundle\0" + b"\0" * 8 + b"\0\0\0\0", "element of 0 bytes"),
        (b"#bundle\0" + b"\0" * 8 + b"\xff\xff\xff\xff", "element of -1 bytes"),
        (b"#bundle\0" + b"\0" * 8 + b"\x7f\xff\xff\xff", "are left"),
        (b"/" + b"a" * MAX_PACKET_BYTES, "more than 65507"),
    ],
)
def test_what_is_not_osc_is_named(packet: bytes, says: str) -> None:
    with pytest.raises(NotOsc, match=says):
        unpack(packet)
