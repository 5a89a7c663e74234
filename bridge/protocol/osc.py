"""OSC 1.0 packets: bytes to (address, type tags, arguments) and back. Knows no message of ours.

python-osc packs and unpacks; what it cannot be trusted with is guarded here. It follows bundles as deep as they go
and sleeps for their time tags (so bundles are walked here, time tags are skipped), lets UnicodeDecodeError out,
reads what is missing at the end of a packet as zeros, and skips a type it does not know without skipping its bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Union

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message import ParseError as MessageParseError
from pythonosc.osc_message_builder import BuildError, OscMessageBuilder
from pythonosc.parsing.osc_types import BuildError as TypeBuildError
from pythonosc.parsing.osc_types import ParseError, get_string, write_string

Argument = Union[int, float, str]

NUMBER_TAGS = "ifhd"
READABLE_TAGS = NUMBER_TAGS + "s"
MAX_PACKET_BYTES = 65_507
"""The largest UDP payload; also the bound of a frame on TCP."""
MAX_READ_ARGUMENTS = 2_100
"""No message of ours needs more (8 + 4 for each of 512 notes); those after it are counted, not read."""
MAX_BUNDLE_DEPTH = 8
MAX_BUNDLE_MESSAGES = 256
_BUNDLE = b"#bundle\0"
_SIZE_BYTES = {"i": 4, "f": 4, "h": 8, "d": 8}


class NotOsc(Exception):
    """The bytes are not an OSC packet. Not a refusal: nobody is answered, it is counted and logged."""


@dataclass(frozen=True, slots=True)
class Osc:
    """One OSC message as it came.

    tags       one letter for each argument that was sent
    arguments  the leading ones, as far as they are of the types i, f, h, d, s (all of them in a message of ours)
    """

    address: str
    tags: str
    arguments: tuple[Argument, ...]


def unpack(packet: bytes) -> list[Osc]:
    """The messages of a packet, those of (nested) bundles in their order. Time tags are not looked at.

    Raises NotOsc, and nothing else, whatever the bytes are.
    """
    if len(packet) > MAX_PACKET_BYTES:
        raise NotOsc(f"{len(packet)} bytes are more than {MAX_PACKET_BYTES}")
    messages: list[Osc] = []
    for content in _contents(packet, MAX_BUNDLE_DEPTH):
        if len(messages) == MAX_BUNDLE_MESSAGES:
            raise NotOsc(f"a bundle of more than {MAX_BUNDLE_MESSAGES} messages")
        messages.append(_message(content))
    return messages


def pack(address: str, tags: str, arguments: Sequence[Argument]) -> bytes:
    """One OSC message. `tags` has a letter of i, f, s for each argument. Raises ValueError if a value does not fit."""
    builder = OscMessageBuilder(address=address)
    for tag, argument in zip(tags, arguments, strict=True):
        builder.add_arg(argument, tag)
    try:
        return bytes(builder.build().dgram)
    except (BuildError, TypeBuildError, OverflowError, struct.error, MessageParseError) as error:
        raise ValueError(f"cannot send {address} with {list(arguments)!r}: {error}") from error


def _contents(packet: bytes, depth: int) -> Iterator[bytes]:
    """The packet itself, or the messages inside it if it is a bundle."""
    if not packet.startswith(_BUNDLE):
        yield packet
        return
    if depth == 0:
        raise NotOsc(f"bundles nested deeper than {MAX_BUNDLE_DEPTH}")
    index = len(_BUNDLE) + 8  # the time tag's 8 bytes are never waited for
    if len(packet) < index:
        raise NotOsc("a bundle without a time tag")
    while index < len(packet):
        if len(packet) < index + 4:
            raise NotOsc("a bundle cut off inside an element's size")
        (size,) = struct.unpack_from(">i", packet, index)
        index += 4
        if not 0 < size <= len(packet) - index:
            raise NotOsc(f"a bundle's element of {size} bytes where {len(packet) - index} are left")
        yield from _contents(packet[index : index + size], depth - 1)
        index += size


def _message(content: bytes) -> Osc:
    if not content.startswith(b"/"):
        raise NotOsc(f"it begins with {content[:8]!r}, neither an address nor a bundle")
    if len(content) % 4:
        raise NotOsc(f"its {len(content)} bytes are not a multiple of 4")
    try:
        address, index = get_string(content, 0)
        tags, start = get_string(content, index) if index < len(content) else (",", index)
        if not tags.startswith(","):
            raise NotOsc("its type tags do not begin with a comma")
        tags = tags[1:]
        read = _readable(tags)
        # The data begins in the same place whatever the tags say, so the tags may be cut to what is readable.
        parsed = OscMessage(write_string(address) + write_string("," + read) + content[start:])
        arguments = tuple(parsed.params)
    except (ParseError, MessageParseError, UnicodeError, ValueError, IndexError, struct.error) as error:
        raise NotOsc(str(error.args[-1] if error.args else error)) from error
    if start + sum(map(_size, read, arguments)) > len(content):
        raise NotOsc("it is cut off inside its arguments")
    return Osc(address, tags, arguments)


def _readable(tags: str) -> str:
    """The leading tags whose values are read."""
    for place, tag in enumerate(tags[:MAX_READ_ARGUMENTS]):
        if tag not in READABLE_TAGS:
            return tags[:place]
    return tags[:MAX_READ_ARGUMENTS]


def _size(tag: str, argument: Argument) -> int:
    """How many bytes an argument takes in the packet."""
    if isinstance(argument, str):
        return len(argument.encode()) // 4 * 4 + 4
    return _SIZE_BYTES[tag]
