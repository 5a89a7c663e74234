"""The bundled leads: free melodies as MIDI files, set in `bridge.leads.tunes`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from bridge.errors import InputError

NAMES: tuple[str, ...] = (
    "ode-to-joy",
    "amazing-grace",
    "greensleeves",
    "god-rest-ye",
    "silent-night",
    "ah-vous-dirai-je",
    "jesu-joy",
    "auld-lang-syne",
)
"""The leads in the order in which they are offered: 4/4, 3/4 with a pickup, 6/8 with a pickup, 4/4 in minor; 6/8, 2/4,
9/8, 4/4 with a pickup."""


def lead_path(name: str) -> Path:
    """The MIDI file of a bundled lead. Raises InputError, listing the leads."""
    if name not in NAMES:
        raise InputError(f"no bundled lead is called {name!r}: there are {', '.join(NAMES)}")
    return Path(str(files(__name__).joinpath(f"{name}.mid")))
