"""Packets to checked messages and back, by the table. What cannot be a message is refused here, by name.

Everything behind this trusts the types: a `Lead` that exists is a legal bar. Whether the sender may say it, and
what follows from it, is not known here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Union, cast

from bridge.errors import BadArguments, BridgeError, InvalidBar, InvalidValue, UnknownAddress, UnsupportedProtocol
from bridge.music.bar import MAX_NOTES
from bridge.protocol.messages import PROTOCOL, BridgeMessage, ClientMessage, Message
from bridge.protocol.osc import NUMBER_TAGS, READABLE_TAGS, NotOsc, Osc, pack, unpack
from bridge.protocol.table import BRIDGE, BY_ADDRESS, BY_MESSAGE, CLIENT, Argument, Row

__all__ = ["MAX_MESSAGE_BYTES", "NotOsc", "Rejected", "decode", "decode_answers", "encode"]

MAX_MESSAGE_BYTES = 4_096
"""No message that the bridge sends is longer: Max's packets end at 5,096 bytes, macOS's at 9,216."""
SESSION_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_INT32 = range(-(2**31), 2**31)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A message that was understood as OSC and cannot be taken.

    address     what it was sent to
    error       why, with `session` and `seq` where they could be read
    reply_port  where a `/hello` wanted its answer, None where that could not be read or it is another message
    """

    address: str
    error: BridgeError
    reply_port: int | None = None


def decode(packet: bytes) -> list[Union[ClientMessage, Rejected]]:
    """What a client sent: one value for each message of the packet, in order. Raises NotOsc and nothing else."""
    return [cast("ClientMessage | Rejected", _decoded(osc, CLIENT)) for osc in unpack(packet)]


def decode_answers(packet: bytes) -> list[Union[BridgeMessage, Rejected]]:
    """What the bridge sent, for whoever is a client. Raises NotOsc and nothing else."""
    return [cast("BridgeMessage | Rejected", _decoded(osc, BRIDGE)) for osc in unpack(packet)]


def encode(message: Message) -> bytes:
    """The message as a packet with explicit tags, of i, f and s only.

    Raises ValueError: a number that does not fit its place, or one of the bridge's messages over MAX_MESSAGE_BYTES.
    """
    row = BY_MESSAGE[type(message)]
    arguments, groups = row.taken(message)
    tags = "".join(
        _value_tag(value) if argument.kind == "v" else argument.kind
        for argument, value in zip(row.arguments, arguments, strict=True)
    )
    tags += row.group_tags * len(groups)
    values = [*arguments, *chain.from_iterable(groups)]
    if "s" in row.group_tags:
        values = list(map(_fitting, tags, values))
    else:  # a bar's notes are numbers of the right types already, hundreds of them
        fixed = len(row.arguments)
        values[:fixed] = map(_fitting, tags[:fixed], values)
    packet = pack(row.address, tags, values)
    if row.sender == BRIDGE and len(packet) > MAX_MESSAGE_BYTES:
        raise ValueError(f"{row.address} of {len(packet)} bytes is over {MAX_MESSAGE_BYTES}")
    return packet


def _decoded(osc: Osc, sender: str) -> Message | Rejected:
    row = BY_ADDRESS.get((sender, osc.address))
    if row is None:
        known = ", ".join(address for side, address in BY_ADDRESS if side == sender)
        session = osc.arguments[0] if osc.arguments else ""
        unknown = UnknownAddress(f"no message is called {osc.address[:64]!r}: there are {known}")
        if isinstance(session, str) and SESSION_NAME.fullmatch(session):
            unknown.about(session)  # every message but /hello begins with its session
        return Rejected(osc.address, unknown)
    try:
        return cast(Message, row.made(*_checked(row, osc)))
    except BridgeError as refusal:
        readable = _readable(row, osc)
        refusal.about(readable.get("session", ""), readable.get("seq", -1))
        return Rejected(osc.address, refusal, readable.get("reply_port"))


def _checked(row: Row, osc: Osc) -> tuple[list[Any], list[Sequence[Any]]]:
    """The arguments and groups with their types checked. Raises BridgeError."""
    if row.address == "/hello":
        protocol = _readable(row, osc).get("protocol", PROTOCOL)
        if protocol != PROTOCOL:  # whose /hello may have other arguments: it is the number that has to be told
            raise UnsupportedProtocol(f"this bridge speaks protocol {PROTOCOL}, not {protocol}: update the older side")
    fixed, size = len(row.arguments), len(row.group)
    more = len(osc.tags) - fixed
    if more < 0 or (more and not size):
        raise BadArguments(f"{row.address} takes {fixed} arguments ({_listed(row.arguments)}), not {len(osc.tags)}")
    if size and more % size:
        raise BadArguments(
            f"{row.address} takes {fixed} arguments and then {size} each time ({_listed(row.group)}): "
            f"{more} are not a multiple of {size}"
        )
    if size and more > size * MAX_NOTES:
        raise InvalidBar(f"{more // size} notes are more than {MAX_NOTES} in one bar")
    values = [_value(row, argument, osc, place) for place, argument in enumerate(row.arguments)]
    if not more:
        return values, []
    flat: Sequence[Any] = osc.arguments[fixed:]
    if not _are_plain_numbers(flat, osc.tags[fixed:], row.group_tags):
        flat = [_value(row, row.group[place % size], osc, fixed + place) for place in range(more)]
    return values, [flat[at : at + size] for at in range(0, more, size)]


def _are_plain_numbers(flat: Sequence[Any], tags: str, group_tags: str) -> bool:
    """Whether groups of numbers came in just the types that they are meant in, all of them finite: then none has to be
    looked at alone, which is what a bar of many notes would take longest for."""
    if "s" in group_tags or len(flat) < len(tags) or tags != group_tags * (len(tags) // len(group_tags)):
        return False
    # The sum of some thousand finite 32-bit numbers is finite as a double; one NaN or infinite number shows in it.
    return math.isfinite(sum(flat))


def _value(row: Row, argument: Argument, osc: Osc, place: int) -> Any:
    """One argument as its type. Raises BridgeError."""
    tag = osc.tags[place]
    wanted = f"{row.address} wants {argument} as argument {place + 1}"
    if argument.kind == "v":
        if tag not in READABLE_TAGS or place >= len(osc.arguments):
            raise InvalidValue(f"{wanted}: a number or text, not the type {tag!r}")
        return osc.arguments[place]
    if (tag not in NUMBER_TAGS) if argument.kind != "s" else (tag != "s"):
        raise BadArguments(f"{wanted}, not the type {tag!r}")
    if place >= len(osc.arguments):
        raise BadArguments(f"{row.address}: an argument before number {place + 1} has a type that it cannot have")
    value = osc.arguments[place]
    if isinstance(value, str):
        if argument.name == "session" and not SESSION_NAME.fullmatch(value) and (value or row.address != "/error"):
            raise BadArguments("a session's name is 1 to 64 characters of A-Z a-z 0-9 _ . : -")
        return value
    if not math.isfinite(value):
        raise argument.refused(f"{wanted}, not {value}")
    if argument.kind == "f":
        return float(value)
    if value != int(value):
        raise BadArguments(f"{wanted}, a whole number, not {value:g}")
    if int(value) not in _INT32:
        raise argument.refused(f"{wanted}, a number of 32 bits, not {value:g}")
    return int(value)


def _readable(row: Row, osc: Osc) -> dict[str, Any]:
    """Of a message that may be refused: what names it and where its answer goes, as far as that can be read."""
    found: dict[str, Any] = {}
    for place, argument in enumerate(row.arguments[: len(osc.arguments)]):
        if argument.name in ("protocol", "session", "seq", "reply_port"):
            try:
                found[argument.name] = _value(row, argument, osc, place)
            except BridgeError:
                continue
    return found


def _value_tag(value: object) -> str:
    return "s" if isinstance(value, str) else "f" if isinstance(value, float) else "i"


def _fitting(tag: str, value: Any) -> Any:
    """A value as its type tag wants it."""
    return _text(value) if tag == "s" else float(value) if tag == "f" else int(value)


def _text(value: object) -> str:
    """Text that OSC can carry: it ends at a zero byte, and half a surrogate pair is not UTF-8."""
    return str(value).replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _listed(arguments: Sequence[Argument]) -> str:
    return " ".join(str(argument).strip("`") for argument in arguments)
