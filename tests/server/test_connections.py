"""TCP connections that only take up room, and recordings on a full disk: neither is anybody else's trouble."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.server import record, tcp
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from tests.server.accompanists import OBEDIENT
from tests.server.clients import PATIENCE_S, Client, TcpClient, UdpClient

Join = Callable[..., Client]


def ends(stream: socket.socket) -> bool:
    stream.settimeout(PATIENCE_S)
    try:
        return stream.recv(100) == b""
    except ConnectionResetError:
        return True


def test_a_connection_over_which_nobody_joins_is_closed(
    bridge: Bridge, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = join(transport="tcp-slip")
    monkeypatch.setattr(tcp, "PATIENCE_S", 0.0)
    idle = socket.create_connection((bridge.host, bridge.port))
    assert ends(idle)
    idle.close()
    assert member.ask().notes


def test_only_so_many_connections_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    with BackgroundBridge(Bridge(Config(port=0, workers=1), OBEDIENT)) as bridge:
        monkeypatch.setattr(tcp, "MAX_CONNECTIONS", 1)
        first = TcpClient(bridge, "first")
        first.hello()
        second = socket.create_connection((bridge.host, bridge.port))
        assert ends(second)
        second.close()
        assert first.ask().notes
        first.close()
        until(lambda: joins(TcpClient(bridge, "next")))


def joins(client: TcpClient) -> bool:
    try:
        return client.hello().session == client.session
    except ConnectionError:
        return False
    finally:
        client.close()


def until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so: that a connection is gone is noticed a moment later."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline_s, "a place that is free is never given again"
        time.sleep(0.02)


class FullDisk:
    """A file that takes its header and nothing more."""

    def __init__(self) -> None:
        self.lines = 0

    def write(self, text: str) -> None:
        self.lines += 1
        if self.lines > 1:
            raise OSError(28, "No space left on device")

    def flush(self) -> None: ...

    def close(self) -> None: ...


def test_a_disk_that_is_full_ends_the_recording_and_not_the_music(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(record, "_new_file", lambda folder, stem: FullDisk())
    with BackgroundBridge(Bridge(Config(port=0, workers=1, record=tmp_path), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "song")
        client.hello()
        assert client.ask().notes
        client.close()
    said = [r.getMessage() for r in caplog.records if "recording" in r.getMessage()]
    assert said == ["the recording of session song ends here: [Errno 28] No space left on device"]
