"""The whole command at toy size: a folder of songs in, a bundle that plays out, and on after an interruption."""

import shutil

import mido
import pytest

from bridge.cli import main
from bridge.model.accompanist import LeadBar, Request, checked
from bridge.model.controls import Controls
from bridge.model.registry import load
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from training.split import split_of

CONFIG = """
kind = "onehot"
seed = 1
[data]
corpora = ["toy"]
lead = ["MELODY"]
accompaniment = ["PIANO"]
[pieces]
steps = 8
hidden_share = 0.3
partly_hidden_share = 0.1
cold_share = 0.1
hole_share = 0.0
held_weight = 0.5
past_weight = 0.5
[network]
latent = 4
[training]
pieces_per_batch = 4
learning_rate = 0.05
epochs = {epochs}
batches_per_epoch = 4
validation_pieces = 8
sharpness = 0.5
"""


def write_song(path, shift: int) -> None:
    file = mido.MidiFile(ticks_per_beat=480)
    for name, pitches in (("MELODY", [60, 64, 67, 72] * 4), ("PIANO", [36, 43, 40, 43] * 4)):
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        for pitch in pitches:
            track.append(mido.Message("note_on", note=pitch + shift, velocity=70))
            track.append(mido.Message("note_off", note=pitch + shift, time=480))
        file.tracks.append(track)
    file.save(path)


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data" / "toy"
    folder.mkdir(parents=True)
    names = {"train": [], "validation": []}
    for number in range(200):
        split = split_of("toy", f"song{number}")
        if split in names and len(names[split]) < 3:
            names[split].append(number)
            write_song(folder / f"song{number}.mid", number % 5)
    (folder / f"song{next(n for n in range(999) if split_of('toy', f'song{n}') == 'train')}.mid").write_bytes(b"MThd")
    return tmp_path / "data"


@pytest.mark.tensorflow
@pytest.mark.timeout(600)
def test_songs_in_a_bundle_out_and_on_after_an_interruption(data, tmp_path, capsys):
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    config, out = tmp_path / "toy.toml", tmp_path / "band"
    config.write_text(CONFIG.format(epochs=2))
    command = ["train", "--config", str(config), "--data", str(data), "--out", str(out)]
    assert main(command) == 0
    first = capsys.readouterr().out
    assert "1 of 6 songs were left out" in first
    assert "epoch 2/2" in first
    config.write_text(CONFIG.format(epochs=4))
    assert main(command) == 0
    again = capsys.readouterr().out
    assert "going on after epoch 2" in again
    rows = (out / "losses.csv").read_text().splitlines()
    assert len(rows) == 5
    losses = [float(row.split(",")[1]) for row in rows[1:]]
    assert losses[-1] < losses[0]
    assert (out / "losses.png").stat().st_size > 1000
    metre = Metre(4, 4)
    lead = (LeadBar(0, Bar(metre, (Note(60, 0.0, 4.0, 80),)), 4.0),)
    asked = Request(0, metre, 120.0, lead, (), (), 0.0, Controls(), 1)
    bundle = tmp_path / "shipped"
    bundle.mkdir()
    for name in ("weights.npz", "bundle.json"):
        shutil.copy(out / name, bundle / name)
    assert checked(asked, load(str(bundle)).accompany(asked))[0].notes


def test_what_cannot_be_trained_is_said(tmp_path, capsys):
    config = tmp_path / "a.toml"
    for text, sentence in (
        ('kind = "opera"', "is of kind 'opera'; it can be"),
        ("kind = ", "cannot be read"),
        ('kind = "chords"', "there is no folder"),
    ):
        config.write_text(text)
        assert main(["train", "--config", str(config), "--data", str(tmp_path / "nowhere")]) == 2
        assert sentence in capsys.readouterr().err
    assert main(["train", "--config", str(tmp_path / "none.toml")]) == 2
    assert "there is no file" in capsys.readouterr().err


def test_without_tensorflow_it_says_what_to_type(tmp_path, monkeypatch, capsys):
    import training.commands

    def missing(name):
        raise ModuleNotFoundError("No module named 'keras'", name="keras")

    monkeypatch.setattr(training.commands, "import_module", missing)
    config = tmp_path / "a.toml"
    config.write_text('kind = "onehot"')
    assert main(["train", "--config", str(config), "--data", str(tmp_path)]) == 2
    assert 'pip install "obbligato[train]"' in capsys.readouterr().err
