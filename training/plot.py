"""Pictures of a training run and of an evaluation. It reads their JSON and knows no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot


def plot_losses(out: Path, stages: Sequence[str]) -> Path:
    """Training and validation loss of each stage over its steps, from the logs in the folder; returns losses.png."""
    figure, axes = pyplot.subplots(1, len(stages), figsize=(5 * len(stages), 3.5), squeeze=False)
    for axis, stage in zip(axes[0], stages, strict=True):
        looks = json.loads((out / f"{stage}.json").read_text("utf-8"))["looks"]
        for name in ("train", "validation"):
            axis.plot([look["step"] for look in looks], [look[name] for look in looks], label=name)
        axis.set(title=stage, xlabel="steps", ylabel="loss (nats)")
        axis.legend()
    figure.tight_layout()
    path = out / "losses.png"
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
    return path


def plot_figures(rows: Mapping[str, Mapping[str, float]], names: Sequence[str], path: Path) -> None:
    """One panel a figure, a bar for each row of the evaluation's table."""
    figure, axes = pyplot.subplots(1, len(names), figsize=(3.2 * len(names), 0.32 * len(rows) + 1.2), squeeze=False)
    for axis, name in zip(axes[0], names, strict=True):
        labels = list(rows)
        axis.barh(range(len(labels)), [rows[label][name] for label in labels])
        axis.set_yticks(range(len(labels)), labels if axis is axes[0][0] else [""] * len(labels), fontsize=7)
        axis.invert_yaxis()
        axis.set_title(name, fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
