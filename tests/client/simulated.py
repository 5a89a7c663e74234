"""A bridge and a network in virtual time, to play songs of an hour in a second.

The bridge keeps the rules of the protocol page that a client builds on: strangers get nothing, the same request gets
the same reply, a welcome says how many bars are remembered, and every second there is a heartbeat.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count

from bridge.client.network import Badness, Network
from bridge.client.player import Action, Player, Send
from bridge.client.score import NoteOff, NoteOn
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.music.song import Song, SongBar, TempoChange
from bridge.protocol.messages import (
    Accompaniment,
    Ack,
    BridgeMessage,
    Bye,
    ClientMessage,
    Get,
    Hello,
    Lead,
    Ping,
    Refusal,
    Reset,
    Set,
    Status,
    Value,
    Welcome,
)
from bridge.session.events import Ask

FOUR_FOUR = Metre(4, 4)


def song(metres: list[Metre], tempo_bpm: float = 120.0) -> tuple[Song, tuple[Bar, ...]]:
    """A song, and its lead with a note on every beat."""
    bars, start_beats = [], 0.0
    for metre in metres:
        bars.append(SongBar(start_beats, metre))
        start_beats += metre.length_beats
    lead = tuple(
        Bar(m, tuple(Note(60 + (n + b) % 12, float(b), 0.5, 90) for b in range(int(m.length_beats) or 1)))
        for n, m in enumerate(metres)
    )
    return Song(tuple(bars), (TempoChange(0.0, tempo_bpm),), (), ()), lead


@dataclass
class SimulatedBridge:
    """Answers after `latency_s`, in `pieces` pieces; the next requests are refused with the codes in `refuse_next`."""

    latency_s: float = 0.01
    pieces: int = 1
    refuse_next: list[str] = field(default_factory=list)
    is_alive: bool = True
    loading_until_s: float = 0.0
    hello_refusal: str = ""
    members: set[str] = field(default_factory=set)
    remembered: dict[int, tuple[Ask, float, list[BridgeMessage]]] = field(default_factory=dict)
    bars: dict[int, Bar] = field(default_factory=dict)
    controls: dict[str, object] = field(default_factory=dict)
    inferences: list[int] = field(default_factory=list)
    heard: list[tuple[float, ClientMessage]] = field(default_factory=list)
    told_again: list[int] = field(default_factory=list)

    def restart(self) -> None:
        """Lose everything."""
        self.is_alive = True
        self.members.clear()
        self.remembered.clear()
        self.bars.clear()
        self.controls.clear()

    def hear(self, message: ClientMessage, now_s: float) -> list[tuple[float, BridgeMessage]]:
        """The replies, each with the moment that it leaves."""
        if not self.is_alive:
            return []
        self.heard.append((now_s, message))
        session = message.session
        if isinstance(message, Hello):
            if self.hello_refusal:
                return [(now_s, Refusal(session, -1, self.hello_refusal, "no"))]
            self.members.add(session)
            ready = now_s >= self.loading_until_s
            return [(now_s, Welcome(1, session, "0", "fake", int(ready), len(self.bars)))]
        if session not in self.members:
            return []
        return self._reply(message, now_s)

    def _reply(self, message: ClientMessage, now_s: float) -> list[tuple[float, BridgeMessage]]:
        session = message.session
        match message:
            case Lead(ask=ask):
                known = self.remembered.get(ask.seq)
                if known is not None:
                    assert known[0] == ask, "a request number was used for two different requests"
                    return [(now_s, reply) for reply in known[2]] if now_s >= known[1] else []
                replies = self._answer(message)
                self.remembered[ask.seq] = (ask, now_s + self.latency_s, replies)
                return [(now_s + self.latency_s, reply) for reply in replies]
            case Set(name=name, value=value):
                if name == "high":
                    value = max(value, self.controls.get("low", 28))
                if name == "low":
                    value = min(value, self.controls.get("high", 96))
                if name == "model":
                    return [(now_s, Refusal(session, -1, "invalid-value", "no such model"))]
                self.controls[name] = value
                return [(now_s, Value(session, name, value))]
            case Reset():
                self.bars.clear()
                return [(now_s, Ack(session, "/reset", -1))]
            case Bye():
                self.members.discard(session)
                return [(now_s, Ack(session, "/bye", -1))]
            case Get() | Ping():
                return []
        raise AssertionError(message)

    def _answer(self, message: Lead) -> list[BridgeMessage]:
        ask, session = message.ask, message.session
        if self.refuse_next:
            return [Refusal(session, ask.seq, self.refuse_next.pop(0), "refused for the test")]
        if ask.ahead < 0 and ask.number in self.bars and self.bars[ask.number] == ask.bar:
            self.told_again.append(ask.number)
        self.bars[ask.number] = ask.bar
        if ask.ahead < 0:
            return [Ack(session, "/lead", ask.seq)]
        self.inferences.append(ask.target)
        return [
            Accompaniment(session, ask.seq, ask.target, index, self.pieces, "piano", ask.bar.metre, notes)
            for index, notes in enumerate(expected_notes(ask.target, ask.bar.metre, self.pieces))
        ]

    def status(self) -> list[BridgeMessage]:
        """The heartbeat."""
        return [Status(session, 1, len(self.bars), 0, 1.0, 2.0) for session in sorted(self.members) if self.is_alive]


def expected_notes(target: int, metre: Metre, pieces: int) -> list[tuple[Note, ...]]:
    """What the simulated bridge plays in a bar: a note on each half beat, its pitch from the bar's number."""
    halves = int(metre.length_beats * 2)
    return [
        tuple(Note(36 + (7 * target + half) % 24 + piece, half / 2, 0.5, 80) for half in range(halves))
        for piece in range(pieces)
    ]


class Simulation:
    """Player, two directions of network, bridge; time jumps from one event to the next."""

    def __init__(self, player: Player, bridge: SimulatedBridge, badness: Badness | None = None, seed: int = 0) -> None:
        self.player, self.bridge = player, bridge
        self._there = Network[ClientMessage](badness or Badness(), f"{seed} there")
        self._back = Network[BridgeMessage](badness or Badness(), f"{seed} back")
        self._queue: list[tuple[float, int, str, object]] = []
        self._order = count()
        self.now_s = 0.0
        self.events: list[tuple[float, NoteOn | NoteOff]] = []
        self.sent: list[tuple[float, ClientMessage]] = []

    def at(self, at_s: float, what: object) -> None:
        """Call `what()` at a moment."""
        heapq.heappush(self._queue, (at_s, next(self._order), "call", what))

    def run(self, limit_s: float = 1e6) -> None:
        """Play until the player is finished. Fails when time stands still or passes the limit."""
        heapq.heappush(self._queue, (1.0, next(self._order), "status", None))
        self._carry_out(self.player.start(self.now_s))
        standing_still = 0
        while not self.player.is_finished:
            due_s = self.player.due_s
            next_s = min(due_s if due_s is not None else limit_s, self._queue[0][0])
            assert next_s < limit_s, "the player hangs"
            standing_still = standing_still + 1 if next_s <= self.now_s else 0
            assert standing_still < 500, "time stands still"
            self.now_s = max(self.now_s, next_s)
            if due_s is not None and due_s <= self.now_s:
                self._carry_out(self.player.wake(self.now_s))
            else:
                self._deliver()

    def _deliver(self) -> None:
        _, _, kind, what = heapq.heappop(self._queue)
        match kind:
            case "there":
                for leave_s, reply in self.bridge.hear(what, self.now_s):
                    self._carry_back(reply, leave_s)
            case "back":
                self._carry_out(self.player.hear(what, self.now_s))
            case "status":
                heapq.heappush(self._queue, (self.now_s + 1.0, next(self._order), "status", None))
                for reply in self.bridge.status():
                    self._carry_back(reply, self.now_s)
            case "call":
                what()

    def carry_back(self, message: BridgeMessage) -> None:
        """The bridge says something of itself."""
        self._carry_back(message, self.now_s)

    def _carry_back(self, message: BridgeMessage, now_s: float) -> None:
        for at_s, copy in self._back.carry(message, now_s):
            heapq.heappush(self._queue, (at_s, next(self._order), "back", copy))

    def _carry_out(self, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, Send):
                self.sent.append((self.now_s, action.message))
                for at_s, copy in self._there.carry(action.message, self.now_s):
                    heapq.heappush(self._queue, (at_s, next(self._order), "there", copy))
            else:
                self.events.append((self.now_s, action))
