"""A day of music at a real bridge, as fast as it answers: its processes' memory stays flat, their files and threads
stay as many. `make soak` plays 24 hours with the default model; the tests play some minutes."""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

import pytest
from faults.stage import Served, member, served
from server.clients import TcpClient, UdpClient

from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol import messages as m
from bridge.session.events import Ask

HOURS = float(os.environ.get("OBBLIGATO_MARATHON_HOURS", "0.2"))
MODEL = os.environ.get("OBBLIGATO_MARATHON_MODEL", "chords")
BARS_AN_HOUR = 1_800
"""Of 4/4 at 120 bpm."""
STAGES = 24
WARM = 3
"""Stages after which everything that is kept is full."""
FLAT = 1.02
RESENDS = 20


def lead(chance: random.Random, session: str, seq: int, number: int) -> m.Lead:
    """A bar that was never heard before: what is remembered of bars cannot stay small by their being the same."""
    notes = tuple(Note(chance.randrange(55, 85), beat / 2, 0.5, chance.randrange(40, 110)) for beat in range(8))
    return m.Lead(session, Ask(seq, number, Bar(Metre(4, 4), notes), 120.0, seq % 2, 4.0))


def asked(client: UdpClient, message: m.Lead) -> None:
    """Ask until it is answered; what the system's own queue lost is sent again."""
    for _ in range(RESENDS):
        client.say(message)
        try:
            while client.hear((m.Accompaniment, m.Refusal), 1.0).seq != message.ask.seq:
                pass
        except TimeoutError:
            continue
        return
    raise TimeoutError(f"bar {message.ask.number} was not answered")


def stage(bridge: Served, resident: UdpClient, chance: random.Random, first: int, bars: int) -> None:
    """An hour: the resident plays, guests come and go or fall silent, on both transports; somebody talks nonsense."""
    for number in range(first, first + bars):
        asked(resident, lead(chance, resident.session, number, number))
        if number % 25 == 0:
            kind = TcpClient if number % 2 else UdpClient
            guest = kind(bridge, f"guest-{number}")  # type: ignore[arg-type]
            guest.hello()
            guest.ask(number)
            resident.put(chance.randbytes(60))
            if number % 3:
                guest.say(m.Bye(guest.session))
            guest.close()


@pytest.mark.timeout(14_400)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts memory, files and threads in /proc")
def test_a_day_at_a_real_bridge_leaves_memory_flat_and_no_file_or_thread(tmp_path: Path) -> None:
    bars = max(int(HOURS * BARS_AN_HOUR / STAGES), 1)
    chance, began_s = random.Random(24), time.monotonic()
    memory_mb: list[float] = []
    with served(tmp_path / "log", model=MODEL) as bridge:
        resident = member(bridge, "resident")
        asked(resident, lead(chance, "resident", 0, 0))
        bridge.settle()
        belongings = bridge.belongings
        for number in range(STAGES):
            stage(bridge, resident, chance, 1 + number * bars, bars)
            memory_mb.append(bridge.memory_mb)
        time.sleep(1.1)  # a connection that was closed is noticed, and a heartbeat looks after the others
        assert bridge.belongings == belongings, "files and threads"
        assert len(bridge.pids) == 3
        resident.close()
    told = " ".join(f"{mb:.1f}" for mb in memory_mb)
    print(f"\n{bars * STAGES} bars with {MODEL} in {time.monotonic() - began_s:.0f} s; MB of all processes: {told}")
    if HOURS >= STAGES:
        assert max(memory_mb[WARM:]) <= FLAT * memory_mb[WARM - 1]
    assert max(memory_mb) < memory_mb[0] + 60, "whatever is kept of so many bars is bounded"
