"""A training as small as it gets: a network of a few weights that learns which of three classes a row is of.

What a stage does is the same for every network, and this one is traced in no time.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from training.loop import Stage

SETTINGS = {
    "learning_rate": 0.05,
    "weight_decay": 0.0,
    "steps": 8,
    "look_every": 4,
    "patience": 9,
    "seed": 1,
    "warmup": 1,
}
ROWS = 24


class Tiny(keras.Model):
    """Two dense layers, and something dropped out between them."""

    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(8, activation="relu")
        self.drop = keras.layers.Dropout(0.2)
        self.outer = keras.layers.Dense(3)

    def call(self, inputs, training=None):
        return {"kind": self.outer(self.drop(self.inner(inputs["row"]), training=training))}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        losses = keras.losses.sparse_categorical_crossentropy(y["kind"], y_pred["kind"], from_logits=True)
        return keras.ops.mean(losses)


def batch(rng, rows=ROWS):
    """Rows of random numbers; the class is which of the first three is the largest."""
    row = rng.standard_normal((rows, 5)).astype(np.float32)
    return {"row": row}, {"kind": row[:, :3].argmax(axis=1).astype(np.int32)}


def stage(rows=ROWS, seen=None, **settings):
    """`seen`: takes the number of rows of each batch that is drawn."""

    def batches(rng):
        while True:
            drawn = batch(rng, rows)
            if seen is not None:
                seen.append(rows)
            yield drawn

    return Stage("tiny", Tiny, batches, [batch(np.random.default_rng(n)) for n in (8, 9)], {**SETTINGS, **settings})
