"""What goes into a session and what comes out of it, as plain values."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Union

from bridge.errors import BridgeError
from bridge.model.accompanist import Part, Request
from bridge.music.bar import Bar
from bridge.music.metre import Metre

MAX_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Ask:
    """One bar of lead, and what is wanted for it (the wire's `/lead` without its session).

    seq          the asker's own number for this request
    number       the bar's number
    bar          its metre and the notes known so far
    tempo_bpm    quarter notes a minute
    ahead        -1: nothing is wanted; 0..4: the accompaniment of bar `number + ahead`
    known_beats  how much of the bar is known, 0..its length
    """

    seq: int
    number: int
    bar: Bar
    tempo_bpm: float
    ahead: int
    known_beats: float

    @property
    def target(self) -> int:
        """The number of the bar whose accompaniment is wanted (with `ahead` -1, the bar itself)."""
        return self.number + max(self.ahead, 0)


@dataclass(frozen=True, slots=True)
class Job:
    """One bar to be played: the ask it answers, and all that the model may know."""

    asker: Hashable
    ask: Ask
    request: Request
    model: str
    asked_s: float


@dataclass(frozen=True, slots=True)
class Heard:
    """The bar was taken in; nothing else was wanted."""

    asker: Hashable
    seq: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The target bar's accompaniment. `chords`: (beat, name) pairs, None unless the control asks for them."""

    asker: Hashable
    seq: int
    target: int
    metre: Metre
    parts: tuple[Part, ...]
    chords: tuple[tuple[float, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The ask was refused; `error` says why."""

    asker: Hashable
    seq: int
    error: BridgeError


Outcome = Union[Heard, Answered, Refused]
