"""A bundle adapted to somebody's own songs: which files, what is held back, how much is kept, what comes out."""

import json
import os
import re
from dataclasses import replace

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

from bridge.cli import main
from bridge.errors import InputError
from bridge.model.bundle import Bundle, load_bundle, save_bundle
from bridge.model.features import VOCABULARY
from bridge.model.network import NoteNetwork, PlanNetwork, Sizes, named_weights
from bridge.model.neural import _TRIAL, KIND
from bridge.model.registry import load
from bridge.music.metre import Metre
from tests.training.test_prepare import midi
from tests.training.toy_songs import toy_song, toy_songs
from training.batches import note_batch, plan_batch
from training.finetune import base_of, share_to_keep
from training.own_songs import divided, tables_of

pytestmark = pytest.mark.tensorflow

CONFIG = """
kind = "own"
workers = 1
measured_songs = 1
situations = ["follow"]
[plan]
batch = 8
steps = 2
learning_rate = 0.001
warmup = 1
weight_decay = 0.0
look_every = 2
patience = 2
validation_batches = 1
[notes]
batch = 8
steps = 2
learning_rate = 0.001
warmup = 1
weight_decay = 0.0
look_every = 2
patience = 2
validation_batches = 1
"""
SIZES = {"width": 8, "layers": 1, "heads": 2, "dropout": 0.0}


def songs_named(names):
    song = toy_song("x", Metre(4, 4), 0)
    return [replace(song, name=name) for name in names]


def test_a_flat_folder_and_a_tree_are_read_with_leads_found(tmp_path):
    midi(tmp_path / "a.mid", names=("Vocals", "Keys"))
    midi(tmp_path / "live" / "b.MID", names=("Vocals", "Keys"))
    assert tables_of(tmp_path) == [{"kind": "midi", "folder": ".", "corpus": "own"}]
    assert tables_of(tmp_path, "Vocals")[0]["lead_track"] == "Vocals"


def test_a_tree_of_corpora_is_read_as_such(tmp_path):
    for corpus in ("one", "two"):
        midi(tmp_path / corpus / "a.mid")
    assert tables_of(tmp_path) == [{"kind": "converted", "folder": name, "corpus": name} for name in ("one", "two")]
    midi(tmp_path / "two" / "b.mid")
    (tmp_path / "evening.jsonl").write_text("{}\n")
    assert [table["kind"] for table in tables_of(tmp_path)] == ["converted", "converted", "recorded"]


def test_a_folder_without_songs_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("no music")
    with pytest.raises(InputError, match="holds no song: no MIDI file"):
        tables_of(tmp_path)


@pytest.mark.parametrize(
    ("count", "counts"), [(3, (2, 1, 1)), (5, (4, 1, 1)), (6, (4, 1, 1)), (20, (12, 4, 4)), (100, (80, 10, 10))]
)
def test_how_many_songs_are_held_back(count, counts):
    parts = divided(songs_named(f"{number}" for number in range(count)))
    assert tuple(parts.counts().values()) == counts
    learned = {song.name for song in parts.learned}
    assert not learned & {song.name for song in (*parts.stopping, *parts.held)}
    assert (parts.stopping == parts.held) == (count < 6)
    assert ("also say when to stop" in parts.told()) == (count < 6)


def test_takes_of_one_recording_stay_together():
    names = [f"evening {number}#{take}" for number in range(7) for take in (1, 2, 3)]
    for part in vars(divided(songs_named(names))).values():
        recordings = [song.name.split("#")[0] for song in part]
        assert all(recordings.count(name) == 3 for name in recordings)


def test_as_little_is_kept_as_gains_nearly_all():
    assert share_to_keep(lambda share: 2.0 - share) == 1.0
    assert share_to_keep(lambda share: 2.0 - min(share, 0.5)) == 0.5
    assert share_to_keep(lambda share: 2.0 - 0.3 * (share > 0)) == 0.25
    assert share_to_keep(lambda share: 2.0 + share) == 0.0
    assert share_to_keep(lambda share: 2.0 - 0.03 * share) == 0.0  # so little is chance


@pytest.mark.parametrize("name", ["chords", "onehot"])
def test_models_of_other_kinds_cannot_go_on_learning(name):
    with pytest.raises(InputError, match=f"{name} is of kind '{name}', which cannot go on learning"):
        base_of(name)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds no song"),
        ({"a": ("Vocals", "Keys"), "b": ("Vocals", "Keys")}, "only 2 songs that can be learned from, and 3 are needed"),
        ({"a": ("Vocals",), "b": ("Vocals",), "c": ("Vocals",)}, "no song .*left out: 3 nothing beside the lead"),
    ],
)
def test_too_few_songs_are_refused_with_what_was_wrong(files, said, tmp_path, capsys):
    (tmp_path / "songs").mkdir()
    for name, tracks in files.items():
        midi(tmp_path / "songs" / f"{name}.mid", names=tracks)
    assert main(["train", "--data", str(tmp_path / "songs"), "--from", "default", "--out", str(tmp_path / "x")]) == 2
    assert re.search(said, capsys.readouterr().err)
    assert not (tmp_path / "x" / "bundle.json").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "default"], "name their folder with --data"),
        (["--from", "default", "--config", "training/runs/default.toml"], "go together"),
        (["--config", "training/runs/own.toml"], "go together"),
        (["--lead-track", "1"], "for your own songs"),
        (["--from", "nobody", "--data", "."], "no model is called 'nobody'"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options, said, capsys):
    assert main(["train", *options]) == 2
    assert said in capsys.readouterr().err


@pytest.fixture
def base(tmp_path):
    """A bundle of two small networks that have learned nothing; its folder."""
    shapes = {"plan": SIZES, "notes": {**SIZES, "states": 8}}
    samples = [(song, bar) for song in toy_songs() for bar in (2, 3)]
    made = {"plan": PlanNetwork(Sizes(**shapes["plan"])), "notes": NoteNetwork(Sizes(**shapes["notes"]))}
    made["plan"](plan_batch(samples, np.random.default_rng(0))[0])
    made["notes"](note_batch(samples, 12, None)[0])
    arrays = {f"{stage}.{n}": v for stage, network in made.items() for n, v in named_weights(network).items()}
    decoding = {"steady": 2.0}
    save_bundle(tmp_path / "base", Bundle(KIND, {**shapes, "decoding": decoding}, VOCABULARY, arrays))
    return tmp_path / "base"


@pytest.mark.timeout(300)
def test_a_bundle_is_adapted_and_says_where_it_comes_from(base, tmp_path, capsys):
    for number in range(3):
        midi(tmp_path / "songs" / f"{number}.mid", names=("Vocals", "Keys"), bars=8, numerator=2)
    (tmp_path / "own.toml").write_text(CONFIG)
    out = tmp_path / "my-band"
    command = ["train", "--data", str(tmp_path / "songs"), "--from", str(base), "--out", str(out)]
    assert main([*command, "--config", str(tmp_path / "own.toml")]) == 0
    said = capsys.readouterr().out
    for expected in ("2 songs learned from; held back", "bits a note", "follow, before", "follow, after"):
        assert expected in said
    made = load_bundle(out, KIND, VOCABULARY)
    assert made.training["from"]["model"] == str(base)
    assert made.training["from"]["weights"] == json.loads((base / "bundle.json").read_text())["weights"]
    assert made.training["songs"] == {"learned from": 2, "stopping": 1, "held back": 1}
    assert set(made.figures["held back"]) == {"songs", "before", "after"}
    assert load(str(out)).accompany(_TRIAL) is not None
    assert {path.name for path in (out / "run").iterdir() if path.is_file()} == {
        "plan.json",
        "notes.json",
        "losses.png",
    }
