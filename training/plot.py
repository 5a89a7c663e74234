"""Pictures of a training run and of an evaluation. It reads their JSON and knows no network."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from training.report import Column, Rows, songs_text


def plot_losses(out: Path, stages: Sequence[str]) -> Path:
    """Training and validation loss of each stage over its steps, from the logs in the folder; returns losses.png."""
    figure, axes = pyplot.subplots(1, len(stages), figsize=(5 * len(stages), 3.5), squeeze=False)
    for axis, stage in zip(axes[0], stages, strict=True):
        looks = json.loads((out / f"{stage}.json").read_text("utf-8"))["looks"]
        for name in ("train", "validation"):
            points = [(look["step"], look[name]) for look in looks if name in look]
            axis.plot(*zip(*points, strict=True), marker="." if len(points) < 20 else "", label=name)
        axis.set(title=stage, xlabel="steps", ylabel="loss (nats)")
        axis.legend()
    figure.tight_layout()
    path = out / "losses.png"
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
    return path


def plot_figures(rows: Rows, columns: Sequence[Column], path: Path) -> None:
    """One panel a figure, a bar for each row of the evaluation's table, the truth's value as a line through all."""
    wide = PANELS_WIDE
    high = -(-len(columns) // wide)
    figure, axes = pyplot.subplots(high, wide, figsize=_inches(wide, high * len(rows), high), squeeze=False)
    for number, axis in enumerate(axes.ravel()):
        if number < len(columns):
            _bars(axis, rows, columns[number], is_labelled=number % wide == 0)
            axis.set_title(columns[number].heading, fontsize=9)
        else:
            axis.set_visible(False)
    _save(figure, path)


def plot_metres(metres: Mapping[str, Mapping[str, Any]], columns: Sequence[Column], path: Path) -> None:
    """One line of panels a metre, one panel a figure, as `plot_figures`."""
    high = len(metres)
    count = sum(len(part["rows"]) for part in metres.values())
    figure, axes = pyplot.subplots(high, len(columns), figsize=_inches(len(columns), count, high), squeeze=False)
    for line, (metre, part) in zip(axes, metres.items(), strict=True):
        for axis, column in zip(line, columns, strict=True):
            _bars(axis, part["rows"], column, is_labelled=axis is line[0])
            axis.set_title(f"{column.heading}, {metre} ({songs_text(part['songs'])})", fontsize=8)
    _save(figure, path)


PANELS_WIDE = 5


def _inches(wide: int, rows: int, high: int) -> tuple[float, float]:
    return 1.6 + 2.6 * wide, 0.2 * rows + 0.6 * high + 0.2


def _bars(axis: Any, rows: Rows, column: Column, is_labelled: bool) -> None:
    labels = list(rows)
    values = [column.scale * rows[label][column.key] for label in labels]
    colours = ["#2F8F6B" if label == "truth" else "#2467A8" for label in labels]
    axis.barh(range(len(labels)), [0.0 if math.isnan(value) else value for value in values], color=colours)
    if "truth" in rows and not math.isnan(rows["truth"][column.key]):
        axis.axvline(column.scale * rows["truth"][column.key], color="#2F8F6B", linewidth=1)
    axis.set_yticks(range(len(labels)), labels if is_labelled else [""] * len(labels), fontsize=8)
    axis.tick_params(axis="x", labelsize=7)
    axis.invert_yaxis()


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
