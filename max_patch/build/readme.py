"""The tables of the README that come from elsewhere: every line that the devices can show, and every control."""

from __future__ import annotations

from max_patch.build import tool_script
from max_patch.build.parameters import Parameter
from max_patch.build.sources import device
from max_patch.javascript import join


def messages(rows: list[dict[str, str]]) -> str:
    """What the line says, and what to do about it."""
    lines = ["| the device says | what to do |", "|---|---|"]
    for row in rows:
        said = row["text"].replace("{port}", "7770").replace("{group}", "1")
        lines.append(f"| {said} | {row['help']} |")
    return "\n".join(lines)


def settings() -> str:
    """Every control of the device with its range and Info text."""
    lines = ["| control | range | at first | what it does |", "|---|---|---|---|"]
    for _, _, parameter, _, _ in device.SETTINGS:
        lines.append(f"| {parameter.long} | {_range(parameter)} | {_first(parameter)} | {parameter.info} |")
    for _, parameter, _, _ in device.BUTTONS:
        lines.append(f"| {parameter.long} | button | | {parameter.info} |")
    return "\n".join(lines)


def _number(parameter: Parameter, value: float) -> str:
    if parameter.unit == "note":
        names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
        return f"{names[int(value) % 12]}{int(value) // 12 - 2}"
    return f"{value:g}"


def _range(parameter: Parameter) -> str:
    if parameter.kind == "enum":
        return ", ".join(parameter.choices)
    return f"{_number(parameter, parameter.low)} to {_number(parameter, parameter.high)}"


def _first(parameter: Parameter) -> str:
    if parameter.initial is None:
        return ""
    if parameter.kind == "enum":
        return parameter.choices[int(parameter.initial)]
    return _number(parameter, parameter.initial)


def with_tables(text: str) -> str:
    """The README with its tables made anew, each between `<!-- NAME -->` and `<!-- end -->`.

    Raises ValueError: a table's place is missing.
    """
    tables = {"messages": messages(join.advice()), "tool": messages(tool_script.advice()), "controls": settings()}
    for name, table in tables.items():
        head, tail = f"<!-- {name} -->\n", "<!-- end -->"
        if head not in text or tail not in text.split(head, 1)[1]:
            raise ValueError(f"README.md has no place for the table {name}")
        before, after = text.split(head, 1)
        text = before + head + table + "\n" + tail + after.split(tail, 1)[1]
    return text
