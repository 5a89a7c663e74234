"""The player and the real hub, both pure, in virtual time: what is lost on the way does not change the music."""

import pytest

from bridge.client.network import Badness
from bridge.client.player import Options, Player
from bridge.model.accompanist import Part, Request
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol.messages import BridgeMessage, ClientMessage
from bridge.server.hub import Hub
from bridge.server.members import Sender
from bridge.session.choices import ModelInfo
from tests.client.simulated import FOUR_FOUR, Simulation, song

HERE = Sender("127.0.0.1", 50_000)
METRES = [FOUR_FOUR] * 6 + [Metre(3, 4)] * 6 + [Metre(6, 8)] * 6
LATENCY_S = 0.015


def sensitive(request: Request) -> tuple[Part, ...]:
    """Notes that change with anything a model may know: chance, lead, own past."""
    steps = request.metre.length_steps
    known = hash((request.seed, request.target, tuple(request.lead), tuple(request.history[-4:])))
    pitch, step = 30 + known % 60, (known >> 8) % steps
    return (Part("piano", (Note(pitch, step / 12, (steps - step) / 12, 80),)),)


class HubBridge:
    """The hub behind the interface of the simulated bridge. Each bar takes the model the same time."""

    def __init__(self) -> None:
        self.hub = Hub("0", {"fake": ModelInfo(frozenset(), ("piano",), ("auto",))}, "fake")
        self.hub.model_ready("fake")

    def hear(self, message: ClientMessage, now_s: float) -> list[tuple[float, BridgeMessage]]:
        replies = [(now_s, send.message) for send in self.hub.receive(HERE, message, now_s)]
        while (work := self.hub.begin(now_s, entropy=0)) is not None:
            done_s = now_s + LATENCY_S
            replies += [(done_s, s.message) for s in self.hub.finish(work, sensitive(work.job.request), done_s)]
        return replies

    def status(self) -> list[BridgeMessage]:
        return []


def evening(badness: Badness, *, ahead: int = 0, is_fast: bool = False, seed: int = 0, times: int = 5) -> Player:
    piece, lead = song(METRES * times)
    player = Player(piece, lead, Options("test", ahead=ahead, is_fast=is_fast, controls={"seed": 11}))
    Simulation(player, HubBridge(), badness, seed).run()
    return player


@pytest.mark.parametrize("badness", [Badness(0.2, 0.1, 0.1), Badness(0.2, 0.1, 0.1, 200)])
@pytest.mark.parametrize(("ahead", "is_fast"), [(0, False), (0, True), (1, True)])
def test_a_bad_network_does_not_change_the_music(badness: Badness, ahead: int, is_fast: bool) -> None:
    good = evening(Badness(), ahead=ahead, is_fast=is_fast)
    assert good.measured.all_in_time
    bad = evening(badness, ahead=ahead, is_fast=is_fast, seed=4)
    assert bad.measured.lost == 0
    assert bad.measured.resent > 20
    assert sorted(bad.played, key=lambda p: p.number) == sorted(good.played, key=lambda p: p.number)


def test_the_pace_does_not_change_the_music() -> None:
    assert evening(Badness()).played == evening(Badness(), is_fast=True).played


def test_played_live_on_a_bad_network_every_bar_still_comes_to_one_end() -> None:
    player = evening(Badness(0.2, 0.1, 0.1), ahead=1)
    measured = player.measured
    assert measured.answered + measured.lost == measured.bars
    assert measured.answered > 0.98 * measured.bars
