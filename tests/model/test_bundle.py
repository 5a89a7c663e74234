import json

import numpy as np
import pytest

from bridge.errors import InputError
from bridge.model.bundle import DESCRIPTION, WEIGHTS, Bundle, kind_of, load_bundle, packaged, save_bundle
from bridge.model.registry import BUILT_IN, load

VOCABULARY = {"name": "toy", "version": 1}


def toy(**changes) -> Bundle:
    fields = {
        "kind": "onehot",
        "network": {"latent": 2},
        "vocabulary": VOCABULARY,
        "arrays": {"kernel": np.arange(6, dtype=np.float16).reshape(2, 3), "counts": np.array([1, 2])},
        "training": {"songs": 3},
        "figures": {"loss": 0.5},
        "commit": "abc",
    }
    return Bundle(**{**fields, **changes})


@pytest.fixture
def folder(tmp_path):
    save_bundle(tmp_path / "band", toy())
    return tmp_path / "band"


def test_a_bundle_survives_its_folder(folder):
    found = load_bundle(folder, "onehot", VOCABULARY)
    assert (found.kind, found.network, found.vocabulary) == ("onehot", {"latent": 2}, VOCABULARY)
    assert (found.training, found.figures, found.commit) == ({"songs": 3}, {"loss": 0.5}, "abc")
    assert found.arrays["kernel"].dtype == np.float16
    assert np.array_equal(found.array("kernel", (2, 3)), np.arange(6).reshape(2, 3))
    assert found.array("kernel", (2, 3)).dtype == np.float32
    assert kind_of(folder) == "onehot"
    assert sorted(path.name for path in folder.iterdir()) == [DESCRIPTION, WEIGHTS]


def test_a_bundle_is_replaced_whole(folder):
    save_bundle(folder, toy(arrays={"kernel": np.ones(4)}))
    assert load_bundle(folder, "onehot").arrays["kernel"].shape == (4,)


def test_weights_that_do_not_fit_are_named(folder):
    found = load_bundle(folder, "onehot")
    with pytest.raises(InputError, match=r"kernel has the shape \(2, 3\), the network needs \(2, 4\)"):
        found.array("kernel", (2, 4))
    with pytest.raises(InputError, match="no weights called 'bias'"):
        found.array("bias", (2,))


def test_what_is_no_bundle_is_refused(tmp_path):
    with pytest.raises(InputError, match="is not a model bundle"):
        load_bundle(tmp_path, "onehot")
    with pytest.raises(InputError, match="is not a model bundle"):
        load_bundle(tmp_path / "nowhere", "onehot")


def test_another_kind_or_vocabulary_is_refused(folder):
    with pytest.raises(InputError, match="is a bundle of kind 'onehot', not 'chords'"):
        load_bundle(folder, "chords")
    with pytest.raises(InputError, match="train it again"):
        load_bundle(folder, "onehot", {"name": "toy", "version": 2})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 99}, "is a bundle of format 99"),
        ({"format": None}, "is a bundle of format None"),
        ({"network": None}, "'network' is missing or no dict"),
        ({"weights": "00"}, "is damaged or belongs to another"),
        ({"kind": "piano-roll"}, "is a bundle of kind 'piano-roll'"),
    ],
)
def test_a_changed_description_is_refused(folder, change, sentence):
    path = folder / DESCRIPTION
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(InputError, match=sentence):
        load_bundle(folder, "onehot")


def test_a_kind_that_this_version_does_not_know_is_refused(tmp_path):
    save_bundle(tmp_path, toy(kind="piano-roll"))
    assert kind_of(tmp_path) == "piano-roll"
    with pytest.raises(InputError, match="kind 'piano-roll'; this version knows"):
        load(str(tmp_path))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 1}', "\x00"])
def test_a_damaged_description_is_refused(folder, text):
    (folder / DESCRIPTION).write_text(text)
    with pytest.raises(InputError, match=DESCRIPTION + "|format"):
        kind_of(folder)


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_damaged_weights_are_refused(folder, cut):
    path = folder / WEIGHTS
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match="is damaged"):
        load_bundle(folder, "onehot")


def test_missing_weights_are_refused(folder):
    (folder / WEIGHTS).unlink()
    with pytest.raises(InputError, match="cannot read"):
        load_bundle(folder, "onehot")


def test_weights_that_are_no_numbers_are_refused(tmp_path):
    save_bundle(tmp_path, toy(arrays={"kernel": np.array([1.0, np.nan])}))
    with pytest.raises(InputError, match="kernel holds a value that is not a number"):
        load_bundle(tmp_path, "onehot")


def test_pickled_objects_are_never_loaded(tmp_path):
    save_bundle(tmp_path, toy(arrays={"kernel": np.array([{"a": 1}], dtype=object)}))
    with pytest.raises(InputError, match="is damaged"):
        load_bundle(tmp_path, "onehot")


@pytest.mark.parametrize("name", list(BUILT_IN))
def test_the_packaged_bundles_load_by_name_and_by_folder(name):
    if not (packaged(name) / DESCRIPTION).exists():
        pytest.fail(f"the package has no bundle for {name}")
    assert load(name).name == load(str(packaged(name))).name == name
