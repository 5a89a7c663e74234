"""A run that was cut off goes on; one with other settings does not; what a person sees of it."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

from bridge.errors import InputError
from bridge.model.network import named_weights
from tests.training.toy_stages import stage
from training.checkpoint import Log, changes
from training.loop import learning_rate, run_stage
from training.plot import plot_losses
from training.progress import duration

pytestmark = pytest.mark.tensorflow


class CutOff(Exception):
    pass


class Cutting(list):
    """Interrupts the run when so many batches were drawn."""

    def append(self, value):
        super().append(value)
        if len(self) == 7:
            raise CutOff


def looks(folder):
    return json.loads((folder / "tiny.json").read_text())["looks"]


@pytest.fixture(scope="module")
def uncut(tmp_path_factory):
    """A run that nothing disturbed: its folder and its weights."""
    folder = tmp_path_factory.mktemp("uncut")
    return folder, named_weights(run_stage(stage(), folder))


def test_a_run_that_was_cut_off_ends_with_the_weights_of_one_that_was_not(uncut, tmp_path, capsys):
    with pytest.raises(CutOff):
        run_stage(stage(seen=Cutting()), tmp_path)
    assert [look["step"] for look in looks(tmp_path)] == [4]
    drawn = []
    weights = named_weights(run_stage(stage(seen=drawn), tmp_path))
    assert "tiny: going on at step 4" in capsys.readouterr().out
    assert len(drawn) == 4
    assert looks(tmp_path) == looks(uncut[0])
    for name, values in uncut[1].items():
        np.testing.assert_array_equal(weights[name], values, name)


def test_a_run_that_was_killed_takes_as_many_steps(uncut, tmp_path):
    command = [sys.executable, "-m", "tests.training.killed_run", str(tmp_path), "7"]
    assert subprocess.run(command, check=False, capture_output=True).returncode not in (0, 1, 2)
    assert [look["step"] for look in looks(tmp_path)] == [4]
    drawn = []
    run_stage(stage(seen=drawn), tmp_path)
    assert len(drawn) == 4
    assert [look["step"] for look in looks(tmp_path)] == [4, 8]
    np.testing.assert_allclose(looks(tmp_path)[-1]["validation"], looks(uncut[0])[-1]["validation"], rtol=1e-4)


def test_looks_that_the_state_has_not_seen_are_forgotten(tmp_path):
    log = Log(tmp_path / "tiny.json", {}, 8, [{"step": s, "train": 1.0, "validation": 1.0 / s} for s in (4, 8)])
    log.back_to(4)
    assert (log.step, [look["step"] for look in log.looks], log.best) == (4, [4], 0.25)


def test_a_run_with_other_settings_is_refused_and_says_what_differs(uncut):
    with pytest.raises(InputError, match=r"'tiny' with other settings \(learning_rate was 0.05 and is 0.5\)"):
        run_stage(stage(learning_rate=0.5), uncut[0])


def test_what_differs_between_settings():
    old = {"batch": 4, "network": {"width": 8, "heads": 2}, "jit": False}
    assert changes(old, {**old, "jit": True}) == ""
    assert changes(old, {"batch": 4, "network": {"width": 16, "heads": 2}, "seed": 1}) == (
        "network.width was 8 and is 16, seed was not set and is 1"
    )


def test_a_state_of_another_network_is_refused(uncut, tmp_path):
    for name in ("tiny.json", "tiny.state.npz"):
        (tmp_path / name).write_bytes((uncut[0] / name).read_bytes())
    with np.load(tmp_path / "tiny.state.npz") as archive:
        kept = {name: values for name, values in archive.items() if name != "outer.bias"}
    np.savez(tmp_path / "tiny.state.npz", **kept)
    log = json.loads((tmp_path / "tiny.json").read_text())
    (tmp_path / "tiny.json").write_text(json.dumps({**log, "step": 4}))
    with pytest.raises(InputError, match="not of this version's network"):
        run_stage(stage(), tmp_path)


def test_it_stops_when_it_gets_no_better(tmp_path):
    drawn = []
    run_stage(stage(seen=drawn, learning_rate=0.0, steps=40, patience=2), tmp_path)
    assert len(drawn) == 12  # the first look is the best, and two more are no better


def test_a_run_in_a_pipe_has_a_line_a_look(tmp_path, capsys):
    run_stage(stage(), tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["tiny 4/8", "tiny 8/8"]
    assert "more" in lines[0]
    assert "more" not in lines[1]


def test_the_losses_are_drawn_and_can_be_read_by_tensorboard(uncut):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    for name in ("train", "validation"):
        events = accumulator.EventAccumulator(str(uncut[0] / "tensorboard" / "tiny" / name)).Reload()
        kept = [(event.step, event.tensor_proto.float_val[0]) for event in events.Tensors("loss")]
        assert kept == [(look["step"], pytest.approx(look[name])) for look in looks(uncut[0])]
    assert plot_losses(uncut[0], ["tiny"]).stat().st_size > 1000


def test_the_learning_rate_rises_and_falls():
    rates = [learning_rate(step, 100, 1.0, warmup=10) for step in range(100)]
    assert rates.index(max(rates)) in range(5, 15)
    assert rates[-1] < 0.05


@pytest.mark.parametrize(("seconds", "text"), [(4.4, "4 s"), (130, "2 min"), (7300, "2 h 2 min")])
def test_a_duration_for_people(seconds, text):
    assert duration(seconds) == text
