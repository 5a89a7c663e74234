"""The bad network is as bad as it was told to be, and the same each time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.client.network import Badness, Network
from bridge.errors import InputError

CHANCES = st.floats(0, 1)


def carried(badness: Badness, seed: str, packets: int = 2000) -> list[tuple[float, int]]:
    network = Network[int](badness, seed)
    return [delivery for number in range(packets) for delivery in network.carry(number, number * 0.01)]


def test_a_perfect_network_delivers_everything_once_and_at_once() -> None:
    assert carried(Badness(), "0") == [(number * 0.01, number) for number in range(2000)]


def test_the_chances_are_what_was_asked_for() -> None:
    deliveries = carried(Badness(loss=0.2, duplicate=0.1, reorder=0.1, jitter_ms=0), "1")
    numbers = [number for _, number in deliveries]
    assert 0.17 < 1 - len(set(numbers)) / 2000 < 0.23
    assert 0.06 < len(numbers) / len(set(numbers)) - 1 < 0.14
    late = [at_s - number * 0.01 for at_s, number in deliveries if at_s > number * 0.01]
    assert 0.07 < len(late) / len(deliveries) < 0.13
    assert min(late) >= 0.02
    assert max(late) <= 0.15 + 1e-9
    arrived = [number for _, number in sorted(deliveries)]
    assert arrived != sorted(arrived)


def test_jitter_delays_each_packet_by_up_to_its_limit() -> None:
    delays = [at_s - number * 0.01 for at_s, number in carried(Badness(jitter_ms=200), "2")]
    assert max(delays) <= 0.2 + 1e-9
    assert max(delays) > 0.19
    assert min(delays) < 0.01


@given(st.builds(Badness, CHANCES, CHANCES, CHANCES, st.floats(0, 500)), st.text(max_size=4))
def test_the_same_seed_has_the_same_accidents_and_nothing_comes_before_it_was_sent(badness: Badness, seed: str) -> None:
    deliveries = carried(badness, seed, packets=30)
    assert deliveries == carried(badness, seed, packets=30)
    assert all(at_s >= number * 0.01 for at_s, number in deliveries)


def test_another_chance_leaves_the_other_accidents_alone() -> None:
    lost = {number for _, number in carried(Badness(loss=0.3), "3")}
    assert {number for _, number in carried(Badness(loss=0.3, duplicate=0.5, jitter_ms=50), "3")} == lost


@pytest.mark.parametrize(
    ("options", "said"),
    [({"loss": 1.5}, "--loss"), ({"reorder": -0.1}, "--reorder"), ({"jitter_ms": float("nan")}, "--jitter-ms")],
)
def test_what_cannot_be_is_refused(options: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Badness(**options)
