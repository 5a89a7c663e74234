"""Plays a song at a bridge as a plugin would. Pure: messages and moments in, actions out; no socket, no clock.

The loop around it (`bridge.client.realtime`) calls `start` once, then `wake` when `due_s` comes and `hear` for every
message, and carries out the actions. The song begins, with a bar of count-in, when the bridge is ready.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Union

from bridge.client.duet import Duet, PlayedNote
from bridge.client.measured import Measured
from bridge.client.membership import Membership
from bridge.client.plan import plan
from bridge.client.requests import Pending, Requests
from bridge.client.score import NoteOff, NoteOn
from bridge.client.timeline import bar_start_s
from bridge.errors import InputError
from bridge.music.bar import Bar
from bridge.music.song import Song
from bridge.protocol.messages import (
    PROTOCOL,
    Accompaniment,
    Ack,
    BridgeMessage,
    Bye,
    ClientMessage,
    Hello,
    Refusal,
)

ABSENT_S = 3.0
"""A bridge that has said nothing for so long after the first `/hello` is not there."""
LOADING_LIMIT_S = 120.0
"""How long a model may take to load."""
GIVE_UP_S = 10.0
"""As fast as it can: how long one bar is waited for."""
MEMORY_BARS = 16
"""How many bars a bridge that lost its memory is told again."""
REMINDER_S = 2.0
"""How long it is worth telling it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to play.

    session, token, reply_port  as in `/hello`
    ahead      0: every bar is known beforehand; 1: somebody plays
    is_fast    one bar after the other as fast as the bridge answers; nothing is late then, and no note sounds
    first_seq  number of the first request; a client that starts again takes a higher one
    controls   set before the song begins, and again when the bridge has forgotten them

    Raises InputError.
    """

    session: str
    token: str = ""
    reply_port: int = 0
    ahead: int = 0
    is_fast: bool = False
    first_seq: int = 0
    controls: Mapping[str, int | float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.ahead not in (0, 1):
            raise InputError(f"--ahead is 0 (the lead is known beforehand) or 1 (somebody plays), not {self.ahead}")


@dataclass(frozen=True, slots=True)
class Send:
    """A message goes to the bridge."""

    message: ClientMessage


Action = Union[Send, NoteOn, NoteOff]


class Player:
    """One song, once, at the song's tempi. `lead`: one Bar for each bar of the song.

    measured   what was measured so far
    failure    why nothing could be played, one sentence; empty as long as nothing prevents it
    """

    def __init__(self, song: Song, lead: Sequence[Bar], options: Options) -> None:
        self._song = song
        self._options = options
        self._steps = plan(song, lead, options.ahead)
        self.measured = Measured(bars=sum(step.is_wanted for step in self._steps))
        hello = Hello(PROTOCOL, options.session, options.reply_port, "both", options.token)
        self.membership = Membership(hello, options.controls)
        self._requests = Requests(options.session, options.first_seq, self.measured)
        self._duet = Duet(song, self.measured)
        self._cursor = 0
        self._started_s = math.inf
        self._origin_s = math.inf  # when bar 0 begins; not known before the bridge is ready
        self._is_leaving = False
        self.failure = ""

    @property
    def is_finished(self) -> bool:
        """Whether the song is over and the bridge has been left."""
        return self._is_leaving and self.membership.has_left

    @property
    def has_begun(self) -> bool:
        """Whether the bridge was ready and the song (its count-in) began."""
        return self._origin_s < math.inf

    @property
    def played(self) -> tuple[PlayedNote, ...]:
        """The duet's other half: the notes that came in time, as they sounded."""
        return self._duet.played

    @property
    def progress(self) -> tuple[int, int]:
        """How many of the song's requests have gone out, and how many there are."""
        return self._cursor, len(self._steps)

    def start(self, now_s: float) -> list[Action]:
        """Greet the bridge."""
        self._started_s = now_s
        self.membership.greet(now_s)
        return self.wake(now_s)

    def stop(self, now_s: float) -> list[Action]:
        """Break off: silence, and goodbye. `wake` and `hear` are still called until `is_finished`."""
        if self._is_leaving:
            return []
        self._is_leaving = True
        actions: list[Action] = [*self._duet.silence(now_s)]
        for pending in self._requests.abandon():
            self._count_lost(pending)
        self.membership.leave(now_s)
        return [*actions, *map(Send, self.membership.wake(now_s))]

    @property
    def due_s(self) -> float | None:
        """When `wake` has to be called next, None when only a message can go on."""
        times_s = [self.membership.due_s]
        times_s += [due_s for due_s in (self._duet.due_s, self._requests.due_s) if due_s is not None]
        if not self._is_leaving:
            times_s += [self._next_step_s(), self._end_s(), self._patience_ends_s()]
        due_s = min(times_s)
        return due_s if due_s < math.inf else None

    def wake(self, now_s: float) -> list[Action]:
        """Do what is due by now."""
        actions: list[Action] = [*self._duet.wake(now_s)]  # first: nothing else here is heard when it is late
        actions += map(Send, self.membership.wake(now_s))
        if now_s >= self._patience_ends_s():
            return [*actions, *self._fail(self._absence(), now_s)]
        return [*actions, *self._go_on(now_s)]

    def hear(self, message: BridgeMessage, now_s: float) -> list[Action]:
        """Take in one message from the bridge."""
        if message.session != self._options.session and not (isinstance(message, Refusal) and not message.session):
            self.measured.unexpected += 1
            return []
        actions: list[Action] = []
        self.membership.hear(message, now_s)
        match message:
            case Accompaniment():
                self._take_piece(message, now_s)
            case Ack(address="/lead", seq=seq):
                self._requests.take_ack(seq)
            case Refusal(seq=-1, code=code):
                self.measured.errors[code] += 1
            case Refusal():
                refused = self._requests.take_refusal(message, now_s)
                if refused is not None:
                    self._count_lost(refused)
            case Bye():
                actions += self._duet.silence(now_s)
            case _:
                pass
        if self.membership.failure and not self._is_leaving:
            return [*actions, *self._fail(f"the bridge refuses: {self.membership.failure}", now_s)]
        return [*actions, *map(Send, self.membership.wake(now_s)), *self._go_on(now_s)]

    def _go_on(self, now_s: float) -> list[Action]:
        """Ask what is due, ask again what was not answered, and leave when all is over."""
        self.measured.rejoined = self.membership.rejoined
        if self._is_leaving:
            return []
        if self._origin_s == math.inf and now_s >= self.membership.ready_from_s:
            self._origin_s = now_s - bar_start_s(self._song, -1)
        if self.membership.is_forgotten:
            self._remind(now_s)
        given_up = self._requests.give_up(now_s)
        for pending in given_up:
            self._count_lost(pending)
        if self._options.is_fast and given_up and self.membership.silent_s(now_s) >= GIVE_UP_S:
            return self._fail("the bridge does not answer any more", now_s)
        while self._next_step_s() <= now_s:
            step = self._steps[self._cursor]
            until_s = now_s + GIVE_UP_S if self._options.is_fast else self._origin_s + step.until_s
            self._requests.open(step.ask, now_s, until_s)
            self._cursor += 1
        leads = self._requests.wake(now_s)
        actions: list[Action] = [Send(lead) for lead in leads]
        return [*actions, *self.stop(now_s)] if now_s >= self._end_s() else actions

    def _fail(self, why: str, now_s: float) -> list[Action]:
        self.failure = why
        return self.stop(now_s)

    def _remind(self, now_s: float) -> None:
        """Tell a bridge that lost its memory the last bars again, and let it be asked again at once for what is due."""
        self.membership.is_forgotten = False
        under_way = {pending.ask.number for pending in self._requests}
        gone_out = [step.ask for step in self._steps[: self._cursor] if step.ask.number not in under_way]
        heard = {ask.number: ask for ask in gone_out}  # the last sending of each bar
        for ask in list(heard.values())[-MEMORY_BARS:]:
            self._requests.open(replace(ask, ahead=-1), now_s, now_s + REMINDER_S)
        self._requests.hurry(now_s)

    def _take_piece(self, message: Accompaniment, now_s: float) -> None:
        pending = self._requests.take_piece(message)
        if pending is None:
            return
        start_s = self._origin_s + bar_start_s(self._song, message.bar)
        if pending.is_whole:
            self.measured.answered += 1
            self.measured.late += not self._options.is_fast and now_s > start_s
            self.measured.round_trips_ms.append((now_s - pending.first_sent_s) * 1000)
        self._duet.take(message, None if self._options.is_fast else self._origin_s, now_s)

    def _count_lost(self, pending: Pending) -> None:
        if pending.ask.ahead >= 0:
            self.measured.lost += 1
        else:
            self.measured.unheard += 1

    def _next_step_s(self) -> float:
        if self._origin_s == math.inf:
            return self.membership.ready_from_s
        if self._cursor == len(self._steps):
            return math.inf
        if self._options.is_fast:
            return math.inf if len(self._requests) else -math.inf
        return self._origin_s + self._steps[self._cursor].at_s

    def _end_s(self) -> float:
        """When the song is over; infinite as long as anything of it is under way."""
        is_busy = self._cursor < len(self._steps) or len(self._requests) or self._duet.due_s is not None
        if is_busy or self._origin_s == math.inf:
            return math.inf
        return -math.inf if self._options.is_fast else self._origin_s + bar_start_s(self._song, len(self._song.bars))

    def _patience_ends_s(self) -> float:
        """Until when to wait for the song's beginning."""
        if self._is_leaving or self._origin_s < math.inf:
            return math.inf
        return self._started_s + (ABSENT_S if self.membership.welcome is None else LOADING_LIMIT_S)

    def _absence(self) -> str:
        if self.membership.welcome is None:
            return "no bridge answers"
        if not self.membership.welcome.ready:
            return f"the bridge's model is not ready after {LOADING_LIMIT_S:g} s"
        return "the bridge does not take the controls: " + ", ".join(self.membership.unconfirmed)
