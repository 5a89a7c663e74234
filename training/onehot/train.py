"""Trains the half-second one-hot model: corpora to texts, to lists, to matrices, to a bundle.

In the output folder: `texts/` (a text a song, made once), `losses.csv` and `losses.png`, `checkpoint.keras` (after
every epoch: a run that was stopped goes on from there) and the bundle of the epoch with the least validation loss.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from rich.progress import track

from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.model.bundle import Bundle, save_bundle
from bridge.model.onehot import VOCABULARY
from training.onehot.matrices import Batch, RowSong, Settings, batch_of, batches, pieces_of, rows_of
from training.onehot.network import build, weights_of
from training.onehot.text import lists_of, text_of
from training.revision import commit
from training.split import Split, split_of


def train(config: Mapping[str, Any], data: Path, out: Path) -> int:
    """Train as the configuration says, or go on with it. Returns the exit code. Raises InputError."""
    keras.utils.set_random_seed(config["seed"])
    settings = Settings(**config["pieces"])
    songs = read_songs(config["data"], data, out / "texts")
    validation_pieces = np.random.default_rng(0).permutation(pieces_of(songs["validation"]))
    validation_pieces = validation_pieces[: config["training"]["validation_pieces"]]
    if not len(validation_pieces) or not pieces_of(songs["train"]):
        raise InputError(f"{data} has too few songs to train on and validate with")
    validation = batch_of(songs["validation"], validation_pieces, settings, np.random.default_rng(0))
    print(f"{len(songs['train'])} songs, {len(pieces_of(songs['train']))} pieces to train on")
    model, losses = _resumed(config, out)
    for epoch in range(len(losses), config["training"]["epochs"]):
        losses.append(_epoch(model, songs["train"], settings, validation, config, epoch))
        print(_line(losses[-1], config["training"]["epochs"]), flush=True)
        model.save(out / "checkpoint.keras")
        _write_losses(out / "losses.csv", losses)
        if losses[-1]["validation_loss"] == min(row["validation_loss"] for row in losses):
            save_bundle(out, _bundle(model, config, losses, len(songs["train"])))
    _draw(out / "losses.png", losses)
    print(f"{sum(row['seconds'] for row in losses):.0f} s in all; the bundle is in {out}")
    return 0


def read_songs(config: Mapping[str, Any], data: Path, texts: Path) -> dict[Split, list[RowSong]]:
    """The corpora's songs as rows, by split. A song's text is made once and kept. Songs that pretty_midi cannot
    read, or without a lead or an accompaniment, are counted and left out."""
    found: dict[Split, list[RowSong]] = {"train": [], "validation": [], "test": []}
    paths = [(corpus, path) for corpus in config["corpora"] for path in sorted((data / corpus).glob("*.mid"))]
    left_out = 0
    for corpus, path in track(paths, description="reading songs"):
        split = split_of(corpus, path.stem)
        if split == "test":
            continue  # measured, never learned from
        try:
            lists = lists_of(kept_text(path, texts / corpus / f"{path.stem}.txt", config))
        except (ValueError, OSError, EOFError, KeyError, IndexError):
            left_out += 1
            continue
        if any(lists.lead) and any(lists.accompaniment):
            found[split].append(rows_of(lists))
        else:
            left_out += 1
    if left_out:
        print(f"{left_out} of {len(paths)} songs were left out: unreadable, or without a lead or an accompaniment")
    return found


def kept_text(path: Path, text_path: Path, config: Mapping[str, Any]) -> str:
    """A song's text from the folder where it is kept, made on the first time."""
    if not text_path.exists():
        text_path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(text_path, text_of(path, config["lead"], config["accompaniment"]).encode())
    return text_path.read_text("utf-8")


def _resumed(config: Mapping[str, Any], out: Path) -> tuple[keras.Model, list[dict[str, float]]]:
    """The model and its losses so far: a checkpoint's, or a new one's."""
    checkpoint, losses = out / "checkpoint.keras", out / "losses.csv"
    if checkpoint.exists() and losses.exists():
        with losses.open(encoding="utf-8", newline="") as file:
            rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
        print(f"going on after epoch {len(rows)}")
        return keras.models.load_model(checkpoint), rows
    model = build(config["pieces"]["steps"], config["network"]["latent"])
    optimizer = keras.optimizers.Adam(config["training"]["learning_rate"], clipnorm=1.0)
    model.compile(optimizer, "categorical_crossentropy", weighted_metrics=[])
    return model, []


def _epoch(
    model: keras.Model,
    songs: Sequence[RowSong],
    settings: Settings,
    validation: Batch,
    config: Mapping[str, Any],
    epoch: int,
) -> dict[str, float]:
    """One epoch; the learning rate falls along a cosine to a twentieth."""
    training = config["training"]
    began_s = time.monotonic()
    share = epoch / training["epochs"]
    model.optimizer.learning_rate = training["learning_rate"] * (0.05 + 0.475 * (1 + np.cos(np.pi * share)))
    rng = np.random.default_rng([config["seed"], epoch])
    drawn = islice(batches(songs, settings, training["pieces_per_batch"], rng), training["batches_per_epoch"])
    losses = [float(model.train_on_batch(*_arguments(batch))) for batch in _with_fresh_metrics(model, drawn)]
    inputs, target, weights = _arguments(validation)
    validation_loss = model.evaluate(inputs, target, sample_weight=weights, batch_size=256, verbose=0)
    return {
        "epoch": epoch + 1,
        "loss": float(np.mean(losses)),
        "validation_loss": float(validation_loss),
        "seconds": time.monotonic() - began_s,
    }


def _with_fresh_metrics(model: keras.Model, drawn: Any) -> Any:
    """train_on_batch answers with a running mean: start it anew, so that each batch's own loss comes back."""
    for batch in drawn:
        model.reset_metrics()
        yield batch


def _arguments(batch: Batch) -> tuple[list[Any], Any, Any]:
    return [batch.encoder_input, batch.decoder_input], batch.decoder_target, batch.weights


def _line(row: Mapping[str, float], epochs: int) -> str:
    return (
        f"epoch {row['epoch']:.0f}/{epochs}  loss {row['loss']:.4f}  "
        f"validation {row['validation_loss']:.4f}  {row['seconds']:.0f} s"
    )


def _write_losses(path: Path, losses: Sequence[Mapping[str, float]]) -> None:
    lines = ["epoch,loss,validation_loss,seconds"]
    lines += [
        f"{row['epoch']:.0f},{row['loss']:.5f},{row['validation_loss']:.5f},{row['seconds']:.1f}" for row in losses
    ]
    write_atomically(path, ("\n".join(lines) + "\n").encode())


def _bundle(model: keras.Model, config: Mapping[str, Any], losses: Sequence[Mapping[str, float]], songs: int) -> Bundle:
    network = {**config["network"], "steps": config["pieces"]["steps"], "sharpness": config["training"]["sharpness"]}
    return Bundle(
        kind="onehot",
        network=network,
        vocabulary=VOCABULARY,
        arrays=weights_of(model),
        training={**config, "songs": songs, "seconds": round(sum(row["seconds"] for row in losses))},
        figures={name: losses[-1][name] for name in ("epoch", "loss", "validation_loss")},
        commit=commit(),
    )


def _draw(path: Path, losses: Sequence[Mapping[str, float]]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
    for name, label in (("loss", "training"), ("validation_loss", "validation")):
        axes.plot([row["epoch"] for row in losses], [row[name] for row in losses], label=label)
    axes.set_xlabel("epoch")
    axes.set_ylabel("weighted cross-entropy, nats a step")
    axes.legend()
    figure.savefig(path, dpi=120)
    plt.close(figure)
