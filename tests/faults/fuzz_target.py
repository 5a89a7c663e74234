"""What must hold for any bytes: shared by the coverage-guided fuzzer and the tests that replay its corpus."""

from __future__ import annotations

from faults.fuzz_conversation import MARK, PLAYER_MARK, any_bridge, any_conversation

from bridge.protocol.codec import NotOsc, Rejected, decode, decode_answers, encode
from bridge.protocol.framing import BrokenFrame, Framing
from bridge.protocol.messages import Hello
from bridge.server.handler import Handler
from bridge.server.hub import Hub
from bridge.server.members import Destination, Sender
from bridge.session.choices import ModelInfo

FACTOR = 3
"""A stranger is sent at most so many times the bytes that he sent."""
STRANGER = Sender("192.0.2.7", 40_000)


def any_packet(data: bytes) -> None:
    """It decodes to checked messages, or is refused by name; nothing else is raised, here or in sending it again."""
    for read in (decode, decode_answers):
        try:
            messages = read(data)
        except NotOsc:
            continue
        for message in messages:  # type: ignore[attr-defined]
            if isinstance(message, Rejected):
                assert message.error.code
                assert len(message.error.text) < 100_000
                continue
            try:
                packet = encode(message)
            except ValueError:
                continue  # a number of 64 bits, or an answer that is too large: nothing that the bridge would say
            assert len(read(packet)) == 1


def any_stream(data: bytes) -> None:
    """It is cut into packets, or broken by name; what is held back is bounded."""
    framing = Framing()
    try:
        for start in range(0, len(data), 7):
            for packet in framing.feed(data[start : start + 7]):
                any_packet(packet)
    except BrokenFrame:
        return


def any_stranger(data: bytes) -> list[tuple[Destination, bytes]]:
    """A stranger is answered to /hello alone, at his own address alone, and with no more than three times his bytes."""
    sent: list[tuple[Destination, bytes]] = []
    hub = Hub("1", {"fake": ModelInfo(frozenset(), ("piano",), ("auto",))}, "fake", token="sesame")
    Handler(hub, lambda to, packet: sent.append((to, packet)), None).received(STRANGER, data)
    assert not sent or _greets(data)
    assert sum(len(packet) for _, packet in sent) <= FACTOR * len(data)
    assert all(isinstance(to, tuple) and to[0] == STRANGER.ip for to, _ in sent)
    return sent


def _greets(data: bytes) -> bool:
    """Whether a /hello is in it, well-formed or not."""
    return any(isinstance(m, Hello) or (isinstance(m, Rejected) and m.address == "/hello") for m in decode(data))


def everything(data: bytes) -> None:
    """All of it, for one input. Its first byte may say that it is something else than a packet."""
    if data.startswith(MARK):
        return any_conversation(data[1:])
    if data.startswith(PLAYER_MARK):
        return any_bridge(data[1:])
    any_packet(data)
    any_stream(data)
    any_stranger(data)
