"""A player on a simulated evening, and what holds however it goes."""

import pytest

from bridge.client.network import Badness
from bridge.client.player import Options, Player
from bridge.music.metre import Metre
from bridge.protocol.messages import Lead
from tests.client.simulated import FOUR_FOUR, SimulatedBridge, Simulation, expected_notes, song
from tests.client.test_score import hanging

BAD = Badness(loss=0.2, duplicate=0.1, reorder=0.1)
WORSE = Badness(loss=0.2, duplicate=0.1, reorder=0.1, jitter_ms=200)
METRES = [FOUR_FOUR, FOUR_FOUR, Metre(3, 4), Metre(6, 8), Metre(6, 8), Metre(2, 4), Metre(12, 8), Metre(5, 8)]


def playing(
    metres: list[Metre],
    *,
    bridge: SimulatedBridge | None = None,
    badness: Badness | None = None,
    seed: int = 0,
    **options,
) -> Simulation:
    piece, lead = song(metres)
    player = Player(piece, lead, Options("test", **options))
    return Simulation(player, bridge or SimulatedBridge(), badness, seed)


def leads(simulation: Simulation) -> list[tuple[float, Lead]]:
    return [(at_s, message) for at_s, message in simulation.sent if isinstance(message, Lead)]


def assert_sound(simulation: Simulation) -> None:
    """What holds however the evening went: every bar came to one end, nothing hangs, nothing was shifted."""
    measured = simulation.player.measured
    assert measured.answered + measured.lost == measured.bars
    assert len(measured.round_trips_ms) == measured.answered
    assert measured.late <= measured.answered
    events = [event for _, event in simulation.events]
    assert hanging(events) == {}
    assert all(at_s == pytest.approx(event.due_s, abs=1e-9) for at_s, event in simulation.events)
    for played in simulation.player.played:
        metre = simulation.player._song.bars[played.number].metre
        assert played.note in expected_notes(played.number, metre, 1)[0]
