"""One process that trains, or several, maybe on several machines, that train one network together.

TF_CONFIG in the environment says which, as tf.distribute has it: the addresses of all workers, and which of them this
one is. Every worker draws its own share of each batch, the gradients are summed, and the weights stay the same
everywhere. Only the chief (the first worker) writes; what it has read of an earlier run is told to the others, so
that no folder need be shared.

Of several workers the step is written out here: Keras' own `train_on_batch` fails under MultiWorkerMirroredStrategy
(it takes the mean over workers of a scalar loss along an axis; github.com/keras-team/keras/issues/20585).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

import keras
import numpy as np
import numpy.typing as npt

from bridge.errors import InputError
from training.batches import Arrays

T = TypeVar("T")
Batch = tuple[Arrays, Arrays]
Stream = Callable[[int], Iterator[Batch]]
"""Batches without end for a replica, by its number: no two replicas draw the same bars."""


class OneWorker:
    """This process alone, on any Keras backend. `replicas`: into how many shares a batch is divided."""

    replicas = 1
    index = 0
    count = 1

    @property
    def is_chief(self) -> bool:
        """Whether this process writes."""
        return self.index == 0

    def scope(self) -> AbstractContextManager[Any]:
        """Where networks and optimizers have to be made."""
        return nullcontext()

    def summed(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The sum of what each worker says; every worker has to ask, with the same shape."""
        return values

    def told(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """What the chief says; every worker has to ask, with the same shape."""
        return self.summed(values if self.is_chief else np.zeros_like(values))

    def learner(self, model: keras.Model, optimizer: keras.optimizers.Optimizer, jit: bool) -> Learner:
        """What takes the steps. The optimizer's variables are made here."""
        model.compile(optimizer=optimizer, jit_compile=jit)
        optimizer.build(model.trainable_variables)
        return Learner(model)


class Learner:
    """Takes steps with a network in this process."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self._batches: dict[int, Iterator[Batch]] = {}

    def begin(self, stream: Stream) -> None:
        """From here on the batches come from this stream."""
        self._batches = {}
        self._stream = stream

    def learn(self) -> float:
        """One step; the loss before it."""
        self.model.reset_metrics()  # some versions of Keras answer with a running mean
        return float(np.asarray(self.model.train_on_batch(*self._next(0))).ravel()[0])

    def loss(self, batches: Sequence[Batch]) -> float:
        """The mean loss over batches."""
        return float(np.mean([self._loss(batch) for batch in batches]))

    def _next(self, replica: int) -> Batch:
        if replica not in self._batches:
            self._batches[replica] = self._stream(replica)
        return next(self._batches[replica])

    def _loss(self, batch: Batch) -> float:
        self.model.reset_metrics()
        return float(np.asarray(self.model.test_on_batch(*batch)).ravel()[0])


class ManyWorkers(OneWorker):
    """One of several processes that TF_CONFIG names, by tf.distribute. Several GPUs of a machine share its work.

    Blocks until all workers are there; no TensorFlow operation may have run before.
    """

    def __init__(self, index: int, count: int) -> None:
        import tensorflow as tf

        self.index, self.count = index, count
        self._strategy = tf.distribute.MultiWorkerMirroredStrategy()
        self.replicas = self._strategy.num_replicas_in_sync

    def scope(self) -> AbstractContextManager[Any]:
        """The strategy's: variables made here begin with the chief's values."""
        scope: AbstractContextManager[Any] = self._strategy.scope()
        return scope

    def summed(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The sum over workers, whatever number of replicas each has."""
        import tensorflow as tf

        first = self.index * (self.replicas // self.count)

        def mine(context: Any) -> Any:
            return tf.constant(values if context.replica_id_in_sync_group == first else np.zeros_like(values))

        told = self._strategy.experimental_distribute_values_from_function(mine)
        return together(lambda: np.asarray(self._strategy.reduce("SUM", told, axis=None)))

    def learner(self, model: keras.Model, optimizer: keras.optimizers.Optimizer, jit: bool) -> Learner:
        """What takes the steps, together with the other workers' learners. `jit` is left out, as in Keras."""
        # Every replica's gradients are clipped before they are summed: to a share of the norm, so that the sum
        # keeps to the whole of it.
        if optimizer.clipnorm:
            optimizer.clipnorm = optimizer.clipnorm / self.replicas
        model.compile(optimizer=optimizer, jit_compile=False)
        optimizer.build(model.trainable_variables)
        return _SharedLearner(model, self)

    def step(self, model: keras.Model) -> Callable[[Any, Any], Any]:
        """A step of all replicas: batches of all in, the mean of their losses out."""
        import tensorflow as tf

        def one(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True), training=True)
                share = loss / self.replicas  # the optimizer sums the replicas' gradients
            variables = model.trainable_variables
            model.optimizer.apply_gradients(zip(tape.gradient(share, variables), variables, strict=True))
            return loss

        @tf.function(reduce_retracing=True)
        def all_of_them(x: Any, y: Any) -> Any:
            return self._strategy.reduce("MEAN", self._strategy.run(one, args=(x, y)), axis=None)

        step: Callable[[Any, Any], Any] = all_of_them
        return step

    def values(self, of: Callable[[int], Any]) -> Any:
        """A value for each replica of this worker, by the replica's number."""
        return self._strategy.experimental_distribute_values_from_function(
            lambda context: of(context.replica_id_in_sync_group)
        )


class _SharedLearner(Learner):
    def __init__(self, model: keras.Model, workers: ManyWorkers) -> None:
        super().__init__(model)
        self._workers, self._step = workers, workers.step(model)

    def learn(self) -> float:
        return together(lambda: float(self._step(*self._workers.values(self._next))))

    def loss(self, batches: Sequence[Batch]) -> float:
        """Every worker looks at its share of the batches."""
        mine = batches[self._workers.index :: self._workers.count]
        total, count = self._workers.summed(np.array([sum(map(self._loss, mine)), len(mine)]))
        return float(total / count)

    def _loss(self, batch: Batch) -> float:
        x, y = batch
        return float(self.model.compute_loss(x=x, y=y, y_pred=self.model(x, training=False), training=False))


def together(step: Callable[[], T]) -> T:
    """What all workers do at the same time. Raises InputError: one of them is gone."""
    import tensorflow as tf

    try:
        return step()
    except (tf.errors.UnavailableError, tf.errors.AbortedError) as gone:
        raise InputError(
            "another worker is gone, and the others cannot go on without it: type the same command on every machine "
            "again, and they go on from the last look"
        ) from gone


def found() -> OneWorker:
    """The workers that TF_CONFIG names; this process alone where it names one or is not set. Raises InputError."""
    text = os.environ.get("TF_CONFIG", "")
    if not text:
        return OneWorker()
    try:
        config = json.loads(text)
        cluster, task = config["cluster"], config["task"]
        names = [(kind, number) for kind in ("chief", "worker") for number in range(len(cluster.get(kind, ())))]
        index = names.index((str(task["type"]), int(task["index"])))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise InputError(
            'TF_CONFIG cannot be used: it has to be as {"cluster": {"worker": ["host:port", ...]}, '
            f'"task": {{"type": "worker", "index": 0}}}} ({fault})'
        ) from fault
    if len(names) < 2:
        return OneWorker()
    if keras.backend.backend() != "tensorflow":
        raise InputError(
            f"TF_CONFIG names {len(names)} workers, which only TensorFlow can bring together, and KERAS_BACKEND is "
            f"{keras.backend.backend()}: set it to tensorflow, or unset TF_CONFIG to train in one process"
        )
    return ManyWorkers(index, len(names))
