"""Bytes as a conversation: what members say, what time and workers do. Any of it leaves the bridge without a fault of
its own, and answers that every client can read, at members' addresses alone.

Each step is one byte for what happens and the bytes that it takes; what is missing counts as zero, so that every input
is a conversation.
"""

from __future__ import annotations

import struct
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from unittest import mock

from client.simulated import FOUR_FOUR, song
from faults.evenings import INFO, Clock

from bridge.client.player import Options, Player, Send
from bridge.client.score import NoteOff, NoteOn
from bridge.errors import InvalidBar
from bridge.model.accompanist import Part
from bridge.model.controls import CONTROLS
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol import messages as m
from bridge.protocol.codec import NotOsc, Rejected, decode_answers, encode
from bridge.protocol.osc import pack
from bridge.server.handler import Handler
from bridge.server.hub import Hub, Work
from bridge.server.members import Destination, Limits, Sender
from bridge.server.record import Recorder
from bridge.session.events import Ask

MARK = b"\x01"
"""An input that begins with it is a conversation; as a packet or a stream it would be nothing."""
PLAYER_MARK = b"\x02"
"""Likewise: what a client hears from its bridge."""
SESSIONS = ("a", "a", "a", "a", "a", "b", "b", "c")
METRES = (*[Metre(4, 4)] * 4, Metre(3, 4), Metre(6, 8), Metre(1, 16), Metre(16, 4))
MOST_STEPS = 200


class Script:
    """The input, taken from its beginning; zeros follow its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def is_over(self) -> bool:
        return self._at >= len(self._data)

    def byte(self) -> int:
        return self.bytes(1)[0]

    def bytes(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        self._at += count
        return taken.ljust(count, b"\0")

    def number(self) -> int:
        return int(struct.unpack(">i", self.bytes(4))[0])

    def real(self) -> float:
        return float(struct.unpack(">f", self.bytes(4))[0])

    def note(self) -> Note | None:
        pitch, onset, duration, velocity = self.bytes(4)
        try:
            return Note(pitch % 128, onset % 72 / 12, duration / 12, velocity % 128)
        except InvalidBar:
            return None

    def notes(self) -> tuple[Note, ...]:
        return tuple(note for _ in range(self.byte() % 8) if (note := self.note()) is not None)


class Conversation:
    """A hub of small limits with two places on the network, one connection and one stranger around it."""

    def __init__(self, script: Script, clock: Clock) -> None:
        self._script = script
        self._clock = clock
        here, beside, there = Sender("10.0.0.1", 1), Sender("10.0.0.1", 2), Sender("10.0.0.2", 1)
        self._senders = (*[here] * 5, beside, there, Sender("10.0.0.2", 9, 7))
        self._works: list[Work] = []
        self._sent: list[tuple[Destination, bytes]] = []
        self.hub = Hub("1", {"fake": INFO, "other": None}, "fake", limits=Limits(sessions=2, members=2, bars=4))
        recorder = Recorder(Path("."), "1", {"fake": "fake"}, "fake")
        self.handler = Handler(self.hub, lambda to, packet: self._sent.append((to, packet)), recorder)
        self._deeds = (
            *(self._lead, self._begin, self._finish, self._lead, self._set, self._begin, self._finish, self._lead),
            *(self._hello, self._get, self._ping),
            *(self._raw, self._reset, self._bye, self._time, self._lost, self._model, self._typed, self._again),
        )
        self._last = b""
        self.handler.model_ready("fake", INFO)
        self.handler.received(self._senders[0], encode(m.Hello(1, "a", 0, "both", "")))

    def run(self) -> None:
        """To the end of the script, looking at every step."""
        for _ in range(MOST_STEPS):
            if self._script.is_over:
                break
            self._deeds[self._script.byte() % len(self._deeds)]()
            self._look()
        self.handler.close()
        self._look()

    def _look(self) -> None:
        """What holds after every step."""
        assert self.handler._faults.count == 0, "a fault of the bridge"
        for to, packet in self._sent:
            assert to == 7 or (isinstance(to, tuple) and to[0].startswith("10.0.0.")), "nobody else is answered"
            assert len(packet) <= 4_096
            [message] = decode_answers(packet)
            assert not isinstance(message, Rejected), message
        self._sent.clear()
        assert len(self.hub.sessions) <= 2

    def _put(self, packet: bytes) -> None:
        self._last = packet
        self.handler.received(self._senders[self._script.byte() % len(self._senders)], packet)

    def _say(self, message: m.ClientMessage) -> None:
        self._put(encode(message))

    def _session(self) -> str:
        return SESSIONS[self._script.byte() % len(SESSIONS)]

    def _hello(self) -> None:
        role, port = self._script.bytes(2)
        self._say(m.Hello(1, self._session(), port % 3, m.ROLES[role % 3], ""))

    def _lead(self) -> None:
        script = self._script
        session, seq, number = self._session(), script.byte(), script.byte()
        place, ahead, known = script.bytes(3)
        metre = METRES[place % len(METRES)]
        bar = Bar(metre, tuple(note for note in script.notes() if note.onset_beats < metre.length_beats))
        known_beats = min(known / 12, metre.length_beats)
        self._say(m.Lead(session, Ask(seq, number % 16, bar, 120.0, ahead % 6 - 1, known_beats)))

    def _set(self) -> None:
        script = self._script
        name = list(CONTROLS)[script.byte() % len(CONTROLS)]
        match script.byte() % 4:
            case 0:
                value: int | float | str = script.number()
            case 1:
                value = script.real()
            case 2:
                value = ("", "fake", "other", "auto", "piano", "C | G7 Am", "%", "piano piano")[script.byte() % 8]
            case _:
                value = script.bytes(script.byte() % 40).decode("latin-1").replace("\0", " ")
        self._say(m.Set(self._session(), name, value))

    def _get(self) -> None:
        self._say(m.Get(self._session(), ("*", "low", "nothing")[self._script.byte() % 3]))

    def _ping(self) -> None:
        self._say(m.Ping(self._session(), self._script.number()))

    def _reset(self) -> None:
        self._say(m.Reset(self._session()))

    def _bye(self) -> None:
        self._say(m.Bye(self._session()))

    def _raw(self) -> None:
        self._put(self._script.bytes(self._script.byte()))

    def _again(self) -> None:
        """The last packet once more, perhaps from somebody else, perhaps with one byte changed."""
        place, value = self._script.bytes(2)
        packet = bytearray(self._last)
        if packet and value:
            packet[place % len(packet)] = value
        self._put(bytes(packet))

    def _typed(self) -> None:
        """A message of any types, of bytes that were not meant for it."""
        script = self._script
        row = ("/hello", "/lead", "/set", "/get", "/reset", "/ping", "/bye", "/nothing")[script.byte() % 8]
        tags, values = "s", ["a"]
        for _ in range(script.byte() % 16):
            tag = "ifs"[script.byte() % 3]
            tags += tag
            values.append(script.number() if tag == "i" else script.real() if tag == "f" else "a")  # type: ignore[arg-type]
        self._put(pack(row, tags, values))

    def _begin(self) -> None:
        work = self.handler.next_work()
        if work is not None:
            self._works.append(work)

    def _finish(self) -> None:
        """A model answers: with notes that may be illegal, and perhaps to work that is long over."""
        script = self._script
        if not self._works:
            return
        work = self._works[-1 - script.byte() % len(self._works)]
        parts = tuple(Part(("piano", "bass")[n % 2], script.notes()) for n in range(script.byte() % 3))
        self.handler.finished(work, parts)

    def _time(self) -> None:
        self._clock.now_s += (0.1, 1.0, 31.0, 601.0)[self._script.byte() % 4]
        self.handler.tick()

    def _lost(self) -> None:
        self.handler.lost(7)

    def _model(self) -> None:
        name = ("fake", "other")[self._script.byte() % 2]
        if self._script.byte() % 3:
            self.handler.model_ready(name, INFO)
        else:
            self.handler.model_failed(name, "told to")


@contextmanager
def _no_files():  # type: ignore[no-untyped-def]
    """Recordings go to memory."""
    with mock.patch("bridge.server.record._new_file", side_effect=lambda folder, stem: StringIO()):
        yield


def any_conversation(data: bytes) -> None:
    """Whatever members, strangers, time and workers do."""
    clock = Clock()
    with clock.ticking(), _no_files():
        Conversation(Script(data), clock).run()


def any_bridge(data: bytes) -> None:
    """Whatever a client is told by something that claims to be its bridge: it raises nothing, and no note is left
    sounding when it has stopped."""
    script, now_s = Script(data), 0.0
    piece, lead = song([FOUR_FOUR] * 3)
    player = Player(piece, lead, Options("a", ahead=script.byte() % 2, controls={"seed": 1}))
    sounding: set[tuple[str, int]] = set()

    def carry_out(actions: list[object]) -> None:
        for action in actions:
            if isinstance(action, Send):
                encode(action.message)
            elif isinstance(action, NoteOn):
                sounding.add((action.part, action.pitch_midi))
            elif isinstance(action, NoteOff):
                sounding.discard((action.part, action.pitch_midi))

    carry_out(list(player.start(now_s)))
    for welcome in (m.Welcome(1, "a", "0", "fake", 1, 0), m.Value("a", "seed", 1)):
        carry_out(list(player.hear(welcome, now_s)))
    for _ in range(MOST_STEPS):
        if script.is_over:
            break
        for message in _told(script):
            carry_out(list(player.hear(message, now_s)))
        now_s += script.byte() / 50
        carry_out(list(player.wake(now_s)))
    carry_out(list(player.stop(now_s)))
    assert not sounding, "no note hangs"


def _told(script: Script) -> list[m.BridgeMessage]:
    session, seq = ("a", "a", "b", "")[script.byte() % 4], script.byte() % 16 - 1
    match script.byte() % 8:
        case 0:
            return [m.Welcome(1, session or "a", "0", "fake", script.byte() % 2, script.byte())]
        case 1:
            index, count, part = script.byte() % 3, 1 + script.byte() % 3, ("piano", "bass")[script.byte() % 2]
            notes = script.notes()
            # Every bar may be the one that was asked for: of the others it learns nothing.
            return [m.Accompaniment(session, seq, bar, index, count, part, FOUR_FOUR, notes) for bar in range(4)]
        case 2:
            return [m.Value(session, list(CONTROLS)[script.byte() % len(CONTROLS)], script.number())]
        case 3:
            return [m.Ack(session, ("/lead", "/reset", "/bye")[script.byte() % 3], seq)]
        case 4:
            code = ("busy", "superseded", "internal", "not-ready", "invalid-bar", "bad-token", "nonsense")
            return [m.Refusal(session, seq, code[script.byte() % len(code)], "no")]
        case 5:
            return [m.Status(session, 1, 0, 0, 1.0, script.real())]
        case 6:
            return [m.Bye(session)]
    try:
        heard = decode_answers(script.bytes(script.byte()))
    except NotOsc:
        return []
    return [message for message in heard if not isinstance(message, Rejected)]
