"""Rewrites tests/golden/wire: one JSON file for each example packet below, read by the Python and the JavaScript tests.

    python tests/golden/rewrite_wire.py          write every file, remove those that have no example any more

A file has `name`, `direction` (who sends it), `packet` (hex), `address`, `typetags`, `args` (a float as the 32 bits
hold it), and what the packet means: `message` (the table's argument names; `each` holds the repeated places) or
`error` (the code it is refused with). A refused request has the `answer` beside it, and `when` says what else
it takes. Look at the diff before it is committed: a change here is a change of the protocol.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bridge import errors
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol import messages as m
from bridge.protocol.codec import Rejected, decode, decode_answers, encode
from bridge.protocol.osc import pack, unpack
from bridge.protocol.table import BRIDGE, BY_MESSAGE, CLIENT, ROWS, Row
from bridge.session.events import Ask

FOLDER = Path(__file__).parent / "wire"

_FOUR_FOUR = Metre(4, 4)
_MELODY = Bar(_FOUR_FOUR, (Note(64, 0.0, 1.0, 90), Note(67, 1.0, 0.5, 84), Note(65, 1.5, 0.5, 80), Note(60, 2, 3, 96)))
_TRIPLET = Bar(Metre(6, 8), (Note(72, 0.0, 1.5, 100), Note(71, 1.5, 1 / 3, 70), Note(69, 2.0, 0.25, 70)))
_CHORD = tuple(Note(pitch, onset, 2.0, 72) for onset in (0.0, 2.0) for pitch in (48, 55, 64))

MESSAGES: dict[str, m.Message] = {
    "hello": m.Hello(m.PROTOCOL, "song-1", 7771, "both", ""),
    "hello-same-port": m.Hello(m.PROTOCOL, "song-1", 0, "listen", "sesame"),
    "lead": m.Lead("song-1", Ask(12, 5, _MELODY, 120.0, 0, 4.0)),
    "lead-compound": m.Lead("song-1", Ask(13, 6, _TRIPLET, 93.5, 1, 2.75)),
    "lead-listen-only": m.Lead("song-1", Ask(14, -1, Bar(_FOUR_FOUR), 60.0, -1, 4.0)),
    "set-number": m.Set("song-1", "temperature", 0.75),
    "set-whole": m.Set("song-1", "seed", 7),
    "set-text": m.Set("song-1", "parts", "piano bass"),
    "get": m.Get("song-1", "low"),
    "get-all": m.Get("song-1", "*"),
    "reset": m.Reset("song-1"),
    "ping": m.Ping("song-1", 41),
    "bye": m.Bye("song-1"),
    "welcome": m.Welcome(m.PROTOCOL, "song-1", "0.1.0", "chords", 1, 16),
    "welcome-loading": m.Welcome(m.PROTOCOL, "song-1", "0.1.0", "chords", 0, 0),
    "accompaniment": m.Accompaniment("song-1", 12, 5, 0, 1, "piano", _FOUR_FOUR, _CHORD),
    "accompaniment-piece": m.Accompaniment("song-1", 13, 7, 1, 3, "bass", Metre(6, 8), (Note(36, 1.5, 1 / 3, 64),)),
    "accompaniment-silence": m.Accompaniment("song-1", 14, 8, 0, 1, "piano", Metre(3, 4), ()),
    "chords": m.Chords("song-1", 12, 5, ((0.0, "C"), (2.0, "Am7"))),
    "chords-none": m.Chords("song-1", 13, 7, ()),
    "value-number": m.Value("song-1", "temperature", 2.0),
    "value-whole": m.Value("song-1", "low", 28),
    "value-text": m.Value("song-1", "style", "auto"),
    "control": m.Control("song-1", "density", "f", -1.0, 1.0, 0.25, "fewer or more notes than the model would play"),
    "control-text": m.Control("song-1", "parts", "s", 0.0, 0.0, "piano", "which instruments play"),
    "ack": m.Ack("song-1", "/lead", 14),
    "ack-without-seq": m.Ack("song-1", "/reset", -1),
    "pong": m.Pong("song-1", 41),
    "status": m.Status("song-1", 1, 16, 2, 7.5, 14.25),
    "bye-from-bridge": m.Bye("song-1"),
}

RAW: dict[str, tuple[str, str, list[Any]]] = {
    "hello-as-pd-sends": ("/hello", "fsfss", [1.0, "pd", 7773.0, "both", ""]),
    "lead-as-pd-sends": (
        *("/lead", "sfffffffffff"),
        ["pd", 3.0, 2.0, 3.0, 4.0, 90.0, 1.0, 2.5, 62.0, 0.5, 0.25, 99.0],
    ),
    "lead-in-64-bits": ("/lead", "shhhhdhdhddh", ["wide", 3, 2, 3, 4, 90.0, 1, 2.5, 62, 0.5, 0.25, 99]),
    "refused-bad-arguments": ("/lead", "siiii", ["song-1", 15, 5, 4, 4]),
    "refused-not-in-fours": ("/lead", "siiiififiif", ["song-1", 15, 5, 4, 4, 120.0, 0, 4.0, 60, 0, 1.0]),
    "refused-type": ("/ping", "ss", ["song-1", "three"]),
    "refused-fraction": ("/ping", "sf", ["song-1", 0.5]),
    "refused-role": ("/hello", "isiss", [1, "song-1", 7771, "drums", ""]),
    "refused-session-name": ("/reset", "s", ["no blanks"]),
    "refused-ahead": ("/lead", "siiiifif", ["song-1", 15, 5, 4, 4, 120.0, 5, 4.0]),
    "refused-unknown-address": ("/led", "si", ["song-1", 15]),
    "refused-unsupported-protocol": ("/hello", "isiss", [2, "song-1", 7771, "both", ""]),
    "refused-invalid-bar": ("/lead", "siiiifififfi", ["song-1", 15, 5, 4, 4, 120.0, 0, 4.0, 60, 4.0, 1.0, 90]),
    "refused-metre": ("/lead", "siiiifif", ["song-1", 15, 5, 4, 5, 120.0, 0, 4.0]),
    "refused-tempo": ("/lead", "siiiifif", ["song-1", 15, 5, 4, 4, 4.0, 0, 4.0]),
    "refused-known": ("/lead", "siiiifif", ["song-1", 15, 5, 3, 4, 120.0, 0, 4.0]),
    "refused-velocity": ("/lead", "siiiifififfi", ["song-1", 15, 5, 4, 4, 120.0, 0, 4.0, 60, 0.0, 1.0, 0]),
    "refused-too-many-notes": (
        "/lead",
        "siiiifif" + "iffi" * 513,
        ["song-1", 15, 5, 4, 4, 120.0, 0, 4.0] + [60, 0.0, 1.0, 90] * 513,
    ),
}
_LEAD = m.Lead("song-1", Ask(16, 5, _MELODY, 120.0, 1, 3.75))
REFUSED_LATER: dict[str, tuple[str, m.Message, errors.BridgeError]] = {
    "refused-bad-token": (
        "the bridge was started with the token `sesame`",
        m.Hello(m.PROTOCOL, "song-1", 7771, "both", "guess"),
        errors.BadToken("the token is not the one that the bridge was started with", session="song-1"),
    ),
    "refused-unknown-session": (
        "the sender is a member of `song-1` only",
        m.Ping("song-2", 1),
        errors.UnknownSession("say /hello for that session first", session="song-2"),
    ),
    "refused-invalid-value": (
        "always",
        m.Set("song-1", "temperature", "hot"),
        errors.InvalidValue("temperature wants a number, not 'hot'", session="song-1"),
    ),
    "refused-no-such-control": (
        "always",
        m.Get("song-1", "volume"),
        errors.InvalidValue("no control is called 'volume'", session="song-1"),
    ),
    "refused-superseded": (
        "seq 17 asks for the same target bar before this one was begun",
        _LEAD,
        errors.Superseded("a newer request for bar 6 took its place", session="song-1", seq=16),
    ),
    "refused-busy": (
        "too many requests wait",
        _LEAD,
        errors.Busy("the bridge cannot keep up", session="song-1", seq=16),
    ),
    "refused-too-many-sessions": (
        "as many sessions as --max-sessions allows are open",
        m.Hello(m.PROTOCOL, "one-too-many", 7771, "both", ""),
        errors.TooManySessions("no more sessions: raise --max-sessions", session="one-too-many"),
    ),
    "refused-not-ready": (
        "the model is still loading",
        _LEAD,
        errors.NotReady("the model is still loading", session="song-1", seq=16),
    ),
    "refused-internal": (
        "the model raises",
        _LEAD,
        errors.Internal("a fault of the bridge; its log has the traceback", session="song-1", seq=16),
    ),
}


def named(row: Row, message: m.Message) -> dict[str, Any]:
    """A message by the table's argument names; `each` holds the repeated places."""
    arguments, groups = row.taken(message)
    fields = {a.name: value for a, value in zip(row.arguments, arguments, strict=True)}
    if row.group:
        fields["each"] = [{a.name: value for a, value in zip(row.group, each, strict=True)} for each in groups]
    return fields


def as_sent(name: str, direction: str, packet: bytes) -> dict[str, Any]:
    """The golden file of a packet, as decoder and table understand it."""
    [osc] = unpack(packet)
    golden: dict[str, Any] = {"name": name, "direction": direction, "packet": packet.hex(), "address": osc.address}
    golden |= {"typetags": osc.tags, "args": list(osc.arguments)}
    [decoded] = decode(packet) if direction == CLIENT else decode_answers(packet)
    if isinstance(decoded, Rejected):
        return golden | {"error": decoded.error.code, "answer": answer(decoded.error)}
    return golden | {"message": named(BY_MESSAGE[type(decoded)], decoded)}


def as_json(golden: dict[str, Any]) -> str:
    """A line for each key, so that a diff can be read."""
    return "{\n" + ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items()) + "\n}\n"


def answer(error: errors.BridgeError) -> dict[str, Any]:
    """The `/error` that a refusal becomes."""
    packet = encode(m.Refusal(error.session, error.seq, error.code, error.text))
    return as_sent("error", BRIDGE, packet)


def golden_files() -> Iterator[dict[str, Any]]:
    """Every file's content, `name` being the file's name."""
    for name, message in MESSAGES.items():
        both_ways = isinstance(message, m.Bye)
        direction = (BRIDGE if name == "bye-from-bridge" else CLIENT) if both_ways else BY_MESSAGE[type(message)].sender
        yield as_sent(name, direction, encode(message))
    for name, (address, tags, arguments) in RAW.items():
        yield as_sent(name, CLIENT, pack(address, tags, arguments))
    for name, (when, message, error) in REFUSED_LATER.items():
        golden = as_sent(name, CLIENT, encode(message))
        yield golden | {"when": when, "error": error.code, "answer": answer(error)}
    for code in errors.WIRE_ERRORS:
        refusal = m.Refusal("song-1", 15, code.code, "what is wrong, and what to do")
        yield as_sent(f"error-{code.code}", BRIDGE, encode(refusal))


def main() -> int:
    """Write the folder anew; fails if a row or an error code has no example."""
    files = {f"{golden['name']}.json": golden for golden in golden_files()}
    covered = {(golden["direction"], golden["address"]) for golden in files.values() if "message" in golden}
    refused = {golden["error"] for golden in files.values() if "error" in golden}
    missing = [f"{row.sender} {row.address}" for row in ROWS if (row.sender, row.address) not in covered]
    missing += [error.code for error in errors.WIRE_ERRORS if error.code not in refused]
    if missing:
        print(f"no example for: {', '.join(missing)}", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    for stale in FOLDER.glob("*.json"):
        if stale.name not in files:
            stale.unlink()
    for name, golden in files.items():
        (FOLDER / name).write_text(as_json(golden), encoding="utf-8")
    print(f"{len(files)} files in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
