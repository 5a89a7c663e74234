"""A bridge inside another program: on a thread of its own, ready when it is entered, gone when it is left."""

from __future__ import annotations

import threading
from types import TracebackType

from bridge.errors import InputError
from bridge.server.app import Bridge, run

READY_LIMIT_S = 60.0


class BackgroundBridge:
    """`with BackgroundBridge(Bridge(Config(port=0))) as bridge: ...` plays at `bridge.host`, `bridge.port`.

    Entering waits until the default model can play; with `wait_for_model=False` only until it listens.
    """

    def __init__(self, bridge: Bridge, wait_for_model: bool = True) -> None:
        self._bridge = bridge
        self._wait_for_model = wait_for_model
        self._is_ready = threading.Event()
        self._error: InputError | None = None
        self._thread = threading.Thread(target=self._run, name="bridge", daemon=True)

    def __enter__(self) -> Bridge:
        """Raises InputError, see `Bridge.serve`; or when the model is not ready within a minute."""
        self._thread.start()
        is_ready = self._is_ready.wait(READY_LIMIT_S)
        if self._error is not None:
            raise self._error
        if not is_ready:
            self.__exit__(None, None, None)
            raise InputError(f"the model {self._bridge.model} was not ready within {READY_LIMIT_S:g} s")
        return self._bridge

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bridge.stop()
        self._thread.join()

    def _run(self) -> None:
        on_ready, on_listening = self._is_ready.set, lambda: None
        if not self._wait_for_model:
            on_ready, on_listening = on_listening, on_ready
        try:
            run(self._bridge, on_ready, on_listening)
        except InputError as error:
            self._error = error
        finally:
            self._is_ready.set()
