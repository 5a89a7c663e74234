"""`obbligato train` for the default model: songs in, two networks trained one after the other, a bundle out.

Each network is a stage of `training.loop`. The best weights so far and the whole state of each stage lie in the
output folder, so that a run that was cut off goes on where it was. Runs on every Keras backend; KERAS_BACKEND says
which. Several machines train together where TF_CONFIG names them (`training.workers`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.model import network
from training import export, workers
from training.batches import Chooser, note_batches, plan_batches
from training.loop import Stage, run_stage
from training.plot import plot_losses
from training.prepare import Prepared, prepare

NETWORKS: Mapping[str, Any] = {
    "plan": (network.PlanNetwork, plan_batches),
    "notes": (network.NoteNetwork, note_batches),
}
"""A stage's name -> its network and its batches."""


def train(config: Mapping[str, Any], data: Path, out: Path) -> int:
    """Train as the configuration says and write a bundle. Returns the exit code. Raises InputError."""
    only = config.get("only")
    config = {name: value for name, value in config.items() if name != "only"}
    out.mkdir(parents=True, exist_ok=True)
    wanted = frozenset({"train", "validation"})
    songs, dropped = prepare(config["sources"], data, out / "cache", wanted, int(config.get("workers", 1)))
    for reason, count in sorted(dropped.items()):
        print(f"left out: {count:5d}  {reason}")
    team = workers.found()  # after the songs: they are read in processes of their own, which start before TensorFlow
    if not team.is_chief:
        print(f"worker {team.index + 1} of {team.count}: the first one tells how it goes", flush=True)
    stages = [stage for stage in stages_of(config, songs, team.replicas) if only in (None, stage.name)]
    trained = {stage.name: run_stage(stage, out, team) for stage in stages}
    if only or not team.is_chief:
        return 0
    write_atomically(out / "config.json", json.dumps(config, indent=2).encode())
    folder = export.export(config, songs, trained, out)
    plot_losses(out, list(trained))
    print(f"the bundle is in {folder}")
    return 0


def stages_of(config: Mapping[str, Any], songs: list[Prepared], replicas: int = 1) -> list[Stage]:
    """The planner and the note network, as the configuration has them. Raises InputError: no songs to learn from.

    replicas  between how many a batch is shared out
    """
    parts = {split: [song for song in songs if song.split == split] for split in ("train", "validation")}
    if not parts["train"] or not parts["validation"]:
        raise InputError("there are no songs to learn from: training and validation need at least one each")
    return [
        stage_of(name, {**config[name], "sources": config["sources"]}, parts["train"], parts["validation"], replicas)
        for name in NETWORKS
    ]


def stage_of(
    name: str, settings: Mapping[str, Any], songs: list[Prepared], held: list[Prepared], replicas: int = 1
) -> Stage:
    """One network's training on songs, stopped by its loss on other songs."""
    make, stream = NETWORKS[name]
    sizes = network.Sizes(**settings["network"])
    chooser, other = (Chooser.of(some, dict(settings["shares"])) for some in (songs, held))
    batch = int(settings["batch"])
    validation = stream(other, batch, np.random.default_rng(1))  # the same at every look

    def build() -> keras.Model:
        return make(sizes)

    return Stage(
        name,
        build,
        lambda rng: stream(chooser, max(batch // replicas, 1), rng),
        [next(validation) for _ in range(int(settings["validation_batches"]))],
        settings,
    )
