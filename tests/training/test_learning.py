"""The two networks at toy size: they learn, and NumPy plays what Keras says."""

import json
import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

from bridge.errors import InputError
from bridge.model import note_rows, plan_rows
from bridge.model.bundle import Bundle, load_bundle, save_bundle
from bridge.model.features import VOCABULARY
from bridge.model.network import NoteNetwork, PlanNetwork, Sizes, named_weights
from bridge.model.neural import _TRIAL, KIND, accompanist_of
from bridge.model.runtime import NoteRuntime, PlanRuntime
from tests.training.toy_songs import toy_songs
from training.batches import Chooser, note_batch, plan_batch
from training.loop import Stage, run_stage

pytestmark = pytest.mark.tensorflow

PLAN_SIZES = Sizes(width=16, layers=2, heads=2, dropout=0.0)
NOTE_SIZES = Sizes(width=16, layers=1, heads=2, states=12, dropout=0.0)
SETTINGS = {"learning_rate": 0.01, "weight_decay": 0.0, "steps": 8, "look_every": 4, "patience": 9, "warmup": 1}


def samples():
    return [(song, bar) for song in toy_songs() for bar in range(2, 12)]


def batch(name):
    rng = np.random.default_rng(3)
    return plan_batch(samples(), rng) if name == "plan" else note_batch(samples(), 12, rng)


def stage(name, **settings):
    build = (lambda: PlanNetwork(PLAN_SIZES)) if name == "plan" else (lambda: NoteNetwork(NOTE_SIZES, embedding=8))

    def batches(rng):
        while True:
            yield batch(name)

    return Stage(name, build, batches, [batch(name)], {**SETTINGS, **settings})


@pytest.mark.parametrize("name", ["plan", "notes"])
def test_a_few_steps_lower_the_loss(name, tmp_path):
    model = run_stage(stage(name), tmp_path)
    looks = json.loads((tmp_path / f"{name}.json").read_text())["looks"]
    assert [look["step"] for look in looks] == [4, 8]
    assert looks[-1]["validation"] < looks[0]["validation"]
    assert np.isfinite(np.asarray(model.test_on_batch(*batch(name)))).all()


def networks():
    plan, notes = PlanNetwork(PLAN_SIZES), NoteNetwork(NOTE_SIZES, embedding=8)
    plan(batch("plan")[0])
    notes(batch("notes")[0])
    rng = np.random.default_rng(0)
    for network in (plan, notes):  # biases and scales away from their simple starting values
        for variable in network.trainable_variables:
            variable.assign(np.asarray(variable) + 0.1 * rng.standard_normal(variable.shape))
    return plan, notes


def test_the_planner_in_numpy_says_what_keras_says():
    plan, _ = networks()
    x, _ = batch("plan")
    said = plan(x)
    runtime = PlanRuntime(named_weights(plan), heads=2)
    for number in range(len(x["mask"])):
        used = int(x["mask"][number].sum())
        targets = int((x["relations"][number, :used] == plan_rows.TARGET_RELATION).sum())
        columns, relations = x["columns"][None, number, :used], x["relations"][number, :used]
        ((chord,), (bass,), (style,)) = runtime(columns, relations, targets)
        np.testing.assert_allclose(chord, np.asarray(said["chord"])[number, used - targets : used], atol=2e-5)
        np.testing.assert_allclose(bass, np.asarray(said["bass"])[number, used - targets : used], atol=2e-5)
        np.testing.assert_allclose(style, np.asarray(said["style"])[number], atol=2e-5)


def test_the_notes_in_numpy_are_what_keras_says():
    _, notes = networks()
    x, y = batch("notes")
    said = {name: np.asarray(values) for name, values in notes(x).items()}
    runtime = NoteRuntime(named_weights(notes), heads=2)
    classes = (np.arange(note_rows.PITCHES) + note_rows.LOWEST_PITCH) % 12
    for number in range(0, len(x["mask"]), 3):
        used = int(x["mask"][number].sum())
        heard = runtime.hear(x["columns"][number, :used], x["relations"][number, :used], x["summary"][number])
        states, state = runtime.begin(heard)
        onset, pitch = 0, 40
        for place in range(int(y["note"][number].sum()) + 1):
            marks = x["marks"][number]
            logits = runtime.onset_logits(state, onset, marks[marks[:, 3] > 0, :3])
            possible = logits > -1e8
            np.testing.assert_allclose(logits[possible], said["onset"][number, place][possible], atol=5e-5)
            if not y["note"][number, place]:
                break
            is_together = place > 0 and onset == x["onset"][number, place]
            onset = int(x["onset"][number, place])
            planned, lead = x["plan"][number, place], x["lead"][number, place]
            hints = np.stack(
                [
                    planned[classes],
                    planned[24 + classes],
                    lead[classes],
                    x["before_at"][number, place],
                    x["memory_at"][number, place],
                    x["before"][number],
                ]
            )
            pitch_state = runtime.pitch_state(state, runtime.place(onset, planned, lead))
            logits = runtime.pitch_logits(pitch_state, hints, pitch, is_together)
            possible = logits > -1e8
            np.testing.assert_array_equal(possible, said["pitch"][number, place] > -1e8)
            np.testing.assert_allclose(logits[possible], said["pitch"][number, place][possible], atol=5e-5)
            pitch, duration, velocity = (int(x[part][number, place]) for part in ("pitch", "duration", "velocity"))
            said_here = said["duration"][number, place], said["velocity"][number, place]
            np.testing.assert_allclose(runtime.duration_logits(pitch_state, pitch), said_here[0], atol=5e-5)
            np.testing.assert_allclose(runtime.velocity_logits(pitch_state, pitch, duration), said_here[1], atol=5e-5)
            states, state = runtime.follow(heard, states, onset, pitch, duration, velocity)


def bundle():
    plan, notes = networks()
    arrays = {f"plan.{n}": v for n, v in named_weights(plan).items()}
    arrays |= {f"notes.{n}": v for n, v in named_weights(notes).items()}
    return Bundle(KIND, {"plan": {"heads": 2}, "notes": {"heads": 2}, "decoding": {}}, VOCABULARY, arrays)


def test_saved_and_loaded_it_plays_the_same(tmp_path):
    made = bundle()
    save_bundle(tmp_path, made)
    loaded = accompanist_of(load_bundle(tmp_path, KIND, VOCABULARY))
    assert loaded.accompany(_TRIAL) == accompanist_of(made).accompany(_TRIAL)


def test_weights_that_do_not_fit_are_refused():
    made = bundle()
    arrays = {**made.arrays, "notes.state.kernel": np.zeros((3, 3), np.float32)}
    with pytest.raises(InputError, match="not those of this version"):
        accompanist_of(Bundle(KIND, made.network, VOCABULARY, arrays))
    arrays = {name: values for name, values in made.arrays.items() if name != "plan.chord.bias"}
    with pytest.raises(InputError, match="not those of this version"):
        accompanist_of(Bundle(KIND, made.network, VOCABULARY, arrays))


def test_a_chooser_draws_from_the_corpora_that_are_there():
    chooser = Chooser.of(toy_songs(), {"toy": 0.5, "absent": 0.5})
    assert chooser.shares == [1.0]
    song, bar = chooser.draw(np.random.default_rng(0))
    assert 0 <= bar < len(song.piece.metres)
