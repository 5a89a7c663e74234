"""A bundle's folder comes from anywhere. Whatever is wrong with it, it is refused by name, or it plays legal bars."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.errors import InputError
from bridge.model import bundle as bundle_module
from bridge.model.accompanist import LeadBar, Request, checked
from bridge.model.bundle import DESCRIPTION, WEIGHTS, packaged
from bridge.model.controls import Controls
from bridge.model.registry import load
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note

BAR = Bar(Metre(4, 4), (Note(60, 0.0, 1.0, 80), Note(64, 1.0, 3.0, 80)))
REQUEST = Request(0, BAR.metre, 120.0, (LeadBar(0, BAR, 4.0),), (), (), 0.0, Controls(), 1)
KINDS = ("chords", "onehot")
"""The trained network's own bundle takes seconds to load a hundred times; what reads it is the same."""
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)
often = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def copied(kind: str, folder: Path, weights: bytes | None = None, changes: dict[str, Any] | None = None) -> Path:
    """A packaged bundle with other weights, their hash put right, or with a changed description."""
    source = packaged(kind)
    description = json.loads((source / DESCRIPTION).read_text())
    if weights is None:
        weights = (source / WEIGHTS).read_bytes()
    else:
        description["weights"] = hashlib.sha256(weights).hexdigest()
    (folder / WEIGHTS).write_bytes(weights)
    (folder / DESCRIPTION).write_text(json.dumps(description | (changes or {})))
    return folder


def plays_or_is_refused(folder: Path) -> None:
    try:
        model = load(str(folder))
    except InputError:
        return
    checked(REQUEST, model.accompany(REQUEST))


@pytest.mark.parametrize("kind", KINDS)
@often
@given(data=st.data())
def test_a_description_of_any_values(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    description = json.loads((packaged(kind) / DESCRIPTION).read_text())
    field = data.draw(st.sampled_from(sorted(description)))
    value = data.draw(anything)
    if field == "network" and data.draw(st.booleans()):
        value = description["network"] | {data.draw(st.sampled_from(sorted(description["network"]))): value}
    plays_or_is_refused(copied(kind, tmp_path, changes={field: value}))


@pytest.mark.parametrize("kind", KINDS)
@often
@given(changes=st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=6), cut=st.integers(0))
def test_weights_with_any_bytes_changed_that_still_fit_their_hash(
    kind: str, changes: list[tuple[int, int]], cut: int, tmp_path: Path
) -> None:
    weights = bytearray((packaged(kind) / WEIGHTS).read_bytes())
    for place, value in changes:
        weights[-1 - place % len(weights)] = value
    plays_or_is_refused(copied(kind, tmp_path, bytes(weights[: -1 - cut] if cut < 1_000 else weights)))


@pytest.mark.parametrize("kind", KINDS)
@often
@given(data=st.data())
def test_arrays_of_any_shape_and_kind(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    with np.load(packaged(kind) / WEIGHTS) as archive:
        arrays = dict(archive)
    name = data.draw(st.sampled_from(sorted(arrays)))
    values = arrays[name]
    others = (values.ravel(), values[:-1], np.array("text"), values.astype(complex), np.full_like(values, -1), None)
    other = data.draw(st.sampled_from(others))
    if other is None:
        del arrays[name]
    else:
        arrays[name] = other
    packed = io.BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    plays_or_is_refused(copied(kind, tmp_path, packed.getvalue()))


@pytest.mark.parametrize("steps", [0, -1, 10**9, float("inf"), "many", None])
def test_a_network_of_a_size_that_cannot_be_is_refused_at_once(tmp_path: Path, steps: object) -> None:
    network = json.loads((packaged("onehot") / DESCRIPTION).read_text())["network"]
    with pytest.raises(InputError, match="onehot bundle"):
        load(str(copied("onehot", tmp_path, changes={"network": network | {"steps": steps}})))


def test_weights_that_unpack_to_more_than_any_model_needs_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_module, "MAX_WEIGHTS_BYTES", 10 << 20)
    packed = io.BytesIO()
    np.savez_compressed(packed, kernel=np.zeros(11 << 20, np.uint8))
    assert len(packed.getvalue()) < 20_000
    with pytest.raises(InputError, match="would unpack to 11 MiB"):
        load(str(copied("chords", tmp_path, packed.getvalue())))
