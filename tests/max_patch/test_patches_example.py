"""The example that plays on its own, against the real bridge: its melody sounds, and is accompanied in time."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from max_patch.build.devices import PACKAGE
from max_patch.build.simulator.messages import Message, number
from max_patch.build.simulator.node import Node
from max_patch.build.simulator.server import Bridge
from max_patch.build.simulator.world import World
from max_patch.build.sources.helps import ODE

EXAMPLE = PACKAGE / "examples" / "Obbligato plays alone.maxpat"
BEAT, BAR = 480, 1920

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None, reason="node is not installed: the example was not played"
)


class Toggle(Node, names=("toggle",)):
    """A switch that nobody touches: the test starts the transport itself."""


class NoteOut(Node, names=("noteout",)):
    """Max's synthesiser, as a list of (channel, ticks, pitch, velocity)."""

    def setup(self) -> None:
        self.velocity = 0
        self.heard: list[tuple[int, float, int, int]] = []

    def receive(self, inlet: int, message: Message) -> None:
        if inlet == 1:
            self.velocity = int(number(message))
        else:
            ticks = self.device.set.transport.ticks
            self.heard.append((int(self.arguments[0]), ticks, int(number(message)), self.velocity))


def _embedded_into(node: Node) -> None:
    """What is stored in the patch itself is there when it opens."""
    stored: dict[str, Any] = node.box["coll_data"]
    for row in stored["data"]:
        node.receive(0, (row["key"], *row["value"]))


def test_the_example_plays_its_melody_and_an_accompaniment_in_time() -> None:
    bridge = Bridge()
    try:
        with World(3, bridge) as world:
            patch = world.add(EXAMPLE, hears=False)
            for node in patch.nodes:
                if "coll_data" in node.box:
                    _embedded_into(node)
            patch.scripts[0].receive(0, ("param", "port", bridge.port))
            world.run(1.5)
            world.transport.start(0)
            world.run_to(12 * BAR)
            world.transport.stop()
            world.run(3)
            heard = [row for node in patch.nodes if isinstance(node, NoteOut) for row in node.heard]
    finally:
        bridge.close()
    lead = [(round(ticks / BEAT), pitch) for channel, ticks, pitch, velocity in heard if channel == 1 and velocity]
    assert lead[1:45] == [(beat, pitch) for beat, pitch in enumerate(ODE) if pitch >= 0][1:45]
    answers = [(ticks, pitch) for channel, ticks, pitch, velocity in heard if channel == 2 and velocity]
    assert {int(ticks // BAR) for ticks, _ in answers} >= set(range(2, 12))
    assert all(min(ticks % 40, 40 - ticks % 40) < 6 for ticks, _ in answers if ticks > BAR + 40)
    for channel in (1, 2):
        balance: dict[int, int] = {}
        for out, _, pitch, velocity in heard:
            if out == channel:
                balance[pitch] = balance.get(pitch, 0) + 1 if velocity else 0
        assert not any(balance.values()), "a note hangs"
