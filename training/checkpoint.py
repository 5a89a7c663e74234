"""What a stage of training keeps in its folder, so that a run that was cut off goes on where it was.

    NAME.json       settings, steps, and the losses at every look
    NAME.best.npz   the weights with the lowest validation loss so far
    NAME.state.npz  weights, optimizer and sources of randomness at the last look

They are written in this order, each whole or not at all: a run that was killed between two of them goes on from the
older state, and looks that the state has not seen are forgotten.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.model import network

FREE = frozenset({"jit"})
"""Settings that may change between two runs of one stage: they say how fast, not what."""


@dataclass
class Log:
    """What happened in a stage so far."""

    path: Path
    settings: Mapping[str, Any]
    step: int = 0
    looks: list[dict[str, float]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path, settings: Mapping[str, Any]) -> Log:
        """The log of an earlier run, or an empty one. Raises InputError: that run had other settings."""
        if not path.exists():
            return cls(path, settings)
        kept = json.loads(path.read_text("utf-8"))
        if changed := changes(kept.get("settings", settings), settings):
            stage = path.stem
            raise InputError(
                f"{path.parent} holds a run of {stage!r} with other settings ({changed}): name another --out, or "
                f"remove {stage}.json, {stage}.best.npz and {stage}.state.npz there to begin anew"
            )
        return cls(path, settings, kept["step"], kept["looks"])

    @property
    def best(self) -> float:
        """The lowest validation loss so far, infinity before the first look."""
        return min((look["validation"] for look in self.looks), default=math.inf)

    @property
    def looks_since_best(self) -> int:
        """How many looks went by since the validation loss was lowest."""
        losses = [look["validation"] for look in self.looks]
        return len(losses) - 1 - losses.index(min(losses)) if losses else 0

    def add(self, loss: float | None, validation: float) -> bool:
        """Note a look, without a training loss where nothing was learned yet; whether it is the best so far."""
        is_best = validation < self.best
        train = {} if loss is None else {"train": loss}
        self.looks.append({"step": self.step, **train, "validation": validation})
        return is_best

    def back_to(self, step: int) -> None:
        """Forget the looks after a step."""
        self.step = step
        self.looks = [look for look in self.looks if look["step"] <= step]

    def write(self) -> None:
        """Keep it."""
        kept = {"settings": dict(self.settings), "step": self.step, "looks": self.looks}
        write_atomically(self.path, json.dumps(kept).encode())


def changes(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = "") -> str:
    """Which values differ, for people; empty where none does."""
    found = []
    for name in sorted({*old, *new} - FREE):
        before, now = old.get(name, "not set"), new.get(name, "not set")
        if isinstance(before, Mapping) and isinstance(now, Mapping):
            found.append(changes(before, now, f"{prefix}{name}."))
        elif json.dumps(before) != json.dumps(now):  # as they come back from the file
            found.append(f"{prefix}{name} was {before} and is {now}")
    return ", ".join(change for change in found if change)


def save_weights(model: keras.Model, path: Path) -> None:
    """The weights by name."""
    _write(path, network.named_weights(model))


def load_weights(model: keras.Model, path: Path) -> None:
    """Weights that `save_weights` wrote; nothing where there are none yet."""
    if path.exists():
        with np.load(path) as archive:
            network.set_named_weights(model, dict(archive))


def save_state(model: keras.Model, optimizer: keras.optimizers.Optimizer, step: int, path: Path) -> None:
    """Everything that the next step depends on."""
    values = {name: np.asarray(keras.ops.convert_to_numpy(v)) for name, v in _variables(model, optimizer).items()}
    _write(path, {**network.named_weights(model), **values, "step": np.array(step)})


def restore(model: keras.Model, optimizer: keras.optimizers.Optimizer, path: Path) -> int:
    """The reverse of `save_state`; returns the step. Raises InputError: not a state of this network."""
    try:
        with np.load(path) as archive:
            network.set_named_weights(model, dict(archive))
            for name, variable in _variables(model, optimizer).items():
                variable.assign(archive[name])
            return int(archive["step"])
    except (KeyError, ValueError) as fault:
        raise InputError(f"{path} is not of this version's network ({fault}): remove it to begin anew") from fault


def _variables(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """What is no weight: the optimizer's memory, and the seeds that say what is dropped out."""
    seeds = {f"seed.{number}": v for number, v in enumerate(model.non_trainable_variables)}
    return seeds | {f"optimizer.{number}": v for number, v in enumerate(optimizer.variables)}


def _write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    whole = path.with_suffix(".new.npz")
    np.savez(whole, **arrays)
    whole.replace(path)
