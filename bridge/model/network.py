"""The two networks in Keras 3: what training trains, and what the NumPy runtime is compared with.

The only module under `bridge` that imports Keras; playing does not need it. Both networks are encoder-decoders over
the rows of `plan_rows` and `note_rows`. Weights are named by layer (`named_weights`), and those names are the ones
in a bundle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers, ops

from bridge.model import note_rows, plan_rows
from bridge.model.features import MAX_BAR_STEPS
from bridge.model.plan import BASSES, CHORDS

EPSILON = 1e-5
IGNORED = -1e9
BEATS = MAX_BAR_STEPS // 12
NO_BEAT = BEATS
"""The embedding of the place before the first note."""
INTERVAL_REACH = 18
DELAYS = 48
MARKS = 3


@dataclass(frozen=True)
class Sizes:
    """width of a row, layers of the encoder, attention heads, states of the decoder (0 for the planner), dropout."""

    width: int = 128
    layers: int = 2
    heads: int = 4
    states: int = 0
    dropout: float = 0.1


class Block(layers.Layer):  # type: ignore[misc]
    """Self-attention and two dense layers, each after its own normalisation."""

    def __init__(self, sizes: Sizes, **options: Any) -> None:
        super().__init__(**options)
        self.sizes = sizes
        self.norm1 = layers.LayerNormalization(epsilon=EPSILON)
        self.qkv = layers.Dense(3 * sizes.width)
        self.out = layers.Dense(sizes.width)
        self.norm2 = layers.LayerNormalization(epsilon=EPSILON)
        self.up = layers.Dense(4 * sizes.width, activation="relu")
        self.down = layers.Dense(sizes.width)
        self.drop = layers.Dropout(sizes.dropout)

    def call(self, rows: Any, ignored: Any, training: bool | None = None) -> Any:
        """rows: (batch, rows, width); ignored: (batch, 1, 1, rows), very negative where a row is padding."""
        batch, length = ops.shape(rows)[0], ops.shape(rows)[1]
        size = self.sizes.width // self.sizes.heads
        heads = ops.reshape(self.qkv(self.norm1(rows)), (batch, length, 3 * self.sizes.heads, size))
        query, key, value = ops.split(heads, 3, axis=2)
        scores = ops.einsum("bihd,bjhd->bhij", query, key) * size**-0.5 + ignored
        mixed = ops.einsum("bhij,bjhd->bihd", ops.softmax(scores, axis=-1), value)
        rows = rows + self.drop(self.out(ops.reshape(mixed, (batch, length, self.sizes.width))), training=training)
        return rows + self.drop(self.down(self.up(self.norm2(rows))), training=training)


class Encoder(layers.Layer):  # type: ignore[misc]
    """Rows of numbers to rows of `width`, each knowing of all the others."""

    def __init__(self, sizes: Sizes, relations: int, **options: Any) -> None:
        super().__init__(**options)
        self.in1 = layers.Dense(2 * sizes.width, activation="relu")
        self.in2 = layers.Dense(sizes.width)
        self.relation = layers.Embedding(relations, sizes.width)
        self.drop = layers.Dropout(sizes.dropout)
        self.blocks = [Block(sizes) for _ in range(sizes.layers)]
        self.norm = layers.LayerNormalization(epsilon=EPSILON)

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> tuple[Any, Any]:
        """inputs: columns (batch, rows, columns), relations and mask (batch, rows). Returns rows and what to add to
        attention scores so that padding is ignored."""
        ignored = (1 - ops.cast(inputs["mask"], "float32"))[:, None, None, :] * IGNORED
        rows = self.in2(self.in1(inputs["columns"])) + self.relation(inputs["relations"])
        rows = self.drop(rows, training=training)
        for block in self.blocks:
            rows = block(rows, ignored, training=training)
        return self.norm(rows), ignored


def _mean_of_target(rows: Any, relations: Any, relation: int) -> Any:
    is_target = ops.cast(ops.equal(relations, relation), "float32")[..., None]
    return ops.sum(rows * is_target, axis=1) / ops.maximum(ops.sum(is_target, axis=1), 1.0)


PLAN_TARGET = 9
NOTE_TARGET = 2


class PlanNetwork(keras.Model):  # type: ignore[misc]
    """Chord and bass of every row, and the style, as logits."""

    def __init__(self, sizes: Sizes, **options: Any) -> None:
        super().__init__(**options)
        self.encoder = Encoder(sizes, plan_rows.RELATIONS)
        self.drop = layers.Dropout(sizes.dropout)
        self.chord = layers.Dense(CHORDS)
        self.bass = layers.Dense(BASSES)
        self.style = layers.Dense(len(plan_rows.STYLES))

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """inputs: see Encoder. chord (batch, rows, CHORDS), bass (batch, rows, BASSES), style (batch, styles)."""
        rows, _ = self.encoder(inputs, training=training)
        style = self.style(_mean_of_target(rows, inputs["relations"], PLAN_TARGET))
        rows = self.drop(rows, training=training)
        return {"chord": self.chord(rows), "bass": self.bass(rows), "style": style}

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Cross-entropy of chord, bass and style, in nats; `y["weight"]`: (batch, rows)."""
        loss = _cross_entropy(y, y_pred, "chord", y["weight"]) + 0.5 * _cross_entropy(y, y_pred, "bass", y["weight"])
        return loss + 0.1 * _cross_entropy(y, y_pred, "style", ops.ones_like(y_pred["style"][:, 0]))


class NoteNetwork(keras.Model):  # type: ignore[misc]
    """The bar's figure, and given that the next note at every place: its onset or the bar's end, and given that its
    pitch, its duration and its velocity, as logits."""

    def __init__(self, sizes: Sizes, embedding: int = 96, **options: Any) -> None:
        super().__init__(**options)
        self.sizes = sizes
        dense, embed = layers.Dense, layers.Embedding
        self.encoder = Encoder(sizes, note_rows.RELATIONS)
        self.start = dense(sizes.states, activation="tanh")
        self.figure = dense(len(note_rows.FIGURES))
        self.beat = embed(BEATS + 1, embedding)
        self.step = embed(12, embedding)
        self.pitch = embed(note_rows.PITCHES, embedding)
        self.duration = embed(len(note_rows.DURATIONS), embedding)
        self.velocity = embed(note_rows.VELOCITIES, embedding)
        self.summed = dense(embedding)
        self.gru = layers.GRU(sizes.states, return_sequences=True)
        self.query = dense(sizes.width)
        self.memory = dense(2 * sizes.width)
        self.state = dense(256, activation="relu")
        self.onset_beat = dense(BEATS)
        self.onset_step = dense(12)
        self.onset_delay = dense(DELAYS)
        self.onset_marks = dense(MARKS)
        self.onset_end = dense(1)
        self.pitch_state = dense(192, activation="relu")
        self.pitch_out = dense(note_rows.PITCHES)
        self.pitch_hints = dense(6)
        self.pitch_interval = dense(2 * INTERVAL_REACH + 1)
        self.duration_state = dense(96, activation="relu")
        self.duration_out = dense(len(note_rows.DURATIONS))
        self.velocity_state = dense(96, activation="relu")
        self.velocity_out = dense(note_rows.VELOCITIES)
        self.drop = layers.Dropout(sizes.dropout)

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """inputs: the encoder's; notes `onset`, `pitch`, `duration`, `velocity` (batch, notes), classes, onset
        MAX_BAR_STEPS at the end; `plan` (batch, notes, PLAN) and `lead` (batch, notes, LEAD_AT) at each note's
        onset; `marks` (batch, MAX_BAR_STEPS, 4); `before_at`, `memory_at` (batch, notes, PITCHES); `before`
        (batch, PITCHES); `summary` (batch, SUMMARY)."""
        rows, ignored = self.encoder(inputs, training=training)
        batch, notes = ops.shape(inputs["onset"])[0], ops.shape(inputs["onset"])[1]
        onset = ops.minimum(inputs["onset"], MAX_BAR_STEPS - 1)
        place = self.beat(onset // 12) + self.step(onset % 12)
        pitch, duration = self.pitch(inputs["pitch"]), self.duration(inputs["duration"])
        note = place + pitch + duration + self.velocity(inputs["velocity"])
        start = self.beat(ops.full((batch, 1), NO_BEAT, dtype="int32"))
        given = ops.concatenate([start, note[:, :-1]], axis=1) + self.summed(inputs["summary"])[:, None]
        target = _mean_of_target(rows, inputs["relations"], NOTE_TARGET)
        states = self.gru(given, initial_state=self.start(target))
        heard = self._attend(states, rows, ignored, batch, notes)
        state = self.drop(self.state(ops.concatenate([states, heard], axis=-1)), training=training)
        around = ops.concatenate([state, place, inputs["plan"], inputs["lead"]], axis=-1)
        pitch_state = self.drop(self.pitch_state(around), training=training)
        after_pitch = ops.concatenate([pitch_state, pitch], axis=-1)
        after_duration = ops.concatenate([pitch_state, pitch, duration], axis=-1)
        return {
            "figure": self.figure(target),
            "onset": self._onset(state, onset, inputs["marks"], batch),
            "pitch": self._pitch(pitch_state, onset, inputs, batch),
            "duration": self.duration_out(self.duration_state(after_pitch)),
            "velocity": self.velocity_out(self.velocity_state(after_duration)),
        }

    def _attend(self, states: Any, rows: Any, ignored: Any, batch: Any, notes: Any) -> Any:
        heads, size = self.sizes.heads, self.sizes.width // self.sizes.heads
        query = ops.reshape(self.query(states), (batch, notes, heads, size))
        pairs = ops.reshape(self.memory(rows), (batch, ops.shape(rows)[1], 2 * heads, size))
        key, value = ops.split(pairs, 2, axis=2)
        scores = ops.softmax(ops.einsum("bnhd,bthd->bhnt", query, key) * size**-0.5 + ignored, axis=-1)
        return ops.reshape(ops.einsum("bhnt,bthd->bnhd", scores, value), (batch, notes, self.sizes.width))

    def _onset(self, state: Any, onset: Any, marks: Any, batch: Any) -> Any:
        steps = np.arange(MAX_BAR_STEPS)
        last = ops.concatenate([ops.zeros((batch, 1), dtype="int32"), onset[:, :-1]], axis=1)
        delay = ops.convert_to_tensor(steps[None, None], dtype="int32") - last[..., None]
        logits = ops.repeat(self.onset_beat(state), 12, axis=-1) + ops.tile(self.onset_step(state), (1, 1, BEATS))
        logits = logits + ops.take_along_axis(self.onset_delay(state), ops.clip(delay, 0, DELAYS - 1), axis=-1)
        logits = logits + ops.einsum("bng,bsg->bns", self.onset_marks(state), marks[..., :MARKS])
        possible = ops.cast(delay >= 0, "float32") * marks[:, None, :, MARKS]
        return ops.concatenate([logits + (1 - possible) * IGNORED, self.onset_end(state)], axis=-1)

    def _pitch(self, state: Any, onset: Any, inputs: Mapping[str, Any], batch: Any) -> Any:
        classes = (np.arange(note_rows.PITCHES) + note_rows.LOWEST_PITCH) % 12
        hints = (
            ops.take(inputs["plan"][..., :12], classes, axis=-1),
            ops.take(inputs["plan"][..., 24:], classes, axis=-1),
            ops.take(inputs["lead"][..., :12], classes, axis=-1),
            inputs["before_at"],
            inputs["memory_at"],
            ops.broadcast_to(inputs["before"][:, None], ops.shape(inputs["before_at"])),
        )
        trust = self.pitch_hints(state)
        logits = self.pitch_out(state)
        for number, hint in enumerate(hints):
            logits = logits + trust[..., number : number + 1] * hint
        last = ops.concatenate([ops.full((batch, 1), FIRST_PITCH, dtype="int32"), inputs["pitch"][:, :-1]], axis=1)
        together = ops.concatenate(
            [ops.zeros((batch, 1), dtype="bool"), ops.equal(onset[:, 1:], onset[:, :-1])], axis=1
        )
        interval = ops.convert_to_tensor(np.arange(note_rows.PITCHES)[None, None], dtype="int32") - last[..., None]
        reach = ops.clip(interval + INTERVAL_REACH, 0, 2 * INTERVAL_REACH)
        logits = logits + ops.take_along_axis(self.pitch_interval(state), reach, axis=-1)
        return ops.where(ops.logical_and(together[..., None], interval <= 0), IGNORED, logits)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Weighted cross-entropy a step, in nats; `y["step"]`, `y["note"]`, `y["loud"]`: (batch, notes), which
        steps count for the onset, for pitch and duration, for the velocity; `y["figured"]`: (batch,), which bars for
        the figure."""
        total = ops.maximum(ops.sum(y["step"]), 1.0)
        loss = 0.0
        for part, weight, counted in LOSS_PARTS:
            share = ops.sum(y[counted]) / total
            loss = loss + weight * share * _cross_entropy(y, y_pred, part, y[counted])
        return loss + FIGURE_WEIGHT * _cross_entropy(y, y_pred, "figure", y["figured"])


FIRST_PITCH = 40
FIGURE_WEIGHT = 0.2
LOSS_PARTS = (("onset", 1.0, "step"), ("pitch", 1.0, "note"), ("duration", 0.7, "note"), ("velocity", 0.4, "loud"))


def _cross_entropy(y: Any, y_pred: Any, name: str, weight: Any) -> Any:
    """Mean over what counts. Weights of 0 in all are no error: a batch of one corpus has no loud notes."""
    losses = keras.losses.sparse_categorical_crossentropy(y[name], y_pred[name], from_logits=True)
    weight = ops.convert_to_tensor(weight)  # with PyTorch a batch comes as it was given, in NumPy
    return ops.sum(weight * losses) / ops.maximum(ops.sum(weight), 1e-6)


IN_BUNDLES = {"summed": "summary"}
"""Layers that a bundle calls otherwise: `summary` is a method of Keras models, and none can be a layer in PyTorch."""


def named_weights(network: keras.Model) -> dict[str, npt.NDArray[np.float32]]:
    """Every weight by a name that does not depend on the backend or on what was built before."""
    return {
        f"{name}.{variable.name}": np.asarray(ops.convert_to_numpy(variable), np.float32)
        for name, layer in _named_layers(network, "")
        for variable in layer.trainable_variables
    }


def set_named_weights(network: keras.Model, weights: Mapping[str, npt.NDArray[np.float32]]) -> None:
    """The reverse of `named_weights`, for a network that was built. Raises KeyError."""
    for name, layer in _named_layers(network, ""):
        for variable in layer.trainable_variables:
            variable.assign(weights[f"{name}.{variable.name}"])


def _named_layers(parent: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """Layers with weights of their own, by the names of the attributes that hold them."""
    members = {**vars(parent), **vars(parent).get("_modules", {})}  # PyTorch keeps layers apart from other attributes
    for name, value in members.items():
        found = value if isinstance(value, list) else [value]
        for number, layer in enumerate(found):
            if name.startswith("_") or not isinstance(layer, layers.Layer):
                continue
            path = f"{prefix}{IN_BUNDLES.get(name, name)}{number if isinstance(value, list) else ''}"
            if isinstance(layer, (Encoder, Block)):
                yield from _named_layers(layer, f"{path}.")
            elif layer.trainable_variables:
                yield path, layer
