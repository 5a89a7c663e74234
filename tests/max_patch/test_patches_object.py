"""The object for Max, against the real bridge: whole bars in, notes in time out."""

from __future__ import annotations

import shutil

import pytest

from max_patch.build.devices import PACKAGE
from max_patch.build.simulator.messages import Message
from max_patch.build.simulator.node import Node
from max_patch.build.simulator.server import Bridge
from max_patch.build.simulator.world import World

OBJECT = PACKAGE / "patchers" / "obbligato.maxpat"
BAR = 1920

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None, reason="node is not installed: the Max object was not run"
)


def port(nodes: list[Node], words: str) -> Node:
    """The object's inlet or outlet whose comment begins so."""
    return next(node for node in nodes if str(node.box.get("comment", "")).startswith(words))


def test_bars_that_are_given_while_the_transport_stands_are_played_when_it_starts() -> None:
    heard: list[tuple[float, Message]] = []
    bridge = Bridge()
    try:
        with World(5, bridge) as world:
            patch = world.add(OBJECT, hears=False)

            class Ear(Node):
                def receive(self, inlet: int, message: Message) -> None:
                    heard.append((world.transport.ticks, message))

            lead = port(patch.nodes, "pitch velocity of the lead")
            sound = port(patch.nodes, "pitch velocity of the accompaniment")
            sound.wires = [[(Ear(patch, {"maxclass": "comment", "numoutlets": 0}), 0)]]
            lead.receive(0, ("param", "port", bridge.port))
            world.run(1.5)
            for number, pitch in enumerate((60, 65, 67, 60)):
                lead.receive(0, ("bar", number, 4, 4, 120.0, 0, 4.0, pitch, 0.0, 2.0, 90, pitch + 4, 2.0, 2.0, 90))
            world.run(1.0)
            world.transport.start(0)
            world.run_to(4 * BAR - 10)
            world.transport.stop()
            world.run(2.0)
    finally:
        bridge.close()
    struck = [ticks for ticks, (_, velocity) in heard if velocity]
    assert {int((ticks + 10) // BAR) for ticks in struck} == {0, 1, 2, 3}
    first = [ticks for ticks in struck if ticks < BAR - 10]
    assert len({round(ticks / 40) for ticks in first}) >= 2, "more than the first chord of the first bar"
