"""What is sent for the outcomes of a session, and to whom: answers in pieces that every receiver can take, acks,
refusals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bridge.errors import BridgeError
from bridge.protocol.codec import MAX_MESSAGE_BYTES
from bridge.protocol.messages import Accompaniment, Ack, BridgeMessage, Chords, Refusal
from bridge.server.members import Destination
from bridge.server.rooms import Room
from bridge.session.events import Answered, Heard, Outcome

MAX_ERROR_TEXT = 300
MAX_STRANGER_TEXT = 68
"""A stranger's /hello is 40 bytes at least; with so short a sentence its refusal stays under three times that, so that
nobody can use the bridge to multiply what he sends."""

_NOTE_BYTES = 4 * 4 + 4  # four numbers, four letters of the type tag


@dataclass(frozen=True, slots=True)
class Send:
    """One message on its way to one member."""

    destination: Destination
    message: BridgeMessage


def deliveries(room: Room, outcomes: Iterable[Outcome]) -> list[Send]:
    """An answer goes to every member that wants notes, and to an asker that wants none as an /ack; everything else goes
    to the asker alone. An asker that left in between gets nothing."""
    session = room.session
    sends: list[Send] = []
    for outcome in outcomes:
        asker = next((member for member in room.members.values() if member.destination == outcome.asker), None)
        if isinstance(outcome, Answered):
            messages = answer_messages(session.name, outcome, session.controls.text("parts").split()[0])
            players = [member for member in room.members.values() if member.wants_notes]
            sends += [Send(player.destination, message) for player in players for message in messages]
        if asker is None:
            continue
        if isinstance(outcome, Heard) or (isinstance(outcome, Answered) and not asker.wants_notes):
            sends.append(Send(asker.destination, Ack(session.name, "/lead", outcome.seq)))
        elif not isinstance(outcome, Answered):
            sends.append(Send(asker.destination, refusal(session.name, outcome.error, outcome.seq)))
    return sends


def answer_messages(session: str, answer: Answered, silent_part: str) -> tuple[BridgeMessage, ...]:
    """The pieces of an answer, numbered over all its parts, then its chords if they were asked for.

    A part without notes takes no piece; an answer without notes is one piece without notes, of `silent_part`.
    """
    pieces = [
        (part.name, part.notes[start : start + size])
        for part in answer.parts
        for size in (notes_a_piece(session, part.name),)
        for start in range(0, len(part.notes), size)
    ] or [(silent_part, ())]
    messages: list[BridgeMessage] = [
        Accompaniment(session, answer.seq, answer.target, index, len(pieces), name, answer.metre, notes)
        for index, (name, notes) in enumerate(pieces)
    ]
    if answer.chords is not None:
        messages.append(Chords(session, answer.seq, answer.target, _fitting(session, answer.chords)))
    return tuple(messages)


def notes_a_piece(session: str, part: str) -> int:
    """How many notes fit into one /accompaniment: 200 at most, 188 with the longest names."""
    fixed = _string_bytes("/accompaniment") + len(",siiiisii") + 4 + _string_bytes(session) + _string_bytes(part)
    return (MAX_MESSAGE_BYTES - fixed - 6 * 4) // _NOTE_BYTES


def refusal(session: str, error: BridgeError, seq: int = -1, longest: int = MAX_ERROR_TEXT) -> Refusal:
    """The /error for a refusal, its sentence cut to `longest` characters. What the error itself says of session and
    request counts first."""
    text = error.text if len(error.text) <= longest else error.text[: longest - 3] + "..."
    return Refusal(error.session or session, error.seq if error.seq >= 0 else seq, error.code, text)


def _fitting(session: str, chords: tuple[tuple[float, str], ...]) -> tuple[tuple[float, str], ...]:
    """The chords that one message holds: all of them, unless somebody spells hundreds in a bar."""
    room = MAX_MESSAGE_BYTES - _string_bytes("/chords") - len(",sii") - 4 - _string_bytes(session) - 2 * 4
    for index, (_, name) in enumerate(chords):
        room -= 4 + _string_bytes(name) + 2
        if room < 0:
            return chords[:index]
    return chords


def _string_bytes(text: str) -> int:
    """An OSC string ends with at least one zero and fills up to a multiple of 4."""
    return len(text.encode()) // 4 * 4 + 4
