"""`obbligato train` for the default model: songs in, two networks trained one after the other, a bundle out.

Each network is a stage: batches without end, a cosine learning rate over a set number of steps, a look at the
validation songs every so often. The best weights so far and the whole state of the stage lie in the output folder, so
that a run that was cut off goes on where it was. Training stops early when the validation loss has not fallen for
`patience` looks. Runs on every Keras backend; KERAS_BACKEND says which.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.model import network
from training import export
from training.batches import Arrays, Chooser, note_batch, note_batches, plan_batch, plan_batches
from training.plot import plot_losses
from training.prepare import Prepared, prepare

Batch = tuple[Arrays, Arrays]


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
    """Weights to begin with, by name; None: random ones."""


def train(config: Mapping[str, Any], data: Path, out: Path) -> int:
    """Train as the configuration says and write a bundle. Returns the exit code. Raises InputError."""
    out.mkdir(parents=True, exist_ok=True)
    if "only" not in config:
        write_atomically(out / "config.json", json.dumps(config, indent=2).encode())
    wanted = frozenset({"train", "validation"})
    songs, dropped = prepare(config["sources"], data, out / "cache", wanted, int(config.get("workers", 1)))
    for reason, count in sorted(dropped.items()):
        print(f"left out: {count:5d}  {reason}")
    stages = stages_of(config, songs)
    if only := config.get("only"):
        for stage in stages:
            if stage.name == only:
                run_stage(stage, out)
        return 0
    trained = {stage.name: run_stage(stage, out) for stage in stages}
    folder = export.export(config, songs, trained, out / "bundle")
    plot_losses(out, [stage.name for stage in stages])
    print(f"the bundle is in {folder}")
    return 0


def stages_of(config: Mapping[str, Any], songs: list[Prepared]) -> list[Stage]:
    """The planner and the note network, as the configuration has them. Raises InputError: no songs to learn from."""
    parts = {split: [song for song in songs if song.split == split] for split in ("train", "validation")}
    if not parts["train"] or not parts["validation"]:
        raise InputError("there are no songs to learn from: training and validation need at least one each")
    stages = []
    for name, make, stream, batch in (
        ("plan", network.PlanNetwork, plan_batches, plan_batch),
        ("notes", network.NoteNetwork, note_batches, None),
    ):
        settings = config[name]
        sizes = network.Sizes(**settings["network"])
        chooser = Chooser.of(parts["train"], dict(settings["shares"]))
        held = Chooser.of(parts["validation"], dict(settings["shares"]))
        stages.append(
            Stage(
                name,
                lambda make=make, sizes=sizes: make(sizes),
                lambda rng, s=stream, c=chooser, n=int(settings["batch"]): s(c, n, rng),
                validation_batches(held, settings, batch is plan_batch),
                settings,
            )
        )
    return stages


def validation_batches(chooser: Chooser, settings: Mapping[str, Any], is_plan: bool) -> list[Batch]:
    """The same batches at every look."""
    rng = np.random.default_rng(1)
    count = int(settings["validation_batches"])
    if is_plan:
        stream = plan_batches(chooser, int(settings["batch"]), rng)
        return [next(stream) for _ in range(count)]
    batches = []
    while len(batches) < count:
        samples = [chooser.draw(rng) for _ in range(int(settings["batch"]))]
        short = [sample for sample in samples if len(sample[0].piece.own[sample[1]]) < 22]
        batches.append(note_batch(short[: int(settings["batch"]) // 2], 22, rng))
    return batches


def learning_rate(step: int, steps: int, peak: float, warmup: int = 200) -> float:
    """A short rise, then half a cosine down to 2 % of the peak."""
    share = min(step / max(steps, 1), 1.0)
    return peak * min(1.0, (step + 1) / warmup) * max(0.02, 0.5 * (1 + math.cos(math.pi * share)))


def run_stage(stage: Stage, out: Path) -> keras.Model:
    """Train one network, going on where an earlier run stopped; returns it with its best weights."""
    settings = stage.settings
    model, optimizer = compiled(stage)
    log = Log.read(out / f"{stage.name}.json")
    state = out / f"{stage.name}.state.npz"
    if state.exists():
        restore(model, optimizer, state)
        print(f"{stage.name}: going on at step {log.step}")
    steps, every = int(settings["steps"]), int(settings["look_every"])
    rng = np.random.default_rng([int(settings.get("seed", 0)), log.step])
    stream = stage.batches(rng)
    recent: list[float] = []
    began_s = time.monotonic()
    while log.step < steps and log.looks_since_best < int(settings["patience"]):
        x, y = next(stream)
        optimizer.learning_rate = learning_rate(log.step, steps, float(settings["learning_rate"]))
        recent.append(float(np.asarray(model.train_on_batch(x, y)).ravel()[0]))
        log.step += 1
        if log.step % every and log.step != steps:
            continue
        held = float(np.mean([np.asarray(model.test_on_batch(x, y)).ravel()[0] for x, y in stage.validation]))
        is_best = log.add(float(np.mean(recent)), held)
        seconds = time.monotonic() - began_s
        print(
            f"{stage.name} {log.step}/{steps}: {np.mean(recent):.4f}, validation {held:.4f}, {seconds:.0f} s",
            flush=True,
        )
        recent = []
        if is_best:
            save_weights(model, out / f"{stage.name}.best.npz")
        save_state(model, optimizer, state)
        log.write()
    load_weights(model, out / f"{stage.name}.best.npz")
    return model


def compiled(stage: Stage) -> tuple[keras.Model, keras.optimizers.Optimizer]:
    """The stage's network, built, with its optimizer, its variables made."""
    settings = stage.settings
    keras.utils.set_random_seed(int(settings.get("seed", 0)))
    model = stage.build()
    optimizer = keras.optimizers.AdamW(
        float(settings["learning_rate"]), weight_decay=float(settings["weight_decay"]), clipnorm=1.0, beta_2=0.98
    )
    model.compile(optimizer=optimizer, jit_compile=bool(settings.get("jit", False)))
    model(stage.validation[0][0])
    optimizer.build(model.trainable_variables)
    if stage.start is not None:
        network.set_named_weights(model, stage.start)
    return model, optimizer


@dataclass
class Log:
    """What happened in a stage so far, kept as JSON beside its weights."""

    path: Path
    step: int
    looks: list[dict[str, float]]

    @classmethod
    def read(cls, path: Path) -> Log:
        """The log of an earlier run, or an empty one."""
        if not path.exists():
            return cls(path, 0, [])
        kept = json.loads(path.read_text("utf-8"))
        return cls(path, kept["step"], kept["looks"])

    @property
    def best(self) -> float:
        """The lowest validation loss so far, infinity before the first look."""
        return min((look["validation"] for look in self.looks), default=math.inf)

    @property
    def looks_since_best(self) -> int:
        """How many looks went by since the validation loss was lowest."""
        losses = [look["validation"] for look in self.looks]
        return len(losses) - 1 - losses.index(min(losses)) if losses else 0

    def add(self, loss: float, validation: float) -> bool:
        """Note a look; whether it is the best so far."""
        is_best = validation < self.best
        self.looks.append({"step": self.step, "train": loss, "validation": validation})
        return is_best

    def write(self) -> None:
        """Keep it."""
        write_atomically(self.path, json.dumps({"step": self.step, "looks": self.looks}).encode())


def save_weights(model: keras.Model, path: Path) -> None:
    """The weights by name."""
    _write(path, network.named_weights(model))


def load_weights(model: keras.Model, path: Path) -> None:
    """Weights that `save_weights` wrote; nothing where there are none yet."""
    if path.exists():
        with np.load(path) as archive:
            network.set_named_weights(model, dict(archive))


def save_state(model: keras.Model, optimizer: keras.optimizers.Optimizer, path: Path) -> None:
    """Weights and everything the optimizer remembers."""
    variables = {f"optimizer.{n}": np.asarray(keras.ops.convert_to_numpy(v)) for n, v in enumerate(optimizer.variables)}
    _write(path, {**network.named_weights(model), **variables})


def restore(model: keras.Model, optimizer: keras.optimizers.Optimizer, path: Path) -> None:
    """The reverse of `save_state`."""
    with np.load(path) as archive:
        network.set_named_weights(model, dict(archive))
        for number, variable in enumerate(optimizer.variables):
            variable.assign(archive[f"optimizer.{number}"])


def _write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    whole = path.with_suffix(".new.npz")
    np.savez(whole, **arrays)
    whole.replace(path)
