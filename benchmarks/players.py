"""Players for load: each a session of its own, playing a bundled lead live, all in one thread of this process.

As somebody playing does, a player sends its bar a sixteenth before the bar line, wanting the next one, and the whole
bar at the line. What is measured is from the first of the two to the whole answer.
"""

from __future__ import annotations

import heapq
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bridge.client.leadfile import open_lead
from bridge.leads import NAMES, lead_path
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.protocol import messages as m
from bridge.protocol.codec import decode_answers, encode
from bridge.protocol.osc import unpack
from bridge.session.events import Ask

TEMPO_BPM = 120.0
BAR_S = 2.0
SIXTEENTH_S = 0.125
FOUR_FOUR = Metre(4, 4)
LATEST_S = 2.0
"""An answer later than this counts as lost."""


def leads() -> tuple[Bar, ...]:
    """Bars of 4/4 of the bundled leads, some hundred, in their order."""
    bars = [bar for name in NAMES for bar in open_lead(lead_path(name)).lead]
    return tuple(Bar(FOUR_FOUR, tuple(n for n in bar.notes if n.onset_beats < 4)) for bar in bars if bar.notes)


class LoadPlayer:
    """One session over UDP."""

    def __init__(self, port: int, session: str, bars: Sequence[Bar], first_bar: int = 0) -> None:
        self.session, self._bars, self._number, self._seq = session, bars, first_bar, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.wanted_seq = -1
        self.asked_s = 0.0
        self.is_counted = True

    def join(self, **controls: int | float | str) -> None:
        """Say hello and set the controls, waiting for each answer."""
        self.socket.settimeout(10)
        self._said(m.Hello(m.PROTOCOL, self.session, 0, "both", ""), m.Welcome)
        for name, value in controls.items():
            self._said(m.Set(self.session, name, value), m.Value)
        self.socket.setblocking(False)

    def ask(self) -> None:
        """A sixteenth before the bar line."""
        bar = self._bars[self._number % len(self._bars)]
        self._seq += 1
        self.wanted_seq, self.asked_s = self._seq, time.perf_counter()
        self._lead(Ask(self._seq, self._number, bar.before(3.75), TEMPO_BPM, 1, 3.75))

    def tell(self) -> None:
        """At the bar line."""
        bar = self._bars[self._number % len(self._bars)]
        self._seq += 1
        self._lead(Ask(self._seq, self._number, bar, TEMPO_BPM, -1, 4.0))
        self._number += 1

    def heard(self) -> tuple[float, str] | None:
        """(seconds from the request, "" or an error code) when what was asked for has come whole."""
        while True:
            try:
                packet = self.socket.recv(65_535)
            except (BlockingIOError, ConnectionError):
                return None
            if not packet.startswith((b"/accompaniment", b"/error")):
                continue
            [osc] = unpack(packet)
            if osc.arguments[1] != self.wanted_seq:
                continue
            if osc.address == "/error":
                self.wanted_seq = -1
                return time.perf_counter() - self.asked_s, str(osc.arguments[2])
            if osc.arguments[3] == osc.arguments[4] - 1:  # type: ignore[operator]  # both are numbers
                self.wanted_seq = -1
                return time.perf_counter() - self.asked_s, ""

    def bye(self) -> None:
        """Leave."""
        self.socket.send(encode(m.Bye(self.session)))
        self.socket.close()

    def _lead(self, ask: Ask) -> None:
        self.socket.send(encode(m.Lead(self.session, ask)))

    def _said(self, message: m.ClientMessage, answer: type) -> None:
        self.socket.send(encode(message))
        while not isinstance(decode_answers(self.socket.recv(65_535))[0], answer):
            pass


@dataclass
class Load:
    """What came of it. round_trips_ms: of every bar; slowest_ms: of each round in which all asked at once; errors:
    codes, "lost" for no answer."""

    round_trips_ms: list[float] = field(default_factory=list)
    slowest_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def play_staggered(players: Sequence[LoadPlayer], bars: int) -> Load:
    """Every player plays `bars` bars in real time, their bar lines evenly spread. The first bar is not counted."""
    load, ears = Load(), Ears(players)
    begin_s = time.perf_counter() + 0.2
    due: list[tuple[float, int, int]] = []  # when, whose, and which half bar: even ones ask, odd ones tell
    for number in range(len(players)):
        start_s = begin_s + BAR_S * number / len(players)
        due += [(start_s + bar * BAR_S, number, 2 * bar) for bar in range(bars)]
        due += [(start_s + bar * BAR_S + SIXTEENTH_S, number, 2 * bar + 1) for bar in range(bars)]
    heapq.heapify(due)
    end_s = max(due)[0] + LATEST_S
    while time.perf_counter() < end_s and (due or ears.are_waiting):
        while due and due[0][0] <= time.perf_counter():
            _, number, half = heapq.heappop(due)
            if half % 2:
                players[number].tell()
                continue
            if players[number].wanted_seq >= 0:
                load.errors.append("lost")
            players[number].is_counted = half > 0
            players[number].ask()
        wait_s = due[0][0] - time.perf_counter() if due else 0.05
        ears.collect(load, max(min(wait_s, 0.05), 0.0))
    load.errors += ["lost"] * sum(player.wanted_seq >= 0 for player in players)
    return load


def play_aligned(players: Sequence[LoadPlayer], rounds: int) -> Load:
    """All players' bars end on the same beat, `rounds` times, a second between them. The first round is not counted."""
    load, ears = Load(), Ears(players)
    for number in range(rounds):
        before = len(load.round_trips_ms)
        for player in players:
            player.is_counted = number > 0
            player.ask()
        deadline_s = time.perf_counter() + LATEST_S
        while ears.are_waiting and time.perf_counter() < deadline_s:
            ears.collect(load, 0.02)
        missing = sum(player.wanted_seq >= 0 for player in players)
        if number > 0:
            load.errors += ["lost"] * missing
            load.slowest_ms.append(LATEST_S * 1000 if missing else max(load.round_trips_ms[before:], default=0.0))
        for player in players:
            player.wanted_seq = -1
            player.tell()
        time.sleep(1.0)
    return load


class Ears:
    """Listens for all players at once."""

    def __init__(self, players: Sequence[LoadPlayer]) -> None:
        self._players = players
        self._selector = selectors.DefaultSelector()
        for player in players:
            self._selector.register(player.socket, selectors.EVENT_READ, player)

    @property
    def are_waiting(self) -> bool:
        """Whether anybody's answer has not come yet."""
        return any(player.wanted_seq >= 0 for player in self._players)

    def collect(self, load: Load, wait_s: float) -> None:
        """Take in what has come, waiting so long for the first of it."""
        for key, _ in self._selector.select(wait_s):
            heard = key.data.heard()
            if heard is None or not key.data.is_counted:
                continue
            if heard[1]:
                load.errors.append(heard[1])
            else:
                load.round_trips_ms.append(heard[0] * 1000)
