"""How wide a text is in Max's default font, Arial 12, to the pixel or two: enough to size boxes and to draw them."""

from __future__ import annotations

_ADVANCE = {
    **dict.fromkeys("il'|jI.,:;/\\![]() ft", 0.28),
    **dict.fromkeys('-r`"{}*°^', 0.35),
    **dict.fromkeys("ckszvxyJ", 0.5),
    **dict.fromkeys("abdeghnopquL0123456789_?$#", 0.556),
    **dict.fromkeys("FTZ+<>=~", 0.6),
    **dict.fromkeys("ABEKPSVXY&", 0.667),
    **dict.fromkeys("CDHNRUw", 0.722),
    **dict.fromkeys("GOQ", 0.778),
    **dict.fromkeys("mM%", 0.86),
    **dict.fromkeys("W@", 0.97),
}


def width(text: str, size: float = 12.0) -> int:
    """The text's width in pixels at this font size."""
    return round(sum(_ADVANCE.get(letter, 0.6) for letter in text) * size + 0.5)
