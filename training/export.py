"""Trained networks as a bundle: weights in half precision by name, and the JSON that explains them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from bridge.model.bundle import Bundle, save_bundle
from bridge.model.decoding import Decoding
from bridge.model.features import VOCABULARY
from bridge.model.network import named_weights
from bridge.model.neural import KIND, accompanist_of
from training.prepare import Prepared
from training.revision import commit

STAGES = ("plan", "notes")


def bundle_of(config: Mapping[str, Any], songs: Sequence[Prepared], networks: Mapping[str, keras.Model]) -> Bundle:
    """The networks, by stage, as a bundle. Half precision: the file is half as large, and what is played does not
    depend on the digits that are lost."""
    arrays = {
        f"{stage}.{name}": values.astype(np.float16)
        for stage in STAGES
        for name, values in named_weights(networks[stage]).items()
    }
    shapes = {stage: dict(config[stage]["network"]) for stage in STAGES}
    counts = Counter(f"{song.corpus} {song.split}" for song in songs)
    training = {name: value for name, value in config.items() if name != "decoding"}
    return Bundle(
        kind=KIND,
        network={**shapes, "decoding": asdict(Decoding(**config.get("decoding", {})))},
        vocabulary=VOCABULARY,
        arrays=arrays,
        training={**training, "songs": dict(counts)},
        commit=commit(),
    )


def export(
    config: Mapping[str, Any], songs: Sequence[Prepared], networks: Mapping[str, keras.Model], folder: Path
) -> Path:
    """Write the bundle, after it has played a bar; returns its folder."""
    bundle = bundle_of(config, songs, networks)
    accompanist_of(bundle)
    save_bundle(folder, bundle)
    return folder
