"""A bridge in a process of its own, as on a stage: what it writes, what it takes, and how to end it badly."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from server.clients import Client, UdpClient

from bridge.protocol.messages import Accompaniment

SETTLED_WITHIN_S = 60.0


class Served:
    """`obbligato serve`, with the rule-based model where none is named. Its log goes to a file."""

    def __init__(self, log: Path, port: int = 0, model: str = "chords") -> None:
        self._file = log.open("ab")
        command = [sys.executable, "-m", "bridge.cli", "serve", "--model", model, "--workers", "2"]
        self.process = subprocess.Popen(
            [*command, "--port", str(port)], stdout=subprocess.PIPE, stderr=self._file, text=True
        )
        assert self.process.stdout is not None
        found = re.search(r"listens on 127\.0\.0\.1:(\d+) ", self.process.stdout.readline())
        assert found, log.read_text()
        self.host, self.port = "127.0.0.1", int(found[1])

    @property
    def pids(self) -> list[int]:
        """The server's process and its workers'; the server's alone where /proc does not say."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [self.process.pid, *(int(pid) for thread in threads for pid in thread.read_text().split())]

    @property
    def memory_mb(self) -> float:
        """Resident memory of all its processes; 0 where /proc does not say."""
        return sum(self._status(pid, "VmRSS") for pid in self.pids) / 1024

    @property
    def belongings(self) -> tuple[int, int]:
        """How many files its processes hold open, and how many threads they have."""
        pids = self.pids
        files = sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)
        return files, sum(self._status(pid, "Threads") for pid in pids)

    def settle(self) -> None:
        """Wait until both workers, which start one after the other, are there and nothing grows any more."""
        seen: list[tuple[int, tuple[int, int], int]] = []
        until_s = time.monotonic() + SETTLED_WITHIN_S
        while len(set(seen[-5:])) != 1 or len(seen) < 5 or (seen[-1][0] not in (1, 3)):
            assert time.monotonic() < until_s, f"it did not come to rest: {seen[-5:]}"
            seen.append((len(self.pids), self.belongings, int(self.memory_mb)))
            time.sleep(0.2)

    def _status(self, pid: int, name: str) -> int:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return 0
        return int(re.search(rf"{name}:\s+(\d+)", status)[1])  # type: ignore[index]

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def close(self) -> int:
        """SIGTERM, as systemd would; gives the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM if os.name != "nt" else signal.SIGINT)
        code = self.process.wait(20)
        self._file.close()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


RESENDS, RESEND_S = 100, 0.2
"""A loaded machine may be slow, and its queue then loses most of a flood and with it what others say; a bridge that
answers none of so many is stuck."""


@contextmanager
def served(log: Path, port: int = 0, model: str = "chords") -> Iterator[Served]:
    """A bridge that is ended whatever happens, and was alive until then."""
    bridge = Served(log, port, model)
    try:
        yield bridge
        assert bridge.process.poll() is None, log.read_text()[-2_000:]
    finally:
        code = bridge.close()
    assert code == 0, f"it ended with {code}"


def member(bridge: Served, session: str) -> UdpClient:
    """A client that is in."""
    client = UdpClient(SimpleNamespace(host=bridge.host, port=bridge.port), session)  # type: ignore[arg-type]
    client.hello()
    return client


def round_trip_ms(client: Client, number: int) -> float:
    """One bar asked and answered. A packet that the system's own queue lost is sent again, as every client does."""
    lead = client.lead(number)
    began_s = time.perf_counter()
    for _ in range(RESENDS):
        client.say(lead)
        try:
            while client.hear(Accompaniment, RESEND_S).seq != lead.ask.seq:
                pass
        except TimeoutError:
            continue
        return (time.perf_counter() - began_s) * 1000
    raise TimeoutError(f"bar {number} was asked {RESENDS} times and not answered")


def told(values_ms: Sequence[float]) -> str:
    """Median and 99 % of round trips, for a report."""
    ordered = sorted(values_ms)
    return f"p50 {ordered[len(ordered) // 2]:.1f} ms, p99 {ordered[int(len(ordered) * 0.99)]:.1f} ms"


def dripped(bridge: Served, stream: socket.socket) -> socket.socket:
    """The same connection, a byte on; another one where the bridge closed it because nobody joined over it."""
    try:
        stream.sendall(b"/")
    except OSError:
        stream.close()
        return slow_streams(bridge, 1)[0]
    return stream


class Shouter:
    """A connection over which anything is sent, framed well; another one wherever the bridge has closed it."""

    def __init__(self, bridge: Served) -> None:
        self._address = (bridge.host, bridge.port)
        self._stream = socket.create_connection(self._address)

    def put(self, packet: bytes) -> None:
        try:
            self._stream.settimeout(RESENDS * RESEND_S)
            self._stream.sendall(len(packet).to_bytes(4, "big") + packet)
            self._stream.setblocking(False)
            while self._stream.recv(1 << 16):
                pass  # whoever does not read what he is told is let go
        except BlockingIOError:
            return
        except OSError:
            pass
        self._stream.close()
        self._stream = socket.create_connection(self._address)

    def close(self) -> None:
        self._stream.close()


def slow_streams(bridge: Served, count: int) -> list[socket.socket]:
    """Connections with half a message in them."""
    streams = [socket.create_connection((bridge.host, bridge.port)) for _ in range(count)]
    for number, stream in enumerate(streams):
        stream.sendall([b"\xc0/lead\0", b"\0\0\0\x40/lea", b"\0\0", b"\xc0" + b"/" * 1000][number % 4])
    return streams
