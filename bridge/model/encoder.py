"""The encoder of `network.py` in NumPy: rows in, what each row means among the others out, for several bars at once.

Whatever is done to each row alone is done to the rows of all bars in one product; only attention looks at the rows of
one bar. A bar's rows come out the same whichever other bars there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bridge.model.features import Floats, Ints

EPSILON = 1e-5
LEAST_ROWS = 16
"""Fewer rows are filled up with zeros: matrix products of a few rows take another way through the library, and add up
in another order."""

Weights = Mapping[str, Floats]
Shapes = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Rows:
    """What is read of one bar: columns, shape (views, rows, columns); relations, shape (rows,); `wanted`: how many of
    the last rows are asked about."""

    columns: Floats
    relations: Ints
    wanted: int


class EncoderRuntime:
    """`network.Encoder`. `weights`: names as `named_weights` gives them; `heads`: attention heads."""

    def __init__(self, weights: Weights, heads: int, prefix: str = "encoder.") -> None:
        self.weights = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        self.heads = heads
        self.width = self.weights["in2.kernel"].shape[1]
        self.layers = sum(name.endswith("qkv.kernel") for name in self.weights)
        self.scale = np.float32((self.width // heads) ** -0.5)

    def __call__(self, bars: Sequence[Rows]) -> list[Floats]:
        """The wanted rows of each bar, shape (views, wanted, width)."""
        relations = np.concatenate([np.tile(bar.relations, len(bar.columns)) for bar in bars])
        rows = self._dense("in1", np.concatenate([bar.columns.reshape(-1, bar.columns.shape[-1]) for bar in bars]))
        rows = self._dense("in2", np.maximum(rows, 0, out=rows))
        rows += self.weights["relation.embeddings"][relations]
        shapes = [bar.columns.shape[:2] for bar in bars]
        wanted = [(len(bar.columns), bar.wanted) for bar in bars]
        for number in range(self.layers):  # of the last block only what is asked about
            rows = self._block(f"blocks{number}.", rows, shapes, wanted if number == self.layers - 1 else shapes)
        return _cut(self._normalised("norm", rows), wanted)

    def _dense(self, name: str, rows: Floats, columns: slice = slice(None)) -> Floats:
        """With some of the kernel's columns."""
        kernel = self.weights[f"{name}.kernel"][:, columns]
        filled = rows
        if len(rows) < LEAST_ROWS:
            filled = np.zeros((LEAST_ROWS, rows.shape[1]), np.float32)
            filled[: len(rows)] = rows
        out = (filled @ kernel)[: len(rows)]
        out += self.weights[f"{name}.bias"][columns]
        return np.asarray(out)

    def _normalised(self, name: str, rows: Floats) -> Floats:
        rows = rows - np.add.reduce(rows, axis=-1, keepdims=True) / np.float32(self.width)
        spread = np.sqrt(np.add.reduce(rows * rows, axis=-1, keepdims=True) / np.float32(self.width) + EPSILON)
        rows /= spread
        rows *= self.weights[f"{name}.gamma"]
        rows += self.weights[f"{name}.beta"]
        return np.asarray(rows)

    def _block(self, name: str, rows: Floats, shapes: Shapes, wanted: Shapes) -> Floats:
        """What the wanted of the rows become. shapes, wanted: (views, rows) of each bar, the latter its last ones."""
        normal, chosen = self._normalised(f"{name}norm1", rows), _last(shapes, wanted)
        queries = self._dense(f"{name}qkv", normal[chosen], slice(None, self.width))
        queries *= self.scale
        pairs = self._dense(f"{name}qkv", normal, slice(self.width, None))
        mixed = np.empty_like(queries)
        for query, pair, out in zip(_cut(queries, wanted), _cut(pairs, shapes), _cut(mixed, wanted), strict=True):
            self._attend(query, pair, out)
        rows = rows[chosen] + self._dense(f"{name}out", mixed)
        inner = self._dense(f"{name}up", self._normalised(f"{name}norm2", rows))
        rows += self._dense(f"{name}down", np.maximum(inner, 0, out=inner))
        return rows

    def _attend(self, query: Floats, pair: Floats, out: Floats) -> None:
        """One bar: queries and what is mixed for them, shape (views, wanted, width); keys and values, side by side,
        shape (views, rows, 2 * width)."""
        views, rows = pair.shape[:2]
        keys, values = np.moveaxis(pair.reshape(views, rows, 2, self.heads, -1), 2, 0)
        shares = query.reshape(*query.shape[:2], self.heads, -1).swapaxes(1, 2) @ keys.transpose(0, 2, 3, 1)
        mixed = softmax(shares) @ values.swapaxes(1, 2)
        out.reshape(*out.shape[:2], self.heads, -1)[:] = mixed.swapaxes(1, 2)


def softmax(logits: Floats) -> Floats:
    """Over the last axis."""
    exponents = logits - logits.max(axis=-1, keepdims=True)
    np.exp(exponents, out=exponents)
    exponents /= exponents.sum(axis=-1, keepdims=True)
    return np.asarray(exponents)


def _cut(rows: Floats, shapes: Shapes) -> list[Floats]:
    """The rows of each bar, (views, rows, columns), as views."""
    ends = np.cumsum([views * count for views, count in shapes])[:-1]
    return [part.reshape(*shape, -1) for part, shape in zip(np.split(rows, ends), shapes, strict=True)]


def _last(shapes: Shapes, wanted: Shapes) -> slice | Ints:
    """Which rows are the wanted ones, the last of each view."""
    if shapes == wanted:
        return slice(None)
    ends = np.cumsum(np.repeat([count for _, count in shapes], [views for views, _ in shapes]))
    counts = np.repeat([count for _, count in wanted], [views for views, _ in wanted])
    return np.concatenate([np.arange(end - count, end) for end, count in zip(ends, counts, strict=True)])
