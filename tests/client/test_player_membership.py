"""The player joins, the bridge goes and comes, the player leaves; in virtual time."""

import pytest

from bridge.client.player import MEMORY_BARS, Options, Player
from bridge.client.score import NoteOff
from bridge.errors import InputError
from bridge.music.metre import Metre
from bridge.protocol.messages import Accompaniment, Ack, Bye, Hello, Lead, Refusal, Reset, Set, Status, Welcome
from tests.client.playing import BAD, assert_sound, leads, playing
from tests.client.simulated import FOUR_FOUR, SimulatedBridge, Simulation, expected_notes, song
from tests.client.test_score import hanging

# Joining


def test_the_controls_are_set_before_the_first_bar_even_where_one_hinders_the_other() -> None:
    simulation = playing([FOUR_FOUR], controls={"low": 100, "high": 110, "seed": 5}, badness=BAD)
    simulation.run()
    assert simulation.bridge.controls == {"low": 100, "high": 110, "seed": 5}
    first_lead = next(i for i, (_, m) in enumerate(simulation.bridge.heard) if isinstance(m, Lead))
    assert {m.name for _, m in simulation.bridge.heard[:first_lead] if isinstance(m, Set)} == {"low", "high", "seed"}


def test_a_control_that_is_refused_ends_it() -> None:
    simulation = playing([FOUR_FOUR], controls={"model": "none"})
    simulation.run()
    assert "no such model" in simulation.player.failure


def test_a_session_that_remembers_another_song_is_reset_first() -> None:
    bridge = SimulatedBridge()
    bridge.bars[99] = song([FOUR_FOUR])[1][0]
    simulation = playing([FOUR_FOUR], bridge=bridge)
    simulation.run()
    kinds = [type(message) for _, message in bridge.heard]
    assert kinds.index(Reset) < kinds.index(Lead)
    assert 99 not in bridge.bars


def test_a_model_that_loads_is_waited_for() -> None:
    simulation = playing([FOUR_FOUR], bridge=SimulatedBridge(loading_until_s=30.0))
    simulation.run()
    assert simulation.player.measured.all_in_time
    assert leads(simulation)[0][0] >= 30.0


def test_a_model_that_never_loads_is_given_up() -> None:
    simulation = playing([FOUR_FOUR], bridge=SimulatedBridge(loading_until_s=1e9))
    simulation.run()
    assert "not ready after 120 s" in simulation.player.failure


def test_a_model_that_cannot_be_loaded_is_not_waited_for() -> None:
    simulation = playing([FOUR_FOUR], bridge=SimulatedBridge(loading_until_s=1e9))
    simulation.at(4.0, lambda: simulation.carry_back(Refusal("test", -1, "not-ready", "could not be loaded")))
    simulation.run()
    assert "could not be loaded" in simulation.player.failure
    assert simulation.now_s < 5


# The bridge goes and comes


@pytest.mark.parametrize("ahead", [0, 1])
def test_a_bridge_that_is_started_again_is_told_the_last_bars(ahead: int) -> None:
    simulation = playing([FOUR_FOUR] * 40, ahead=ahead, controls={"seed": 3})
    bridge = simulation.bridge
    simulation.at(50.5, lambda: setattr(bridge, "is_alive", False))
    simulation.at(56.5, bridge.restart)
    simulation.run()
    measured = simulation.player.measured
    assert measured.rejoined == 1
    assert 1 <= measured.lost <= 3
    assert bridge.controls == {"seed": 3}
    first_told = min(ask.number for ask, *_ in bridge.remembered.values())
    told = [ask.number for ask, *_ in bridge.remembered.values() if ask.ahead < 0]
    assert len(told) >= MEMORY_BARS
    assert bridge.inferences[-1] == 39
    assert first_told >= 9
    # what was heard goes out before what is wanted
    later = [message for at_s, message in bridge.heard if at_s > 56.5]
    assert isinstance(later[0], Hello)
    assert isinstance(later[1], Set)
    assert [m.ask.ahead for m in later[2 : 2 + MEMORY_BARS]] == [-1] * MEMORY_BARS
    assert_sound(simulation)


def test_a_fast_song_survives_a_restart_and_gives_up_a_bridge_that_stays_away() -> None:
    simulation = playing([FOUR_FOUR] * 200, is_fast=True)
    simulation.at(1.0, lambda: setattr(simulation.bridge, "is_alive", False))
    simulation.at(5.0, simulation.bridge.restart)
    simulation.run()
    assert simulation.player.measured.all_in_time
    gone = playing([FOUR_FOUR] * 200, is_fast=True)
    gone.at(1.0, lambda: setattr(gone.bridge, "is_alive", False))
    gone.run()
    assert "does not answer any more" in gone.player.failure
    assert gone.player.measured.lost == 1
    assert gone.now_s < 15


def test_a_bye_of_the_bridge_silences_everything_at_once() -> None:
    simulation = playing([FOUR_FOUR] * 4)
    simulation.at(4.2, lambda: simulation.carry_back(Bye("test")))
    simulation.run()
    ends = [at_s for at_s, event in simulation.events if isinstance(event, NoteOff) and at_s == 4.2]
    assert len(ends) == 1
    measured = simulation.player.measured
    assert measured.cut_notes > 0
    assert measured.rejoined == 1
    assert len(simulation.player.played) == measured.notes
    assert_sound(simulation)


def test_a_heartbeat_alone_keeps_the_peace_and_its_absence_does_not() -> None:
    simulation = playing([Metre(16, 4)] * 2)  # bars of eight seconds
    simulation.run()
    assert simulation.player.measured.rejoined == 0

    class NoHeart(SimulatedBridge):
        def status(self):
            return []

    simulation = playing([Metre(16, 4)] * 2, bridge=NoHeart())
    simulation.run()
    assert simulation.player.measured.rejoined > 5
    assert simulation.player.measured.all_in_time
    assert simulation.bridge.told_again == []


def test_a_copy_of_the_first_welcome_does_not_start_the_memory_again() -> None:
    simulation = playing([FOUR_FOUR] * 4)
    simulation.at(5.0, lambda: simulation.carry_back(Welcome(1, "test", "0", "fake", 1, 0)))
    simulation.run()
    assert simulation.bridge.told_again == []


# Stopping


def test_stopping_leaves_nothing_hanging_and_says_goodbye() -> None:
    simulation = playing([FOUR_FOUR] * 10)
    simulation.at(5.3, lambda: simulation._carry_out(simulation.player.stop(simulation.now_s)))
    simulation.run()
    assert hanging([event for _, event in simulation.events]) == {}
    assert isinstance(simulation.sent[-1][1], Bye)
    assert simulation.player.is_finished
    assert simulation.player.stop(simulation.now_s) == []
    measured = simulation.player.measured
    assert measured.answered + measured.lost < measured.bars
    assert not measured.all_in_time


def test_a_goodbye_that_nobody_hears_is_said_three_times() -> None:
    simulation = playing([FOUR_FOUR])
    simulation.at(2.5, lambda: setattr(simulation.bridge, "is_alive", False))
    simulation.run()
    assert [type(message) for _, message in simulation.sent][-3:] == [Bye] * 3


def test_what_belongs_to_others_is_not_taken_for_ours() -> None:
    piece, lead = song([FOUR_FOUR] * 2)
    player = Player(piece, lead, Options("test", first_seq=1000))
    simulation = Simulation(player, SimulatedBridge())
    strange = [
        Accompaniment("other", 1000, 0, 0, 1, "piano", FOUR_FOUR, expected_notes(0, FOUR_FOUR, 1)[0]),
        Accompaniment("test", 3, 0, 0, 1, "piano", FOUR_FOUR, expected_notes(0, FOUR_FOUR, 1)[0]),
        Accompaniment("test", 1000, 7, 0, 1, "piano", FOUR_FOUR, ()),
        Accompaniment("test", 1000, 0, 1, 1, "piano", FOUR_FOUR, ()),
        Accompaniment("test", 1000, 0, -1, 0, "piano", FOUR_FOUR, ()),
        Ack("test", "/lead", 1000),
        Status("other", 1, 0, 0, 0.0, 0.0),
    ]
    for message in strange:
        simulation.at(0.001, lambda message=message: simulation.carry_back(message))
    simulation.run()
    assert player.measured.unexpected == len(strange)
    assert player.measured.all_in_time
    assert [message.ask.seq for _, message in leads(simulation)] == [1000, 1001]


def test_notes_beyond_a_bar_that_turned_out_shorter_are_dropped_or_cut() -> None:
    class Longer(SimulatedBridge):
        def _answer(self, message):
            notes = expected_notes(0, FOUR_FOUR, 1)[0]
            return [Accompaniment("test", message.ask.seq, message.ask.target, 0, 1, "piano", FOUR_FOUR, notes)]

    simulation = playing([Metre(5, 8)], bridge=Longer())
    simulation.run()
    assert simulation.player.measured.outside_notes == 3
    assert max(played.note.end_beats for played in simulation.player.played) == 2.5


def test_an_ahead_that_is_no_way_of_playing_is_refused() -> None:
    with pytest.raises(InputError, match="--ahead is 0"):
        Options("test", ahead=3)
