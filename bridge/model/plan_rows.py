"""What the planner reads: the last bars of lead, the place where they came before, and the bar to be planned.

Rows are moved to a key of their own (`key_shift`), so that the network sees every song near C major or A minor and
need not learn each progression twelve times; what it says is moved back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.model.features import (
    LEAD_CHANNELS,
    PLACE,
    SLOTS,
    Floats,
    Ints,
    Piece,
    best_match,
    lead_rows,
)

STYLES = ("pop", "lieder")
"""The styles that have a column, in order; all columns 0 where the style is not known."""
RECENT_ROWS = 40
MEMORY_ROWS = 16
MAX_ROWS = 64
RELATIONS = 30
"""How a row lies to the target: 0..8 in memory, four bars before to four after the match; TARGET_RELATION and on,
bars back."""
TARGET_RELATION = 9
COLUMNS = SLOTS * LEAD_CHANNELS + SLOTS + PLACE + 2 + len(STYLES)
_SCALE = np.array([1.2, 0, 1, 0, 1.1, 1, 0, 1.1, 0, 1, 0, 0.9], np.float32)
"""How well a pitch class suits C major or A minor."""
_SCALES = np.stack([np.roll(_SCALE, -shift) for shift in range(12)])


@dataclass(frozen=True)
class PlanRows:
    """columns, shape (rows, COLUMNS); relations, shape (rows,), 0..RELATIONS-1; the unit of each row, and how many
    of the last rows are the target's; `shift`: semitones by which the rows were moved up."""

    columns: Floats
    relations: Ints
    units: Ints
    targets: int
    shift: int


def key_shift(slots: Floats) -> int:
    """Semitones 0..11 that move a lead nearest to C major or A minor.

    slots  shape (rows, SLOTS, LEAD_CHANNELS)
    """
    weights = slots[..., :12].sum(axis=(0, 1))
    return int(np.argmax(_SCALES @ weights))


def moved(columns: Floats, semitones: int) -> Floats:
    """A copy of rows, their leads moved up."""
    copy: Floats = columns.copy()
    slots = copy[:, : SLOTS * LEAD_CHANNELS].reshape(len(copy), SLOTS, LEAD_CHANNELS)
    slots[..., :12] = slots[..., (np.arange(12) - semitones) % 12]
    return copy


def plan_rows(
    piece: Piece, target: int, known_until: int, style: int | None, shift: int | None = None, remember: bool = True
) -> PlanRows:
    """The planner's rows for one bar.

    known_until  step until which the lead is known
    style        index into STYLES, None if not known
    shift        semitones to move the rows up; None: `key_shift`
    remember     whether to look for the bar's like earlier on
    """
    first = piece.first_unit
    oldest = target
    while oldest > 0 and first[target] - first[oldest - 1] <= RECENT_ROWS:
        oldest -= 1
    targets = int(first[target + 1] - first[target])
    match, likeness = best_match(piece, target, known_until) if remember else (-1, 0.0)
    memory = np.zeros(0, np.int64)
    if match >= 0:
        bars = max(1, MEMORY_ROWS // max(1, targets))
        start = max(0, match - (bars // 2 - 1))
        memory = np.arange(first[start], first[min(target, start + bars)])[:MEMORY_ROWS]
    units = np.concatenate([memory, np.arange(first[oldest], first[target + 1])])
    bars_of = piece.units[units, 2]
    in_memory = np.arange(len(units)) < len(memory)
    relations = np.where(
        in_memory,
        np.minimum(np.maximum(bars_of - match, -4), 4) + 4,
        np.minimum(target - bars_of, 20) + TARGET_RELATION,
    )
    slots, unknown = lead_rows(piece, units, known_until)
    if shift is None:
        shift = key_shift(slots)
    slots[..., :12] = slots[..., (np.arange(12) - shift) % 12]
    columns = np.zeros((len(units), COLUMNS), np.float32)
    columns[:, : SLOTS * LEAD_CHANNELS] = slots.reshape(len(units), -1)
    column = SLOTS * LEAD_CHANNELS
    columns[:, column : column + SLOTS] = unknown
    column += SLOTS
    columns[:, column : column + PLACE] = piece.places[units]
    column += PLACE
    columns[:, column] = likeness * in_memory
    columns[-targets:, column + 1] = 1
    if style is not None:
        columns[:, column + 2 + style] = 1
    return PlanRows(columns, relations.astype(np.int64), units, targets, shift)
