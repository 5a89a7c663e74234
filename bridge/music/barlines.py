"""Where the bars of a song lie, from its changes of metre. It knows sixteenths, not ticks and not notes.

A sixteenth (a quarter of a beat) is the shortest bar there is, so every bar line lies on the grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bridge.errors import InputError
from bridge.music.metre import MAX_NUMERATOR, Metre
from bridge.music.song import SongBar

COMMON_TIME = Metre(4, 4)
SIXTEENTHS_PER_BEAT = 4
MAX_BARS = 10_000
"""More bars than this are no song; a stray note hours after the end makes such files."""


def lay_bars(changes: Iterable[tuple[int, Metre]], end_sixteenths: int) -> tuple[tuple[SongBar, ...], tuple[str, ...]]:
    """The bars from beat 0 to the one that holds `end_sixteenths`, at least one, and remarks for people.

    changes   (position in sixteenths, metre) in rising order; common time until the first. The same metre again
              changes nothing. A change inside a bar ends that bar there: it becomes a short bar of its own metre,
              which is how a pickup or a cut bar comes out

    Raises InputError: more than 10,000 bars.
    """
    bars: list[SongBar] = []
    remarks: list[str] = []
    metre, position = COMMON_TIME, 0

    def add(new: Metre) -> None:
        nonlocal position
        if len(bars) >= MAX_BARS:
            raise InputError(f"the song is longer than {MAX_BARS:,} bars; is there a stray note far behind its end?")
        bars.append(SongBar(position / SIXTEENTHS_PER_BEAT, new))
        position += _sixteenths(new)

    for at, new in changes:
        if at >= end_sixteenths and at > 0:
            break
        if new == metre:
            continue
        while position + _sixteenths(metre) <= at:
            add(metre)
        if position < at:
            pieces = list(_filling(at - position, metre))
            names = " and ".join(str(piece) for piece in pieces)
            remarks.append(f"bar {len(bars) + 1} is cut short to {names}: the metre changes to {new} inside it")
            for piece in pieces:
                add(piece)
        metre = new
    while position < end_sixteenths or not bars:
        add(metre)
    return tuple(bars), tuple(remarks)


def equal_metre(numerator: int, denominator: int) -> Metre | None:
    """A metre whose bar is as long as that of the fraction, the fraction itself if possible; None if there is none."""
    if numerator < 1 or denominator < 1 or numerator * 16 % denominator:
        return None
    if numerator * 4 > 16 * denominator:
        return None
    pieces = list(_filling(numerator * 16 // denominator, Metre(1, denominator if denominator <= 16 else 4)))
    return pieces[0] if len(pieces) == 1 else None


def _sixteenths(metre: Metre) -> int:
    return metre.numerator * 16 // metre.denominator


def _filling(sixteenths: int, like: Metre) -> Iterator[Metre]:
    """One metre of that length, counted like its surroundings where possible; two where one cannot hold it."""
    for denominator in (like.denominator, 4, 8, 16):
        numerator, rest = divmod(sixteenths * denominator, 16)
        if not rest and 1 <= numerator <= MAX_NUMERATOR:
            yield Metre(numerator, denominator)
            return
    # over eight beats and not a whole number of eighths: 32/16 is the longest that counts sixteenths
    yield Metre(MAX_NUMERATOR, 16)
    yield from _filling(sixteenths - MAX_NUMERATOR, like)
