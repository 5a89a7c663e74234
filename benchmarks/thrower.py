"""`python -m benchmarks.thrower KIND PORT`: 5,000 packets a second at a port, until its standard input ends. Then it
says what it was answered, a code and a count in each line."""

from __future__ import annotations

import random
import socket
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.players import leads
from bridge.protocol import messages as m
from bridge.protocol.codec import encode
from bridge.protocol.osc import unpack
from bridge.session.events import Ask

KINDS = {"packets": "packets of every kind", "requests": "a flood of requests"}
A_SECOND = 5_000
STRANGERS = 8
SLOW = 12
DIFFERENT = 20_000
"""So many packets are made ahead: making them is no part of a storm."""
HELLO_S = 0.5


class Storm:
    """Packets and the places they are thrown from, in turns. `hello` is said again and again: it may have been lost,
    and one of its own packets may have been a /bye."""

    def __init__(self, kind: str, port: int) -> None:
        self._address = ("127.0.0.1", port)
        self.packets = _damaged() if kind == "packets" else _requests()
        self._member = _udp()
        self._strangers = [_udp() for _ in range(STRANGERS if kind == "packets" else 0)]
        self._slow = [socket.create_connection(self._address) for _ in range(SLOW if kind == "packets" else 0)]
        self.told: Counter[str] = Counter()

    def hello(self) -> None:
        """The member joins; a byte more on every slow connection."""
        self._member.sendto(encode(m.Hello(m.PROTOCOL, "storm", 0, "both", "")), self._address)
        for number, stream in enumerate(self._slow):
            try:
                stream.send(b"\xc0" if number % 2 else b"\0")
            except OSError:  # closed: nobody joined over it
                self._slow[number] = socket.create_connection(self._address)

    def throw(self, number: int) -> None:
        """One packet."""
        place = self._member
        if self._strangers and number % 2:
            place = self._strangers[number // 2 % STRANGERS]
        place.sendto(self.packets[number % len(self.packets)], self._address)

    def listen(self) -> None:
        """Take in what the member was answered."""
        try:
            while packet := self._member.recv(65_535):
                if packet.startswith(b"/error"):
                    self.told[str(unpack(packet)[0].arguments[2])] += 1
                elif packet.startswith(b"/accompaniment"):
                    self.told["accompaniment"] += 1
        except BlockingIOError:
            return


def _udp() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    return sock


def _damaged() -> list[bytes]:
    """The packets that the tests throw."""
    sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
    from faults.packets import good_packets, mutated

    chance, good = random.Random(1), good_packets("storm")
    return [mutated(chance, good) for _ in range(DIFFERENT)]


def _requests() -> list[bytes]:
    """Every one for a bar of its own."""
    bars = leads()
    asks = (Ask(number, number, bars[number % len(bars)], 120.0, 0, 4.0) for number in range(DIFFERENT))
    return [encode(m.Lead("storm", ask)) for ask in asks]


def main() -> None:
    """Throw in even steps, as fast as is wanted and no faster."""
    storm = Storm(sys.argv[1], int(sys.argv[2]))
    is_over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), is_over.set()), daemon=True).start()
    began_s, sent, hello_s = time.perf_counter(), 0, 0.0
    print("throwing", flush=True)
    while not is_over.wait(0.001):
        passed_s = time.perf_counter() - began_s
        if passed_s >= hello_s:
            storm.hello()
            hello_s = passed_s + HELLO_S
        while sent < passed_s * A_SECOND:
            storm.throw(sent)
            sent += 1
        storm.listen()
    for code, count in storm.told.items():
        print(code, count)


if __name__ == "__main__":
    main()
