"""Pictures of a patch as SVG: the patching view with its cords, and the strip that a producer sees in Live.

No Max was at hand to make screenshots, so these are drawn from the same JSON that Max reads: positions, sizes, texts
and values are the patch's own, colours and the shapes of dials are an imitation of Live's middle grey.
`python max_patch/build/draw.py FILE.amxd OUT_FOLDER` draws every view; SVG needs nothing but this.
"""

from __future__ import annotations

import argparse
import math
import sys
from html import escape
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from max_patch.build.patcher import BOLD
from max_patch.build.text import width

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
BACK, CONTROL, DARK, INK, ACCENT, PALE = "#a5a5a5", "#7d7d7d", "#1e1e1e", "#141414", "#ffad56", "#c9c9c9"
CORD = {"signal": "#9a8a20", "": "#6f6f6f"}


def text(
    x: float, y: float, words: str, size: float = 9.5, fill: str = INK, anchor: str = "start", weight: str = "normal"
) -> str:
    """One line of text; `y` is its base line."""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def rectangle(x: float, y: float, w: float, h: float, fill: str, stroke: str = "none", radius: float = 0) -> str:
    """A box."""
    return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" fill="{fill}" stroke="{stroke}" rx="{radius:g}"/>'


def page(wide: float, high: float, parts: list[str], back: str) -> str:
    """A whole picture of these parts, the first at the bottom."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{high:g}" viewBox="0 0 {wide:g} {high:g}" '
        f'font-family="{FONT}">'
    )
    return "\n".join([head, rectangle(0, 0, wide, high, back), *parts, "</svg>"]) + "\n"


def _clip(words: str, wide: float, size: float) -> str:
    """The text as far as it fits, as a control of Live cuts it."""
    while words and width(words, size) > wide:
        words = words[:-1]
    return words


def _wrap(words: str, wide: float, size: float) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size) > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


# ---------------------------------------------------------------- the strip that Live shows


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
        return rectangle(x, y, w, h, _colour(box.get("bgcolor")) or "#959595", radius=float(box.get("rounded", 0)) / 2)
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
        return (
            rectangle(x, y, w, h, DARK) + text(x + 4, y + h / 2 + 3.5, _clip(shown, w - 14, 9.5), 9.5, ACCENT) + arrow
        )
    if kind == "live.text":
        words = str(box.get("text", ""))
        on = box.get("mode", 1) == 1 and (value.get("parameter_initial") or [0])[0]
        return rectangle(x, y, w, h, ACCENT if on else CONTROL, "#5b5b5b") + text(
            x + w / 2, y + h / 2 + 3.5, _clip(words, w - 2, 9.5), 9.5, INK, "middle"
        )
    if kind == "live.numbox":
        return rectangle(x, y, w, h, DARK) + text(
            x + w / 2, y + h / 2 + 3.5, _clip(shown, w - 2, 9.5), 9.5, ACCENT, "middle"
        )
    return rectangle(x, y, w, h, CONTROL, INK)


def _comment(box: dict[str, Any], x: float, y: float, w: float, example: str | None) -> str:
    size = float(box.get("fontsize", 10.0))
    words = example if example is not None else str(box.get("text", ""))
    side = int(box.get("textjustification", 0))
    at, anchor = {0: (x + 3, "start"), 1: (x + w / 2, "middle"), 2: (x + w - 3, "end")}[side]
    weight = "bold" if box.get("fontface") == 1 else "normal"
    fill = _colour(box.get("textcolor")) or INK
    rows = _wrap(words, w - 6, size)
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
            text(cx, y + 9.5, _clip(str(value.get("parameter_shortname", "")), w, 9.5), 9.5, INK, "middle"),
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
            text(x + (index + 0.5) * each - 0.5, y + h / 2 + 3.5, _clip(label, each - 3, 9.5), 9.5, INK, "middle")
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


def _colour(rgba: Any) -> str | None:
    if not isinstance(rgba, list) or len(rgba) < 3:
        return None
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in rgba[:3])


# ---------------------------------------------------------------- the patching view


def patching(patcher: dict[str, Any]) -> str:
    """The patching view, cropped to what is there."""
    boxes = {item["box"]["id"]: item["box"] for item in patcher["boxes"]}
    if not boxes:
        return page(100, 40, [], "#e6e6e6")
    wide = max(box["patching_rect"][0] + box["patching_rect"][2] for box in boxes.values()) + 16
    high = max(box["patching_rect"][1] + box["patching_rect"][3] for box in boxes.values()) + 16
    panels = [_patch_box(box) for box in boxes.values() if box["maxclass"] == "panel"]
    cords = [_cord(boxes, item["patchline"]) for item in patcher["lines"]]
    rest = [_patch_box(box) for box in boxes.values() if box["maxclass"] != "panel"]
    return page(wide, high, [*panels, *cords, *rest], "#e6e6e6")


def _port_x(box: dict[str, Any], number: int, count: int) -> float:
    x, _, w, _ = box["patching_rect"]
    return float(x + 9 if count < 2 else x + 9 + number * (w - 18) / (count - 1))


def _cord(boxes: dict[str, Any], line: dict[str, Any]) -> str:
    (start, outlet), (end, inlet) = line["source"], line["destination"]
    one, two = boxes[start], boxes[end]
    x1, y1 = _port_x(one, outlet, one["numoutlets"]), one["patching_rect"][1] + one["patching_rect"][3]
    x2, y2 = _port_x(two, inlet, two["numinlets"]), two["patching_rect"][1]
    pull = max(12.0, abs(y2 - y1) / 2)
    colour = CORD.get((one.get("outlettype") or [""])[outlet], CORD[""])
    return (
        f'<path d="M{x1:g} {y1:g} C{x1:g} {y1 + pull:g} {x2:g} {y2 - pull:g} {x2:g} {y2:g}" fill="none" '
        f'stroke="{colour}" stroke-width="1.6"/>'
    )


def _patch_box(box: dict[str, Any]) -> str:
    x, y, w, h = box["patching_rect"]
    kind, said = box["maxclass"], str(box.get("text", ""))
    if kind == "panel":
        return rectangle(x, y, w, h, _colour(box.get("bgcolor")) or "#dadada", radius=4)
    if kind == "comment":
        size = float(box.get("fontsize", 12.0))
        weight = "bold" if box.get("fontface") == 1 else "normal"
        rows = _wrap(said, (w - 8) / (BOLD if weight == "bold" else 1.0), size)
        return "".join(
            text(x + 4, y + size + 2 + index * size * 1.2, row, size, "#3a3a3a", "start", weight)
            for index, row in enumerate(rows)
        )
    if kind == "message":
        return rectangle(x, y, w, h, "#dcdcdc", "#8c8c8c", 6) + text(x + 7, y + h / 2 + 4, said, 12) + _ports(box)
    if kind == "newobj":
        fill = "#cfd8e3" if "patcher" in box else "#f5f5f5"
        return (
            rectangle(x, y, w, h, fill, "#8c8c8c", 3)
            + rectangle(x, y, w, 3, "#8c8c8c")
            + text(x + 7, y + h / 2 + 4.5, said, 12)
            + _ports(box)
        )
    label = str(box.get("varname") or box.get("comment") or kind)
    fill = "#bcd0bc" if kind in ("inlet", "outlet") else "#d9c9b0"
    inside = (
        ""
        if kind in ("inlet", "outlet")
        else text(x + w / 2, y + h / 2 + 4, _clip(label, w - 2, 10), 10, INK, "middle")
    )
    return rectangle(x, y, w, h, fill, "#8c8c8c", 3) + inside + _ports(box)


def _ports(box: dict[str, Any]) -> str:
    _, y, _, h = box["patching_rect"]
    marks = [rectangle(_port_x(box, n, box["numinlets"]) - 3, y, 6, 2, "#3c3c3c") for n in range(box["numinlets"])]
    marks += [
        rectangle(_port_x(box, n, box["numoutlets"]) - 3, y + h - 2, 6, 2, "#3c3c3c") for n in range(box["numoutlets"])
    ]
    return "".join(marks)


def main() -> int:
    """Draws every view of the files named into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="a .maxpat, .maxhelp or .amxd")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, picture in views(options.file).items():
        (options.folder / name).write_text(picture, encoding="utf-8")
        print(options.folder / name)
    return 0


def views(path: Path) -> dict[str, str]:
    """File name -> SVG of every view of a patch or device: the strip, the top level, each subpatcher."""
    import json

    from max_patch.build import container

    root = container.read(path.read_bytes()).patcher if path.suffix == ".amxd" else json.loads(path.read_text("utf-8"))
    top: Any = root["patcher"]
    pictures = {}
    if top.get("openinpresentation"):
        pictures[f"{path.stem}-strip.svg"] = presentation(top)
    pictures[f"{path.stem}-patch.svg"] = patching(top)
    for item in top["boxes"]:
        inner = item["box"].get("patcher")
        if inner:
            pictures[f"{path.stem}-{item['box']['text'].split(maxsplit=1)[1].replace(' ', '-')}.svg"] = patching(inner)
    return pictures


if __name__ == "__main__":
    sys.exit(main())
