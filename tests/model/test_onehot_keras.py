"""The runtime against the Keras model it was trained as: same inputs and random numbers, same pitches."""

import numpy as np
import pytest
from test_onehot import toy_arrays

from bridge.model.bundle import Bundle, load_bundle, packaged
from bridge.model.lstm import SILENCE, Choice, Network

pytestmark = [pytest.mark.tensorflow, pytest.mark.timeout(600)]  # importing TensorFlow on a busy machine takes long


@pytest.fixture(scope="module")
def reference():
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    from training.onehot import network

    return network


def same_pitches(reference, bundle: Bundle, pieces: int) -> None:
    runtime = Network.of(bundle)
    model = reference.build(None, runtime.latent)
    reference.set_weights(model, bundle.arrays)
    rng = np.random.default_rng(1)
    for _ in range(pieces):
        lead = rng.integers(55, 80, runtime.steps)
        lead[rng.random(runtime.steps) < 0.3] = SILENCE
        own = rng.integers(36, 70, int(rng.integers(0, runtime.steps - 4))).tolist()
        draws = rng.random(4).tolist()
        for choose in (Choice(28, 96, 1.0), Choice(28, 96, 0.0), Choice(40, 50, 0.5)):
            expected = reference.write(model, lead.tolist(), own, draws, choose)
            assert runtime.write(lead.tolist(), own, draws, choose) == expected


def test_the_shipped_weights_play_the_same_in_keras(reference):
    same_pitches(reference, load_bundle(packaged("onehot"), "onehot"), pieces=3)


@pytest.mark.parametrize("seed", [1, 2])
def test_any_weights_play_the_same_in_keras(reference, seed):
    same_pitches(reference, Bundle("onehot", {"steps": 6, "latent": 5}, {}, toy_arrays(seed, latent=5)), pieces=4)


def test_teacher_forcing_and_steps_agree(reference):
    """The training graph's softmax at each step is what the runtime draws from."""
    arrays = toy_arrays(3, latent=4)
    model = reference.build(None, 4)
    reference.set_weights(model, arrays)
    runtime = Network.of(Bundle("onehot", {"steps": 5, "latent": 4}, {}, arrays))
    lead, own = [60, 62, SILENCE, 64, 65], [48, 50, 52, 53, 55]
    seen = []

    def choose(logits, draw):
        shares = np.exp(logits - logits.max())
        seen.append(shares / shares.sum())
        return own[len(seen) - 1]

    runtime.write(lead, [], [0.5] * 5, choose)
    one_hot = reference.one_hot
    fed = np.array([[SILENCE, *own[:-1]]], np.int16)
    shares = np.asarray(model([one_hot(np.array([lead], np.int16)), one_hot(fed)]))[0]
    assert np.allclose(shares, seen, atol=1e-5)


def test_weights_survive_the_model(reference):
    arrays = toy_arrays(4, latent=3)
    model = reference.build(8, 3)
    reference.set_weights(model, arrays)
    back = reference.weights_of(model, np.float32)
    assert all(np.array_equal(back[name], values) for name, values in arrays.items())
