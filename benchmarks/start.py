"""From nothing to the first answered bar: a process is started, loads its model, and is asked at once."""

from __future__ import annotations

import time

from benchmarks.bridges import serving
from benchmarks.players import LoadPlayer, leads
from benchmarks.result import Result, Settings, quantile


def run(settings: Settings) -> Result:
    """Twelve starts."""
    result = Result(
        "Process start to the first answered bar",
        "`obbligato serve` is started; the moment it says that it is ready (model loaded and warmed) a client says "
        "/hello and asks. Files are in the system's cache.",
        ("model", "starts", "ready, median s", "first bar, median s", "first bar, slowest s"),
        goal="0.25 s to the first bar",
    )
    from bridge.model.registry import BUILT_IN

    bars = leads()
    for model in [settings.model, *(name for name in BUILT_IN if name != settings.model)]:
        ready_s, answered_s = [], []
        for _ in range(settings.samples(12)):
            began_s = time.perf_counter()
            with serving(model) as bridge:
                ready_s.append(bridge.started_s)
                player = LoadPlayer(bridge.port, "first", bars)
                player.join()
                player.ask()
                while player.heard() is None:
                    time.sleep(0.0005)
                answered_s.append(time.perf_counter() - began_s)
                player.bye()
        result.rows.append((model, len(ready_s), quantile(ready_s, 0.5), quantile(answered_s, 0.5), max(answered_s)))
    return result
