"""The comparison of backends: its songs can be learned from, its table has the best round; no time is asserted."""

import numpy as np

from training import backends
from training.batches import note_batch, plan_batch


def test_a_song_of_random_notes_fills_batches_like_a_real_one():
    song = backends.random_song(3)
    rng = np.random.default_rng(0)
    samples = [(song, bar) for bar in range(song.first_bar, len(song.piece.metres))]
    _, y = note_batch(samples, backends.PLACES, rng)
    assert 8 < y["note"].sum(axis=1).mean() <= backends.NOTES_A_BAR
    x, _ = plan_batch(samples, rng)
    assert x["mask"].any(axis=1).all()


def test_the_table_has_the_best_round_and_who_is_fastest():
    def took(clock_ms):
        return {"first_s": 2.0, "clock_ms": clock_ms, "processor_ms": clock_ms / 2}

    rounds = [
        {("jax", "plan"): took(90.0), ("torch", "plan"): took(200.0)},
        {("jax", "plan"): took(100.0), ("torch", "plan"): took(180.0), ("torch", "notes"): took(50.0)},
    ]
    assert backends.table(rounds)[2:] == [
        "| jax | plan | 2 | 90 | 45 | 1.00 |",
        "| torch | plan | 2 | 180 | 90 | 2.00 |",
        "| torch | notes | 2 | 50 | 25 | 1.00 |",
    ]


def test_why_a_backend_failed_is_one_line():
    text = (
        "Traceback\nRuntimeError: Exception encountered in call().\n\n\x1b[1mA tensor is ambiguous\x1b[0m\n\n  - a=1\n"
    )
    assert backends.reason(text) == "RuntimeError: Exception encountered in call(). A tensor is ambiguous"
    assert backends.reason("Killed\n") == "Killed"
    assert backends.reason("") == ""
