"""Requests that are under way: numbered, sent again after a silence, answered once or given up. It reads no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bridge.client.measured import Measured
from bridge.protocol.messages import Accompaniment, Lead, Refusal
from bridge.session.events import Ask

RESEND_S = 0.080
"""How long a client waits in silence before it sends the same request again (the protocol page's number)."""
PATIENCE = {"busy": RESEND_S, "not-ready": 0.25, "unknown-session": RESEND_S}
"""Refusals that pass: how long to wait before the bar is asked for again, doubled each time. A new `seq` each time,
since the old one would be answered with the same refusal from memory. Every other refusal is final."""


@dataclass(slots=True)
class Pending:
    """One request under way. `until_s`: when its answer ceases to be of use. `pieces`: those that came, of `count`."""

    ask: Ask
    until_s: float
    first_sent_s: float
    next_send_s: float
    is_sent: bool = False
    refusals: int = 0
    count: int = 0
    pieces: set[int] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Whether every piece of the answer came."""
        return 0 < self.count == len(self.pieces)


class Requests:
    """The requests of one session. Each comes to exactly one end: answered, acknowledged, or given up."""

    def __init__(self, session: str, first_seq: int, measured: Measured) -> None:
        self._session = session
        self._next_seq = first_seq
        self._measured = measured
        self._pending: dict[int, Pending] = {}
        self._over: dict[int, bool] = {}  # seq -> whether it was answered; else it was refused or given up

    def __len__(self) -> int:
        return len(self._pending)

    def __iter__(self) -> Iterator[Pending]:
        return iter(self._pending.values())

    def open(self, ask: Ask, now_s: float, until_s: float) -> None:
        """Number a request and let it be sent with the next `wake`."""
        self._begin(Pending(replace(ask, seq=self._next_seq), until_s, now_s, now_s))

    def _begin(self, pending: Pending) -> None:
        self._pending[pending.ask.seq] = pending
        self._next_seq += 1

    @property
    def due_s(self) -> float | None:
        """When something has to be sent (again) or given up."""
        return min((min(p.next_send_s, p.until_s) for p in self._pending.values()), default=None)

    def give_up(self, now_s: float) -> list[Pending]:
        """Give up what an answer could not serve any more."""
        return self._abandon([p for p in self._pending.values() if now_s >= p.until_s])

    def abandon(self) -> list[Pending]:
        """Give up everything under way."""
        return self._abandon(list(self._pending.values()))

    def wake(self, now_s: float) -> list[Lead]:
        """What is to be sent now; bars that want nothing go first, so that what is wanted can build on them."""
        due = [p for p in self._pending.values() if now_s >= p.next_send_s]
        for pending in due:
            self._measured.resent += pending.is_sent
            pending.is_sent = True
            pending.next_send_s = now_s + RESEND_S
        return [Lead(self._session, p.ask) for p in sorted(due, key=lambda p: p.ask.ahead >= 0)]

    def hurry(self, now_s: float) -> None:
        """Send everything under way again with the next `wake`: whoever was asked has forgotten it."""
        for pending in self._pending.values():
            pending.next_send_s = min(pending.next_send_s, now_s)

    def take_piece(self, message: Accompaniment) -> Pending | None:
        """The request that a piece is news for, None if it is none. A request whose last piece it is, is over."""
        pending = self._pending.get(message.seq)
        if pending is None:
            self._count_stray(message.seq)
            return None
        is_a_piece = 0 <= message.index < message.count and pending.count in (0, message.count)
        if message.bar != pending.ask.target or not is_a_piece:
            self._measured.unexpected += 1
            return None
        if message.index in pending.pieces:
            self._measured.duplicates += 1
            return None
        pending.count = message.count
        pending.pieces.add(message.index)
        if pending.is_whole:
            self._end(pending, answered=True)
        return pending

    def take_ack(self, seq: int) -> None:
        """A bar that wanted nothing was heard."""
        pending = self._pending.get(seq)
        if pending is None or pending.ask.ahead >= 0:
            self._count_stray(seq)
        else:
            self._end(pending, answered=True)

    def take_refusal(self, refusal: Refusal, now_s: float) -> Pending | None:
        """Wait and ask anew where the refusal may pass; else the request is given up and returned."""
        pending = self._pending.get(refusal.seq)
        if pending is None:
            self._count_stray(refusal.seq)
            return None
        self._measured.errors[refusal.code] += 1
        self._end(pending, answered=False)
        patience_s = PATIENCE.get(refusal.code)
        if patience_s is None:
            return pending
        again_s = now_s + patience_s * 2**pending.refusals
        self._begin(
            replace(
                pending,
                ask=replace(pending.ask, seq=self._next_seq),
                next_send_s=again_s,
                is_sent=False,
                refusals=pending.refusals + 1,
                count=0,
                pieces=set(),
            )
        )
        return None

    def _abandon(self, given_up: list[Pending]) -> list[Pending]:
        for pending in given_up:
            self._end(pending, answered=False)
        return given_up

    def _end(self, pending: Pending, answered: bool) -> None:
        del self._pending[pending.ask.seq]
        self._over[pending.ask.seq] = answered

    def _count_stray(self, seq: int) -> None:
        if self._over.get(seq):
            self._measured.duplicates += 1
        else:
            self._measured.unexpected += 1
