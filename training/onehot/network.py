"""The Keras model: an LSTM encoder whose state vectors start an LSTM decoder, and its step-by-step inference.

The reference that `bridge.model.lstm` is checked against. Importing it loads TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from bridge.model.lstm import PITCHES, SILENCE, Choice
from training.onehot.matrices import one_hot


def build(steps: int, latent: int) -> keras.Model:
    """Encoder input and decoder input, both (pieces, steps, 128), to a softmax over pitches at each step, with
    teacher forcing: the decoder input is the target a step late. `steps` None: any length."""
    encoder_input = keras.Input((steps, PITCHES), name="encoder_input")
    decoder_input = keras.Input((steps, PITCHES), name="decoder_input")
    _, hidden, cell = keras.layers.LSTM(latent, return_state=True, name="encoder")(encoder_input)
    decoder = keras.layers.LSTM(latent, return_sequences=True, return_state=True, name="decoder")
    written, _, _ = decoder(decoder_input, initial_state=[hidden, cell])
    output = keras.layers.Dense(PITCHES, activation="softmax", name="output")(written)
    return keras.Model([encoder_input, decoder_input], output, name="onehot")


def weights_of(model: keras.Model, dtype: type[np.floating[Any]] = np.float16) -> dict[str, npt.NDArray[Any]]:
    """The weights by the names the runtime knows."""
    arrays = {}
    for layer in ("encoder", "decoder"):
        kernel, recurrent, bias = model.get_layer(layer).get_weights()
        arrays |= {f"{layer}_kernel": kernel, f"{layer}_recurrent": recurrent, f"{layer}_bias": bias}
    kernel, bias = model.get_layer("output").get_weights()
    arrays |= {"output_kernel": kernel, "output_bias": bias}
    return {name: values.astype(dtype) for name, values in arrays.items()}


def set_weights(model: keras.Model, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """The inverse of `weights_of`."""
    for layer in ("encoder", "decoder"):
        names = (f"{layer}_kernel", f"{layer}_recurrent", f"{layer}_bias")
        model.get_layer(layer).set_weights([arrays[name].astype(np.float32) for name in names])
    output = [arrays["output_kernel"].astype(np.float32), arrays["output_bias"].astype(np.float32)]
    model.get_layer("output").set_weights(output)


def write(
    model: keras.Model, lead: Sequence[int], own: Sequence[int], draws: Sequence[float], choose: Choice
) -> list[int]:
    """Inference step by step, as `bridge.model.lstm.Network.write`: the encoder's states start the decoder, each
    written pitch is the next step's input. Slow: a call of Keras a step."""
    encoder, decoder, output = (model.get_layer(name) for name in ("encoder", "decoder", "output"))
    _, *states = encoder(one_hot(np.array([lead], np.int16)))
    rows = list(own)
    for at in range(len(own) + len(draws)):
        fed = rows[at - 1] if at else SILENCE
        written, *states = decoder(one_hot(np.array([[fed]], np.int16)), initial_state=states)
        if at >= len(own):
            shares = np.asarray(output(written))[0, 0].astype(np.float64)
            rows.append(choose(np.log(np.maximum(shares, 1e-300)), draws[at - len(own)]))
    return rows[len(own) :]
