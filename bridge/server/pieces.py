"""What is sent for one outcome of a session: answers in pieces that every receiver can take, acks, refusals."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.errors import BridgeError
from bridge.protocol.messages import Accompaniment, BridgeMessage, Chords, Refusal
from bridge.session.events import Answered

MAX_MESSAGE_BYTES = 4096
"""No message is larger: Max takes 5,096 bytes in one packet."""
MAX_ERROR_TEXT = 300
MAX_STRANGER_TEXT = 48
"""A stranger's /hello is 40 bytes at least; with so short a sentence its refusal stays under three times that, so that
nobody can use the bridge to multiply what he sends."""

_NOTE_BYTES = 4 * 4 + 4  # four numbers, four letters of the type tag
_CHORD_BYTES = 4 + 12 + 2  # a beat, a name of at most 11 letters, two letters of the type tag


def notes_a_piece(session: str, part: str) -> int:
    """How many notes fit into one /accompaniment: 190 or so, fewer with long names.

    An OSC string is padded to a multiple of 4 with at least one zero; the type tag's padding is counted as full.
    """
    fixed = _padded("/accompaniment") + len(",siiiisii") + 4 + _padded(session) + _padded(part) + 6 * 4
    return (MAX_MESSAGE_BYTES - fixed) // _NOTE_BYTES


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
    return (
        *(
            Accompaniment(session, answer.seq, answer.target, index, len(pieces), name, answer.metre, notes)
            for index, (name, notes) in enumerate(pieces)
        ),
        *_chords(session, answer),
    )


def refusal(session: str, error: BridgeError, seq: int = -1, longest: int = MAX_ERROR_TEXT) -> Refusal:
    """The /error for a refusal, its sentence cut to what a message may hold."""
    text = error.text if len(error.text) <= longest else error.text[: longest - 3] + "..."
    return Refusal(error.session or session, error.seq if error.seq >= 0 else seq, error.code, text)


def _chords(session: str, answer: Answered) -> Iterator[Chords]:
    if answer.chords is not None:
        room = (MAX_MESSAGE_BYTES - _padded("/chords") - 8 - _padded(session) - 2 * 4) // _CHORD_BYTES
        yield Chords(session, answer.seq, answer.target, answer.chords[:room])


def _padded(text: str) -> int:
    return len(text.encode()) // 4 * 4 + 4
