"""Packets that a stage, or a stranger, can throw at a bridge. The tests throw them, and so does the storm among the
benchmarks."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol import messages as m
from bridge.protocol.codec import encode
from bridge.session.events import Ask


def good_packets(session: str) -> list[bytes]:
    """What a member of a session may say, and one message that does not exist: what is then damaged."""
    bar = Bar(Metre(4, 4), tuple(Note(60 + i, float(i), 1.0, 80) for i in range(4)))
    messages = (
        m.Lead(session, Ask(1, 0, bar, 120.0, 0, 4.0)),
        m.Set(session, "low", 40),
        m.Get(session, "*"),
        m.Ping(session, 5),
        m.Reset(session),
        m.Hello(m.PROTOCOL, session, 0, "both", ""),
    )
    return [*map(encode, messages), b"/nothing\0\0\0\0,ifs\0\0\0\0" + b"\0" * 12]


def mutated(chance: random.Random, good: Sequence[bytes]) -> bytes:
    """A packet that is random, cut, stretched, damaged, of huge counts, or in bundles in bundles with any time tag."""
    packet = bytearray(chance.choice(good))
    match chance.randrange(7):
        case 0:
            return chance.randbytes(chance.randrange(300))
        case 1:
            return bytes(packet[: chance.randrange(len(packet))])
        case 2:
            return bytes(packet) + chance.randbytes(4 * chance.randrange(10))
        case 3:
            inner = bytes(packet)
            for _ in range(chance.randrange(1, 12)):
                size = len(inner) if chance.random() < 0.8 else chance.randrange(-(2**31), 2**31)
                inner = (
                    b"#bundle\0" + chance.choice([b"\xff" * 8, chance.randbytes(8)]) + struct.pack(">i", size) + inner
                )
            return inner
        case 4:
            count = chance.choice([3, 500, 2_000, 15_000])
            return b"/lead\0\0\0" + b"," + b"iffi" * count + b"\0" * (4 - (4 * count + 1) % 4) + chance.randbytes(16)
        case 5:
            tags = bytes(chance.choice(b"ifsbhdtSrmTFNI[]c") for _ in range(chance.randrange(12)))
            return (
                b"/set\0\0\0\0," + tags + b"\0" * (4 - (len(tags) + 1) % 4) + chance.randbytes(4 * chance.randrange(20))
            )
    for _ in range(chance.randrange(1, 6)):
        packet[chance.randrange(len(packet))] = chance.randrange(256)
    return bytes(packet)
