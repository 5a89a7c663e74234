"""Where a bar's chance comes from: one number, by a hash that is the same on every machine and in every version."""

from __future__ import annotations

import hashlib

from bridge.model.controls import Controls


def seed_of(controls: Controls, target: int, entropy: int) -> int:
    """The seed of one bar, 0..2**63-1.

    With the control `seed` >= 0 it is the first 63 bits of SHA-256 over the text `seed/variation/target`, so that the
    same controls and the same bar give the same number. With `seed` -1 the first word is `free` and `entropy` takes the
    target's place: another number at every ask, and still one that a recording can repeat.
    """
    seed, variation = controls.whole("seed"), controls.whole("variation")
    text = f"{seed}/{variation}/{target}" if seed >= 0 else f"free/{variation}/{entropy}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
