"""From a packet to its answers, and from a played bar to its listeners: decoder, hub, recorder, encoder; and the error
boundary around them.

Whatever goes wrong with one message is that message's `internal` and a traceback in the log: the bridge lives on. It
knows no socket and no process: packets are handed to `put`, bars are taken by whoever calls `next_work`.
"""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections.abc import Callable, Iterator
from typing import TypeVar

from bridge.errors import Internal
from bridge.protocol.codec import NotOsc, Rejected, decode, encode
from bridge.protocol.messages import Accompaniment, ClientMessage, Hello, Refusal
from bridge.protocol.table import BRIDGE, BY_ADDRESS, CLIENT
from bridge.server.delivery import Send
from bridge.server.hub import Hub, Work
from bridge.server.members import Destination, Sender
from bridge.server.pool import Played
from bridge.server.quiet import QuietLog
from bridge.server.record import Recorder
from bridge.session.choices import ModelInfo
from bridge.session.timing import due_s

log = logging.getLogger(__name__)
wire_log = logging.getLogger("bridge.wire")
"""Every message, at the level debug; it can be switched on alone."""

LARGEST_ANSWER = 3
"""A stranger is sent at most so many times the bytes that he sent: nobody can aim the bridge at somebody else."""

ANSWERS = frozenset(a for side, a in BY_ADDRESS if side == BRIDGE and (CLIENT, a) not in BY_ADDRESS)
"""What only a bridge says is never answered, not even with /error: two bridges, or one whose client named the bridge's
own port as its reply port, would answer each other for ever."""

BARS_LOGGED = 400
"""Lines in 10 s: 64 sessions at 120 bpm have room, and one that asks as fast as it is answered fills no disk."""

T = TypeVar("T")


class Handler:
    """Everything that happens on the bridge's thread. No method raises, whatever comes in."""

    def __init__(self, hub: Hub, put: Callable[[Destination, bytes], None], recorder: Recorder | None) -> None:
        self._hub = hub
        self._put = put
        self._recorder = recorder
        self._not_osc = QuietLog(log, logging.WARNING)
        self._strangers = QuietLog(log, logging.WARNING)
        self._refusals = QuietLog(log, logging.INFO)
        self._faults = QuietLog(log, logging.ERROR)
        self._bars = QuietLog(log, logging.INFO, BARS_LOGGED)

    def received(self, sender: Sender, packet: bytes) -> None:
        """One packet from anywhere, all of it."""
        for _ in self.turns(sender, packet):
            pass

    def turns(self, sender: Sender, packet: bytes) -> Iterator[None]:
        """One packet from anywhere, a message at every turn: 256 in a bundle are not taken at the others' cost."""
        try:
            messages = decode(packet)
        except NotOsc as error:
            self._not_osc.line(time.monotonic(), "not OSC, from %s port %d: %s", sender.ip, sender.port, error)
            return
        except Exception:
            self._fault()
            return
        allowed = LARGEST_ANSWER * len(packet)
        for index, message in enumerate(messages):
            if index:
                yield
            is_stranger = sender.connection is None and not self._hub.knows(sender)
            sends = self._answered(sender, message)
            if is_stranger and _is_hello(message):  # nothing else of a stranger's is answered
                sends, allowed = _fair(sends, allowed)
            self._send(sends)

    def next_work(self) -> Work | None:
        """The next bar to be played, None if none waits."""
        return self._guarded(self._begun)

    def finished(self, work: Work, result: Played) -> None:
        """A bar that was played, or why it was not."""
        now_s = time.monotonic()
        sends = self._guarded(lambda: self._hub.finish(work, result, now_s))
        if sends is None:
            result = Internal("a fault of the bridge: its log has the traceback")
            sends = self._guarded(lambda: self._hub.finish(work, result, now_s)) or []
        if self._recorder:
            self._recorder.finished(work, result, now_s)
        self._send_and_record(sends, now_s)
        self._log_bar(work, sends, now_s)

    def model_ready(self, name: str, info: ModelInfo) -> None:
        """A model can play from now on."""
        now_s = time.monotonic()
        if self._recorder:
            self._recorder.model(name, "", now_s)
        self._send_and_record(self._guarded(lambda: self._hub.model_ready(name, info)) or [], now_s)

    def model_failed(self, name: str, reason: str) -> None:
        """A model cannot play."""
        now_s = time.monotonic()
        if self._recorder:
            self._recorder.model(name, reason, now_s)
        self._send_and_record(self._guarded(lambda: self._hub.model_failed(name, reason)) or [], now_s)

    def lost(self, connection: int) -> None:
        """A TCP connection is gone."""
        now_s = time.monotonic()
        self._guarded(lambda: self._hub.lost(connection, now_s))
        if self._recorder:
            self._recorder.lost(connection, now_s)

    def tick(self) -> None:
        """The heartbeat. To be called once a second."""
        self._send(self._guarded(lambda: self._hub.tick(time.monotonic())) or [])
        if self._recorder:
            self._recorder.tick(self._hub)

    def close(self) -> None:
        """The bridge is going down: /bye to everybody, and the recordings end."""
        if self._recorder:
            self._recorder.close()
        self._send(self._guarded(self._hub.closing) or [])

    def _answered(self, sender: Sender, message: ClientMessage | Rejected) -> list[Send]:
        """What is said to one message; anything that is raised becomes `internal`."""
        now_s = time.monotonic()
        wire_log.debug("from %s: %s", sender, message)
        try:
            if isinstance(message, Rejected):
                return self._refused(sender, message, now_s)
            return self._taken(sender, message, now_s)
        except Exception as fault:
            self._fault()
            session, seq = _named(message)
            text = f"a fault of the bridge ({type(fault).__name__}): its log has the traceback"
            return (
                self._guarded(lambda: self._hub.refuse(sender, Internal(text, session=session, seq=seq), now_s)) or []
            )

    def _refused(self, sender: Sender, rejected: Rejected, now_s: float) -> list[Send]:
        error = rejected.error
        if rejected.address in ANSWERS:
            text = "%s from %s port %d, which only a bridge says: is a client's reply port a bridge's port?"
            self._strangers.line(now_s, text, rejected.address, sender.ip, sender.port)
            return []
        if self._hub.hears(sender, error.session):
            self._refusals.line(now_s, "session %s, request %d: %s, %s", error.session, error.seq, error.code, error)
        elif rejected.address != "/hello":
            self._stranger(sender, rejected.address, now_s)
        return self._hub.refuse(sender, error, now_s, rejected.address, rejected.reply_port)

    def _taken(self, sender: Sender, message: ClientMessage, now_s: float) -> list[Send]:
        if not isinstance(message, Hello) and not self._hub.hears(sender, message.session):
            self._stranger(sender, type(message).__name__.lower(), now_s)
            return []
        sends = self._hub.receive(sender, message, now_s)
        refusals = [send.message for send in sends if isinstance(send.message, Refusal)]
        for refusal in refusals:
            name, seq = refusal.session, refusal.seq
            self._refusals.line(now_s, "session %s, request %d: %s, %s", name, seq, refusal.code, refusal.text)
        if self._recorder and all(refusal.code != "unknown-session" for refusal in refusals):
            self._recorder.request(self._hub, sender, message, now_s)
            self._recorder.sent(sends, now_s)
        return sends

    def _begun(self) -> Work | None:
        now_s, entropy = time.monotonic(), secrets.randbits(63)
        work = self._hub.begin(now_s, entropy)
        if work is not None and self._recorder:
            self._recorder.begun(work, entropy, now_s)
        return work

    def _send_and_record(self, sends: list[Send], now_s: float) -> None:
        if self._recorder:
            self._recorder.sent(sends, now_s)
        self._send(sends)

    def _send(self, sends: list[Send]) -> None:
        """Send in order. A message that cannot be sent is a fault of ours; its receiver hears that instead."""
        for send in sends:
            wire_log.debug("to %s: %s", send.destination, send.message)
            try:
                self._put(send.destination, encode(send.message))
            except Exception:
                self._fault()
                session, seq = _named(send.message)
                instead = Refusal(session, seq, Internal.code, "the bridge could not send its answer")
                self._guarded(lambda to=send.destination, instead=instead: self._put(to, encode(instead)))  # type: ignore[misc]

    def _stranger(self, sender: Sender, what: str, now_s: float) -> None:
        shown = what[:64].encode("unicode_escape").decode()  # no line of his own making, nothing that a terminal obeys
        self._strangers.line(now_s, "%s from %s port %d, who said no /hello", shown, sender.ip, sender.port)

    def _log_bar(self, work: Work, sends: list[Send], now_s: float) -> None:
        """The line that answers a musician's question: what was heard, what was played, how fast, in time or not."""
        job = work.job
        pieces = {m.index: len(m.notes) for send in sends if isinstance(m := send.message, Accompaniment)}
        refused = next((m.code for send in sends if isinstance(m := send.message, Refusal)), None)
        took_s = now_s - job.asked_s
        verdict = refused or ("late" if took_s > due_s(job.ask) else "in time" if pieces else "nobody listens")
        numbers = (job.ask.target, len(job.ask.bar.notes), sum(pieces.values()), took_s * 1000)
        self._bars.line(now_s, "session %s bar %d: %d notes in, %d out, %.1f ms, %s", work.session, *numbers, verdict)

    def _fault(self) -> None:
        """Log the exception that is being handled, with its traceback."""
        self._faults.line(time.monotonic(), "a fault of the bridge:\n%s", traceback.format_exc())

    def _guarded(self, action: Callable[[], T]) -> T | None:
        """What the action gives, None where it raised (which is logged)."""
        try:
            return action()
        except Exception:
            self._fault()
            return None


def _fair(sends: list[Send], allowed: int) -> tuple[list[Send], int]:
    """Those answers to a stranger that are together not larger than he may cause, and how many bytes are left."""
    fair = []
    for send in sends:
        size = len(encode(send.message))
        if size <= allowed:
            fair.append(send)
            allowed -= size
    return fair, allowed


def _is_hello(message: ClientMessage | Rejected) -> bool:
    return isinstance(message, Hello) or (isinstance(message, Rejected) and message.address == "/hello")


def _named(message: object) -> tuple[str, int]:
    """The session and the request that a message is about, as far as it says so."""
    about = message.error if isinstance(message, Rejected) else message
    seq = getattr(getattr(about, "ask", about), "seq", -1)
    return str(getattr(about, "session", "")), int(seq)
