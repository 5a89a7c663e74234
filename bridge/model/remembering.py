"""What was made of an immutable value, kept for the next time that the same value comes.

A session's bars come again with every request, the very same objects (`bridge.server.mirror` sees to it between
processes), so they are told apart by identity: to compare a bar of notes with another costs as much as to read it.
What is remembered is what would be made again, so a bar sounds the same whatever was asked before.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Concatenate, Generic, ParamSpec, TypeVar

Value = TypeVar("Value")
Others = ParamSpec("Others")
Made = TypeVar("Made")


class Remembering(Generic[Value, Others, Made]):
    """A function of an immutable value, and of others that can be hashed, which remembers its last results.

    make  the function: the same result for the same arguments, which nobody changes afterwards
    size  how many results are kept; the oldest is forgotten first
    """

    def __init__(self, make: Callable[Concatenate[Value, Others], Made], size: int) -> None:
        self._make = make
        self._size = size
        self._made: dict[tuple[Hashable, ...], tuple[Value, Made]] = {}

    def __len__(self) -> int:
        return len(self._made)

    def __call__(self, value: Value, *others: Others.args, **named: Others.kwargs) -> Made:
        key = (id(value), *others, *named.items())
        known = self._made.get(key)
        if known is not None:
            return known[1]
        made = self._make(value, *others, **named)
        self._made[key] = (value, made)  # the value too: while it is here, no other can have its identity
        if len(self._made) > self._size:
            self._made.pop(next(iter(self._made)), None)
        return made
