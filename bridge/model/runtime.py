"""The networks of `network.py` in NumPy, one bar at a time: the same weights, the same numbers, no TensorFlow.

What depends only on a note's classes is multiplied out once when the weights are loaded (`NoteRuntime`), so that a
step of the decoder is a dozen products of a vector with a matrix. Shapes have no batch axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from bridge.model.bundle import Bundle
from bridge.model.features import MAX_BAR_STEPS, Floats, Ints
from bridge.model.note_rows import LEAD_AT, LOWEST_PITCH, PITCHES, PLACED, PLAN

EPSILON = 1e-5
IMPOSSIBLE = -1e9
BEATS = MAX_BAR_STEPS // 12
INTERVAL_REACH = 18
DELAYS = 48
FIRST_PITCH = 40
PLAN_TARGET = 9
NOTE_TARGET = 2
HINTS = 6

Weights = Mapping[str, Floats]


def weights_of(bundle: Bundle, prefix: str) -> dict[str, Floats]:
    """The weights of one of the bundle's networks, as float32, without the prefix."""
    return {
        name.removeprefix(prefix): np.ascontiguousarray(values, np.float32)
        for name, values in bundle.arrays.items()
        if name.startswith(prefix)
    }


class EncoderRuntime:
    """`network.Encoder`. `weights`: names as `named_weights` gives them; `heads`: attention heads."""

    def __init__(self, weights: Weights, heads: int, prefix: str = "encoder.") -> None:
        self.weights = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        self.heads = heads
        self.width = self.weights["in2.kernel"].shape[1]
        self.layers = sum(name.endswith("qkv.kernel") for name in self.weights)

    def __call__(self, columns: Floats, relations: Ints) -> Floats:
        """columns (..., rows, columns), relations (rows,) to (..., rows, width)."""
        rows = self._dense("in2", np.maximum(self._dense("in1", columns), 0))
        rows = rows + self.weights["relation.embeddings"][relations]
        for number in range(self.layers):
            rows = self._block(f"blocks{number}.", rows)
        return self._normalised("norm", rows)

    def _dense(self, name: str, rows: Floats) -> Floats:
        return np.asarray(rows @ self.weights[f"{name}.kernel"] + self.weights[f"{name}.bias"])

    def _normalised(self, name: str, rows: Floats) -> Floats:
        rows = rows - rows.mean(axis=-1, keepdims=True)
        spread = np.sqrt((rows * rows).mean(axis=-1, keepdims=True) + EPSILON)
        return np.asarray(rows / spread * self.weights[f"{name}.gamma"] + self.weights[f"{name}.beta"])

    def _block(self, name: str, rows: Floats) -> Floats:
        size = self.width // self.heads
        pairs = self._dense(f"{name}qkv", self._normalised(f"{name}norm1", rows))
        query, key, value = np.moveaxis(pairs.reshape(*rows.shape[:-1], 3, self.heads, size), (-3, -2), (0, -3))
        mixed = softmax(query @ key.swapaxes(-1, -2) * np.float32(size**-0.5)) @ value
        rows = rows + self._dense(f"{name}out", mixed.swapaxes(-2, -3).reshape(rows.shape))
        inner = np.maximum(self._dense(f"{name}up", self._normalised(f"{name}norm2", rows)), 0)
        return rows + self._dense(f"{name}down", inner)


class PlanRuntime:
    """`network.PlanNetwork`."""

    def __init__(self, weights: Weights, heads: int) -> None:
        self.encoder = EncoderRuntime(weights, heads)
        self.weights = weights

    def __call__(self, columns: Floats, relations: Ints, targets: int) -> tuple[Floats, Floats, Floats]:
        """columns (..., rows, columns), relations (rows,) to logits of the last `targets` rows: chord (..., targets,
        CHORDS), bass (..., targets, BASSES), and style (..., styles)."""
        rows = self.encoder(columns, relations)
        style = rows[..., relations == PLAN_TARGET, :].mean(axis=-2)
        rows = rows[..., -targets:, :]
        out = self.weights
        return (
            rows @ out["chord.kernel"] + out["chord.bias"],
            rows @ out["bass.kernel"] + out["bass.bias"],
            style @ out["style.kernel"] + out["style.bias"],
        )


@dataclass(frozen=True)
class Heard:
    """What the decoder of one bar attends to, and where it starts: keys (heads, size, rows), values (heads, rows,
    size), start (states,), the part of every step's input that does not change (3 * states,), and the logits of the
    bar's figure (FIGURES,)."""

    keys: Floats
    values: Floats
    start: Floats
    given: Floats
    figures: Floats


class NoteRuntime:
    """`network.NoteNetwork`, a note at a time."""

    def __init__(self, weights: Weights, heads: int) -> None:
        self.encoder = EncoderRuntime(weights, heads)
        self.weights = weights
        self.heads = heads
        w = weights
        kernel, bias = w["gru.kernel"], w["gru.bias"]
        self.given = {
            name: w[f"{name}.embeddings"] @ kernel for name in ("beat", "step", "pitch", "duration", "velocity")
        }
        self.given_bias = w["summary.bias"] @ kernel + bias[0]
        self.summary = w["summary.kernel"] @ kernel
        self.recurrent, self.recurrent_bias = w["gru.recurrent_kernel"], bias[1]
        self.states = self.recurrent.shape[0]
        self.onset_kernel, self.onset_bias = _side_by_side(
            w, ("onset_beat", "onset_step", "onset_delay", "onset_marks", "onset_end")
        )
        self.pitch_kernel, self.pitch_bias = _side_by_side(w, ("pitch_out", "pitch_hints", "pitch_interval"))
        size = w["state.kernel"].shape[1]
        embedding = w["beat.embeddings"].shape[1]
        state, place, plan, lead = np.split(w["pitch_state.kernel"], np.cumsum([size, embedding, PLAN]), axis=0)
        if len(lead) != LEAD_AT:
            raise ValueError(f"pitch_state.kernel has {len(w['pitch_state.kernel'])} rows")
        self.pitch_from_state, self.pitch_from_plan, self.pitch_from_lead = state, plan, lead
        self.pitch_from_beat = w["beat.embeddings"] @ place
        self.pitch_from_step = w["step.embeddings"] @ place
        size = w["pitch_state.kernel"].shape[1]
        self.duration_from_state, pitch = np.split(w["duration_state.kernel"], [size], axis=0)
        self.duration_from_pitch = w["pitch.embeddings"] @ pitch
        self.velocity_from_state, pitch, duration = np.split(
            w["velocity_state.kernel"], [size, size + embedding], axis=0
        )
        self.velocity_from_pitch = w["pitch.embeddings"] @ pitch
        self.velocity_from_duration = w["duration.embeddings"] @ duration

    def hear(self, columns: Floats, relations: Ints, summary: Floats) -> Heard:
        """Encode a bar's rows."""
        w = self.weights
        rows = self.encoder(columns, relations)
        size = rows.shape[1] // self.heads
        pairs = (rows @ w["memory.kernel"] + w["memory.bias"]).reshape(len(rows), 2, self.heads, size)
        target = rows[relations == NOTE_TARGET].mean(axis=0)
        return Heard(
            keys=np.ascontiguousarray(pairs[:, 0].transpose(1, 2, 0) * np.float32(size**-0.5)),
            values=np.ascontiguousarray(pairs[:, 1].transpose(1, 0, 2)),
            start=np.tanh(target @ w["start.kernel"] + w["start.bias"]),
            given=summary @ self.summary + self.given_bias,
            figures=target @ w["figure.kernel"] + w["figure.bias"],
        )

    def told(self, heard: Heard, figure: int) -> Heard:
        """The same bar, its figure decided."""
        return replace(heard, given=heard.given + self.summary[PLACED + figure])

    def begin(self, heard: Heard) -> tuple[Floats, Floats]:
        """The decoder's state before the first note, and what it makes of it: (states,), (state size,)."""
        return self._step(heard, heard.start, heard.given + self.given["beat"][BEATS])

    def follow(
        self, heard: Heard, states: Floats, onset: int, pitch: int, duration: int, velocity: int
    ) -> tuple[Floats, Floats]:
        """The same after one more note; classes, `pitch` from LOWEST_PITCH."""
        table = self.given
        given = heard.given + table["beat"][onset // 12] + table["step"][onset % 12]
        given = given + table["pitch"][pitch] + table["duration"][duration] + table["velocity"][velocity]
        return self._step(heard, states, given)

    def _step(self, heard: Heard, states: Floats, given: Floats) -> tuple[Floats, Floats]:
        n = self.states
        kept = states @ self.recurrent + self.recurrent_bias
        gates = sigmoid(given[: 2 * n] + kept[: 2 * n])
        proposal = np.tanh(given[2 * n :] + gates[n:] * kept[2 * n :])
        states = gates[:n] * states + (1 - gates[:n]) * proposal
        w = self.weights
        query: Floats = (states @ w["query.kernel"] + w["query.bias"]).reshape(self.heads, 1, -1)
        mixed = (softmax(np.asarray(query @ heard.keys)) @ heard.values).ravel()
        state = np.concatenate([states, mixed]) @ w["state.kernel"] + w["state.bias"]
        return states, np.maximum(state, 0)

    def onset_logits(self, state: Floats, last_onset: int, marks: Floats) -> Floats:
        """Logits of each step of the bar, then of its end, shape (MAX_BAR_STEPS + 1,)."""
        out = state @ self.onset_kernel + self.onset_bias
        logits = out[_BEAT_OF] + out[_STEP_OF] + out[_DELAY_OF[last_onset]]
        logits += marks[:, :3] @ out[_TRUST]
        logits[:last_onset] = IMPOSSIBLE
        logits[marks[:, 3] == 0] = IMPOSSIBLE
        return np.asarray(np.concatenate([logits, out[-1:]]))

    def pitch_state(self, state: Floats, onset: int, plan: Floats, lead: Floats) -> Floats:
        """What pitch, duration and velocity are told from, given the onset."""
        values = state @ self.pitch_from_state + self.pitch_from_beat[onset // 12] + self.pitch_from_step[onset % 12]
        values = values + plan @ self.pitch_from_plan + lead @ self.pitch_from_lead
        return np.asarray(np.maximum(values + self.weights["pitch_state.bias"], 0))

    def pitch_logits(self, pitch_state: Floats, hints: Floats, last_pitch: int, is_together: bool) -> Floats:
        """Logits of each pitch, shape (PITCHES,); hints (HINTS, PITCHES): chord tones, bass, lead, the bar before at
        this onset, the remembered bar at this onset, the bar before anywhere."""
        out = pitch_state @ self.pitch_kernel + self.pitch_bias
        logits = out[:PITCHES] + out[PITCHES : PITCHES + HINTS] @ hints + out[_INTERVAL_OF[last_pitch]]
        if is_together:
            logits[: last_pitch + 1] = IMPOSSIBLE
        return np.asarray(logits)

    def duration_logits(self, pitch_state: Floats, pitch: int) -> Floats:
        """Logits of each class of duration, given the pitch."""
        w = self.weights
        values = pitch_state @ self.duration_from_state + self.duration_from_pitch[pitch] + w["duration_state.bias"]
        return np.asarray(np.maximum(values, 0) @ w["duration_out.kernel"] + w["duration_out.bias"])

    def velocity_logits(self, pitch_state: Floats, pitch: int, duration: int) -> Floats:
        """Logits of each class of velocity, given pitch and duration."""
        w = self.weights
        values = pitch_state @ self.velocity_from_state + self.velocity_from_pitch[pitch] + w["velocity_state.bias"]
        values = np.maximum(values + self.velocity_from_duration[duration], 0)
        return np.asarray(values @ w["velocity_out.kernel"] + w["velocity_out.bias"])


_STEPS = np.arange(MAX_BAR_STEPS)
_PITCHES = np.arange(PITCHES)
PITCH_CLASSES = (_PITCHES + LOWEST_PITCH) % 12
# Where in the joined output of the onset's parts, or the pitch's, each step or pitch finds its own.
_BEAT_OF = _STEPS // 12
_STEP_OF = BEATS + _STEPS % 12
_DELAY_OF = BEATS + 12 + np.clip(_STEPS[None] - _STEPS[:, None], 0, DELAYS - 1)
_TRUST = slice(BEATS + 12 + DELAYS, -1)
_REACHED = np.clip(_PITCHES[None] - _PITCHES[:, None] + INTERVAL_REACH, 0, 2 * INTERVAL_REACH)
_INTERVAL_OF = PITCHES + HINTS + _REACHED


def softmax(logits: Floats) -> Floats:
    """Over the last axis."""
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True))


def sigmoid(values: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), np.float32)


def _side_by_side(weights: Weights, names: tuple[str, ...]) -> tuple[Floats, Floats]:
    kernels = np.concatenate([weights[f"{name}.kernel"] for name in names], axis=1)
    return np.ascontiguousarray(kernels), np.concatenate([weights[f"{name}.bias"] for name in names])
