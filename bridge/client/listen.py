"""What comes from a bridge, as lines with units. Joins a session as `play` and only prints."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Sequence
from typing import Union

from bridge.client.membership import Membership
from bridge.client.realtime import LONGEST_WAIT_S, MAX_DATAGRAM_BYTES
from bridge.errors import InputError
from bridge.protocol.codec import NotOsc, Rejected, decode_answers, encode
from bridge.protocol.messages import BridgeMessage, Hello
from bridge.protocol.table import BY_MESSAGE, Argument

Heard = Union[BridgeMessage, Rejected]


def described(message: Heard) -> list[str]:
    """A message from the bridge as lines: one for the message, one more for each of its notes."""
    if isinstance(message, Rejected):
        return [f"{message.address} not understood: {message.error.text}"]
    row = BY_MESSAGE[type(message)]
    arguments, groups = row.taken(message)
    first = " ".join([row.address, *map(_with_unit, row.arguments, arguments)])
    return [first, *("    " + " ".join(map(_with_unit, row.group, group)) for group in groups)]


def _with_unit(argument: Argument, value: object) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else f'"{value}"' if isinstance(value, str) else str(value)
    unit = f" {argument.unit}" if argument.unit and argument.unit not in ("MIDI", argument.name) else ""
    return f"{argument.name}={text}{unit}"


def listen(sock: socket.socket, bridge: tuple[str, int], hello: Hello, say: Callable[[str], None]) -> None:
    """Say hello, keep the membership alive and tell what comes, with the seconds since the start, until Ctrl-C.

    Raises InputError: the bridge refuses to let us in.
    """
    membership = Membership(hello, {})
    started_s = time.monotonic()
    membership.greet(started_s)
    try:
        while not membership.failure:
            for message in membership.wake(time.monotonic()):
                sock.sendto(encode(message), bridge)
            timeout_s = min(max(membership.due_s - time.monotonic(), 0.0), LONGEST_WAIT_S)
            if not select.select([sock], [], [], timeout_s)[0]:
                continue
            now_s = time.monotonic()
            for heard in _received(sock, bridge, say):
                for line in described(heard):
                    say(f"{now_s - started_s:9.3f} s  {line}")
                if not isinstance(heard, Rejected):
                    membership.hear(heard, now_s)
    except KeyboardInterrupt:
        membership.leave(time.monotonic())
        for message in membership.wake(time.monotonic()):
            sock.sendto(encode(message), bridge)
        return
    raise InputError(f"the bridge refuses: {membership.failure}")


def _received(sock: socket.socket, bridge: tuple[str, int], say: Callable[[str], None]) -> Sequence[Heard]:
    try:
        packet, sender = sock.recvfrom(MAX_DATAGRAM_BYTES)
    except (BlockingIOError, ConnectionError):
        return ()
    if sender[0] != bridge[0]:
        return ()
    try:
        return decode_answers(packet)
    except NotOsc as reason:
        say(f"{len(packet)} bytes that are not OSC: {reason}")
        return ()
