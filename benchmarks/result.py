"""What a benchmark gives back, and the settings that it is given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """model: the one that plays; is_quick: a tenth of the samples, to see whether everything runs; plots: where
    pictures go; seed: of the leads and of what is drawn by chance."""

    model: str
    is_quick: bool
    plots: Path
    seed: int = 7

    def samples(self, count: int) -> int:
        """How many samples to take where a full run takes `count`."""
        return max(count // 10, 3) if self.is_quick else count


@dataclass
class Result:
    """One table of RESULTS.md. `goal`: what is to be reached, in words; `plots`: file names under the plots folder."""

    title: str
    what: str
    header: Sequence[str]
    goal: str = ""
    rows: list[Sequence[object]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    plots: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        """The table as it stands in RESULTS.md."""
        lines = [f"## {self.title}", "", self.what + (f" **Goal:** {self.goal}." if self.goal else ""), ""]
        lines += ["| " + " | ".join(self.header) + " |", "|" + "---|" * len(self.header)]
        lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in self.rows]
        lines += [""] + [f"* {remark}" for remark in self.remarks] + ([""] if self.remarks else [])
        lines += [f"![{self.title}](plots/{name})\n" for name in self.plots]
        return "\n".join(lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        if math.isnan(value):
            return "-"
        return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
    return str(value)


def quantile(values: Sequence[float], share: float) -> float:
    """The least value that `share` of the values do not exceed; NaN where there are none."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else math.nan
