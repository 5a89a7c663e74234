"""Several workers train one network: who they are, and two real processes on the loopback."""

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

import keras

from bridge.errors import InputError
from tests.training.toy_stages import ROWS, stage
from training import workers
from training.loop import run_stage

pytestmark = pytest.mark.tensorflow

ADDRESSES = ("127.0.0.1:1", "127.0.0.1:2")


def config(index, addresses=ADDRESSES):
    return json.dumps({"cluster": {"worker": list(addresses)}, "task": {"type": "worker", "index": index}})


def free_addresses(count):
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]


@pytest.mark.timeout(300)
def test_two_workers_share_each_batch_and_end_with_the_same_weights(tmp_path):
    addresses = free_addresses(2)
    command = [sys.executable, "-m", "tests.training.worker_run", str(tmp_path)]
    running = [
        subprocess.Popen(
            command,
            env={**os.environ, "TF_CONFIG": config(index, addresses), "CUDA_VISIBLE_DEVICES": "-1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for index in range(2)
    ]
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], "\n".join(said)
    chief, other = (json.loads((tmp_path / f"{index}.json").read_text()) for index in range(2))
    assert chief["rows"] == other["rows"] == [ROWS // 2] * 4  # both went on at step 4, which the chief alone knew
    for mine, yours in zip(chief["weights"], other["weights"], strict=True):
        np.testing.assert_array_equal(mine, yours)
    assert "tiny.state.npz" in chief["files_then"]
    assert other["files_then"] == other["files"] == []
    assert "going on at step 4" in said[0]
    assert "tiny" not in said[1]
    looks = json.loads((tmp_path / "0" / "tiny.json").read_text())["looks"]
    assert [look["step"] for look in looks] == [4, 8]
    assert looks[-1]["validation"] < looks[0]["validation"]


def test_alone_where_nothing_is_said(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert workers.found().is_chief
    monkeypatch.setenv("TF_CONFIG", config(0, ADDRESSES[:1]))
    assert workers.found().count == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"cluster": {}}', config(2), config(0).replace('"worker"', '"ps"')])
def test_a_configuration_that_says_nothing_is_refused(text, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(InputError, match="TF_CONFIG cannot be used"):
        workers.found()


def test_other_backends_train_alone(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", config(1))
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(InputError, match="KERAS_BACKEND is jax: set it to tensorflow"):
        workers.found()


def test_every_replica_draws_bars_of_its_own(tmp_path):
    learner = workers.Learner(keras.Model())
    drawn = {}
    for replica in (0, 1):
        learner.begin(lambda number: stage().batches(np.random.default_rng([1, 0, number])))
        drawn[replica] = learner._next(replica)[0]["row"]
    assert not np.array_equal(drawn[0], drawn[1])


def test_a_worker_that_is_gone_is_told_of():
    import tensorflow

    def gone():
        raise tensorflow.errors.UnavailableError(None, None, "stopped sending heartbeats")

    with pytest.raises(InputError, match=r"another worker is gone.*go on from the last look"):
        workers.together(gone)


def test_one_worker_sums_alone(tmp_path):
    assert workers.OneWorker().told(np.array([3.0])).tolist() == [3.0]
    run_stage(stage(steps=2), tmp_path, workers.OneWorker())
    assert (tmp_path / "tiny.state.npz").exists()
