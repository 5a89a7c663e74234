"""The controls of a session: one table of names, types, ranges and defaults, and a checked value of each.

The table is the protocol page's table; the page is compared with it by a test.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Union

from bridge.errors import InvalidValue

ControlValue = Union[int, float, str]


@dataclass(frozen=True, slots=True)
class ControlSpec:
    """One row of the table. `kind` is the wire's type letter: f, i or s (for s, low and high are 0)."""

    name: str
    kind: str
    low: float
    high: float
    default: ControlValue
    text: str


CONTROLS: Mapping[str, ControlSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            ControlSpec("temperature", "f", 0, 2, 1.0, "0: always the likeliest note, above: freer"),
            ControlSpec("density", "f", -1, 1, 0.0, "fewer or more notes than the model would play"),
            ControlSpec("low", "i", 0, 127, 28, "the lowest pitch of the accompaniment, never left"),
            ControlSpec("high", "i", 0, 127, 96, "the highest pitch of the accompaniment, never left"),
            ControlSpec("parts", "s", 0, 0, "piano", "which instruments play, separated by blanks"),
            ControlSpec("style", "s", 0, 0, "auto", "which of the model's styles"),
            ControlSpec("seed", "i", -1, 2**31 - 1, -1, ">= 0: same lead, same controls, same notes, always"),
            ControlSpec("variation", "i", 0, 127, 0, "another accompaniment to the same lead, repeatable"),
            ControlSpec("humanize", "f", 0, 1, 0.0, "how much learned timing and dynamics; 0: exactly on the grid"),
            ControlSpec("swing", "f", 0, 1, 0.0, "0: even eighths, 1: the second of two falls on the third triplet"),
            ControlSpec("progression", "s", 0, 0, "", "the chords to keep to, a bar each: C Am | F G; empty: its own"),
            ControlSpec("chords", "i", 0, 1, 0, "1: send /chords after each answer"),
            ControlSpec("model", "s", 0, 0, "", "which loaded model plays"),
        )
    }
)
MAX_TEXT_VALUE = 200
"""Longest text value of a control, in characters."""


@dataclass(frozen=True, slots=True)
class Controls:
    """Every control's value, always inside its range. Build with `Controls()`, change with `changed`."""

    values: Mapping[str, ControlValue] = field(
        default_factory=lambda: MappingProxyType({name: spec.default for name, spec in CONTROLS.items()})
    )

    def __getitem__(self, name: str) -> ControlValue:
        return self.values[name]

    def number(self, name: str) -> float:
        """A numeric control's value as a float."""
        value = self.values[name]
        assert not isinstance(value, str), name
        return float(value)

    def whole(self, name: str) -> int:
        """An integer control's value."""
        return int(self.number(name))

    def text(self, name: str) -> str:
        """A text control's value."""
        return str(self.values[name])

    @property
    def register(self) -> tuple[int, int]:
        """The lowest and highest pitch allowed, inclusive."""
        return self.whole("low"), self.whole("high")

    def __reduce__(self) -> tuple[object, ...]:
        """Controls travel to the process that plays; the read-only view of their values cannot, what it shows can."""
        return _rebuilt, (dict(self.values),)

    def changed(self, name: str, value: object) -> Controls:
        """The controls with one more value set, clamped into its range; `low` never passes `high` or the other
        way round. An int is taken where a float is meant, a float with a whole value where an int is.

        Raises InvalidValue: no such control, or a value of the wrong type.
        """
        spec = CONTROLS.get(name)
        if spec is None:
            raise InvalidValue(f"no control is called {name!r}: there are {', '.join(CONTROLS)}")
        checked = _checked(spec, value)
        if name == "low":
            checked = min(checked, self.values["high"])
        elif name == "high":
            checked = max(checked, self.values["low"])
        return replace(self, values=MappingProxyType({**self.values, name: checked}))


def _rebuilt(values: dict[str, ControlValue]) -> Controls:
    return Controls(MappingProxyType(values))


def _checked(spec: ControlSpec, value: object) -> ControlValue:
    if spec.kind == "s":
        if not isinstance(value, str):
            raise InvalidValue(f"{spec.name} wants text, not {value!r}")
        if len(value) > MAX_TEXT_VALUE or not value.isprintable():
            raise InvalidValue(f"{spec.name} wants at most {MAX_TEXT_VALUE} printable characters")
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidValue(f"{spec.name} wants a number, not {value!r}")
    if math.isnan(value):
        raise InvalidValue(f"{spec.name} wants a number, not NaN")
    clamped = min(max(value, spec.low), spec.high)
    if spec.kind == "i":
        if clamped != int(clamped):
            raise InvalidValue(f"{spec.name} wants a whole number, not {value!r}")
        return int(clamped)
    return float(clamped)
