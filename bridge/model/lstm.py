"""An LSTM encoder and decoder over one-hot rows, in NumPy: the runtime of the half-second one-hot model.

It knows rows and weights, not bars or notes. A step of a batch of one is a row of the kernel and one product of a
vector with a matrix, a few microseconds; it equals Keras within float32.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bridge.errors import InputError
from bridge.model.bundle import Bundle

PITCHES = 128
SILENCE = -1
MAX_STEPS = 1024
"""Rows of one piece: 256 bars of 4/4."""

COLDEST = 1e-3
"""Below this temperature nothing but the likeliest pitch can come up."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Lstm:
    """One LSTM layer. Gates in Keras's order: input, forget, cell, output.

    kernel     (PITCHES, 4 * latent): a one-hot input picks its row
    recurrent  (latent, 4 * latent)
    bias       (4 * latent,)
    """

    kernel: Floats
    recurrent: Floats
    bias: Floats

    def step(self, pitch: int, hidden: Floats, cell: Floats) -> tuple[Floats, Floats]:
        """The states after one row; both have the shape (latent,)."""
        gates = hidden @ self.recurrent + self.bias
        if pitch != SILENCE:
            gates = gates + self.kernel[pitch]
        inside, forget, new, outside = np.split(gates, 4)
        cell = _sigmoid(forget) * cell + _sigmoid(inside) * np.tanh(new)
        return _sigmoid(outside) * np.tanh(cell), cell


def _sigmoid(x: Floats) -> Floats:
    return (1 / (1 + np.exp(-x))).astype(np.float32)


@dataclass(frozen=True)
class Network:
    """The trained network: `steps` rows a piece, `latent` units."""

    steps: int
    latent: int
    encoder: Lstm
    decoder: Lstm
    output_kernel: Floats
    output_bias: Floats

    @classmethod
    def of(cls, bundle: Bundle) -> Network:
        """Rebuild it from a bundle. Raises InputError where the weights do not fit."""
        try:
            steps, latent = int(bundle.network["steps"]), int(bundle.network["latent"])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise InputError(f"the {bundle.kind} bundle does not say its network's size: {error!r}") from error
        if not 1 <= steps <= MAX_STEPS:
            raise InputError(f"the {bundle.kind} bundle's piece of {steps} rows is outside 1..{MAX_STEPS}")

        def lstm(name: str) -> Lstm:
            return Lstm(
                bundle.array(f"{name}_kernel", (PITCHES, 4 * latent)),
                bundle.array(f"{name}_recurrent", (latent, 4 * latent)),
                bundle.array(f"{name}_bias", (4 * latent,)),
            )

        output = bundle.array("output_kernel", (latent, PITCHES)), bundle.array("output_bias", (PITCHES,))
        return cls(steps, latent, lstm("encoder"), lstm("decoder"), *output)

    def write(self, lead: Sequence[int], own: Sequence[int], draws: Sequence[float], choose: Choice) -> list[int]:
        """Decode a piece step by step.

        lead   the encoder's rows
        own    the accompaniment's rows so far, given to the decoder as they are
        draws  one uniform random number in [0, 1) for each row to be written after them
        choose how a row's pitch comes from its logits

        Returns the written rows.
        """
        hidden = cell = np.zeros(self.latent, np.float32)
        for pitch in lead:
            hidden, cell = self.encoder.step(pitch, hidden, cell)
        rows = list(own)
        for at in range(len(own) + len(draws)):
            hidden, cell = self.decoder.step(rows[at - 1] if at else SILENCE, hidden, cell)
            if at >= len(own):
                rows.append(choose(hidden @ self.output_kernel + self.output_bias, draws[at - len(own)]))
        return rows[len(own) :]


@dataclass(frozen=True)
class Choice:
    """How a pitch is drawn from 128 logits: pitch classes that the register has, sharpened by the temperature,
    0 for the likeliest. The register itself is kept by moving octaves, since the network knows no other way."""

    low: int
    high: int
    temperature: float

    def __call__(self, logits: Floats, draw: float) -> int:
        inside = {pitch % 12 for pitch in range(self.low, self.high + 1)}
        allowed = np.array([pitch % 12 in inside for pitch in range(PITCHES)])
        masked = np.where(allowed, logits.astype(np.float64), -np.inf)
        if self.temperature < COLDEST:
            return self.folded(int(np.argmax(masked)))
        weights = np.exp((masked - masked.max()) / self.temperature)
        total = np.cumsum(weights)
        drawn = int(np.searchsorted(total, draw * total[-1], side="right"))
        # a draw just below 1 may round up to the total: the last pitch that has any weight
        return self.folded(min(drawn, int(np.flatnonzero(weights)[-1])))

    def folded(self, pitch: int) -> int:
        """The same pitch class inside the register, in the nearest octave (there is one)."""
        if pitch < self.low:
            return pitch + -(-(self.low - pitch) // 12) * 12
        if pitch > self.high:
            return pitch - -(-(pitch - self.high) // 12) * 12
        return pitch
