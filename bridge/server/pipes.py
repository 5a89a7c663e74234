"""Values between the server and its workers: pickled, each after its length, over a private pipe of ours.

A request carries up to 64 bars of lead and as many of accompaniment, nearly all of them the same as in the request
before. Each bar is therefore packed once and kept, on both ends, for as long as it comes up again: what is sent is
every bar, what is paid for is the newest two.
"""

from __future__ import annotations

import copyreg
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, TypeVar

from bridge.model.accompanist import LeadBar, Part, PlayedBar
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note

_LENGTH_BYTES = 4
MAX_NOTES_KEPT = 100_000
"""How many notes' bars each end keeps: some 15 MB of them, the whole memory of 50 sessions."""
MAX_UNUSED = 12_800
"""A bar that was not asked for while so many others were is forgotten: two rounds of 50 sessions with 128 bars each. A
session alone, whose older bars never come up again, costs 2 MB so and not 15."""

Value = TypeVar("Value")
Flat = tuple[float, ...]
"""Notes as four numbers each."""


def send(pipe: BinaryIO, value: object) -> None:
    """Write one value. Raises OSError when nobody reads any more."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    pipe.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
    pipe.flush()


def receive(pipe: BinaryIO) -> Any:
    """Read one value, waiting for it. Raises EOFError when nobody writes any more."""
    return pickle.loads(_exactly(pipe, int.from_bytes(_exactly(pipe, _LENGTH_BYTES), "big")))


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError("the pipe was closed")
    return data


@dataclass(slots=True)
class _Entry(Generic[Value]):
    """What is kept. `asked`: when it was asked for last, counted in values that were asked for."""

    value: Value
    weight: int
    asked: int


class Kept(Generic[Value]):
    """The values that were asked for last, as many as together weigh no more than `limit`, and none that was not among
    the last `unused` that were asked for. For any thread."""

    def __init__(self, limit: int, unused: int = MAX_UNUSED) -> None:
        self._limit = limit
        self._unused = unused
        self._asked = 0
        self._weight = 0
        self._lock = threading.Lock()  # in the server every worker has a thread that writes to it
        self._values: OrderedDict[Hashable, _Entry[Value]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], tuple[Value, int]]) -> Value:
        """The value of that key; where it is not kept, the one that `make` gives, with its weight."""
        with self._lock:
            self._asked += 1
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
                found.asked = self._asked
                return found.value
            value, weight = make()
            self._values[key] = _Entry(value, weight, self._asked)
            self._weight += weight
            while self._weight > self._limit or self._is_oldest_unused():
                self._weight -= self._values.popitem(last=False)[1].weight
            return value

    def _is_oldest_unused(self) -> bool:
        return next(iter(self._values.values())).asked <= self._asked - self._unused if self._values else False


# On the sending end a bar is told by its identity, which is why it is kept together with what it was packed into; on
# the receiving end by its bytes.
_packed: Kept[tuple[LeadBar | PlayedBar, bytes]] = Kept(MAX_NOTES_KEPT)
_unpacked: Kept[LeadBar | PlayedBar] = Kept(MAX_NOTES_KEPT)


def _as_call(bar: LeadBar | PlayedBar) -> tuple[Callable[[bytes], LeadBar | PlayedBar], tuple[bytes]]:
    """How a bar is pickled: as the call that gives it back."""
    return _unpack, (_packed.get(id(bar), lambda: _pack(bar))[1],)


def _pack(bar: LeadBar | PlayedBar) -> tuple[tuple[LeadBar | PlayedBar, bytes], int]:
    if isinstance(bar, LeadBar):
        metre, known_beats, named_notes = bar.bar.metre, bar.known_beats, [("", bar.bar.notes)]
    else:
        metre, known_beats, named_notes = bar.metre, None, [(part.name, part.notes) for part in bar.parts]
    parts = tuple((name, _flat(notes)) for name, notes in named_notes)
    fields = (bar.number, metre.numerator, metre.denominator, known_beats, parts)
    return (bar, pickle.dumps(fields, pickle.HIGHEST_PROTOCOL)), _weight(parts)


def _unpack(data: bytes) -> LeadBar | PlayedBar:
    return _unpacked.get(data, lambda: _made(data))


def _made(data: bytes) -> tuple[LeadBar | PlayedBar, int]:
    number, numerator, denominator, known_beats, parts = pickle.loads(data)
    metre = Metre(numerator, denominator)
    if known_beats is None:
        return PlayedBar(number, metre, tuple(Part(name, _notes(flat)) for name, flat in parts)), _weight(parts)
    return LeadBar(number, Bar(metre, _notes(parts[0][1])), known_beats), _weight(parts)


def _weight(parts: Iterable[tuple[str, Flat]]) -> int:
    """In notes; the bar itself weighs as much as four."""
    return 4 + sum(len(flat) // 4 for _, flat in parts)


def _flat(notes: Iterable[Note]) -> Flat:
    return tuple(x for n in notes for x in (n.pitch_midi, n.onset_beats, n.duration_beats, n.velocity_midi))


def _notes(flat: Flat) -> tuple[Note, ...]:
    return tuple(Note(*flat[at : at + 4]) for at in range(0, len(flat), 4))  # type: ignore[arg-type]


def _note(note: Note) -> tuple[type[Note], tuple[int, float, float, int]]:
    return Note, (note.pitch_midi, note.onset_beats, note.duration_beats, note.velocity_midi)


# Notes outside of remembered bars: as plain calls instead of slot by slot they take a third of the time to write.
copyreg.pickle(Note, _note)
copyreg.pickle(LeadBar, _as_call)  # type: ignore[arg-type]
copyreg.pickle(PlayedBar, _as_call)  # type: ignore[arg-type]
