"""What was made of an immutable value, kept as long as the value lives: for the next time that the same one comes.

A session's bars come again with every request, the very same objects (`bridge.server.mirror` sees to it between
processes), so they are told apart by identity: to compare a bar of notes with another costs as much as to read it.
What is remembered is what would be made again, so a bar sounds the same whatever was asked before. Nothing is kept
alive by being remembered: a long evening takes no more memory than what its sessions remember themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Concatenate, Generic, ParamSpec, TypeVar, cast
from weakref import ref

Value = TypeVar("Value")
Others = ParamSpec("Others")
Made = TypeVar("Made")

MADE_OF_ONE = 16
_ITSELF = object()
"""In place of a result that is the value: it would keep itself alive."""


class Remembering(Generic[Value, Others, Made]):
    """A function of an immutable value, and of others that can be hashed, which remembers its results.

    make  the function: the same result for the same arguments, which nobody changes afterwards. A result may be the
          value, but not hold it
    each  how many results are kept of one value (a knob that is turned is another value each time); the oldest is
          forgotten first
    """

    def __init__(self, make: Callable[Concatenate[Value, Others], Made], each: int = MADE_OF_ONE) -> None:
        self._make = make
        self._each = each
        self._made: dict[int, tuple[ref[Value], dict[tuple[Hashable, ...], object]]] = {}

    def __len__(self) -> int:
        return sum(len(of_one) for _, of_one in self._made.values())

    def __call__(self, value: Value, *others: Others.args, **named: Others.kwargs) -> Made:
        known = self._made.get(id(value))
        if known is None:
            known = self._made[id(value)] = (ref(value, self._forgetting(id(value))), {})
        of_one = known[1]
        key = (*others, *named.items())
        made = of_one.get(key)
        if made is None:
            made = self._make(value, *others, **named)
            of_one[key] = _ITSELF if made is value else made
            if len(of_one) > self._each:
                of_one.pop(next(iter(of_one)), None)
        return cast(Made, value if made is _ITSELF else made)

    def _forgetting(self, place: int) -> Callable[[ref[Value]], None]:
        """Called when the value is gone, before another one can have its identity."""
        known = self._made

        def forget(_: ref[Value]) -> None:
            known.pop(place, None)

        return forget
