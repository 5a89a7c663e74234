"""What an evaluation found, as tables: on the screen, and in Markdown for the documentation. It measures nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table

Rows = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Column:
    """key: the figure's name; heading; what it is multiplied by; decimals."""

    key: str
    heading: str
    scale: float = 1.0
    decimals: int = 3

    def cell(self, figures: Mapping[str, float]) -> str:
        """The figure as text; empty where there is none."""
        value = figures.get(self.key, math.nan)
        return "" if math.isnan(value) else f"{self.scale * value:.{self.decimals}f}"


HARMONY = (
    Column("aic", "AIC %", 100, 1),
    Column("overlap", "overlap"),
    Column("pcs", "PCS"),
    Column("mna", "MNA %", 100, 1),
    Column("nic", "NiC %", 100, 1),
    Column("distinct_chords", "distinct chords", 1, 1),
)
TEXTURE = (
    Column("silence", "silent %", 100, 1),
    Column("notes_per_beat", "notes a beat", 1, 2),
    Column("onset_distance", "onset-position distance"),
    Column("length_distance", "length distance"),
    Column("register_distance", "register distance"),
    Column("voices_distance", "voices distance"),
    Column("repetition", "repeated bars %", 100, 1),
    Column("repeats_with_lead", "repeats with the lead %", 100, 1),
    Column("rhythm_kept", "rhythm kept %", 100, 1),
    Column("isolated", "isolated notes %", 100, 2),
)
BY_METRE = (
    Column("aic", "AIC %", 100, 1),
    Column("overlap", "overlap"),
    Column("pcs", "PCS"),
    Column("onset_distance", "onset-position distance"),
    Column("notes_per_beat", "notes a beat", 1, 2),
    Column("rhythm_kept", "rhythm kept %", 100, 1),
)
BITS = (
    Column("figure", "figure", 1, 2),
    Column("onset", "onset", 1, 2),
    Column("pitch", "pitch", 1, 2),
    Column("duration", "duration", 1, 2),
    Column("velocity", "velocity", 1, 2),
    Column("all", "all", 1, 2),
    Column("root", "right root %", 100, 1),
)


def songs_text(count: int) -> str:
    """1 song, 2 songs."""
    return f"{count} song{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Section:
    """One table: its title, a row for each label, and its columns."""

    title: str
    rows: Rows
    columns: Sequence[Column]

    def shown(self) -> Table:
        """For the screen."""
        table = Table(title=self.title, title_justify="left")
        table.add_column("")
        for column in self.columns:
            table.add_column(column.heading, justify="right")
        for label, figures in self.rows.items():
            table.add_row(label, *(column.cell(figures) for column in self.columns))
        return table

    def markdown(self) -> str:
        """For a page."""
        lines = [f"| {self.title} | " + " | ".join(column.heading for column in self.columns) + " |"]
        lines.append("|---" * (len(self.columns) + 1) + "|")
        for label, figures in self.rows.items():
            lines.append(f"| {label} | " + " | ".join(column.cell(figures) for column in self.columns) + " |")
        return "\n".join(lines)
