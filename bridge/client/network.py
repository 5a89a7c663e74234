"""A bad network on demand: packets are lost, doubled, overtaken and delayed. Seeded, without socket and clock."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Generic, TypeVar

from bridge.errors import InputError

Packet = TypeVar("Packet")

HELD_BACK_MS = (20.0, 150.0)
"""How long a packet that is to be overtaken waits: less and more than a client's 80 ms of patience."""


@dataclass(frozen=True, slots=True)
class Badness:
    """How bad the network is in each direction.

    loss, duplicate, reorder  the chance that a packet is lost, doubled, held back so that later ones overtake it: 0..1
    jitter_ms                 each packet is delayed by a random time from 0 to this

    Raises InputError.
    """

    loss: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    jitter_ms: float = 0.0

    def __post_init__(self) -> None:
        for name in ("loss", "duplicate", "reorder"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"--{name} is a chance from 0 to 1, not {getattr(self, name):g}")
        if not 0 <= self.jitter_ms <= 60_000:
            raise InputError(f"--jitter-ms is 0 to 60000 milliseconds, not {self.jitter_ms:g}")


class Network(Generic[Packet]):
    """One direction of a bad network."""

    def __init__(self, badness: Badness, seed: str) -> None:
        self._badness = badness
        self._random = random.Random(seed)

    def carry(self, packet: Packet, now_s: float) -> list[tuple[float, Packet]]:
        """When the packet, and perhaps a copy of it, is delivered: (deliver_at_s, packet) each, none if it is lost."""
        # Always the same number of draws for a packet, so that changing one chance leaves the other choices alone.
        is_lost = self._random.random() < self._badness.loss
        is_doubled = self._random.random() < self._badness.duplicate
        delays_s = [self._delay_s(), self._delay_s()]
        if is_lost:
            return []
        return [(now_s + delay_s, packet) for delay_s in delays_s[: 1 + is_doubled]]

    def _delay_s(self) -> float:
        is_held_back = self._random.random() < self._badness.reorder
        held_ms = self._random.uniform(*HELD_BACK_MS)
        jitter_ms = self._random.uniform(0, self._badness.jitter_ms)
        return (jitter_ms + (held_ms if is_held_back else 0.0)) / 1000
