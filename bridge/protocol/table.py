"""The one table of the wire: a row for each message, its arguments in their places, with types and units.

PROTOCOL.md is compared with it by a test, the golden files are made by walking it, decoder and encoder go by it.
A new message is a new row here, a dataclass in `messages`, a row on the page and a golden file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bridge.errors import BadArguments, BridgeError, InvalidBar
from bridge.music.bar import Bar
from bridge.music.metre import MAX_TEMPO_BPM, MIN_TEMPO_BPM, Metre
from bridge.music.note import Note
from bridge.protocol import messages as m
from bridge.session.events import MAX_AHEAD, Ask

CLIENT, BRIDGE = "client", "bridge"
MAX_REFUSAL_TEXT = 500
"""Characters of a refusal's sentence that are sent: it may quote what the client sent, which may be long."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One place of a message.

    kind     i (int32), f (float), s (text) or v (a control's value: any of the three)
    unit     "" where it has none
    refused  what a NaN, an infinite or a too large number is refused with
    """

    kind: str
    name: str
    unit: str = ""
    refused: type[BridgeError] = BadArguments

    def __str__(self) -> str:
        """As the protocol page writes it: `i seq`, or `value` where the type is open."""
        return self.name if self.kind == "v" else f"`{self.kind} {self.name}`"


@dataclass(frozen=True, slots=True)
class Row:
    """One message.

    sender     CLIENT or BRIDGE
    arguments  in their places
    group      repeated to the message's end (four places a note), empty in most messages
    answer     address of the reply to a client's message
    build      arguments (and the groups, where the row has any) to the message; raises BridgeError
    take       the message to its arguments, and its groups
    """

    sender: str
    address: str
    message: type
    arguments: tuple[Argument, ...]
    meaning: str
    answer: str = ""
    group: tuple[Argument, ...] = ()
    build: Callable[..., Any] | None = None
    take: Callable[[Any], tuple[Sequence[Any], Sequence[Sequence[Any]]]] | None = None

    @property
    def group_tags(self) -> str:
        """The type tags of one group as they are sent: `iffi` for a note."""
        return "".join(argument.kind for argument in self.group)

    def made(self, arguments: Sequence[Any], groups: Sequence[Sequence[Any]]) -> Any:
        """The message. Raises BridgeError where a value is out of its range."""
        build = self.build or self.message
        return build(*arguments, groups) if self.group else build(*arguments)

    def taken(self, message: Any) -> tuple[Sequence[Any], Sequence[Sequence[Any]]]:
        """The message's arguments, and its groups."""
        if self.take:
            return self.take(message)
        return [getattr(message, field.name) for field in fields(self.message)], ()


def _hello(protocol: int, session: str, reply_port: int, role: str, token: str) -> m.Hello:
    if not 0 <= reply_port <= 65535:
        raise BadArguments(f"reply_port {reply_port} is outside 0..65535")
    if role not in m.ROLES:
        raise BadArguments(f"role {role[:20]!r} is not one of {', '.join(m.ROLES)}")
    return m.Hello(protocol, session, reply_port, role, token)


def _lead(
    session: str,
    seq: int,
    number: int,
    numerator: int,
    denominator: int,
    tempo_bpm: float,
    ahead: int,
    known_beats: float,
    notes: Sequence[Sequence[Any]],
) -> m.Lead:
    if seq < 0:
        raise BadArguments(f"seq {seq} is below 0")
    if not -1 <= ahead <= MAX_AHEAD:
        raise BadArguments(f"ahead {ahead} is outside -1..{MAX_AHEAD}")
    metre = Metre(numerator, denominator)
    if not MIN_TEMPO_BPM <= tempo_bpm <= MAX_TEMPO_BPM:
        raise InvalidBar(f"tempo {tempo_bpm:g} is outside {MIN_TEMPO_BPM:g}..{MAX_TEMPO_BPM:g} quarter notes a minute")
    if not 0 <= known_beats <= metre.length_beats:
        raise InvalidBar(f"known {known_beats:g} is outside 0..{metre.length_beats:g} beats, the bar's length")
    bar = Bar(metre, tuple(Note(*note) for note in notes))
    return m.Lead(session, Ask(seq, number, bar, tempo_bpm, ahead, known_beats))


def _lead_taken(lead: m.Lead) -> tuple[Sequence[Any], Sequence[Sequence[Any]]]:
    ask, metre = lead.ask, lead.ask.bar.metre
    places = (lead.session, ask.seq, ask.number, metre.numerator, metre.denominator)
    return (*places, ask.tempo_bpm, ask.ahead, ask.known_beats), _four(ask.bar.notes)


def _accompaniment(
    session: str,
    seq: int,
    bar: int,
    index: int,
    count: int,
    part: str,
    numerator: int,
    denominator: int,
    notes: Sequence[Sequence[Any]],
) -> m.Accompaniment:
    metre = Metre(numerator, denominator)
    return m.Accompaniment(session, seq, bar, index, count, part, metre, tuple(Note(*note) for note in notes))


def _accompaniment_taken(piece: m.Accompaniment) -> tuple[Sequence[Any], Sequence[Sequence[Any]]]:
    head = (piece.session, piece.seq, piece.bar, piece.index, piece.count, piece.part)
    return (*head, piece.metre.numerator, piece.metre.denominator), _four(piece.notes)


def _chords(session: str, seq: int, bar: int, chords: Sequence[Sequence[Any]]) -> m.Chords:
    return m.Chords(session, seq, bar, tuple((beat, name) for beat, name in chords))


def _four(notes: Sequence[Note]) -> list[tuple[int, float, float, int]]:
    return [(n.pitch_midi, n.onset_beats, n.duration_beats, n.velocity_midi) for n in notes]


_A = Argument
_SESSION = _A("s", "session")
_SEQ = _A("i", "seq")
_NAME = _A("s", "name")
_N = _A("i", "n")
_VALUE = _A("v", "value")
_METRE = (_A("i", "numerator", "", InvalidBar), _A("i", "denominator", "", InvalidBar))
_NOTE = (
    _A("i", "pitch", "MIDI", InvalidBar),
    _A("f", "onset", "beats", InvalidBar),
    _A("f", "duration", "beats", InvalidBar),
    _A("i", "velocity", "MIDI", InvalidBar),
)
_HELLO = (_A("i", "protocol"), _SESSION, _A("i", "reply_port"), _A("s", "role"), _A("s", "token"))
_LEAD = (
    *(_SESSION, _SEQ, _A("i", "bar"), *_METRE),
    *(_A("f", "tempo", "quarter notes a minute", InvalidBar), _A("i", "ahead", "bars")),
    _A("f", "known", "beats", InvalidBar),
)
_WELCOME = (
    *(_A("i", "protocol"), _SESSION, _A("s", "version"), _A("s", "model")),
    *(_A("i", "ready"), _A("i", "bars", "bars")),
)
_PIECE = (_SESSION, _SEQ, _A("i", "bar"), _A("i", "index"), _A("i", "count"), _A("s", "part"), *_METRE)
_CONTROL = (_SESSION, _NAME, _A("s", "type"), _A("f", "min"), _A("f", "max"), _VALUE, _A("s", "text"))
_STATUS = (
    *(_SESSION, _A("i", "ready"), _A("i", "bars", "bars"), _A("i", "late", "answers")),
    *(_A("f", "median_ms", "ms"), _A("f", "p99_ms", "ms")),
)
_REFUSAL = (_SESSION, _SEQ, _A("s", "code"), _A("s", "text"))
_CHORDS = (_SESSION, _SEQ, _A("i", "bar"))
_CHORD = (_A("f", "beat", "beats"), _A("s", "name"))


def _refusal_taken(refusal: m.Refusal) -> tuple[Sequence[Any], Sequence[Sequence[Any]]]:
    return (refusal.session, refusal.seq, refusal.code, refusal.text[:MAX_REFUSAL_TEXT]), ()


ROWS: tuple[Row, ...] = (
    Row(CLIENT, "/hello", m.Hello, _HELLO, "join or open a session", "/welcome", build=_hello),
    Row(
        *(CLIENT, "/lead", m.Lead, _LEAD, "one bar of lead, and what is wanted for it"),
        answer="/accompaniment",
        group=_NOTE,
        build=_lead,
        take=_lead_taken,
    ),
    Row(CLIENT, "/set", m.Set, (_SESSION, _NAME, _VALUE), "set a control", "/value"),
    Row(CLIENT, "/get", m.Get, (_SESSION, _NAME), "describe one control, or every one (`*`)", "/control"),
    Row(CLIENT, "/reset", m.Reset, (_SESSION,), "forget lead and accompaniment", "/ack"),
    Row(CLIENT, "/ping", m.Ping, (_SESSION, _N), "is anybody there", "/pong"),
    Row(CLIENT, "/bye", m.Bye, (_SESSION,), "leave", "/ack"),
    Row(BRIDGE, "/welcome", m.Welcome, _WELCOME, "you are in"),
    Row(
        *(BRIDGE, "/accompaniment", m.Accompaniment, _PIECE, "notes to play in the bar"),
        group=_NOTE,
        build=_accompaniment,
        take=_accompaniment_taken,
    ),
    Row(
        *(BRIDGE, "/chords", m.Chords, _CHORDS, "the chords that the answer's notes spell"),
        group=_CHORD,
        build=_chords,
        take=lambda chords: ((chords.session, chords.seq, chords.bar), chords.chords),
    ),
    Row(BRIDGE, "/value", m.Value, (_SESSION, _NAME, _VALUE), "a control's value now"),
    Row(BRIDGE, "/control", m.Control, _CONTROL, "describes a control"),
    Row(BRIDGE, "/ack", m.Ack, (_SESSION, _A("s", "address"), _SEQ), "done"),
    Row(BRIDGE, "/pong", m.Pong, (_SESSION, _N), "the answer to a ping"),
    Row(BRIDGE, "/status", m.Status, _STATUS, "the heartbeat"),
    Row(BRIDGE, "/error", m.Refusal, _REFUSAL, "the request was refused", take=_refusal_taken),
    Row(BRIDGE, "/bye", m.Bye, (_SESSION,), "the bridge is going down"),
)
BY_ADDRESS: dict[tuple[str, str], Row] = {(row.sender, row.address): row for row in ROWS}
BY_MESSAGE: dict[type, Row] = {row.message: row for row in ROWS}
"""For sending: both `/bye` look the same."""
