"""Rules about the patching view: whole pixels, nothing on top of anything, texts inside their boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from max_patch.build.lint.device import BACKDROPS, overlap
from max_patch.build.lint.walk import Finding, Surroundings, name_of, places
from max_patch.build.text import width


def check(root: dict[str, Any], _: Surroundings) -> Iterator[Finding]:
    """Every patcher's boxes, pairwise."""
    for place in places(root):
        solid = [box for box in place.boxes if name_of(box) not in BACKDROPS]
        for index, box in enumerate(solid):
            rect = box["patching_rect"]
            if any(value != int(value) for value in rect):
                yield Finding("half-pixel", place.where(box), f"{rect}: whole pixels only")
            if box.get("maxclass") == "newobj" and width(str(box.get("text", ""))) + 6 > rect[2]:
                yield Finding("text-cut", place.where(box), f"its text is wider than its {rect[2]} pixels")
            for other in solid[index + 1 :]:
                if overlap(rect, other["patching_rect"]):
                    yield Finding("patching-overlap", place.where(box), f"lies over {place.where(other)}")
