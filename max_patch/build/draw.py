"""Pictures of a patch as SVG: the patching view with its cords, and the strip that a producer sees in Live.

No Max was at hand to make screenshots, so these are drawn from the same JSON that Max reads.
`python max_patch/build/draw.py FILE.amxd OUT_FOLDER` draws every view; SVG needs nothing but this.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from max_patch.build import container
from max_patch.build.patcher import BOLD
from max_patch.build.strip import presentation
from max_patch.build.svg import INK, clip, colour, page, rectangle, text, wrap

CORD = {"signal": "#9a8a20", "": "#6f6f6f"}


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
        return rectangle(x, y, w, h, colour(box.get("bgcolor")) or "#dadada", radius=4)
    if kind == "comment":
        size = float(box.get("fontsize", 12.0))
        weight = "bold" if box.get("fontface") == 1 else "normal"
        rows = wrap(said, (w - 8) / (BOLD if weight == "bold" else 1.0), size)
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
    if kind == "kslider":
        return _keys(x, y, w, h) + _ports(box)
    if kind == "toggle":
        left, top, right, bottom = x + 6, y + 6, x + w - 6, y + h - 6
        cross = f"M{left:g} {top:g} L{right:g} {bottom:g} M{right:g} {top:g} L{left:g} {bottom:g}"
        mark = f'<path d="{cross}" stroke="#8c8c8c" stroke-width="2"/>'
        return rectangle(x, y, w, h, "#f5f5f5", "#8c8c8c", 2) + mark + _ports(box)
    label = str(box.get("varname") or box.get("comment") or kind)
    fill = "#bcd0bc" if kind in ("inlet", "outlet") else "#d9c9b0"
    inside = (
        "" if kind in ("inlet", "outlet") else text(x + w / 2, y + h / 2 + 4, clip(label, w - 2, 10), 10, INK, "middle")
    )
    return rectangle(x, y, w, h, fill, "#8c8c8c", 3) + inside + _ports(box)


def _keys(x: float, y: float, w: float, h: float) -> str:
    """A keyboard, twelve pixels a white key."""
    count = int(w // 12)
    white = [rectangle(x + index * 12, y, 12, h, "#fafafa", "#8c8c8c") for index in range(count)]
    black = [
        rectangle(x + index * 12 + 8.5, y, 7, h * 0.6, "#2b2b2b")
        for index in range(count - 1)
        if index % 7 in (0, 1, 3, 4, 5)
    ]
    return "".join([*white, *black])


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
