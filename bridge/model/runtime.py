"""The networks of `network.py` in NumPy, one bar at a time: the same weights, the same numbers, no TensorFlow.

What depends only on a note's classes is multiplied out once when the weights are loaded (`NoteRuntime`), so that a
step of the decoder is a dozen products of a vector with a matrix. Shapes have no batch axis.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from bridge.model.bundle import Bundle
from bridge.model.encoder import EncoderRuntime, Weights
from bridge.model.features import MAX_BAR_STEPS, Floats, Ints
from bridge.model.note_rows import LEAD_AT, LOWEST_PITCH, PITCHES, PLACED, PLAN

IMPOSSIBLE = -1e9
BEATS = MAX_BAR_STEPS // 12
INTERVAL_REACH = 18
DELAYS = 48
FIRST_PITCH = 40
NOTE_TARGET = 2
HINTS = 6
_AS_THEY_ARE = ("memory", "start", "figure", "duration_out", "velocity_out")
"""Layers of the note network whose weights are used as they come."""


def weights_of(bundle: Bundle, prefix: str) -> dict[str, Floats]:
    """The weights of one of the bundle's networks, as float32, without the prefix."""
    return {
        name.removeprefix(prefix): np.ascontiguousarray(values, np.float32)
        for name, values in bundle.arrays.items()
        if name.startswith(prefix)
    }


class PlanRuntime:
    """`network.PlanNetwork`."""

    def __init__(self, weights: Weights, heads: int) -> None:
        self.encoder = EncoderRuntime(weights, heads)
        self.weights = weights

    def __call__(self, columns: Floats, relations: Ints, targets: int) -> tuple[Floats, Floats, Floats]:
        """columns (views, rows, columns), relations (rows,) to logits of the last `targets` rows, which are those of
        the bar to be planned: chord (views, targets, CHORDS), bass (views, targets, BASSES), style (views, styles)."""
        rows = self.encoder(columns, relations, targets)
        out = self.weights
        return (
            rows @ out["chord.kernel"] + out["chord.bias"],
            rows @ out["bass.kernel"] + out["bass.bias"],
            rows.mean(axis=1) @ out["style.kernel"] + out["style.bias"],
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


class States(NamedTuple):
    """The decoder's states, shape (states,), and what is made of them: their part of the next step's gates and
    proposal, the query, their part of the state (3 * states + width + state size,)."""

    values: Floats
    says: Floats


class NoteRuntime:
    """`network.NoteNetwork`, a note at a time.

    Whatever the same vector is multiplied with stands side by side in one matrix, so that a note is six products and
    not fourteen; `dot` is a microsecond quicker with them than `@`. What the methods hand on to one another (`states`,
    `state`, `pitch_state`) are therefore those products; nobody else looks into them.
    """

    def __init__(self, weights: Weights, heads: int) -> None:
        self.encoder = EncoderRuntime(weights, heads)
        # the others live on in what is made of them: a worker has no megabytes to waste
        self.weights = {name: value for name, value in weights.items() if name.split(".")[0] in _AS_THEY_ARE}
        self.heads = heads
        w = weights
        n = self.states = w["gru.recurrent_kernel"].shape[0]
        # the gates' half of a GRU step: sigmoid(x) is (1 + tanh(x / 2)) / 2, and halving is exact
        halved = np.repeat(np.array([0.5, 1.0], np.float32), [2 * n, n])
        kernel, bias = w["gru.kernel"] * halved, w["gru.bias"] * halved
        tables = {name: w[f"{name}.embeddings"] @ kernel for name in ("beat", "step", "pitch", "duration", "velocity")}
        self.given_first = tables["beat"][BEATS]
        self.given_onset = (tables["beat"][_BEAT_OF] + tables["step"][_STEPS % 12]).astype(np.float32)
        self.given_pitch, self.given_duration = tables["pitch"], tables["duration"]
        self.given_velocity = tables["velocity"]
        self.given_bias = w["summary.bias"] @ kernel + bias[0]
        self.summary = w["summary.kernel"] @ kernel
        # from the GRU's states: the next step's gates and proposal, the query, and their part of the state
        self.query_at, self.state_at = 3 * n, 3 * n + w["query.kernel"].shape[1]
        from_states, from_attended = np.split(w["state.kernel"], [n], axis=0)
        self.from_attended = from_attended.copy()
        self.from_states = _beside(w["gru.recurrent_kernel"] * halved, w["query.kernel"], from_states)
        self.from_states_bias = np.concatenate([bias[1], w["query.bias"], w["state.bias"]])
        # from the state: a logit for each step, for each delay, trust in the marks, the end; and the pitch's state
        size, embedding = w["state.kernel"].shape[1], w["beat.embeddings"].shape[1]
        state, place, plan, lead = np.split(w["pitch_state.kernel"], np.cumsum([size, embedding, PLAN]), axis=0)
        if len(lead) != LEAD_AT:
            raise ValueError(f"pitch_state.kernel has {len(w['pitch_state.kernel'])} rows")
        onset = [
            w[f"onset_beat.{part}"][..., _BEAT_OF] + w[f"onset_step.{part}"][..., _STEPS % 12]
            for part in ("kernel", "bias")
        ]
        others = ("onset_delay", "onset_marks", "onset_end")
        self.from_state = _beside(onset[0], *(w[f"{name}.kernel"] for name in others), state)
        self.from_state_bias = np.concatenate(
            [onset[1], *(w[f"{name}.bias"] for name in others), w["pitch_state.bias"]]
        )
        self.pitch_from_onset = (w["beat.embeddings"] @ place)[_BEAT_OF] + (w["step.embeddings"] @ place)[_STEPS % 12]
        self.pitch_from_plan, self.pitch_from_lead = plan.copy(), lead.copy()
        # from the pitch's state: a logit for each pitch, trust in the hints, a logit for each interval; and the
        # states of duration and velocity
        size = w["pitch_state.kernel"].shape[1]
        duration, from_pitch = np.split(w["duration_state.kernel"], [size], axis=0)
        self.duration_from_pitch = w["pitch.embeddings"] @ from_pitch
        velocity, from_pitch, from_duration = np.split(w["velocity_state.kernel"], [size, size + embedding], axis=0)
        self.velocity_from_pitch = w["pitch.embeddings"] @ from_pitch
        self.velocity_from_duration = w["duration.embeddings"] @ from_duration
        names = ("pitch_out", "pitch_hints", "pitch_interval")
        self.from_pitch = _beside(*(w[f"{name}.kernel"] for name in names), duration, velocity)
        biases = [w[f"{name}.bias"] for name in (*names, "duration_state", "velocity_state")]
        self.from_pitch_bias = np.concatenate(biases)
        self.duration_at = sum(map(len, biases[:3]))
        self.velocity_at = self.duration_at + len(biases[3])

    def hear(self, columns: Floats, relations: Ints, summary: Floats) -> Heard:
        """Encode a bar's rows."""
        w = self.weights
        (rows,) = self.encoder(columns[None], relations, len(relations))
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

    def begin(self, heard: Heard) -> tuple[States, Floats]:
        """The decoder's states before the first note, and what it says of the onset."""
        start = States(heard.start, heard.start @ self.from_states + self.from_states_bias)
        return self._step(heard, start, heard.given + self.given_first)

    def follow(
        self, heard: Heard, states: States, onset: int, pitch: int, duration: int, velocity: int
    ) -> tuple[States, Floats]:
        """The same after one more note; classes, `pitch` from LOWEST_PITCH."""
        given = heard.given + self.given_onset[onset]
        given += self.given_pitch[pitch]
        given += self.given_duration[duration]
        given += self.given_velocity[velocity]
        return self._step(heard, states, given)

    def _step(self, heard: Heard, last: States, given: Floats) -> tuple[States, Floats]:
        n = self.states
        gates = given[: 2 * n]
        gates += last.says[: 2 * n]
        np.tanh(gates, out=gates)
        gates += 1
        gates *= 0.5
        proposal = gates[n:] * last.says[2 * n : 3 * n]
        proposal += given[2 * n :]
        np.tanh(proposal, out=proposal)
        values = last.values - proposal
        values *= gates[:n]
        values += proposal
        says = values.dot(self.from_states)
        says += self.from_states_bias
        shares = says[self.query_at : self.state_at].reshape(self.heads, 1, -1) @ heard.keys
        shares -= np.maximum.reduce(shares, axis=-1, keepdims=True)
        np.exp(shares, out=shares)
        shares /= np.add.reduce(shares, axis=-1, keepdims=True)
        state = (shares @ heard.values).ravel().dot(self.from_attended)
        state += says[self.state_at :]
        np.maximum(state, 0, out=state)
        said = state.dot(self.from_state)
        said += self.from_state_bias
        return States(values, says), np.asarray(said)

    def onset_logits(self, state: Floats, last_onset: int, marks: Floats) -> Floats:
        """Logits of each step of the bar, then of its end, shape (MAX_BAR_STEPS + 1,); marks (steps of the bar, 3):
        where notes begin in the bar before, in the remembered bar and in the lead."""
        logits = state[: MAX_BAR_STEPS + 1].copy()
        logits[-1] = state[_END]
        inside = logits[: len(marks)]
        inside += marks.dot(state[_TRUST])
        logits[len(marks) : -1] = IMPOSSIBLE
        later = inside[last_onset:]
        later[:DELAYS] += state[_DELAYS][: len(later)]
        later[DELAYS:] += state[_DELAYS.stop - 1]
        inside[:last_onset] = IMPOSSIBLE
        return np.asarray(logits)

    def place(self, onset: int, plan: Floats, lead: Floats) -> Floats:
        """What the pitch's state has of an onset: where it lies, the plan (PLAN,) and the lead (LEAD_AT,) there."""
        return np.asarray(self.pitch_from_onset[onset] + plan @ self.pitch_from_plan + lead @ self.pitch_from_lead)

    def pitch_state(self, state: Floats, place: Floats) -> Floats:
        """What pitch, duration and velocity are told from, given the onset."""
        values = state[_END + 1 :] + place
        np.maximum(values, 0, out=values)
        said = values.dot(self.from_pitch)
        said += self.from_pitch_bias
        return np.asarray(said)

    def pitch_logits(self, pitch_state: Floats, hints: Floats, last_pitch: int, is_together: bool) -> Floats:
        """Logits of each pitch, shape (PITCHES,); hints (HINTS, PITCHES): chord tones, bass, lead, the bar before at
        this onset, the remembered bar at this onset, the bar before anywhere."""
        logits = pitch_state[PITCHES : PITCHES + HINTS].dot(hints)
        logits += pitch_state[:PITCHES]
        logits += pitch_state.take(_INTERVAL_OF[last_pitch])
        if is_together:
            logits[: last_pitch + 1] = IMPOSSIBLE
        return np.asarray(logits)

    def duration_logits(self, pitch_state: Floats, pitch: int) -> Floats:
        """Logits of each class of duration, given the pitch."""
        values = pitch_state[self.duration_at : self.velocity_at] + self.duration_from_pitch[pitch]
        np.maximum(values, 0, out=values)
        logits = values.dot(self.weights["duration_out.kernel"])
        logits += self.weights["duration_out.bias"]
        return np.asarray(logits)

    def velocity_logits(self, pitch_state: Floats, pitch: int, duration: int) -> Floats:
        """Logits of each class of velocity, given pitch and duration."""
        values = pitch_state[self.velocity_at :] + self.velocity_from_pitch[pitch]
        values += self.velocity_from_duration[duration]
        np.maximum(values, 0, out=values)
        logits = values.dot(self.weights["velocity_out.kernel"])
        logits += self.weights["velocity_out.bias"]
        return np.asarray(logits)


_STEPS = np.arange(MAX_BAR_STEPS)
_PITCHES = np.arange(PITCHES)
PITCH_CLASSES = (_PITCHES + LOWEST_PITCH) % 12
_BEAT_OF = _STEPS // 12
# Where in the products of the state, and of the pitch's state, each part lies.
_DELAYS = slice(MAX_BAR_STEPS, MAX_BAR_STEPS + DELAYS)
_TRUST = slice(_DELAYS.stop, _DELAYS.stop + 3)
_END = _TRUST.stop
_REACHED = np.clip(_PITCHES[None] - _PITCHES[:, None] + INTERVAL_REACH, 0, 2 * INTERVAL_REACH)
_INTERVAL_OF = PITCHES + HINTS + _REACHED


def _beside(*kernels: Floats) -> Floats:
    return np.ascontiguousarray(np.concatenate(kernels, axis=1))
