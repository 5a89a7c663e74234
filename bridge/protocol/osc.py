"""OSC 1.0 packets: bytes to (address, type tags, arguments) and back. Knows no message of ours.

The numbers of a message are read and written by one `struct.Struct` for each shape (its type tags), compiled once:
argument by argument, as python-osc does it, a bar of 40 notes takes ten times as long. python-osc is the reference:
tests/protocol/test_osc_reference.py holds that both say the same. It cannot stand here itself: it follows
bundles as deep as they go and sleeps for their time tags (here bundles are walked to a bound and time tags skipped),
and it skips a type that it does not know without skipping its bytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Union

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
_READABLE = re.compile(f"[{READABLE_TAGS}]{{0,{MAX_READ_ARGUMENTS}}}")
_FORMATS = {"i": "i", "f": "f", "h": "q", "d": "d"}
_SHAPES_KEPT = 128
"""A song's bars have some dozens of shapes. Whoever sends a new shape with every packet may fill no more than these:
some 60 KB each at the most."""


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
    if len(tags) != len(arguments):
        raise ValueError(f"{address} has {len(tags)} type tags for {len(arguments)} arguments")
    packed, place = [_text_bytes(address), _text_bytes("," + tags)], 0
    try:
        for numbers in _shape(tags):
            if numbers is None:
                packed.append(_text_bytes(arguments[place]))
                place += 1
            else:
                count = numbers.count
                packed.append(numbers.struct.pack(*arguments[place : place + count]))
                place += count
    except (TypeError, AttributeError, UnicodeEncodeError, OverflowError, struct.error) as error:
        raise ValueError(f"cannot send {address} with {list(arguments)!r}: {error}") from error
    return b"".join(packed)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """A run of numbers between two texts: how many there are, and how all of them are read and written at once."""

    count: int
    struct: struct.Struct


@lru_cache(maxsize=_SHAPES_KEPT)
def _shape(tags: str) -> tuple[_Numbers | None, ...]:
    """The runs of numbers and, as None, the texts of these type tags. Raises KeyError for another tag."""
    shape: list[_Numbers | None] = []
    for is_text, run in groupby(tags, lambda tag: tag == "s"):
        if is_text:
            shape += [None for _ in run]
        else:
            formats = [_FORMATS[tag] for tag in run]
            shape.append(_Numbers(len(formats), struct.Struct(">" + "".join(formats))))
    return tuple(shape)


def _text_bytes(text: object) -> bytes:
    """A text as OSC writes it: at least one zero, up to a multiple of four bytes. Raises AttributeError for no text."""
    data: bytes = text.encode()  # type: ignore[attr-defined]
    return data + b"\0" * (4 - len(data) % 4)


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
    address, index = _text_at(content, 0)
    tags, index = _text_at(content, index) if index < len(content) else (",", index)
    if not tags.startswith(","):
        raise NotOsc("its type tags do not begin with a comma")
    tags = tags[1:]
    arguments: list[Argument] = []
    for numbers in _shape(_readable(tags)):
        if numbers is None:
            text, index = _text_at(content, index)
            arguments.append(text)
        else:
            if index + numbers.struct.size > len(content):
                raise NotOsc("it is cut off inside its arguments")
            arguments += numbers.struct.unpack_from(content, index)
            index += numbers.struct.size
    return Osc(address, tags, tuple(arguments))


def _text_at(content: bytes, start: int) -> tuple[str, int]:
    """The text that begins there, and where the next argument begins. `start` is a multiple of 4. Raises NotOsc."""
    end = content.find(0, start)
    if end < 0:  # a packet's length is a multiple of 4: where there is a zero, its filling is whole, too
        raise NotOsc("it is cut off inside a text")
    try:
        return content[start:end].decode(), end // 4 * 4 + 4
    except UnicodeDecodeError as error:
        raise NotOsc(str(error)) from error


def _readable(tags: str) -> str:
    """The leading tags whose values are read."""
    return _READABLE.match(tags).group()  # type: ignore[union-attr]  # it matches nothing, too
