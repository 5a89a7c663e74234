"""Hours of music in virtual time: the real player and the real handler, packets and all, without socket or sleep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock

from client.simulated import Simulation, song

from bridge.client.network import Badness
from bridge.client.player import Options, Player
from bridge.client.score import NoteOff, NoteOn
from bridge.model.accompanist import Part, Request
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol.codec import decode_answers, encode
from bridge.protocol.messages import Accompaniment, BridgeMessage, ClientMessage
from bridge.server.handler import Handler
from bridge.server.hub import Hub
from bridge.server.members import Destination, Sender
from bridge.server.record import Recorder
from bridge.session.choices import ModelInfo

HERE = Sender("127.0.0.1", 50_000)
INFO = ModelInfo(frozenset({"seed"}), ("piano",), ("auto",))
LATENCY_S = 0.02
METRES = [Metre(4, 4)] * 8 + [Metre(3, 4)] * 4 + [Metre(6, 8)] * 4


def sensitive(request: Request) -> tuple[Part, ...]:
    """Notes that change with anything a model may know: chance, lead, own past."""
    steps = request.metre.length_steps
    known = hash((request.seed, request.target, request.lead[-4:], request.history[-4:]))
    first = int(request.from_beats * 12 + 0.999)
    onsets = range(first + (known >> 8) % 6, steps, 6)
    notes = tuple(Note(30 + (known + step) % 60, step / 12, min(0.5, (steps - step) / 12), 80) for step in onsets)
    return (Part("piano", notes),)


class Clock:
    """What `time.monotonic` says inside the handler."""

    def __init__(self) -> None:
        self.now_s = 0.0

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """The handler reads this clock instead of the machine's, whose own may jump as it likes."""
        with mock.patch("bridge.server.handler.time", SimpleNamespace(monotonic=lambda: self.now_s)):
            yield


class VirtualBridge:
    """The bridge from decoder to encoder, in the place of the simulated one; a bar takes the model the same time.

    answers     every piece that was sent, by (seq, index): the same request must never be answered in two ways
    answered_s  when each piece left
    played      how often each request was given to the model: a request that comes again is answered from memory
    """

    def __init__(self, recorder: Recorder | None = None) -> None:
        self.clock = Clock()
        self.answers: dict[tuple[int, int], bytes] = {}
        self.answered_s: list[float] = []
        self.played: Counter[int] = Counter()
        self._recorder = recorder
        self._replies: list[tuple[float, BridgeMessage]] = []
        self._leave_s = 0.0
        self.is_alive = True
        self.start()

    def start(self) -> None:
        """A new process: nothing is remembered."""
        self.is_alive = True
        self.hub = Hub("0", {"fake": INFO}, "fake")
        self.handler = Handler(self.hub, self._put, self._recorder)
        self.handler.model_ready("fake", INFO)
        self.answers.clear()

    def hear(self, message: ClientMessage, now_s: float) -> list[tuple[float, BridgeMessage]]:
        """The replies to one message, each with the moment it leaves."""
        if not self.is_alive:
            return []
        self.take(encode(message), now_s)
        return self._taken()

    def take(self, packet: bytes, now_s: float, sender: Sender = HERE) -> None:
        """One packet, and the bars that follow from it."""
        self.clock.now_s = self._leave_s = now_s
        self.handler.received(sender, packet)
        while (work := self.handler.next_work()) is not None:
            self.played[work.job.ask.seq] += 1
            self._leave_s = self.clock.now_s = now_s + LATENCY_S
            self.handler.finished(work, sensitive(work.job.request))
            self.clock.now_s = now_s

    def status(self) -> list[BridgeMessage]:
        """The heartbeat."""
        if not self.is_alive:
            return []
        self.handler.tick()
        return [message for _, message in self._taken()]

    def _put(self, destination: Destination, packet: bytes) -> None:
        for message in decode_answers(packet):
            if isinstance(message, Accompaniment):
                before = self.answers.setdefault((message.seq, message.index), packet)
                assert before == packet, "the same request was answered in two ways"
                self.answered_s.append(self._leave_s)
            self._replies.append((self._leave_s, message))  # type: ignore[arg-type]

    def _taken(self) -> list[tuple[float, BridgeMessage]]:
        replies, self._replies = self._replies, []
        return replies


def evening(minutes: float, ahead: int, badness: Badness, seed: int = 0) -> tuple[Player, Simulation, VirtualBridge]:
    """A song of so many minutes at 120 bpm, on a network that is as bad as that."""
    metres = METRES * max(round(minutes * 60 / sum(metre.length_beats / 2 for metre in METRES)), 1)
    piece, lead = song(metres)
    player = Player(piece, lead, Options("evening", ahead=ahead, controls={"seed": 11}))
    bridge = VirtualBridge()
    simulation = Simulation(player, bridge, badness, seed)  # type: ignore[arg-type]
    with bridge.clock.ticking():
        simulation.run()
    return player, simulation, bridge


def hanging(simulation: Simulation) -> Counter[tuple[str, int]]:
    """Notes that began and did not end, by part and pitch; nothing may sound twice at once either."""
    sounding: Counter[tuple[str, int]] = Counter()
    for _, event in simulation.events:
        key = (event.part, event.pitch_midi)
        sounding[key] += isinstance(event, NoteOn) - isinstance(event, NoteOff)
        assert sounding[key] in (0, 1)
    return +sounding
