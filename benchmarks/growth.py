"""How the cost of a bar grows: with the history, with the lead's notes, with the parts that play."""

from __future__ import annotations

import time
from collections.abc import Sequence

from benchmarks.bridges import serving
from benchmarks.players import FOUR_FOUR, LoadPlayer, leads
from benchmarks.plotting import curves
from benchmarks.result import Result, Settings, quantile
from bridge.model.registry import load
from bridge.music.bar import Bar
from bridge.music.note import Note

HISTORY = (1, 2, 4, 8, 16, 32, 48, 64)
NOTES = (1, 4, 8, 16, 32, 64, 128)


def run_history(settings: Settings) -> Result:
    """Each length is reached in a session of its own and then measured while the history moves on."""
    result = Result(
        "Cost against the length of the history",
        "One session over UDP; the lead remembered so far in bars (64 at most), p50 and p99 of the bars that follow.",
        ("bars remembered", "bars measured", "p50 ms", "p99 ms"),
        goal="flat",
    )
    points = []
    rounds = settings.samples(12)
    with serving(settings.model) as bridge:
        for length in HISTORY:
            round_trips_ms: list[float] = []
            for number in range(rounds):
                player = LoadPlayer(bridge.port, f"h{length}-{number}", leads())
                player.join(seed=1)
                for _ in range(length - 1):
                    player.tell()
                    time.sleep(0.001)
                round_trips_ms += _asked(player, 4)
                player.bye()
            points.append((length, quantile(round_trips_ms, 0.5), quantile(round_trips_ms, 0.99)))
            result.rows.append((length, len(round_trips_ms), *points[-1][1:]))
    lines = {"p50": [(x, y) for x, y, _ in points], "p99": [(x, y) for x, _, y in points]}
    result.plots.append(curves(settings.plots / "history.svg", lines, "bars of lead remembered", "round trip, ms"))
    result.remarks.append(f"model `{settings.model}`")
    return result


def run_notes(settings: Settings) -> Result:
    """A lead of evenly spread notes, 16 bars of it remembered."""
    result = Result(
        "Cost against the notes in a bar of lead",
        "One session over UDP, every bar of the lead with so many notes.",
        ("notes a bar", "bars measured", "p50 ms", "p99 ms"),
    )
    points = []
    with serving(settings.model) as bridge:
        for notes in NOTES:
            player = LoadPlayer(bridge.port, f"n{notes}", [_bar(notes)])
            player.join(seed=1)
            round_trips_ms = _asked(player, settings.samples(40) + 16)[16:]
            player.bye()
            points.append((notes, quantile(round_trips_ms, 0.5), quantile(round_trips_ms, 0.99)))
            result.rows.append((notes, len(round_trips_ms), *points[-1][1:]))
    lines = {"p50": [(x, y) for x, y, _ in points], "p99": [(x, y) for x, _, y in points]}
    result.plots.append(curves(settings.plots / "notes.svg", lines, "notes in a bar of lead", "round trip, ms"))
    result.remarks.append(f"model `{settings.model}`")
    return result


def run_parts(settings: Settings) -> Result:
    """One part, two, and so on, as far as any model plays them."""
    from bridge.model.registry import BUILT_IN

    result = Result(
        "Cost against the parts that play",
        "One session over UDP, the control `parts` with the first so many of the model's instruments.",
        ("model", "parts", "bars measured", "p50 ms", "p99 ms"),
    )
    for model in BUILT_IN:
        names = load(model).part_names
        with serving(model) as bridge:
            for count in range(1, len(names) + 1):
                player = LoadPlayer(bridge.port, f"p{count}", leads())
                player.join(seed=1, parts=" ".join(names[:count]))
                round_trips_ms = _asked(player, settings.samples(40) + 5)[5:]
                player.bye()
                shares = (quantile(round_trips_ms, 0.5), quantile(round_trips_ms, 0.99))
                result.rows.append((model, ", ".join(names[:count]), len(round_trips_ms), *shares))
    return result


def _bar(notes: int) -> Bar:
    spread = (Note(55 + 7 * i % 24, i * 4 / notes, 4 / notes, 80) for i in range(notes))
    return Bar(FOUR_FOUR, tuple(spread))


def _asked(player: LoadPlayer, bars: int) -> Sequence[float]:
    round_trips_ms = []
    for _ in range(bars):
        player.ask()
        while (heard := player.heard()) is None:
            time.sleep(0.0001)
        assert not heard[1], heard
        round_trips_ms.append(heard[0] * 1000)
        player.tell()
        time.sleep(0.005)
    return round_trips_ms
