"""What somebody who plays tells and asks, bar by bar: the one order that a live client and a file go through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.music.bar import Bar

SIXTEENTH_BEATS = 0.25
"""How long before the bar line the next bar is asked for."""


def anticipating(lead: Sequence[Bar]) -> Iterator[tuple[int, Bar, int, float]]:
    """(bar number, what is told of the bar, ahead, known beats) in the order of sending.

    A sixteenth before its end a bar is told as far as it is known and the next one asked for; at the bar line it is
    told whole (`ahead` -1). The first bar, and one whose metre is not that of the bar before, is asked for itself
    (`ahead` 0), a sixteenth before it begins, with nothing known but its metre.
    """
    for number, bar in enumerate(lead):
        before = lead[number - 1] if number > 0 else None
        is_asked_ahead = before is not None and before.metre == bar.metre
        if before is not None:
            known_beats = max(before.metre.length_beats - SIXTEENTH_BEATS, 0.0)
            yield number - 1, before.heard_until(known_beats), 1 if is_asked_ahead else -1, known_beats
        if not is_asked_ahead:
            yield number, Bar(bar.metre), 0, 0.0
        if before is not None:
            length_beats = before.metre.length_beats
            yield number - 1, before.heard_until(length_beats), -1, length_beats
