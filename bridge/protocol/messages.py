"""One frozen dataclass for each message of PROTOCOL.md. They hold checked values; bytes are the codec's business."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Union

from bridge.model.controls import ControlValue
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.session.events import Ask

PROTOCOL = 1
"""The protocol's number: raised when an address, an argument's place or an error code changes."""
DEFAULT_REPLY_PORT = 7771
ROLES = ("both", "listen", "play")


# From the client


@dataclass(frozen=True, slots=True)
class Hello:
    """Join or open a session. `reply_port` 0 means the port that this datagram came from."""

    protocol: int
    session: str
    reply_port: int
    role: str
    token: str = field(repr=False)  # a log of the wire shows every message


@dataclass(frozen=True, slots=True)
class Lead:
    """One bar of lead, and what is wanted for it."""

    session: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Set:
    """Set a control. Any of the wire's types may come; whether it fits is the control's business."""

    session: str
    name: str
    value: ControlValue


@dataclass(frozen=True, slots=True)
class Get:
    """Describe one control, or every one with the name `*`."""

    session: str
    name: str


@dataclass(frozen=True, slots=True)
class Reset:
    """Forget lead and accompaniment; controls stay."""

    session: str


@dataclass(frozen=True, slots=True)
class Ping:
    """Is anybody there? `n` comes back in the Pong."""

    session: str
    n: int


@dataclass(frozen=True, slots=True)
class Bye:
    """From a client: leave. From the bridge: it is going down, let nothing hang."""

    session: str


# From the bridge


@dataclass(frozen=True, slots=True)
class Welcome:
    """You are in. `ready` 0: the model is still loading. `bars`: how many bars of lead the session remembers."""

    protocol: int
    session: str
    version: str
    model: str
    ready: int
    bars: int


@dataclass(frozen=True, slots=True)
class Accompaniment:
    """Piece `index` (0-based) of `count` of the notes to play in `bar`."""

    session: str
    seq: int
    bar: int
    index: int
    count: int
    part: str
    metre: Metre
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Chords:
    """The chords that an answer's notes spell: (beat, name) pairs."""

    session: str
    seq: int
    bar: int
    chords: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A control's value now, after clamping."""

    session: str
    name: str
    value: ControlValue


@dataclass(frozen=True, slots=True)
class Control:
    """Describes a control: enough for a client to draw it. `kind` is f, i or s."""

    session: str
    name: str
    kind: str
    low: float
    high: float
    value: ControlValue
    text: str


@dataclass(frozen=True, slots=True)
class Ack:
    """Done. `seq` is -1 where the request had none."""

    session: str
    address: str
    seq: int


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a Ping."""

    session: str
    n: int


@dataclass(frozen=True, slots=True)
class Status:
    """The heartbeat, once a second. `late`: answers that came after their bar had begun."""

    session: str
    ready: int
    bars: int
    late: int
    median_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """`/error`: the request was refused. `code` is for programs, `text` for people."""

    session: str
    seq: int
    code: str
    text: str


ClientMessage = Union[Hello, Lead, Set, Get, Reset, Ping, Bye]
BridgeMessage = Union[Welcome, Accompaniment, Chords, Value, Control, Ack, Pong, Status, Refusal, Bye]
Message = Union[ClientMessage, BridgeMessage]
