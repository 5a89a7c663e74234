"""Real UDP between the simulated patch and the real bridge, with a fault or two on the way, and the knowledge of what
is still to be answered: virtual time may not run away from the bridge while it thinks."""

from __future__ import annotations

import contextlib
import random
import select
import socket
import time
from collections.abc import Callable

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from max_patch.build.simulator.messages import Message

PATIENCE_S = 20.0
"""How long a real answer is waited for before virtual time runs on without it."""

Key = tuple[object, ...]


class Network:
    """Every socket of the simulation. `bridge_port`: where requests go that are waited for; None while it is dead."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._ears: dict[socket.socket, Callable[[Message], None]] = {}
        self._mouth = _udp_socket()
        self._mouths: dict[object, socket.socket] = {}
        self._waiting: dict[Key, float] = {}
        self._pieces: dict[Key, set[int]] = {}
        self.bridge_port: int | None = None
        self.loss = 0.0
        self.duplication = 0.0
        self.lost = 0
        self.received: list[Message] = []
        """Every message of the bridge that came through."""

    def listen(self, port: int, ear: Callable[[Message], None]) -> socket.socket | None:
        """Bind a port; None where it is taken, as Max has it (it says so in its console and goes on)."""
        opened = _udp_socket()
        try:
            opened.bind(("127.0.0.1", port))
        except OSError:
            opened.close()
            return None
        self._ears[opened] = ear
        return opened

    def unlisten(self, opened: socket.socket) -> None:
        """Let a port go."""
        self._ears.pop(opened, None)
        opened.close()

    def send(self, sender: object, host: str, port: int, message: Message) -> None:
        """Send an OSC message from the sender's own socket (each `udpsend` has one)."""
        mouth = self._mouths.setdefault(sender, _udp_socket())
        packet = _packed(message)
        is_to_bridge = port == self.bridge_port
        if is_to_bridge and self._random.random() < self.loss:
            self.lost += 1
            return
        key = _question(message)
        if key is not None and (is_to_bridge or message[0] == "/obbligato/probe"):
            self._waiting.setdefault(key, time.monotonic())
        with contextlib.suppress(ConnectionRefusedError):
            for _ in range(2 if is_to_bridge and self._random.random() < self.duplication else 1):
                mouth.sendto(packet, (host, port))

    @property
    def is_waiting(self) -> bool:
        """Whether the bridge still owes an answer."""
        now = time.monotonic()
        for key in [key for key, since in self._waiting.items() if now - since > PATIENCE_S]:
            del self._waiting[key]
        return bool(self._waiting)

    def forget(self) -> None:
        """The bridge is dead: nothing is waited for."""
        self._waiting.clear()

    def receive(self, wait_s: float = 0.0) -> bool:
        """Deliver everything that has come, waiting so long for something. Returns whether anything came."""
        if not self._ears:
            time.sleep(wait_s)
            return False
        readable, _, _ = select.select(list(self._ears), [], [], wait_s)
        for ear in readable:
            while ear in self._ears:
                try:
                    packet = ear.recv(65536)
                except (BlockingIOError, ConnectionRefusedError):
                    break
                self._deliver(ear, _unpacked(packet))
        return bool(readable)

    def close(self) -> None:
        """Close every socket."""
        for opened in [*self._ears, *self._mouths.values(), self._mouth]:
            opened.close()
        self._ears.clear()

    def _deliver(self, ear: socket.socket, message: Message) -> None:
        self._settle(message)
        is_probe = message[0] == "/obbligato/probe"
        if not is_probe and self._random.random() < self.loss:
            self.lost += 1
            return
        if not is_probe:
            self.received.append(message)
        for _ in range(2 if not is_probe and self._random.random() < self.duplication else 1):
            if ear in self._ears:
                self._ears[ear](message)

    def _settle(self, message: Message) -> None:
        address = message[0]
        if address == "/obbligato/probe":
            self._waiting.pop(("probe", message[1]), None)
        elif address == "/welcome":
            self._waiting.pop(("/hello", message[2]), None)
        elif address == "/value":
            self._waiting.pop(("/set", message[1], message[2]), None)
        elif address == "/accompaniment":
            pieces = self._pieces.setdefault(("pieces", message[1], message[2]), set())
            pieces.add(int(message[4]))
            if len(pieces) >= int(message[5]):
                self._waiting.pop(("/lead", message[1], message[2]), None)
        elif address == "/ack":
            self._waiting.pop((message[2], message[1], message[3]), None)
            self._waiting.pop((message[2], message[1]), None)
        elif address == "/error":
            for key in [key for key in self._waiting if key[0] in ("/hello", "/set") or message[2] in key]:
                del self._waiting[key]


def _udp_socket() -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setblocking(False)
    return opened


def _question(message: Message) -> Key | None:
    """What an answer will be known by; None where there is none."""
    address = message[0]
    if address == "/lead":
        return (address, message[1], message[2])
    if address == "/hello":
        return (address, message[2])
    if address == "/set":
        return (address, message[1], message[2])
    if address in ("/reset", "/bye"):
        return (address, message[1])
    if address == "/obbligato/probe":
        return ("probe", message[1])
    return None


def _packed(message: Message) -> bytes:
    builder = OscMessageBuilder(str(message[0]))
    for atom in message[1:]:
        builder.add_arg(atom, "s" if isinstance(atom, str) else "i" if isinstance(atom, int) else "f")
    return bytes(builder.build().dgram)


def _unpacked(packet: bytes) -> Message:
    message = OscMessage(packet)
    return (message.address, *message.params)
