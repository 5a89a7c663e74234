"""One control that Live can see: its names, range, unit and Info text, as the attributes that Max stores."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = {"float": 0, "int": 1, "enum": 2}
"""`parameter_type`. An int holds at most 256 values, so anything wider is a float shown as an int."""

UNITS = {
    "int": 0, "float": 1, "ms": 2, "hertz": 3, "decibel": 4, "percent": 5, "pan": 6, "semitones": 7, "note": 8,
    "custom": 9, "native": 10,
}  # fmt: skip
"""`parameter_unitstyle`. Left out, Live shows integers whatever the type; "note" shows C3 for 60."""

VISIBLE = {"automated": 0, "stored": 1, "hidden": 2}
"""`parameter_invisible`. Buttons, and what the patch itself sets, are hidden: they would flood the undo history."""


@dataclass(frozen=True)
class Parameter:
    """A control. `low`, `high` and `initial` are in its own unit; of an enum, `initial` is the index of a choice."""

    long: str
    short: str
    info: str
    kind: str = "float"
    low: float = 0.0
    high: float = 1.0
    initial: float | None = 0.0
    unit: str = "float"
    choices: tuple[str, ...] = ()
    visible: str = "automated"
    custom_unit: str = ""

    def attributes(self) -> dict[str, object]:
        """The `valueof` block of the box's saved attributes."""
        value: dict[str, object] = {
            "parameter_annotation_name": self.long,
            "parameter_info": self.info,
            "parameter_invisible": VISIBLE[self.visible],
            "parameter_longname": self.long,
            "parameter_modmode": 2 if self.kind == "float" and self.visible == "automated" else 0,
            "parameter_shortname": self.short,
            "parameter_type": KINDS[self.kind],
            "parameter_unitstyle": UNITS["custom" if self.kind == "enum" else self.unit],
        }
        if self.kind == "enum":
            value["parameter_enum"] = list(self.choices)
            value["parameter_mmax"] = len(self.choices) - 1
        else:
            number = int if self.kind == "int" else float
            value["parameter_mmin"] = number(self.low)
            value["parameter_mmax"] = number(self.high)
        if self.unit == "custom" and self.custom_unit:
            value["parameter_units"] = self.custom_unit
        if self.initial is not None:
            whole = self.kind != "float"
            value["parameter_initial"] = [int(self.initial) if whole else float(self.initial)]
            value["parameter_initial_enable"] = 1
        return value
