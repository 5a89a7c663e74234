"""A day of music: memory stays flat, and no file, thread or process is left behind."""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from faults.evenings import VirtualBridge
from server.accompanists import OBEDIENT
from server.clients import PATIENCE_S, TcpClient, UdpClient
from session.doubles import ask

from bridge.protocol import messages as m
from bridge.protocol.codec import encode
from bridge.server import app
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from bridge.server.members import Sender
from bridge.server.record import Recorder

HOURS = int(os.environ.get("OBBLIGATO_DAY_HOURS", "4"))
"""How long the day is; `make soak` makes it 24."""
BARS_AN_HOUR = 1800 if HOURS >= 24 else 300
FLAT = 1.02


def open_files() -> int:
    gc.collect()  # what earlier tests left to the collector is not ours
    return len(os.listdir("/proc/self/fd"))


def hour(bridge: VirtualBridge, number: int) -> None:
    """One session plays all day; a guest comes, plays and leaves, or just falls silent; somebody sends nonsense."""
    resident, guest = Sender("127.0.0.1", 50_000), Sender("127.0.0.1", 50_001 + number)
    start_s = 3600.0 * number
    bridge.take(encode(m.Hello(1, "resident", 0, "both", "")), start_s, resident)
    bridge.take(encode(m.Hello(1, f"guest-{number}", 0, "both", "")), start_s, guest)
    for bar in range(BARS_AN_HOUR):
        now_s = start_s + bar * 3600 / BARS_AN_HOUR
        at = number * BARS_AN_HOUR + bar
        bridge.take(encode(m.Lead("resident", ask(at, number=at))), now_s, resident)
        if bar < BARS_AN_HOUR // 4:
            bridge.take(encode(m.Lead(f"guest-{number}", ask(bar, number=bar, ahead=1, known=3.0))), now_s, guest)
        if bar % 7 == 0:
            bridge.take(os.urandom(60), now_s, Sender("192.0.2.1", bar))
            bridge.take(encode(m.Set("resident", "variation", bar % 128)), now_s, resident)
        bridge.status()
        bridge.answers.clear()
        bridge.answered_s.clear()
        bridge.played.clear()
    if number % 2:
        bridge.take(encode(m.Bye(f"guest-{number}")), start_s + 3000, guest)


@pytest.fixture
def no_log() -> Iterator[None]:
    """What pytest captures of the log is memory as well."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.timeout(3600)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts open files in /proc")
def test_a_day_leaves_memory_flat_and_no_file_open(tmp_path: Path, no_log: None) -> None:
    files, threads = open_files(), threading.active_count()
    tracemalloc.start()
    try:
        recorder = Recorder(tmp_path, "1", {"fake": "fake"}, "fake")
        bridge = VirtualBridge(recorder)
        recorder.model("fake", "", 0.0)
        bytes_after: list[int] = []
        with bridge.clock.ticking():
            for number in range(HOURS):
                hour(bridge, number)
                gc.collect()
                bytes_after.append(tracemalloc.get_traced_memory()[0])
            bridge.handler.close()
    finally:
        tracemalloc.stop()
    print(f"bytes after each hour: {bytes_after}")
    assert max(bytes_after[-2:]) <= FLAT * max(bytes_after[1:3]), "memory stays flat"
    assert bridge.hub.sessions[-1] == "resident"
    assert len(bridge.hub.sessions) <= 3, "guests are forgotten"
    assert (open_files(), threading.active_count()) == (files, threads)
    assert len(list(tmp_path.iterdir())) == HOURS + 1, "a recording a session"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts open files in /proc")
def test_a_real_bridge_leaves_no_file_thread_or_process_behind() -> None:
    def one_evening(sessions: int) -> tuple[int, ...]:
        with BackgroundBridge(Bridge(Config(port=0, workers=2, max_sessions=1000), OBEDIENT)) as bridge:
            for number in range(sessions):
                kind = TcpClient if number % 2 else UdpClient
                client = kind(bridge, f"evening-{number}")
                client.hello()
                assert client.ask(number).notes
                client.close()
            return bridge.worker_pids

    one_evening(1)
    files, threads = open_files(), threading.active_count()
    pids = one_evening(60)
    deadline_s = time.monotonic() + PATIENCE_S
    while (open_files(), threading.active_count()) != (files, threads):
        assert time.monotonic() < deadline_s, f"{open_files() - files} files, {threading.enumerate()}"
        time.sleep(0.05)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, 0)
            pytest.fail(f"worker {pid} is still there")


def test_the_machines_clock_may_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "TICK_S", 0.1)
    with BackgroundBridge(Bridge(Config(port=0, workers=1), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "jumps")
        client.hello()
        for number, moment_s in enumerate((0.0, 4e9, -1.0, 1.7e9)):
            before = client.lead(2 * number)
            monkeypatch.setattr(time, "time", lambda moment_s=moment_s: moment_s)
            heartbeats = [client.hear(m.Status) for _ in range(5)]
            assert heartbeats[-1].bars == 2 * number, "whoever is here is still here"
            client.say(before)
            assert client.hear(m.Accompaniment).notes
            assert client.ask(2 * number + 1).notes
            assert 0 <= client.hear(m.Status).p99_ms < 1000 * PATIENCE_S, (
                "no bar took longer for it, or less than nothing"
            )
        client.close()
