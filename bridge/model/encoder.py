"""The encoder of `network.py` in NumPy: rows of a bar in, what each means among the others out.

A bar may be seen in several views (keys, for the planner); what is done to each row alone is done to the rows of all
views in one product.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bridge.model.features import Floats, Ints

EPSILON = 1e-5

Weights = Mapping[str, Floats]


class EncoderRuntime:
    """`network.Encoder`. `weights`: names as `named_weights` gives them; `heads`: attention heads."""

    def __init__(self, weights: Weights, heads: int, prefix: str = "encoder.") -> None:
        self.weights = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        self.heads = heads
        self.width = self.weights["in2.kernel"].shape[1]
        self.layers = sum(name.endswith("qkv.kernel") for name in self.weights)
        self.scale = np.float32((self.width // heads) ** -0.5)

    def __call__(self, columns: Floats, relations: Ints, wanted: int) -> Floats:
        """columns (views, rows, columns), relations (rows,) to the last `wanted` rows of each view,
        (views, wanted, width)."""
        rows = self._dense("in1", columns)
        rows = self._dense("in2", np.maximum(rows, 0, out=rows))
        rows += self.weights["relation.embeddings"][relations]
        for number in range(self.layers):  # of the last block only what is asked about
            rows = self._block(f"blocks{number}.", rows, wanted if number == self.layers - 1 else len(relations))
        return self._normalised("norm", rows)

    def _dense(self, name: str, rows: Floats, columns: slice = slice(None)) -> Floats:
        """With some of the kernel's columns."""
        out = rows.reshape(-1, rows.shape[-1]) @ self.weights[f"{name}.kernel"][:, columns]
        out += self.weights[f"{name}.bias"][columns]
        return np.asarray(out.reshape(*rows.shape[:-1], -1))

    def _normalised(self, name: str, rows: Floats) -> Floats:
        rows = rows - np.add.reduce(rows, axis=-1, keepdims=True) / np.float32(self.width)
        spread = np.sqrt(np.add.reduce(rows * rows, axis=-1, keepdims=True) / np.float32(self.width) + EPSILON)
        rows /= spread
        rows *= self.weights[f"{name}.gamma"]
        rows += self.weights[f"{name}.beta"]
        return np.asarray(rows)

    def _block(self, name: str, rows: Floats, wanted: int) -> Floats:
        """What the last `wanted` rows of each view become."""
        views, count, _ = rows.shape
        normal = self._normalised(f"{name}norm1", rows)
        queries = self._dense(f"{name}qkv", normal[:, -wanted:], slice(None, self.width))
        queries *= self.scale
        pairs = self._dense(f"{name}qkv", normal, slice(self.width, None))
        keys, values = np.moveaxis(pairs.reshape(views, count, 2, self.heads, -1), 2, 0)
        shares = queries.reshape(views, wanted, self.heads, -1).swapaxes(1, 2) @ keys.transpose(0, 2, 3, 1)
        mixed = (softmax(shares) @ values.swapaxes(1, 2)).swapaxes(1, 2).reshape(views, wanted, -1)
        rows = rows[:, -wanted:] + self._dense(f"{name}out", mixed)
        inner = self._dense(f"{name}up", self._normalised(f"{name}norm2", rows))
        rows += self._dense(f"{name}down", np.maximum(inner, 0, out=inner))
        return rows


def softmax(logits: Floats) -> Floats:
    """Over the last axis."""
    exponents = logits - logits.max(axis=-1, keepdims=True)
    np.exp(exponents, out=exponents)
    exponents /= exponents.sum(axis=-1, keepdims=True)
    return np.asarray(exponents)
