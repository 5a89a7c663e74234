"""Long evenings on bad networks, and bridges that go away and come back, in virtual time."""

from __future__ import annotations

import os

import pytest
from client.simulated import Simulation, song
from faults.evenings import METRES, VirtualBridge, evening, hanging

from bridge.client.network import Badness
from bridge.client.player import MEMORY_BARS, Options, Player
from bridge.client.score import NoteOn
from bridge.protocol.messages import Hello, Lead

BAD = Badness(loss=0.2, duplicate=0.1, reorder=0.1, jitter_ms=200)
MINUTES = float(os.environ.get("OBBLIGATO_EVENING_MINUTES", "60"))
"""An hour of music; `make soak` plays on."""
BAR_S = 2.0


@pytest.mark.parametrize("ahead", [0, 1])
def test_an_hour_on_a_bad_network(ahead: int) -> None:
    player, simulation, bridge = evening(MINUTES, ahead, BAD, seed=3)
    measured = player.measured
    assert measured.bars > 25 * MINUTES
    assert measured.answered + measured.lost == measured.bars, "none is left open"
    assert measured.answered > 0.97 * measured.bars
    assert measured.resent > 0.1 * measured.bars
    assert not hanging(simulation), "no note hangs"
    assert bridge.answers, "and none was answered in two ways, which the bridge asserted"
    assert max(bridge.played.values()) == 1, "none was thought over twice"


@pytest.mark.parametrize("ahead", [0, 1])
@pytest.mark.parametrize("away_s", [0.3, 5.0])  # a bridge takes longer than 0.3 s to start
@pytest.mark.parametrize("killed_s", [31.3, 31.8, 32.3, 32.8])
def test_a_bridge_that_is_killed_is_missed_in_2_s_and_played_with_2_s_after_its_return(
    ahead: int, away_s: float, killed_s: float
) -> None:
    piece, lead = song(METRES * 3)
    player = Player(piece, lead, Options("killed", ahead=ahead, controls={"seed": 11}))
    bridge = VirtualBridge()
    simulation = Simulation(player, bridge)  # type: ignore[arg-type]
    back_s = killed_s + away_s

    def kill() -> None:
        bridge.is_alive = False

    simulation.at(killed_s, kill)
    simulation.at(back_s, bridge.start)
    with bridge.clock.ticking():
        simulation.run()
    measured = player.measured
    greeted_s = [at_s for at_s, message in simulation.sent if isinstance(message, Hello) and at_s > killed_s]
    assert greeted_s[0] <= killed_s + 2.0, "it was missed"
    known_s = max(back_s, greeted_s[0])
    asks = [(at_s, m.ask) for at_s, m in simulation.sent if isinstance(m, Lead)]
    told = {ask.number for at_s, ask in asks if back_s <= at_s <= known_s + 2.0 and ask.ahead < 0}
    last = sorted({ask.number for at_s, ask in asks if at_s < known_s})[-MEMORY_BARS:]
    assert len(last) == MEMORY_BARS
    assert len(told & set(last)) >= MEMORY_BARS - 2, "they are told again, but for those that are asked about anyway"
    answered_s = min(at_s for at_s in bridge.answered_s if at_s >= back_s)
    begins_s = min(at_s for at_s, event in simulation.events if at_s > answered_s and isinstance(event, NoteOn))
    assert begins_s <= back_s + 2.0, "the music goes on"
    assert measured.rejoined == 1
    assert measured.answered + measured.lost == measured.bars
    assert measured.lost <= away_s / BAR_S + 4
    assert not hanging(simulation)
