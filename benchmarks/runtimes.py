"""The same network four ways, side by side: stepped with Keras `predict` as the one-hot description does it, with
`tf.function`, with LiteRT, and with the package's own runtime.

A bar is the encoder over 16 rows and the decoder over 16 steps, of which 4 are written. Every way draws from the same
random numbers, and whether the pitches are the same is told beside the times.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.result import Result, Settings, quantile
from bridge.model.bundle import load_bundle, packaged
from bridge.model.lstm import PITCHES, SILENCE, Choice, Network

Step = Callable[[np.ndarray, Any], tuple[np.ndarray, Any]]
"""A row of shape (1, 1, PITCHES) and the states, to logits or shares of shape (PITCHES,) and the states after it."""
WRITTEN = 4


def run(settings: Settings) -> Result:
    """Each way plays the same bars; the ways take turns, so that whatever else the machine does meets all of them."""
    result = Result(
        "The same network by other runtimes",
        "The half-second one-hot network (LSTM encoder and decoder, 256 units): milliseconds a bar of 16 encoder rows "
        "and 16 decoder steps, one after the other in one process, in turns.",
        ("way", "bars", "p50 ms", "p99 ms", "times slower than ours", "same pitches"),
        goal="Keras `predict` 500 times slower",
    )
    bundle = load_bundle(packaged("onehot"), "onehot")
    network = Network.of(bundle)
    ways: dict[str, Callable[[Bar], list[int]]] = {
        "ours (NumPy, one thread)": lambda bar: network.write(*bar),
    }
    if find_spec("tensorflow") is None:
        result.remarks.append("TensorFlow is not installed: only ours was measured")
    else:
        ways |= _tensorflow_ways(bundle.arrays, network, result)
    times_ms: dict[str, list[float]] = {way: [] for way in ways}
    same = dict.fromkeys(ways, True)
    bars = [_bar(network.steps, seed) for seed in range(settings.samples(60))]
    for number, bar in enumerate(bars):
        expected = network.write(*bar)
        for way, play in ways.items():
            if "predict" in way and number >= max(len(bars) // 10, 2):
                continue  # at a second a bar it would take longer than all the others together
            if number == 0:
                play(bar)  # what is compiled on first use is not counted
            began_s = time.perf_counter()
            played = play(bar)
            times_ms[way].append((time.perf_counter() - began_s) * 1000)
            same[way] &= played == expected
    ours_ms = quantile(next(iter(times_ms.values())), 0.5)
    for way, of_way in times_ms.items():
        middle_ms = quantile(of_way, 0.5)
        result.rows.append(
            (way, len(of_way), middle_ms, quantile(of_way, 0.99), middle_ms / ours_ms, "yes" if same[way] else "no")
        )
    return result


Bar = tuple[list[int], list[int], list[float], Choice]


def _bar(steps: int, seed: int) -> Bar:
    rng = np.random.default_rng(seed)
    lead = rng.integers(60, 80, steps).tolist()
    own = rng.integers(36, 60, steps - WRITTEN).tolist()
    return lead, own, rng.random(WRITTEN).tolist(), Choice(28, 96, 0.3)


def _one_hot(rows: Sequence[int]) -> np.ndarray:
    hot = np.zeros((1, len(rows), PITCHES), np.float32)
    for place, pitch in enumerate(rows):
        if pitch != SILENCE:
            hot[0, place, pitch] = 1
    return hot


def _stepped(encode: Callable[[np.ndarray], Any], step: Step) -> Callable[[Bar], list[int]]:
    """A bar played by an encoder and a decoder step, as `Network.write` does it."""

    def play(bar: Bar) -> list[int]:
        lead, own, draws, choose = bar
        states = encode(_one_hot(lead))
        rows = list(own)
        for at in range(len(own) + len(draws)):
            shares, states = step(_one_hot([rows[at - 1] if at else SILENCE]), states)
            if at >= len(own):
                logits = np.log(np.maximum(shares.astype(np.float64), 1e-300))
                rows.append(choose(logits, draws[at - len(own)]))
        return rows[len(own) :]

    return play


def _tensorflow_ways(arrays: Any, network: Network, result: Result) -> dict[str, Callable[[Bar], list[int]]]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    encoder, decoder = _keras_halves(keras, arrays, network)
    ways = {
        "Keras `predict` a step, as the student did": _stepped(
            lambda rows: encoder.predict(rows, verbose=0),
            lambda row, states: _first_and_rest(decoder.predict([row, *states], verbose=0)),
        ),
        "Keras `__call__` a step": _stepped(
            lambda rows: encoder(tf.constant(rows)),
            lambda row, states: _first_and_rest(decoder([tf.constant(row), *states])),
        ),
    }
    encode = tf.function(lambda rows: encoder(rows), reduce_retracing=True)
    step = tf.function(lambda row, hidden, cell: decoder([row, hidden, cell]), reduce_retracing=True)
    ways["`tf.function` a step"] = _stepped(
        lambda rows: encode(tf.constant(rows)),
        lambda row, states: _first_and_rest(step(tf.constant(row), *states)),
    )
    if find_spec("ai_edge_litert") is None:
        result.remarks.append("LiteRT (ai-edge-litert) is not installed")
    else:
        ways["LiteRT a step, float32, one thread"] = _litert_way(tf, encoder, decoder, network)
    return ways


def _keras_halves(keras: Any, arrays: Any, network: Network) -> tuple[Any, Any]:
    """The trained network as two models: rows to states, and a row with states to shares with states."""
    weights = {name: np.asarray(values, np.float32) for name, values in arrays.items()}
    rows = keras.Input((network.steps, PITCHES), batch_size=1)
    lstm = keras.layers.LSTM(network.latent, return_state=True, unroll=True)
    encoder = keras.Model(rows, lstm(rows)[1:])
    lstm.set_weights([weights[f"encoder_{name}"] for name in ("kernel", "recurrent", "bias")])
    row, hidden, cell = (
        keras.Input(shape, batch_size=1) for shape in ((1, PITCHES), (network.latent,), (network.latent,))
    )
    lstm = keras.layers.LSTM(network.latent, return_state=True, unroll=True)
    written, *states = lstm(row, initial_state=[hidden, cell])
    output = keras.layers.Dense(PITCHES, activation="softmax")
    decoder = keras.Model([row, hidden, cell], [output(written), *states])
    lstm.set_weights([weights[f"decoder_{name}"] for name in ("kernel", "recurrent", "bias")])
    output.set_weights([weights["output_kernel"], weights["output_bias"]])
    return encoder, decoder


def _first_and_rest(outputs: Sequence[Any]) -> tuple[np.ndarray, Any]:
    shares, *states = outputs
    return np.asarray(shares)[0], states


def _litert_way(tf: Any, encoder: Any, decoder: Any, network: Network) -> Callable[[Bar], list[int]]:
    from ai_edge_litert.interpreter import Interpreter

    def interpreted(function: Any, *shapes: tuple[int, ...]) -> Callable[..., list[np.ndarray]]:
        traced = tf.function(function).get_concrete_function(*(tf.TensorSpec(s, tf.float32) for s in shapes))
        model = tf.lite.TFLiteConverter.from_concrete_functions([traced]).convert()
        interpreter = Interpreter(model_content=model, num_threads=1)
        interpreter.allocate_tensors()
        inputs = [details["index"] for details in interpreter.get_input_details()]
        outputs = [details["index"] for details in interpreter.get_output_details()]

        def call(*arrays: np.ndarray) -> list[np.ndarray]:
            for index, array in zip(inputs, arrays, strict=True):
                interpreter.set_tensor(index, array)
            interpreter.invoke()
            return [interpreter.get_tensor(index) for index in outputs]

        return call

    units = (1, network.latent)
    encode = interpreted(lambda rows: encoder(rows), (1, network.steps, PITCHES))
    step = interpreted(lambda row, hidden, cell: decoder([row, hidden, cell]), (1, 1, PITCHES), units, units)
    return _stepped(encode, lambda row, states: _first_and_rest(step(row, *states)))
