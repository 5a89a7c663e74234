"""The wire itself: a ping answered by the bridge and by python-osc's servers, and packing and unpacking alone."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_server import BlockingOSCUDPServer

from benchmarks.bridges import serving
from benchmarks.result import Result, Settings, quantile
from bridge.protocol import messages as m
from bridge.protocol.codec import decode_answers, encode
from bridge.protocol.osc import pack, unpack

NOTES = (10, 40, 160)


def run_round_trip(settings: Settings) -> Result:
    """4,000 pings each, one after the other, in turns of 500."""
    result = Result(
        "OSC round trip: the bridge against python-osc's server",
        "One client, /ping answered by /pong, one after the other over loopback. The bridge checks the message, finds "
        "its member and session; python-osc's server has a handler that answers at once.",
        ("server", "pings", "p50 µs", "p99 µs", "max µs"),
    )
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_python_osc, args=(there,), daemon=True)
    process.start()
    with serving("chords") as bridge:
        ours = _connected(bridge.port)
        ours.send(encode(m.Hello(m.PROTOCOL, "osc", 0, "both", "")))
        while not isinstance(decode_answers(ours.recv(65_535))[0], m.Welcome):
            pass
        theirs = _connected(here.recv())
        ways = {"the bridge": ours, "python-osc BlockingOSCUDPServer": theirs}
        times_us: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(8):
            for name, sock in ways.items():
                times_us[name] += _pings(sock, settings.samples(500))
    process.kill()
    for name, of_one in times_us.items():
        result.rows.append((name, len(of_one), *(quantile(of_one, share) for share in (0.5, 0.99, 1.0))))
    return result


def run_codec(settings: Settings) -> Result:
    """Bars of 10, 40 and 160 notes."""
    result = Result(
        "Packing and unpacking a bar",
        "Microseconds, median, for the /lead of a bar of so many notes; no checking, no socket.",
        ("notes", "bytes", "ours pack", "python-osc pack", "times", "ours unpack", "python-osc unpack", "times"),
    )
    for notes in NOTES:
        tags = "siiiifif" + "iffi" * notes
        values: list[Any] = ["song", 1, 0, 4, 4, 120.0, 0, 4.0, *[60, 0.5, 0.25, 90] * notes]
        packet = pack("/lead", tags, values)
        assert packet == _python_osc_pack(tags, values)
        count = settings.samples(300)
        packing = [_micro(count, pack, "/lead", tags, values), _micro(count, _python_osc_pack, tags, values)]
        unpacking = [_micro(count, unpack, packet), _micro(count, _python_osc_unpack, packet)]
        row = [notes, len(packet), *packing, packing[1] / packing[0], *unpacking, unpacking[1] / unpacking[0]]
        result.rows.append(row)
    return result


def _micro(count: int, action: Callable[..., object], *arguments: object) -> float:
    times_us = []
    for _ in range(count):
        began_s = time.perf_counter()
        action(*arguments)
        times_us.append((time.perf_counter() - began_s) * 1e6)
    return quantile(times_us, 0.5)


def _python_osc_pack(tags: str, values: list[Any]) -> bytes:
    builder = OscMessageBuilder("/lead")
    for tag, value in zip(tags, values, strict=True):
        builder.add_arg(value, tag)
    return bytes(builder.build().dgram)


def _python_osc_unpack(packet: bytes) -> list[Any]:
    return list(OscMessage(packet).params)


def _python_osc(pipe: Connection) -> None:
    """A python-osc server in a process of its own that answers /ping with /pong."""
    dispatcher = Dispatcher()
    dispatcher.map("/ping", lambda address, *arguments: ("/pong", list(arguments)))
    server = BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher)
    pipe.send(server.server_address[1])
    server.serve_forever()


def _connected(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(("127.0.0.1", port))
    sock.settimeout(2)
    return sock


def _pings(sock: socket.socket, count: int) -> list[float]:
    times_us = []
    for number in range(count):
        packet = encode(m.Ping("osc", number))
        began_s = time.perf_counter()
        sock.send(packet)
        while not sock.recv(65_535).startswith(b"/pong"):
            pass
        times_us.append((time.perf_counter() - began_s) * 1e6)
    return times_us
