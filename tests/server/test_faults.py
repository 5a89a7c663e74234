"""What goes wrong outside: packets of every kind, streams that are none, clients that stop in the middle."""

from __future__ import annotations

import logging
import random
import socket
import time
from collections.abc import Callable

import pytest
from faults.packets import good_packets, mutated
from faults.stage import round_trip_ms

from bridge.protocol import messages as m
from bridge.protocol.codec import encode
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from bridge.server.hub import Hub
from bridge.server.quiet import LINES, PERIOD_S
from tests.server.accompanists import (
    OBEDIENT,
)
from tests.server.clients import PATIENCE_S, Client, TcpClient, UdpClient

Join = Callable[..., Client]
PACKETS = 20_000


def test_a_fault_of_ours_is_internal_logged_once_in_a_while_and_survived(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    receive = Hub.receive

    def faulty(hub: Hub, sender: object, message: m.ClientMessage, now_s: float) -> object:
        if isinstance(message, m.Ping):
            raise ZeroDivisionError("planted")
        return receive(hub, sender, message, now_s)  # type: ignore[arg-type]

    with BackgroundBridge(Bridge(Config(port=0, workers=1), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "faulty")
        client.hello()
        monkeypatch.setattr(Hub, "receive", faulty)
        for _ in range(50):
            refusal = client.refused(m.Ping("faulty", 1))
            assert (refusal.session, refusal.code) == ("faulty", "internal")
        assert client.ask(0).notes
        client.close()
    tracebacks = [record for record in caplog.records if "planted" in record.getMessage()]
    assert 1 <= len(tracebacks) <= 10


def test_20000_random_packets_leave_the_bridge_answering_with_a_bounded_log(
    join: Join, bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bridge")
    chance = random.Random(7770)
    client, other = join("fuzzed"), join()
    pids = bridge.worker_pids
    good, began_s = good_packets(client.session), time.monotonic()
    for count in range(PACKETS):
        client.put(mutated(chance, good))
        if count % 100 == 0:  # the others play on, and few packets are lost because too many wait
            round_trip_ms(other, count)
    assert join().ask().notes
    assert bridge.worker_pids == pids
    others = [r for r in caplog.records if "notes in" not in r.getMessage()]
    periods = (time.monotonic() - began_s) / PERIOD_S + 2
    assert len(others) < 5 * LINES * periods, "not OSC, strangers, refusals, faults, floods: each is counted"
    assert max(len(record.getMessage()) for record in others) < 4_000


def test_the_bridge_takes_the_largest_datagram(join: Join) -> None:
    client = join()
    notes = [60, 0.0, 1.0, 90] * 3000
    tags = "siiiifif" + "iffi" * 3000
    from bridge.protocol.osc import pack

    packet = pack("/lead", tags, [client.session, 1, 0, 4, 4, 120.0, 0, 4.0, *notes])
    assert 60_000 < len(packet) < 65_507
    client.put(packet)
    assert client.hear(m.Refusal).code == "invalid-bar"


def test_half_messages_and_slow_connections_keep_nobody_waiting(bridge: Bridge, join: Join) -> None:
    slow = [socket.create_connection((bridge.host, bridge.port)) for _ in range(10)]
    for number, stream in enumerate(slow):
        stream.sendall([b"\xc0/lead\0", b"\0\0\0\x40/lea", b"\0\0"][number % 3])
    client = join(transport="tcp-slip")
    assert client.ask().notes
    byte_by_byte = TcpClient(bridge, "drop-by-drop", is_slip=False)
    for byte in byte_by_byte.framed(encode(m.Hello(1, "drop-by-drop", 0, "both", ""))):
        byte_by_byte.stream.sendall(bytes([byte]))
        time.sleep(0.001)
    assert byte_by_byte.hear(m.Welcome).session == "drop-by-drop"
    byte_by_byte.close()
    for stream in slow:
        stream.close()


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\n\r\n", b"\0\xff\xff\xff", b"\xc0\xdb\0\xc0", b"\0\0\0\0"])
def test_a_stream_that_is_no_osc_is_closed_and_no_other_one(bridge: Bridge, join: Join, garbage: bytes) -> None:
    client = join(transport="tcp-prefix")
    stream = socket.create_connection((bridge.host, bridge.port))
    stream.settimeout(PATIENCE_S)
    stream.sendall(garbage)
    assert stream.recv(100) == b""
    stream.close()
    assert client.ask().notes


def test_a_connection_that_breaks_is_a_member_no_more(join: Join, bridge: Bridge) -> None:
    gone, here = join("cut-off", "play", "tcp-slip"), join("cut-off", "listen")
    gone.close()
    here.say(here.lead())
    assert here.hear(m.Ack).address == "/lead"


def test_a_client_that_does_not_read_is_let_go(bridge: Bridge, join: Join) -> None:
    client = join(transport="tcp-slip")
    assert isinstance(client, TcpClient)
    client.stream.settimeout(6 * PATIENCE_S)  # the system holds some megabytes of answers before the bridge has to
    client.stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    questions = client.framed(encode(m.Get(client.session, "*"))) * 500

    def ask_without_end() -> None:
        while True:
            client.stream.sendall(questions)

    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        ask_without_end()
    assert join().ask().notes
