"""What a client measured, as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from bridge.client.measured import Measured, percentile


def table(measured: Measured, is_fast: bool = False) -> Table:
    """The timing table. Rows about faults are there only where there were any."""
    drawn = Table("measured", "value")
    drawn.columns[1].justify = "right"
    for name, value in rows(measured, is_fast):
        drawn.add_row(name, value)
    return drawn


def rows(measured: Measured, is_fast: bool = False) -> list[tuple[str, str]]:
    """Name and value of each row."""
    always = [
        ("bars", str(measured.bars)),
        ("answered", str(measured.answered)),
        ("lost", str(measured.lost)),
        *([] if is_fast else [("late", str(measured.late))]),
        ("round trip p50 / p95 / p99 / max", _ms(measured.round_trips_ms, (50, 95, 99, 100))),
        ("resent", str(measured.resent)),
        ("duplicates seen", str(measured.duplicates)),
        ("notes", str(measured.notes)),
        *([] if is_fast else [("late notes dropped", str(measured.late_notes))]),
        *([] if is_fast else [("note lateness p50 / p99 / max", _ms(measured.lateness_ms, (50, 99, 100), decimals=2))]),
    ]
    unreached = measured.bars - measured.answered - measured.lost
    faults = [
        ("bars not reached", unreached),
        ("bars of lead not acknowledged", measured.unheard),
        ("notes cut off", measured.cut_notes),
        ("notes outside their bar", measured.outside_notes),
        ("replies to nothing asked", measured.unexpected),
        ("packets not understood", measured.undecodable),
        ("bridge greeted again", measured.rejoined),
    ]
    seen = [(name, str(value)) for name, value in faults if value]
    errors = [(f"error {code}", str(times)) for code, times in measured.errors.most_common()]
    return [*always, *seen, *(errors or [("errors", "none")])]


def _ms(values_ms: Sequence[float], percents: Sequence[float], decimals: int = 1) -> str:
    if not values_ms:
        return "-"
    return " / ".join(f"{percentile(values_ms, percent):.{decimals}f}" for percent in percents) + " ms"
