"""What a worker remembers of each session, so that a request brings it only what is new.

A request remembers up to 64 bars of lead and as many of accompaniment, nearly all of them the same as in the session's
request before. Both ends of a worker's pipe keep the bars of each session's last request, and forget sessions by the
same rule in the same order; a bar that was there before travels as its place among them. Nothing is known here of
pipes and processes: a worker that is started again begins with a new pair.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, Union, cast

from bridge.model.accompanist import LeadBar, Part, PlayedBar, Request
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note

MAX_NOTES_KEPT = 200_000
"""How many notes' bars a worker keeps: some 25 MB of them, the whole memory of 100 sessions."""

MAX_UNASKED = 1_000
"""A session that nothing was asked of while so many requests of others were is forgotten, though there is room."""

AnyBar = Union[LeadBar, PlayedBar]
_NEW = -1


class Flat(NamedTuple):
    """A bar as plain numbers, which is what pickling is quick at. `known_beats` is None for an own bar; each part has a
    name, four numbers a note, and as many for what was meant where that is something else."""

    number: int
    numerator: int
    denominator: int
    known_beats: float | None
    parts: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]

    @property
    def weight(self) -> int:
        """In notes; the bar itself weighs as much as four."""
        return 4 + sum((len(struck) + len(meant)) // 4 for _, struck, meant in self.parts)


@dataclass(frozen=True, slots=True)
class Shortened:
    """A request whose bars are those of the session's request before.

    request  without lead and history
    leads    how many of the bars are lead
    places   of the bars, lead and then history, among the bars of the request before; -1 for one of the new ones
    new      those that were not there, in their order
    """

    request: Request
    leads: int
    places: tuple[int, ...]
    new: tuple[Flat, ...]


@dataclass(frozen=True, slots=True)
class _Last:
    """The bars of a session's last request, how much each weighs, and the number of that request among all."""

    bars: tuple[AnyBar, ...] = ()
    weights: tuple[int, ...] = ()
    asked: int = 0


class _Sessions:
    """What is kept of each session. Those not asked about for longest are forgotten first: when all together weigh more
    than `limit`, and when `unasked` requests of others have come since."""

    def __init__(self, limit: int = MAX_NOTES_KEPT, unasked: int = MAX_UNASKED) -> None:
        self._limit, self._unasked = limit, unasked
        self._weight = self._asked = 0
        self._kept: OrderedDict[str, _Last] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def _take(self, session: str) -> _Last:
        last = self._kept.pop(session, _NOTHING)
        self._weight -= sum(last.weights)
        return last

    def _keep(self, session: str, bars: tuple[AnyBar, ...], weights: tuple[int, ...]) -> None:
        self._asked += 1
        self._kept[session] = _Last(bars, weights, self._asked)
        self._weight += sum(weights)
        while self._kept:
            oldest = next(iter(self._kept))
            if self._weight <= self._limit and self._asked - self._kept[oldest].asked < self._unasked:
                break
            self._take(oldest)


_NOTHING = _Last()


class Telling(_Sessions):
    """The server's end."""

    def shortened(self, session: str, request: Request) -> Shortened:
        """The request as the worker is told it. Bars are told apart by identity: a session hands the same ones out
        again, and while they are kept here no other can take their place in memory."""
        last = self._take(session)
        place_of = {id(bar): place for place, bar in enumerate(last.bars)}
        bars: tuple[AnyBar, ...] = (*request.lead, *request.history)
        places = tuple([place_of.get(id(bar), _NEW) for bar in bars])
        new = tuple([_flat(bar) for bar, place in zip(bars, places, strict=True) if place == _NEW])
        self._keep(session, bars, _weights(places, last.weights, new))
        return Shortened(replace(request, lead=(), history=()), len(request.lead), places, new)


class Told(_Sessions):
    """The worker's end."""

    def request(self, session: str, told: Shortened) -> Request:
        """The request as it was, a bar that comes again being the same object again."""
        last = self._take(session)
        fresh = map(_made, told.new)
        bars = tuple([next(fresh) if place == _NEW else last.bars[place] for place in told.places])
        self._keep(session, bars, _weights(told.places, last.weights, told.new))
        lead = cast("tuple[LeadBar, ...]", bars[: told.leads])
        return replace(told.request, lead=lead, history=cast("tuple[PlayedBar, ...]", bars[told.leads :]))


def _weights(places: Iterable[int], weighed: tuple[int, ...], new: Iterable[Flat]) -> tuple[int, ...]:
    fresh = iter(new)
    return tuple([next(fresh).weight if place == _NEW else weighed[place] for place in places])


def _flat(bar: AnyBar) -> Flat:
    if isinstance(bar, LeadBar):
        metre, known_beats = bar.bar.metre, bar.known_beats
        return Flat(bar.number, metre.numerator, metre.denominator, known_beats, (("", _four(bar.bar.notes), ()),))
    parts = tuple((part.name, _four(part.notes), _four(part.meant)) for part in bar.parts)
    return Flat(bar.number, bar.metre.numerator, bar.metre.denominator, None, parts)


def _made(flat: Flat) -> AnyBar:
    metre = Metre(flat.numerator, flat.denominator)
    parts = tuple(Part(name, _notes(struck), _notes(meant)) for name, struck, meant in flat.parts)
    if flat.known_beats is None:
        return PlayedBar(flat.number, metre, parts)
    return LeadBar(flat.number, Bar(metre, parts[0].notes), flat.known_beats)


def _four(notes: Iterable[Note]) -> tuple[float, ...]:
    return tuple([x for n in notes for x in (n.pitch_midi, n.onset_beats, n.duration_beats, n.velocity_midi)])


def _notes(four: tuple[float, ...]) -> tuple[Note, ...]:
    return tuple([Note(*four[at : at + 4]) for at in range(0, len(four), 4)])  # type: ignore[arg-type]
