"""The comparison of backends: its songs can be learned from, its table has the best round; no time is asserted."""

import os
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

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


BUILT = """
import numpy as np
from bridge.model.network import NoteNetwork, PlanNetwork, Sizes, named_weights
from tests.training.toy_songs import toy_songs
from training.batches import note_batch, plan_batch
samples, rng = [(toy_songs()[0], bar) for bar in (3, 4)], np.random.default_rng(0)
for make, (x, y) in ((PlanNetwork, plan_batch(samples, rng)), (NoteNetwork, note_batch(samples, 8, rng))):
    model = make(Sizes(width=8, layers=1, heads=2, states=4, dropout=0.0))
    answers = model(x)
    assert float(model.compute_loss(x=x, y=y, y_pred=answers)) > 0
    print(len(model.trainable_variables), *sorted(named_weights(model)))
"""


@pytest.mark.timeout(400)  # each imports a framework
def test_every_other_backend_that_is_installed_gives_every_weight_the_same_name():
    said = set()
    for backend in filter(find_spec, set(backends.BACKENDS) - {"tensorflow"}):  # which the other tests run on
        environment = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run(
            [sys.executable, "-c", BUILT], env=environment, capture_output=True, text=True, check=False
        )
        assert not done.returncode, f"{backend}: {backends.reason(done.stderr)}"
        for line in done.stdout.splitlines():
            count, *names = line.split()
            assert len(set(names)) == int(count), backend
        said.add(done.stdout)
    assert len(said) <= 1
