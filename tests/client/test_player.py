"""The player against a simulated bridge, in virtual time."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.client.network import Badness
from bridge.client.player import MEMORY_BARS, Options, Player
from bridge.client.score import NoteOff, NoteOn
from bridge.errors import InputError
from bridge.music.metre import Metre
from bridge.protocol.messages import Accompaniment, Ack, Bye, Hello, Lead, Refusal, Reset, Set, Status, Welcome
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


@pytest.mark.parametrize("ahead", [0, 1])
@pytest.mark.parametrize("is_fast", [False, True])
def test_on_a_perfect_network_every_bar_is_answered_in_time(ahead: int, is_fast: bool) -> None:
    simulation = playing(METRES, ahead=ahead, is_fast=is_fast)
    simulation.run()
    measured = simulation.player.measured
    assert measured.all_in_time
    assert measured.bars == len(METRES)
    assert simulation.bridge.inferences == list(range(len(METRES)))
    assert {played.number for played in simulation.player.played} == set(range(len(METRES)))
    assert measured.notes == len(simulation.player.played) == sum(int(m.length_beats * 2) for m in METRES)
    nothing = ("late_notes", "cut_notes", "outside_notes", "unheard", "resent", "duplicates", "unexpected", "rejoined")
    assert {name: getattr(measured, name) for name in nothing} == dict.fromkeys(nothing, 0)
    assert measured.round_trips_ms == pytest.approx([10.0] * len(METRES))
    assert bool(simulation.events) is not is_fast
    assert not is_fast or simulation.now_s < 1
    assert_sound(simulation)


@pytest.mark.parametrize("ahead", [0, 1])
@pytest.mark.parametrize("is_fast", [False, True])
@pytest.mark.parametrize("badness", [BAD, WORSE])
def test_a_thousand_bars_on_a_bad_network(ahead: int, is_fast: bool, badness: Badness) -> None:
    simulation = playing(METRES * 125, badness=badness, ahead=ahead, is_fast=is_fast)
    simulation.run()
    assert_sound(simulation)
    measured = simulation.player.measured
    assert measured.resent > 300
    assert measured.duplicates > 100
    assert measured.unexpected == 0
    assert len(simulation.bridge.inferences) == len(set(simulation.bridge.inferences))
    if is_fast or ahead == 0:
        assert measured.answered > 990
    # Nobody is asked without end: a bar is asked for while it can matter, every 80 ms at most.
    sendings = Counter(message.ask.seq for _, message in leads(simulation))
    assert max(sendings.values()) <= 2 * 6 / 0.08


def test_the_same_seeds_give_the_same_evening() -> None:
    evenings = [playing(METRES * 10, badness=WORSE, seed=7, ahead=1) for _ in range(2)]
    for evening in evenings:
        evening.run()
    assert evenings[0].sent == evenings[1].sent
    assert evenings[0].events == evenings[1].events
    assert evenings[0].player.measured == evenings[1].player.measured
    other = playing(METRES * 10, badness=WORSE, seed=8, ahead=1)
    other.run()
    assert other.sent != evenings[0].sent


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([*METRES, Metre(1, 16), Metre(7, 8)]), min_size=1, max_size=12),
    st.builds(Badness, st.floats(0, 0.9), st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 1500)),
    st.integers(0, 1),
    st.booleans(),
    st.integers(0, 1000),
    st.floats(0, 3),
    st.lists(st.sampled_from(["busy", "not-ready", "internal", "superseded", "invalid-bar"]), max_size=6),
)
def test_whatever_happens_every_bar_comes_to_one_end(
    metres: list[Metre], badness: Badness, ahead: int, is_fast: bool, seed: int, latency_s: float, errors: list[str]
) -> None:
    bridge = SimulatedBridge(latency_s=latency_s, refuse_next=errors)
    simulation = playing(metres, bridge=bridge, badness=badness, ahead=ahead, is_fast=is_fast, seed=seed)
    simulation.run()
    measured = simulation.player.measured
    if simulation.player.failure:
        assert measured.answered + measured.lost <= measured.bars
    else:
        assert_sound(simulation)


# Time


def test_bars_go_out_on_the_dot_and_answers_sound_on_theirs() -> None:
    simulation = playing([FOUR_FOUR] * 3)
    simulation.run()
    start_s = leads(simulation)[0][0]
    assert [at_s - start_s for at_s, _ in leads(simulation)] == pytest.approx([0.0, 2.0, 4.0])
    first = next(event for _, event in simulation.events if isinstance(event, NoteOn))
    assert first.due_s - start_s == pytest.approx(2.0)  # after a bar of count-in
    assert simulation.now_s - start_s == pytest.approx(8.0, abs=0.01)


def test_a_late_answer_loses_what_is_past_and_is_not_shifted() -> None:
    simulation = playing([FOUR_FOUR] * 2, bridge=SimulatedBridge(latency_s=2.6))  # 0.6 s after the bar line
    simulation.run()
    measured = simulation.player.measured
    assert (measured.answered, measured.late, measured.lost, measured.late_notes) == (2, 2, 0, 6)
    assert {played.note.onset_beats for played in simulation.player.played} == {1.5, 2.0, 2.5, 3.0, 3.5}
    assert not measured.all_in_time
    assert_sound(simulation)


def test_an_answer_after_its_bar_is_worth_nothing() -> None:
    simulation = playing([FOUR_FOUR] * 3, bridge=SimulatedBridge(latency_s=4.5))
    simulation.run()
    measured = simulation.player.measured
    assert (measured.answered, measured.lost, measured.notes) == (0, 3, 0)
    assert measured.unexpected > 0
    assert_sound(simulation)


def test_silence_for_80_ms_is_answered_by_the_same_request_again() -> None:
    simulation = playing([FOUR_FOUR], bridge=SimulatedBridge(latency_s=0.2))
    simulation.run()
    sent = leads(simulation)
    assert [message.ask.seq for _, message in sent] == [0, 0, 0]
    assert [at_s - sent[0][0] for at_s, _ in sent] == pytest.approx([0.0, 0.08, 0.16])
    assert simulation.player.measured.resent == 2
    assert simulation.player.measured.answered == 1


def test_the_last_note_of_a_late_piece_still_sounds_and_the_bar_is_lost() -> None:
    """One of two pieces never comes: what came is played, and the bar does not count as answered."""

    class HalfDeaf(SimulatedBridge):
        def hear(self, message, now_s):
            replies = super().hear(message, now_s)
            return [r for r in replies if not (isinstance(r[1], Accompaniment) and r[1].index == 1)]

    simulation = playing([FOUR_FOUR], bridge=HalfDeaf(pieces=2))
    simulation.run()
    measured = simulation.player.measured
    assert (measured.answered, measured.lost, measured.notes) == (0, 1, 8)
    assert measured.duplicates > 0


def test_pieces_in_any_order_make_one_answer() -> None:
    simulation = playing(METRES * 5, bridge=SimulatedBridge(pieces=3), badness=WORSE, is_fast=True)
    simulation.run()
    measured = simulation.player.measured
    assert measured.answered == measured.bars
    assert measured.notes == 3 * 5 * sum(int(m.length_beats * 2) for m in METRES)


# Refusals


@pytest.mark.parametrize("code", ["busy", "not-ready"])
def test_a_refusal_that_passes_is_answered_by_a_new_request(code: str) -> None:
    simulation = playing([FOUR_FOUR] * 2, bridge=SimulatedBridge(refuse_next=[code, code]))
    simulation.run()
    measured = simulation.player.measured
    assert measured.all_in_time
    assert measured.errors == {code: 2}
    seqs = [message.ask.seq for _, message in leads(simulation)]
    assert seqs == [0, 1, 2, 3]
    times = [at_s for at_s, message in leads(simulation)][:3]
    assert times[2] - times[1] == pytest.approx(2 * (times[1] - times[0]), rel=0.2)  # ever more patient


@pytest.mark.parametrize("code", ["internal", "superseded", "invalid-bar", "bad-arguments"])
def test_a_refusal_for_good_loses_the_bar_and_the_song_goes_on(code: str) -> None:
    simulation = playing([FOUR_FOUR] * 3, bridge=SimulatedBridge(refuse_next=[code]))
    simulation.run()
    measured = simulation.player.measured
    assert (measured.answered, measured.lost, measured.errors) == (2, 1, {code: 1})
    assert_sound(simulation)


@pytest.mark.parametrize("code", ["bad-token", "too-many-sessions", "unsupported-protocol"])
def test_a_bridge_that_does_not_let_us_in_ends_it(code: str) -> None:
    simulation = playing([FOUR_FOUR], bridge=SimulatedBridge(hello_refusal=code))
    simulation.run()
    assert code in simulation.player.failure
    assert not simulation.player.has_begun
    assert simulation.player.measured.errors == {code: 1}


def test_no_bridge_at_all() -> None:
    simulation = playing([FOUR_FOUR], bridge=SimulatedBridge(is_alive=False))
    simulation.run()
    assert simulation.player.failure == "no bridge answers"
    assert simulation.now_s == pytest.approx(3.0)
    assert all(isinstance(message, Hello) for _, message in simulation.sent)
    assert len(simulation.sent) > 5


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
