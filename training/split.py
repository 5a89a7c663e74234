"""Which songs are learned from, which decide when to stop, and which are only measured.

By song and from its name alone, so that every model here, now and later, is measured on the same songs and no
piece of a measured song is ever learned from.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal

Split = Literal["train", "validation", "test"]

_TAKE = re.compile(r"#\d+$")
"""Tells the takes of one recording apart, which all belong together."""


def split_of(corpus: str, song: str) -> Split:
    """The split of a song: 10 % test, 5 % validation, from a hash of `corpus/song` (the name without suffix and
    without the number of a take)."""
    name = f"{corpus}/{_TAKE.sub('', song)}"
    hundredth = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % 100
    return "test" if hundredth < 10 else "validation" if hundredth < 15 else "train"
