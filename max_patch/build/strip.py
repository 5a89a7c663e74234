"""The strip that a producer sees in Live, drawn from the presentation view: places, texts and values are the patch's
own, colours and the shapes of dials are an imitation of Live's middle grey."""

from __future__ import annotations

import math
from typing import Any

from max_patch.build.svg import INK, clip, colour, page, rectangle, text, wrap

BACK, CONTROL, DARK, ACCENT = "#a5a5a5", "#7d7d7d", "#1e1e1e", "#ffad56"


def presentation(
    patcher: dict[str, Any], examples: dict[str, str] | None = None, light: tuple[float, ...] | None = None
) -> str:
    """The presentation view. `examples`: scripting name -> the text that a readout shows in the picture; `light`: the
    colour of the light in it."""
    _, _, wide, high = patcher["openrect"]
    parts = []
    behind_first = sorted((item["box"] for item in patcher["boxes"]), key=lambda box: not box.get("background"))
    for box in behind_first:
        if box.get("presentation"):
            if light and box.get("varname") == "light":
                box = {**box, "bgcolor": list(light)}
            parts.append(_control(box, (examples or {}).get(str(box.get("varname")))))
    return page(wide, high, parts, BACK)


def _control(box: dict[str, Any], example: str | None) -> str:
    x, y, w, h = box["presentation_rect"]
    value = box.get("saved_attribute_attributes", {}).get("valueof", {})
    kind = box["maxclass"]
    if kind == "panel":
        return rectangle(x, y, w, h, colour(box.get("bgcolor")) or "#959595", radius=float(box.get("rounded", 0)) / 2)
    if kind == "live.line":
        return (
            rectangle(x + w / 2 - 0.5, y, 1, h, "#8a8a8a") if h > w else rectangle(x, y + h / 2 - 0.5, w, 1, "#8a8a8a")
        )
    if kind in ("live.comment", "comment"):
        return _comment(box, x, y, w, example)
    shown = example if example is not None else shown_value(value)
    if kind == "live.dial":
        return _dial(x, y, w, value, shown)
    if kind == "live.tab":
        return _tab(x, y, w, h, value)
    if kind == "live.menu":
        arrow = f'<path d="M{x + w - 9:g} {y + h / 2 - 2:g} h6 l-3 4 z" fill="{ACCENT}"/>'
        return rectangle(x, y, w, h, DARK) + text(x + 4, y + h / 2 + 3.5, clip(shown, w - 14, 9.5), 9.5, ACCENT) + arrow
    if kind == "live.text":
        words = str(box.get("text", ""))
        on = box.get("mode", 1) == 1 and (value.get("parameter_initial") or [0])[0]
        return rectangle(x, y, w, h, ACCENT if on else CONTROL, "#5b5b5b") + text(
            x + w / 2, y + h / 2 + 3.5, clip(words, w - 2, 9.5), 9.5, INK, "middle"
        )
    if kind == "live.numbox":
        return rectangle(x, y, w, h, DARK) + text(
            x + w / 2, y + h / 2 + 3.5, clip(shown, w - 2, 9.5), 9.5, ACCENT, "middle"
        )
    return rectangle(x, y, w, h, CONTROL, INK)


def _comment(box: dict[str, Any], x: float, y: float, w: float, example: str | None) -> str:
    size = float(box.get("fontsize", 10.0))
    words = example if example is not None else str(box.get("text", ""))
    side = int(box.get("textjustification", 0))
    at, anchor = {0: (x + 3, "start"), 1: (x + w / 2, "middle"), 2: (x + w - 3, "end")}[side]
    weight = "bold" if box.get("fontface") == 1 else "normal"
    fill = colour(box.get("textcolor")) or INK
    rows = wrap(words, w - 6, size)
    return "".join(
        text(at, y + 3 + size * 0.85 + index * size * 1.25, row, size, fill, anchor, weight)
        for index, row in enumerate(rows)
    )


def _dial(x: float, y: float, w: float, value: dict[str, Any], shown: str) -> str:
    low, high = value.get("parameter_mmin", 0), value.get("parameter_mmax", 127)
    start = (value.get("parameter_initial") or [low])[0]
    part = (start - low) / (high - low)
    cx, cy, radius = x + w / 2, y + 26, 11.0
    origin = 0.5 if low < 0 < high else 0.0
    needle = _on_dial(cx, cy, radius, part)
    return "".join(
        (
            text(cx, y + 9.5, clip(str(value.get("parameter_shortname", "")), w, 9.5), 9.5, INK, "middle"),
            _arc(cx, cy, radius, 0.0, 1.0, "#5f5f5f"),
            _arc(cx, cy, radius, min(origin, part), max(origin, part), ACCENT),
            f'<path d="M{cx:g} {cy:g} L{needle[0]:g} {needle[1]:g}" stroke="{INK}" stroke-width="2"/>',
            text(cx, y + 46, shown, 9.5, INK, "middle"),
        )
    )


def _on_dial(cx: float, cy: float, radius: float, part: float) -> tuple[float, float]:
    angle = math.radians(135 + 270 * part)
    return round(cx + radius * math.cos(angle), 2), round(cy + radius * math.sin(angle), 2)


def _arc(cx: float, cy: float, radius: float, low: float, high: float, stroke: str) -> str:
    if high - low < 0.005:
        return ""
    (x1, y1), (x2, y2) = _on_dial(cx, cy, radius, low), _on_dial(cx, cy, radius, high)
    large = 1 if (high - low) * 270 > 180 else 0
    return (
        f'<path d="M{x1:g} {y1:g} A{radius:g} {radius:g} 0 {large} 1 {x2:g} {y2:g}" fill="none" '
        f'stroke="{stroke}" stroke-width="3"/>'
    )


def _tab(x: float, y: float, w: float, h: float, value: dict[str, Any]) -> str:
    labels = value.get("parameter_enum", [])
    chosen = int((value.get("parameter_initial") or [0])[0])
    each, parts = w / max(1, len(labels)), []
    for index, label in enumerate(labels):
        parts.append(rectangle(x + index * each, y, each - 1, h, ACCENT if index == chosen else CONTROL, "#5b5b5b"))
        parts.append(
            text(x + (index + 0.5) * each - 0.5, y + h / 2 + 3.5, clip(label, each - 3, 9.5), 9.5, INK, "middle")
        )
    return "".join(parts)


def shown_value(value: dict[str, Any]) -> str:
    """A parameter's initial value as Live would print it."""
    number = (value.get("parameter_initial") or [value.get("parameter_mmin", 0)])[0]
    if value.get("parameter_type") == 2:
        return str(value["parameter_enum"][int(number)])
    unit = value.get("parameter_unitstyle", 0)
    if unit == 8:
        names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
        return f"{names[int(number) % 12]}{int(number) // 12 - 2}"
    if unit == 9:
        pattern = str(value.get("parameter_units", "%d"))
        return pattern % number if "%" in pattern else f"{number:g} {pattern}"
    return {0: f"{number:.0f}", 1: f"{number:.2f}", 2: f"{number:.0f} ms", 5: f"{number:.0f} %"}.get(
        unit, f"{number:g}"
    )
