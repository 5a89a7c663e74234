"""What goes wrong: workers that die, models that fail, packets of every kind, clients that stop in the middle."""

from __future__ import annotations

import logging
import os
import random
import signal
import socket
import time
from collections.abc import Callable
from typing import BinaryIO

import pytest
from faults.stage import mutated
from server.accompanists import (
    DIES,
    LEAVES_THE_REGISTER,
    NAP_S,
    OBEDIENT,
    PRINTS,
    RAISES,
    RETURNS_NONSENSE,
    SLEEPS,
    source,
)
from server.clients import PATIENCE_S, Client, TcpClient, UdpClient

from bridge.errors import InputError
from bridge.protocol import messages as m
from bridge.protocol.codec import encode
from bridge.server import workplace
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from bridge.server.handler import Handler
from bridge.server.hub import Hub

Join = Callable[..., Client]
PACKETS = 20_000


def all_are_free(bridge: Bridge) -> None:
    """Wait until every worker has loaded its models."""
    assert bridge._pool is not None
    deadline_s = time.monotonic() + PATIENCE_S
    while bridge._pool._tasks:
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill -9")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_bar_whose_worker_is_killed_is_played_by_the_next_one(workers: int) -> None:
    with BackgroundBridge(Bridge(Config(port=0, workers=workers), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "killed")
        client.hello()
        all_are_free(bridge)
        client.say(client.lead(first_pitch=SLEEPS))
        time.sleep(NAP_S / 2)
        os.kill(bridge.worker_pids[0], signal.SIGKILL)  # bars go to the first worker that is free
        assert client.hear(m.Accompaniment).seq == client.seq
        for number in (1, 2):
            assert client.ask(number).notes
        client.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill -9")
def test_a_bar_is_played_though_the_next_workers_are_dead_before_it_reaches_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As it is when all of them are killed in one instant: only one of them had the bar."""
    given, send = [], workplace.send

    def given_to_the_dead(pipe: BinaryIO, task: object) -> None:
        if isinstance(task, tuple):
            given.append(task)
            if len(given) in (2, 3):
                raise BrokenPipeError
        send(pipe, task)

    monkeypatch.setattr(workplace, "send", given_to_the_dead)
    with BackgroundBridge(Bridge(Config(port=0, workers=3), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "unlucky")
        client.hello()
        all_are_free(bridge)
        client.say(client.lead(first_pitch=SLEEPS))
        time.sleep(NAP_S / 2)
        os.kill(bridge.worker_pids[0], signal.SIGKILL)
        assert isinstance(client.hear((m.Accompaniment, m.Refusal)), m.Accompaniment)
        assert len(given) == 4
        assert client.ask(1).notes
        client.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill -9")
def test_workers_that_die_in_their_sleep_are_started_again() -> None:
    with BackgroundBridge(Bridge(Config(port=0, workers=2), OBEDIENT)) as bridge:
        slow, quick = UdpClient(bridge, "slow"), UdpClient(bridge, "quick")
        slow.hello()
        quick.hello()
        all_are_free(bridge)
        pids = bridge.worker_pids
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        deadline_s = time.monotonic() + PATIENCE_S
        while not {*bridge.worker_pids}.isdisjoint(pids):
            assert time.monotonic() < deadline_s
        slow.say(slow.lead(first_pitch=SLEEPS))
        assert quick.ask().notes
        assert slow.hear(m.Accompaniment).notes
        slow.close()
        quick.close()


def test_a_bar_that_hangs_is_refused_and_the_next_one_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "BAR_LIMIT_S", 0.3 * NAP_S)
    with BackgroundBridge(Bridge(Config(port=0, workers=1), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "hangs")
        client.hello()
        pids = bridge.worker_pids
        assert client.refused(client.lead(first_pitch=SLEEPS)).code == "internal"
        monkeypatch.undo()
        assert client.ask(1).notes
        assert {*bridge.worker_pids}.isdisjoint(pids)
        client.close()


def test_a_bar_that_kills_its_workers_is_refused_and_the_next_one_plays(join: Join) -> None:
    client = join()
    refusal = client.refused(client.lead(first_pitch=DIES))
    assert (refusal.seq, refusal.code) == (client.seq, "internal")
    assert client.ask(1).notes


@pytest.mark.parametrize("order", [RAISES, LEAVES_THE_REGISTER, RETURNS_NONSENSE])
def test_a_model_that_fails_is_internal_and_the_next_bar_plays(join: Join, order: int) -> None:
    client = join()
    refusal = client.refused(client.lead(first_pitch=order))
    assert (refusal.seq, refusal.code) == (client.seq, "internal")
    assert client.ask(1).notes


def test_a_model_may_print(join: Join) -> None:
    assert join().ask(first_pitch=PRINTS).notes


@pytest.mark.parametrize(("function", "says"), [("broken", "its weights are gone"), ("deadly", "a worker died")])
def test_a_model_that_cannot_be_loaded_is_said_at_the_start(function: str, says: str) -> None:
    bridge = BackgroundBridge(Bridge(Config(port=0, workers=1), {"bad": source(function)}))
    with pytest.raises(InputError, match=f"the model bad could not be loaded: .*{says}"):
        bridge.__enter__()


def test_a_second_model_that_cannot_be_loaded_leaves_the_first_one_playing() -> None:
    models = OBEDIENT | {"broken": source("broken"), "deadly": source("deadly")}
    with BackgroundBridge(Bridge(Config(port=0, workers=1), models)) as bridge:
        client = UdpClient(bridge, "choosy")
        client.hello()
        for name in ("broken", "deadly"):
            client.say(m.Set("choosy", "model", name))
            assert client.hear(m.Value).value == name
            deadline_s = time.monotonic() + PATIENCE_S
            while "could not be loaded" not in client.refused(client.lead()).text:
                assert time.monotonic() < deadline_s
        client.say(m.Set("choosy", "model", ""))
        client.hear(m.Value)
        assert client.ask(1).notes
        client.close()


def test_a_model_that_takes_its_worker_with_it_is_told_once_and_kills_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures: list[str] = []
    failed = Handler.model_failed
    monkeypatch.setattr(Handler, "model_failed", lambda *about: (failures.append(about[1]), failed(*about)))
    deadly = {"deadly": source("deadly")}
    with BackgroundBridge(Bridge(Config(port=0, workers=2), OBEDIENT | deadly)) as bridge:
        client = UdpClient(bridge, "choosy")
        client.hello()
        deadline_s = time.monotonic() + PATIENCE_S
        while not failures:
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        all_are_free(bridge)
        assert client.ask().notes
        client.close()
    assert failures == ["deadly"]
    assert [record.name for record in caplog.records].count("bridge.server.pool") == 1
    assert not [record for record in caplog.records if record.name == "asyncio"]


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
    name = client.session
    good = [encode(x) for x in (client.lead(), m.Set(name, "low", 40), m.Get(name, "*"), m.Ping(name, 5))]
    good += [
        encode(m.Hello(1, name, 0, "both", "")),
        encode(m.Reset(name)),
        b"/nothing\0\0\0\0,ifs\0\0\0\0" + b"\0" * 12,
    ]
    for count in range(PACKETS):
        client.put(mutated(chance, good))
        if count % 100 == 0:  # the others play on, and no packet is lost because too many wait
            assert other.ask(count).notes
    assert join().ask().notes
    assert bridge.worker_pids == pids
    others = [r for r in caplog.records if "notes in" not in r.getMessage()]
    assert len(others) < 200
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
    client.stream.settimeout(PATIENCE_S)
    client.stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)  # so that what is not read is soon too much
    questions = client.framed(encode(m.Get(client.session, "*"))) * 500

    def ask_without_end() -> None:
        while True:
            client.stream.sendall(questions)

    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        ask_without_end()
    assert join().ask().notes
