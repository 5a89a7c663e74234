"""The simulated set: a song, its transport, a lead that sounds, the devices in it, and the real bridge they talk to.

Virtual time runs as fast as it can, except while the bridge owes an answer: then it goes at a tenth of real time. So
an answer takes some of the song, and a busy machine does not make the bridge late: its speed is measured elsewhere.
"""

from __future__ import annotations

import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from max_patch.build.simulator.clock import Clock
from max_patch.build.simulator.device import Device
from max_patch.build.simulator.network import Network
from max_patch.build.simulator.server import Bridge
from max_patch.build.simulator.transport import Transport

SETTLE_MS = 40.0
VIRTUAL_MS_A_SECOND = 100.0
"""How fast the song goes while an answer is waited for."""


@dataclass(frozen=True)
class LeadNote:
    """A note of the lead's clip, in ticks of the song."""

    ticks: int
    pitch: int
    velocity: int
    duration_ticks: int


class World:
    """A set. Use it in a `with`: it holds sockets and processes."""

    def __init__(self, seed: int = 0, bridge: Bridge | None = None, tracks: dict[str, Any] | None = None) -> None:
        self.clock = Clock()
        self.transport = Transport(self.clock, seed)
        self.network = Network(seed)
        self.tracks = tracks or {"tracks": [{"name": "1-MIDI", "slots": [None] * 4}]}
        self.bridge = bridge
        self.devices: list[Device] = []
        self.hearing: list[Device] = []
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self._seed = seed
        self._lead: dict[int, list[tuple[int, int]]] = {}
        self._lead_ticks: list[int] = []
        self._lead_next = 0
        self._lead_held: set[int] = set()
        self._lead_cancel: Callable[[], None] = _nothing
        self._real_s = self._virtual_ms = 0.0
        if bridge is not None:
            self.network.bridge_port = bridge.port
        self.transport.watch(self._moved)

    def __enter__(self) -> World:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for device in self.devices:
            device.close()
        self.network.close()
        self._folder.cleanup()

    # What is in it

    def add(self, path: Path, track: int = 0, hears: bool = True, **controls: float) -> Device:
        """Drop a device into the set; `controls`: long names (underscores for blanks) and what they stand at."""
        self._seed += 1
        device = Device(self, path, self._seed, track)
        for name, value in controls.items():
            device.controls[name.replace("_", " ")].value = value
        if self.bridge is not None and "Bridge Port" in device.controls:
            device.controls["Bridge Port"].value = float(self.bridge.port)
        self.devices.append(device)
        if hears:
            self.hearing.append(device)
        device.load()
        return device

    def set_lead(self, notes: Sequence[LeadNote]) -> None:
        """What the lead's track plays to the devices, wherever the song goes."""
        self._lead = {}
        for note in notes:
            self._lead.setdefault(note.ticks, []).append((note.pitch, note.velocity))
            self._lead.setdefault(note.ticks + note.duration_ticks, []).insert(0, (note.pitch, 0))
        self._lead_ticks = sorted(self._lead)
        self._moved("start")

    def song(self) -> dict[str, Any]:
        """What LiveAPI finds at the song."""
        transport = self.transport
        place, (bar, line) = transport.place(), transport.bar_line()
        loop = transport.loop
        return {
            "beats": transport.ticks / 480,
            "playing": transport.is_playing,
            "tempo": transport.tempo,
            "numerator": place.numerator,
            "denominator": place.denominator,
            "loop": [loop[0] / 480, loop[1] / 480] if loop else None,
            "bar": bar,
            "bar_start": line / 480,
        }

    # The bridge

    def kill_bridge(self) -> None:
        """kill -9."""
        assert self.bridge is not None
        self.bridge.kill()
        self.network.bridge_port = None
        self.network.forget()

    def restart_bridge(self) -> None:
        """On the same port; no virtual time goes by while it starts."""
        assert self.bridge is not None
        self.bridge.start()
        self.network.bridge_port = self.bridge.port

    # Time

    def run(self, seconds: float) -> None:
        """Let virtual time go by."""
        self._run_until(self.clock.now_ms + seconds * 1000)

    def run_to(self, ticks: float) -> None:
        """Play on until the song is there."""
        while self.transport.is_playing and self.transport.ticks < ticks - 1e-6:
            self._run_until(self.clock.now_ms + self.transport.ms_until(ticks))

    def settle(self) -> None:
        """Let what is under way inside the devices arrive."""
        self._run_until(self.clock.now_ms + SETTLE_MS)

    def _run_until(self, end_ms: float) -> None:
        self._real_s, self._virtual_ms = time.monotonic(), self.clock.now_ms
        while True:
            if self.network.receive():
                continue
            next_ms = min(self.clock.next_ms, end_ms)
            if self.network.is_waiting:
                if next_ms > self._due_ms():
                    self.network.receive(0.005)
                    self.clock.now_ms = max(self.clock.now_ms, min(self._due_ms(), next_ms))
                    continue
            else:
                self._real_s, self._virtual_ms = time.monotonic(), next_ms
            if self.clock.next_ms > end_ms:
                break
            self.clock.run_next()
        self.clock.now_ms = end_ms

    def _due_ms(self) -> float:
        """Where virtual time may be by now while an answer is waited for."""
        return self._virtual_ms + (time.monotonic() - self._real_s) * VIRTUAL_MS_A_SECOND

    # The lead

    def _moved(self, what: str) -> None:
        if what in ("stop", "jump"):
            for pitch in sorted(self._lead_held):
                self._sound(pitch, 0)
        if what != "move":
            self._lead_next = bisect_left(self._lead_ticks, self.transport.ticks - 1e-6)
        self._plan_lead()

    def _plan_lead(self) -> None:
        self._lead_cancel()
        self._lead_cancel = _nothing
        if not self.transport.is_playing or self._lead_next >= len(self._lead_ticks):
            return
        following = self._lead_ticks[self._lead_next]
        if self.transport.loop and self.transport.ticks < self.transport.loop[1] <= following:
            return
        wait_ms = max(0.0, self.transport.ms_until(following))
        self._lead_cancel = self.clock.after(wait_ms, lambda: self._lead_at(following))

    def _lead_at(self, ticks: int) -> None:
        self._lead_next += 1
        for pitch, velocity in self._lead[ticks]:
            if velocity or pitch in self._lead_held:
                self._sound(pitch, velocity)
        self._plan_lead()

    def _sound(self, pitch: int, velocity: int) -> None:
        (self._lead_held.add if velocity else self._lead_held.discard)(pitch)
        for device in self.hearing:
            if device.midi_in is not None and not device.is_deleted:
                device.midi_in.hear((0x90, pitch, velocity))


def _nothing() -> None:
    pass
