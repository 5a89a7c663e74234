"""One client: a bar asked to a bar answered, over UDP, at a real bridge."""

from __future__ import annotations

import time

from benchmarks.bridges import serving
from benchmarks.players import LoadPlayer, leads
from benchmarks.plotting import histogram
from benchmarks.result import Result, Settings, quantile

MODELS = ("default", "onehot", "chords")
PAUSE_S = 0.05
"""Between two bars: processors clock down and caches cool, as they do between a player's bars."""


def run(settings: Settings) -> Result:
    """A song of 200 bars for each model; the first 10 bars are not counted."""
    from bridge.model.registry import BUILT_IN

    result = Result(
        "One client: a bar asked to a bar answered",
        "A live player (`ahead` 1) at a bridge with two workers, over UDP, 200 bars of the bundled leads one after the "
        f"other with {PAUSE_S * 1000:.0f} ms between them, the history growing to the 64 bars that are remembered.",
        ("model", "bars", "p50 ms", "p95 ms", "p99 ms", "max ms"),
        goal="8 / 15 ms (p50 / p99) with the default model",
    )
    measured = {}
    for model in (name for name in MODELS if name in BUILT_IN):
        with serving(model) as bridge:
            round_trips_ms = one_song(bridge.port, settings.samples(200))
        measured[model] = round_trips_ms
        shares = [quantile(round_trips_ms, share) for share in (0.5, 0.95, 0.99, 1.0)]
        result.rows.append((model, len(round_trips_ms), *shares))
    result.plots.append(histogram(settings.plots / "bar_latency.svg", measured, "a bar asked to a bar answered, ms"))
    return result


def one_song(port: int, bars: int, skipped: int = 10) -> list[float]:
    """The round trip of every bar in ms, one after the other."""
    player = LoadPlayer(port, "one", leads())
    player.join(seed=1)
    round_trips_ms = []
    for number in range(bars + skipped):
        player.ask()
        while (heard := player.heard()) is None:
            time.sleep(0.0001)
        assert not heard[1], heard
        if number >= skipped:
            round_trips_ms.append(heard[0] * 1000)
        player.tell()
        time.sleep(PAUSE_S)
    player.bye()
    return round_trips_ms
