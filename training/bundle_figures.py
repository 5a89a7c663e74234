"""What an evaluation found of a model, kept in its bundle's description.

The description then says what its own weights reached, by which code, on how many songs: figures of other weights never
get in. A later evaluation replaces what it measured again and leaves the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bridge.errors import InputError
from bridge.model.bundle import describe_figures, described
from bridge.model.registry import folder_of
from training.report import Rows
from training.revision import commit

DECIMALS = 4
BITS = "bits a note"


def weights_of(name_or_path: str) -> str:
    """The hash of a model's weights. Raises InputError: no such model or no bundle."""
    return str(described(folder_of(name_or_path))["weights"])


def keep_figures(name: str, weights: str, songs: str, found: Mapping[str, Any], bits_songs: int) -> Path:
    """Write what was found of a model into its bundle; returns the bundle's folder.

    name     as the model was named; its rows are called `name, situation`
    weights  the hash of what was measured
    songs    which songs these were, for people: the key that the figures stand under
    found    what `obbligato evaluate` found

    Raises InputError: the bundle was exchanged since, or cannot be written.
    """
    folder = folder_of(name)
    description = described(folder)
    if description["weights"] != weights:
        raise InputError(f"the weights in {folder} were exchanged while they were measured: nothing is written there")
    before = description["figures"].get(songs, {})
    describe_figures(folder, {**description["figures"], songs: {**before, **_rows_of(name, found, bits_songs)}})
    return folder


def _rows_of(name: str, found: Mapping[str, Any], bits_songs: int) -> dict[str, Any]:
    rows: dict[str, Any] = {
        situation: {
            "songs": found["songs"],
            "code": commit(),
            "figures": _rounded(figures),
            "standard errors": _rounded(found["standard_errors"][f"{name}, {situation}"]),
        }
        for situation, figures in _own(name, found["rows"]).items()
    }
    if bits := _own(name, found.get("bits", {})):
        rows[BITS] = {"songs": bits_songs, "code": commit(), **{row: _rounded(own) for row, own in bits.items()}}
    return rows


def _own(name: str, rows: Rows) -> Rows:
    return {label.removeprefix(f"{name}, "): own for label, own in rows.items() if label.startswith(f"{name}, ")}


def _rounded(figures: Mapping[str, float]) -> dict[str, float | None]:
    """As JSON can have it: null where there was nothing to measure."""
    return {key: None if math.isnan(value) else round(value, DECIMALS) for key, value in figures.items()}
