"""What an evaluation finds stands in the bundle that it measured, and in no other."""

import json
import shutil
from itertools import count

import pytest

from bridge.cli import main
from bridge.errors import InputError
from bridge.model.bundle import DESCRIPTION, load_bundle, packaged
from tests.training.test_prepare import midi
from training.bundle_figures import BITS, keep_figures, weights_of
from training.split import split_of

FOUND = {
    "songs": 2,
    "rows": {"truth": {"aic": 1.0}, "mine, follow": {"aic": 0.712345, "pcs": float("nan")}, "other, follow": {}},
    "standard_errors": {"mine, follow": {"aic": 0.01}},
    "bits": {"mine, bar known, own plan": {"onset": 0.5}, "how often each comes": {"onset": 4.0}},
}


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(packaged("chords"), tmp_path / "mine")
    return tmp_path / "mine"


def figures_in(folder):
    return json.loads((folder / DESCRIPTION).read_text("utf-8"))["figures"]


def test_a_models_own_rows_are_kept_and_nothing_else(mine):
    keep_figures("mine", weights_of("mine"), "lieder, test", FOUND, 1)
    kept = figures_in(mine)["lieder, test"]
    assert set(kept) == {"follow", BITS}
    assert kept["follow"]["figures"] == {"aic": 0.7123, "pcs": None}
    assert (kept["follow"]["songs"], kept["follow"]["standard errors"]) == (2, {"aic": 0.01})
    assert (kept[BITS]["songs"], kept[BITS]["bar known, own plan"]) == (1, {"onset": 0.5})
    assert load_bundle(mine, "chords").arrays.keys() == load_bundle(packaged("chords"), "chords").arrays.keys()


def test_what_was_not_measured_again_stays(mine):
    keep_figures("mine", weights_of("mine"), "lieder, test", FOUND, 1)
    again = {"songs": 3, "rows": {"mine, anticipate": {"aic": 0.5}}, "standard_errors": {"mine, anticipate": {}}}
    keep_figures("mine", weights_of("mine"), "lieder, test", again, 0)
    keep_figures("mine", weights_of("mine"), "pop909, test", again, 0)
    assert set(figures_in(mine)["lieder, test"]) == {"follow", "anticipate", BITS}
    assert set(figures_in(mine)["pop909, test"]) == {"anticipate"}


def test_figures_of_other_weights_are_not_written(mine):
    before = (mine / DESCRIPTION).read_bytes()
    with pytest.raises(InputError, match="were exchanged while they were measured"):
        keep_figures("mine", "00", "lieder, test", FOUND, 1)
    assert (mine / DESCRIPTION).read_bytes() == before


def test_evaluate_writes_into_the_bundle_that_it_measures(mine, tmp_path, capsys):
    names = (name for name in map(str, count()) if split_of("lieder", name) == "test")
    for _ in range(2):
        midi(tmp_path / "data" / "lieder" / f"{next(names)}.mid")
    options = "--alone --model mine --corpus lieder --data data --situation follow --cache cache --into-bundle"
    assert main(["evaluate", *options.split()]) == 0
    assert "the figures stand in mine" in capsys.readouterr().out
    kept = figures_in(mine)["lieder, test"]["follow"]
    assert kept["songs"] == 2
    assert 0 <= kept["figures"]["aic"] <= 1
