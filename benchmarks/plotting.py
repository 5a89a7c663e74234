"""The plots of RESULTS.md: a histogram, and curves. Knows no benchmark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt


def histogram(path: Path, values: Mapping[str, Sequence[float]], label: str) -> str:
    """One outline for each name, their 99 % on the axis. Returns the file's name."""
    figure, axes = plt.subplots(figsize=(7, 3))
    for name, of_one in values.items():
        axes.hist(of_one, bins=60, histtype="step", label=f"{name} ({len(of_one)} bars)")
    axes.set(xlabel=label, ylabel="bars", xlim=(0, None))
    axes.legend(frameon=False)
    return _saved(figure, path)


def curves(
    path: Path,
    values: Mapping[str, Sequence[tuple[float, float]]],
    x: str,
    y: str,
    bound: float | None = None,
    is_log: bool = False,
) -> str:
    """One line of (x, y) for each name; `bound`: a dashed line at what is to be kept. Returns the file's name."""
    figure, axes = plt.subplots(figsize=(7, 3))
    for name, points in values.items():
        axes.plot(*zip(*points, strict=True), marker="o", markersize=3, label=name)
    if bound is not None:
        axes.axhline(bound, color="grey", linestyle="--", linewidth=1)
    if is_log:
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, None)
    axes.set(xlabel=x, ylabel=y)
    axes.legend(frameon=False)
    return _saved(figure, path)


def _saved(figure: plt.Figure, path: Path) -> str:
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path.name
