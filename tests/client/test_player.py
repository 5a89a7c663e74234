"""The player against a simulated bridge, in virtual time."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.client.network import Badness
from bridge.client.score import NoteOn
from bridge.music.metre import Metre
from bridge.protocol.messages import Accompaniment, Hello
from tests.client.playing import BAD, METRES, WORSE, assert_sound, leads, playing
from tests.client.simulated import FOUR_FOUR, SimulatedBridge


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
