"""Packets wait in turns, within bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.server.inbox import OVERHEAD_BYTES, Inbox
from bridge.server.members import Sender

FLOOD, CALM, OTHER = (Sender("127.0.0.1", port) for port in (1, 2, 3))


def emptied(inbox: Inbox[bytes]) -> list[tuple[Sender, bytes]]:
    return list(iter(inbox.take, None))


def test_whoever_sends_much_waits_for_himself_alone() -> None:
    inbox: Inbox[bytes] = Inbox()
    for _ in range(100):
        inbox.put(FLOOD, b"f", 1)
    inbox.put(CALM, b"c1", 2)
    inbox.put(OTHER, b"o", 1)
    inbox.put(CALM, b"c2", 2)
    taken = emptied(inbox)
    assert [sender for sender, _ in taken[:5]] == [FLOOD, CALM, OTHER, FLOOD, CALM]
    assert [packet for sender, packet in taken if sender is CALM] == [b"c1", b"c2"]
    assert len(taken) == 103


def test_a_sender_has_room_for_so_many_packets_and_bytes() -> None:
    over = OVERHEAD_BYTES
    inbox: Inbox[bytes] = Inbox(max_packets=3, max_bytes=100 + 3 * over, max_bytes_of_all=150 + 7 * over)
    for _ in range(3):
        assert not inbox.is_full(FLOOD)
        inbox.put(FLOOD, b"", 0)
    assert inbox.is_full(FLOOD)
    assert not inbox.is_full(CALM)
    inbox.put(CALM, b"c", 100 + 2 * over)
    assert inbox.is_full(CALM), "too many bytes"
    assert not inbox.is_full(OTHER)
    inbox.put(OTHER, b"o" * 50, 50)
    assert inbox.is_full(Sender("127.0.0.1", 4)), "too many bytes of everybody's"
    emptied(inbox)
    assert not any(map(inbox.is_full, (FLOOD, CALM, OTHER)))


def test_empty_packets_of_many_senders_fill_nothing() -> None:
    inbox: Inbox[bytes] = Inbox(max_bytes_of_all=1 << 20)
    for port in range(2_000):
        sender = Sender("127.0.0.1", port)
        if not inbox.is_full(sender):
            inbox.put(sender, b"", 0)
    assert len(emptied(inbox)) == 1024


def test_what_is_put_back_has_its_senders_next_turn() -> None:
    inbox: Inbox[bytes] = Inbox()
    for sender, packet in ((FLOOD, b"bundle"), (FLOOD, b"f"), (CALM, b"c1"), (CALM, b"c2")):
        inbox.put(sender, packet, len(packet))
    taken = inbox.take()
    assert taken == (FLOOD, b"bundle")
    inbox.put_back(*taken)
    assert emptied(inbox) == [(CALM, b"c1"), (FLOOD, b"bundle"), (CALM, b"c2"), (FLOOD, b"f")]
    inbox.put_back(FLOOD, b"its last message")
    assert emptied(inbox) == [(FLOOD, b"its last message")]


@given(st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=4)) | st.none(), max_size=60))
def test_nothing_is_lost_doubled_or_overtaken_by_its_own(steps: list[tuple[int, bytes] | None]) -> None:
    inbox: Inbox[bytes] = Inbox()
    put, taken = [], []
    for step in steps:
        if step is None:
            taken += [one for one in [inbox.take()] if one is not None]
        else:
            sender = Sender("10.0.0.1", 7000 + step[0])
            inbox.put(sender, step[1], len(step[1]))
            put.append((sender, step[1]))
    taken += emptied(inbox)
    assert not inbox
    for sender in {sender for sender, _ in put}:
        assert not inbox.waits(sender)
        assert [p for s, p in taken if s == sender] == [p for s, p in put if s == sender]
    assert len(taken) == len(put)
