"""The training of one network: batches without end, a cosine learning rate over a set number of steps, a look at the
validation songs every so often, the best weights kept, and an early end when they no longer get better.

It knows no song, no file of music and no bundle. Which batches are drawn depends on the seed and on the last look
alone, so that a run that was cut off and goes on ends with the weights of one that was not.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from bridge.model import network
from training import checkpoint
from training.checkpoint import Log
from training.progress import Progressing
from training.workers import Batch, Learner, OneWorker

WARMUP = 200
ALONE = OneWorker()


@dataclass(frozen=True)
class Stage:
    """One network's training: how it is built, where its batches come from, and its settings (a table of the
    configuration)."""

    name: str
    build: Callable[[], keras.Model]
    batches: Callable[[np.random.Generator], Iterator[Batch]]
    validation: list[Batch]
    settings: Mapping[str, Any]
    start: Mapping[str, npt.NDArray[np.float32]] | None = None
    """Weights to begin with, by name, which are looked at before the first step; None: random ones."""


def learning_rate(step: int, steps: int, peak: float, warmup: int = WARMUP) -> float:
    """A short rise, then half a cosine down to 2 % of the peak."""
    share = min(step / max(steps, 1), 1.0)
    return peak * min(1.0, (step + 1) / warmup) * max(0.02, 0.5 * (1 + math.cos(math.pi * share)))


def run_stage(stage: Stage, out: Path, workers: OneWorker = ALONE) -> keras.Model:
    """Train one network, going on where an earlier run stopped; returns it with its best weights. Raises InputError:
    the folder holds a run with other settings."""
    settings = stage.settings
    best, state = out / f"{stage.name}.best.npz", out / f"{stage.name}.state.npz"
    log = Log.read(out / f"{stage.name}.json", settings) if workers.is_chief else Log(out, settings)
    steps, every = int(settings["steps"]), int(settings["look_every"])
    with workers.scope():
        model, learner = compiled(stage, workers)
        if log.step < steps and state.exists() and workers.is_chief:
            log.back_to(checkpoint.restore(model, model.optimizer, state))
        told(workers, log, model)
        with Progressing(stage.name, steps, log.step, out, quiet=not workers.is_chief) as progress:
            if log.step:
                progress.say(f"{stage.name}: going on at step {log.step}")
            while log.step < steps and log.looks_since_best < int(settings["patience"]):
                learner.begin(lambda replica: stage.batches(rng_of(settings, log.step, replica)))
                is_beginning = stage.start is not None and not log.looks
                loss = None if is_beginning else _stretch(learner, log, settings, steps, every, progress)
                is_best = log.add(loss, learner.loss(stage.validation))
                if workers.is_chief:
                    log.write()
                    if is_best:
                        checkpoint.save_weights(model, best)
                    checkpoint.save_state(model, model.optimizer, log.step, state)
                progress.look(log.step, log.looks[-1], rate_of(settings, log.step))
        if workers.is_chief:
            checkpoint.load_weights(model, best)
        told(workers, log, model)
    return model


def _stretch(
    learner: Learner, log: Log, settings: Mapping[str, Any], steps: int, every: int, progress: Progressing
) -> float:
    """The steps up to the next look; their mean loss."""
    losses: list[float] = []
    while not losses or (log.step % every and log.step < steps):
        learner.model.optimizer.learning_rate = rate_of(settings, log.step)
        losses.append(learner.learn())
        log.step += 1
        progress.step(log.step, losses[-1])
    return float(np.mean(losses))


def rate_of(settings: Mapping[str, Any], step: int) -> float:
    """A stage's learning rate at a step."""
    warmup = int(settings.get("warmup", WARMUP))
    return learning_rate(step, int(settings["steps"]), float(settings["learning_rate"]), warmup)


def rng_of(settings: Mapping[str, Any], step: int, replica: int) -> np.random.Generator:
    """What a replica's batches are drawn with from a step on."""
    return np.random.default_rng([int(settings.get("seed", 0)), step, replica])


def compiled(stage: Stage, workers: OneWorker = ALONE) -> tuple[keras.Model, Learner]:
    """The stage's network, built, with its first weights, and what takes its steps."""
    settings = stage.settings
    keras.utils.set_random_seed(int(settings.get("seed", 0)))
    model = stage.build()
    model(stage.validation[0][0])
    optimizer = keras.optimizers.AdamW(
        float(settings["learning_rate"]), weight_decay=float(settings["weight_decay"]), clipnorm=1.0, beta_2=0.98
    )
    learner = workers.learner(model, optimizer, bool(settings.get("jit", False)))
    if stage.start is not None:
        network.set_named_weights(model, stage.start)
    return model, learner


def told(workers: OneWorker, log: Log, model: keras.Model) -> None:
    """Every worker goes on from what the chief has read."""
    if workers.count == 1:
        return
    text = json.dumps([log.step, log.looks]).encode()
    size = int(workers.told(np.array([float(len(text))]))[0])
    padded = np.frombuffer(text.ljust(size)[:size], np.uint8)
    log.step, log.looks = json.loads(workers.told(padded.astype(np.float64)).astype(np.uint8).tobytes())
    for variable in (*model.trainable_variables, *model.optimizer.variables):
        values = np.asarray(keras.ops.convert_to_numpy(variable))
        variable.assign(workers.told(values.astype(np.float64)).astype(values.dtype))
