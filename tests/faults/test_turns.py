"""Whoever says much at once waits for himself alone, and fills no log. It is a matter of turns: no clock is needed."""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator

import pytest
from faults.evenings import INFO, Clock
from server.accompanists import OBEDIENT
from server.clients import UdpClient
from session.doubles import ask

from bridge.protocol import messages as m
from bridge.protocol.codec import decode_answers, encode
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from bridge.server.handler import BARS_LOGGED, Handler
from bridge.server.members import Destination, Sender
from bridge.session.session import Session

HOG, CALM = Sender("127.0.0.1", 1), Sender("127.0.0.1", 2)


class Wire:
    """The bridge's UDP port without a socket."""

    def __init__(self) -> None:
        self.sent: list[tuple[Destination, bytes]] = []

    def send(self, to: Destination, packet: bytes) -> None:
        self.sent.append((to, packet))


def bundle(*packets: bytes) -> bytes:
    return b"#bundle\0" + b"\xff" * 8 + b"".join(struct.pack(">i", len(packet)) + packet for packet in packets)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def bridge(wire: Wire) -> Bridge:
    """A bridge that nobody runs: `_serve` is one turn of its loop. Both are in."""
    bridge = Bridge(Config(), OBEDIENT)
    bridge._udp = wire  # type: ignore[assignment]
    for sender, session in ((HOG, "hog"), (CALM, "calm")):
        bridge._received(sender, encode(m.Hello(1, session, 0, "both", "")))
    bridge._serve()
    wire.sent.clear()
    return bridge


@pytest.mark.parametrize(
    "much",
    [
        [bundle(*[encode(m.Get("hog", "*"))] * 256)],
        [encode(m.Ping("hog", n)) for n in range(500)],
        [bundle(*[encode(m.Ping("hog", n)) for n in range(256)])] * 100,
    ],
)
def test_a_ping_after_much_of_somebody_elses_is_answered_in_the_very_next_turn(
    bridge: Bridge, wire: Wire, much: list[bytes]
) -> None:
    for packet in much:
        bridge._received(HOG, packet)
    bridge._received(CALM, encode(m.Ping("calm", 7)))
    bridge._serve()
    assert [decode_answers(packet) for to, packet in wire.sent if to == ("127.0.0.1", 2)] == [[m.Pong("calm", 7)]]
    assert len(wire.sent) < 110, "and little else was done before it was looked who else is there"


def test_a_bundle_is_answered_whole_and_in_order(bridge: Bridge, wire: Wire) -> None:
    bridge._received(HOG, bundle(*[encode(m.Ping("hog", n)) for n in range(100)]))
    bridge._received(HOG, encode(m.Ping("hog", 100)))
    while bridge._inbox:
        bridge._serve()
    assert [decode_answers(packet)[0] for _, packet in wire.sent] == [m.Pong("hog", n) for n in range(101)]


def test_one_who_sends_more_than_can_wait_loses_his_own_packets_alone(bridge: Bridge, wire: Wire) -> None:
    for n in range(5_000):
        bridge._received(HOG, encode(m.Ping("hog", n)))
    bridge._received(CALM, encode(m.Ping("calm", 7)))
    while bridge._inbox:
        bridge._serve()
    told = [to for to, _ in wire.sent]
    assert told.count(("127.0.0.1", 2)) == 1
    assert told.count(("127.0.0.1", 1)) == 512


def test_one_who_has_bars_played_without_end_fills_no_log(
    bridge: Bridge, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bridge")
    handler = bridge._handler
    handler.model_ready("obedient", INFO)
    wire.sent.clear()
    with Clock().ticking():
        for number in range(3 * BARS_LOGGED):
            handler.received(HOG, encode(m.Lead("hog", ask(number, number=number))))
            work = handler.next_work()
            assert work is not None
            handler.finished(work, ())
    assert len(caplog.records) == BARS_LOGGED
    assert [decode_answers(packet)[0].seq for _, packet in wire.sent] == list(range(3 * BARS_LOGGED))  # type: ignore[union-attr]


def test_a_fault_in_the_middle_of_a_turn_leaves_nobody_unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Handler.turns

    def faulty(handler: Handler, sender: Sender, packet: bytes) -> Iterator[None]:
        if packet == b"/faulty\0":
            raise ZeroDivisionError("planted")
        yield from turns(handler, sender, packet)

    monkeypatch.setattr(Handler, "turns", faulty)
    with BackgroundBridge(Bridge(Config(port=0, workers=1), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "unheard")
        client.hello()
        for number in range(20):
            client.say(client.lead(number))
            client.put(b"/faulty\0")
        last = client.lead(20)
        client.say(last)
        while client.hear(m.Accompaniment).seq != last.ask.seq:
            pass
        client.close()


def test_askers_of_one_session_take_turns_however_much_one_of_them_asks() -> None:
    session, order = Session("song", "counting"), []
    for seq in range(12):
        session.ask("hasty", ask(seq, number=seq), 0.0)
    for seq in range(3):
        session.ask("calm", ask(seq, number=100 + seq), 0.0)
    while (job := session.begin(0.0, 0)) is not None:
        session.finish(job, (), 0.0)
        session.ask("hasty", ask(50 + len(order), number=50 + len(order)), 0.0)
        order.append(job.asker)
        if len(order) == 8:
            break
    assert order.count("calm") == 3, "all three were played among the first eight"
    assert "calm" in order[:2]
