"""Lines, boxes and texts as SVG: what the drawings are made of."""

from __future__ import annotations

from html import escape
from typing import Any

from max_patch.build.text import width

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
INK = "#141414"


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


def clip(words: str, wide: float, size: float) -> str:
    """The text as far as it fits, as a control of Live cuts it."""
    while words and width(words, size) > wide:
        words = words[:-1]
    return words


def wrap(words: str, wide: float, size: float) -> list[str]:
    """The text in lines no wider than this."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size) > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def colour(rgba: Any) -> str | None:
    """Max's four floats as a web colour; None where there is none."""
    if not isinstance(rgba, list) or len(rgba) < 3:
        return None
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in rgba[:3])
