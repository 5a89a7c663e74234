"""A request as a Piece: what was heard and played up to the target bar, as the arrays that models read.

Bars are counted anew from the oldest that is looked at; a bar that the networks cannot read whole is cut. It knows
nothing of any network.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from bridge.model.accompanist import LeadBar, PlayedBar, Request
from bridge.model.features import NOTHING, Ints, Piece, cut
from bridge.model.remembering import Remembering
from bridge.music.bar import Bar
from bridge.music.metre import STEPS_PER_BEAT, Metre

MEMORY_BARS = 96
"""Bars before the target that are looked at."""
_NO_LEAD = np.zeros((0, 3), np.int64)


class Score:
    """A request as a Piece: what was heard and played up to the target, which is its last bars.

    cut_metre  a metre as the bars that it is read as
    """

    piece: Piece
    first_target: int
    """The target's first bar in the piece; more than one where the target was cut."""
    known_until: int
    """The step of the piece until which the lead is known."""

    def __init__(self, request: Request, cut_metre: Callable[[Metre], tuple[Metre, ...]] = cut) -> None:
        heard = {bar.number: bar for bar in request.lead}
        played = {bar.number: bar for bar in request.history}
        oldest = max(min([*heard, *played, request.target]), request.target - MEMORY_BARS)
        numbers = range(oldest, request.target + 1)
        metres = _metres(request, heard)
        cuts = [cut_metre(metres[number]) for number in numbers]
        lengths = [metres[number].length_steps for number in numbers]
        starts = dict(zip(numbers, np.concatenate([[0], np.cumsum(lengths)]).tolist(), strict=False))
        sung = [(starts[number], lead_notes(bar.bar)) for number, bar in heard.items() if number in starts]
        lead = np.concatenate([_NO_LEAD, *(notes for _, notes in sung)])
        bars = np.array([[start, len(notes)] for start, notes in sung], np.int64).reshape(-1, 2)
        lead[:, 0] += np.repeat(bars[:, 0], bars[:, 1])
        promised = PlayedBar(request.target, request.metre, request.kept)
        own = _OwnBars([played.get(number) for number in numbers[:-1]] + [promised], cuts)
        self.piece = Piece(tuple(metre for parts in cuts for metre in parts), lead, own)
        if request.began is not None:
            before = request.began - oldest
            self.piece.began = before if before < 0 else sum(map(len, cuts[:before]))
        self.first_target = len(self.piece.metres) - len(cuts[-1])
        self.known_until = starts[request.target]
        if heard and request.lead[-1].number in starts:
            last = request.lead[-1]
            self.known_until = starts[last.number] + int(last.known_beats * STEPS_PER_BEAT + 1e-3)


class _OwnBars:
    """The own notes of each bar of a piece, read when they are looked at: of up to 96 bars only a dozen are."""

    def __init__(self, played: list[PlayedBar | None], cuts: list[tuple[Metre, ...]]) -> None:
        self._places = [(bar, number) for bar, parts in enumerate(cuts) for number in range(len(parts))]
        self._played, self._cuts = played, cuts
        self._read: dict[int, Ints] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Ints:
        if index not in self._read:
            bar, number = self._places[index]
            played = self._played[bar]
            self._read[index] = own_notes(played, self._cuts[bar])[number] if played else NOTHING
        return self._read[index]

    def __setitem__(self, index: int, notes: Ints) -> None:
        self._read[index] = notes


def _metres(request: Request, heard: dict[int, LeadBar]) -> dict[int, Metre]:
    """The metre of every bar up to the target: its own, or where it was never heard the next known one's."""
    metres: dict[int, Metre] = {bar.number: bar.metre for bar in request.history}
    metres.update({number: bar.bar.metre for number, bar in heard.items()})
    metres[request.target] = request.metre
    metre = request.metre
    for number in range(request.target, max(min(metres), request.target - MEMORY_BARS) - 1, -1):
        metre = metres.setdefault(number, metre)
    return metres


def _lead_notes(bar: Bar) -> Ints:
    """A bar of lead as notes of a piece: (onset step in the bar, duration in steps, pitch)."""
    values = np.array([(n.onset_beats, n.duration_beats, n.pitch_midi) for n in bar.notes]).reshape(-1, 3)
    rows = _steps(values)
    rows[:, 1] = np.maximum(rows[:, 1], 1)
    rows[:, 2] = values[:, 2]
    rows.flags.writeable = False
    return rows


def _own_notes(bar: PlayedBar, parts: tuple[Metre, ...]) -> tuple[Ints, ...]:
    """An own bar as arrays (onset, pitch, duration, velocity) that cannot be changed, one for each part of it."""
    values = np.array([(n.onset_beats, n.pitch_midi, n.duration_beats, n.velocity_midi) for n in bar.notes])
    values = values.reshape(-1, 4)
    rows = values.astype(np.int64)
    rows[:, 0] = _steps(values[:, 0])
    rows[:, 2] = np.maximum(_steps(values[:, 2]), 1)
    arrays = []
    for metre in parts:
        inside = (rows[:, 0] >= 0) & (rows[:, 0] < metre.length_steps)
        arrays.append(rows[inside] if inside.any() else NOTHING)
        arrays[-1].flags.writeable = False
        rows = rows - np.array([metre.length_steps, 0, 0, 0])
    return tuple(arrays)


lead_notes = Remembering(_lead_notes)
own_notes = Remembering(_own_notes)


def _steps(beats: npt.NDArray[np.float64]) -> Ints:
    """`step_of` of many."""
    return (beats * STEPS_PER_BEAT + 0.5).astype(np.int64)
