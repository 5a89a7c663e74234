"""Max's messages as tuples of atoms, and the text of boxes as atoms. A message is `("bang",)`, a number, a list of
numbers, or a word and what follows it."""

from __future__ import annotations

import re
from typing import Union

Atom = Union[int, float, str]
Message = tuple[Atom, ...]

BANG: Message = ("bang",)


class SimulationError(Exception):
    """The patch did something that Max would ignore, or that the simulator does not know."""


def atom(word: str) -> Atom:
    """A word of a box's text as Max reads it: whole number, number with a point, or symbol."""
    if re.fullmatch(r"[-+]?\d+", word):
        return int(word)
    if re.fullmatch(r"[-+]?(\d+\.\d*|\.\d+)(e[-+]?\d+)?", word):
        return float(word)
    return word


def atoms(text: str) -> list[Atom]:
    """A text as atoms, with Max's backslash before commas, semicolons and dollars taken away."""
    return [atom(word.replace("\\", "")) for word in text.split()]


def number(message: Message) -> float:
    """The number that a message begins with. Raises SimulationError."""
    if not message or isinstance(message[0], str):
        raise SimulationError(f"a number was expected, not {message}")
    return message[0]
