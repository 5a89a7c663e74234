"""What all processes of a bridge take: with one session, with 200, and over time."""

from __future__ import annotations

import time

from benchmarks.bridges import memory_mb, serving
from benchmarks.load import joined
from benchmarks.players import Ears, Load
from benchmarks.plotting import curves
from benchmarks.result import Result, Settings


def run(settings: Settings) -> Result:
    """200 sessions play 16 bars each as fast as they are answered; memory is read after every bar."""
    sessions, bars = (20, 4) if settings.is_quick else (200, 16)
    result = Result(
        "Memory of all processes",
        f"The server's main process and its two workers; {bars} bars in every session. The first figure of a cell is "
        "the sum of resident memory as `ps` shows it, the second counts what the processes share once.",
        ("sessions", "main process MB", "workers MB", "all MB"),
        goal="120 MB with 1 session, 200 MB with 200",
    )
    points: dict[str, list[tuple[float, float]]] = {"resident": [], "shared counted once": []}
    with serving(settings.model) as bridge:
        began_s = time.perf_counter()

        def sample() -> None:
            for (_, line), value in zip(points.items(), memory_mb(bridge.pids), strict=True):
                line.append((time.perf_counter() - began_s, value))

        for count in (1, sessions):
            players = joined(bridge.port, count, f"m{count}")
            ears = Ears(players)
            for _ in range(bars):
                for start in range(0, count, 16):
                    some = players[start : start + 16]
                    for player in some:
                        player.ask()
                    deadline_s = time.perf_counter() + 10
                    while any(player.wanted_seq >= 0 for player in some) and time.perf_counter() < deadline_s:
                        ears.collect(Load(), 0.05)
                    for player in some:
                        player.tell()
                sample()
            main, workers = memory_mb(bridge.pids[:1]), memory_mb(bridge.pids[1:])
            both = memory_mb(bridge.pids)
            result.rows.append((count, _cell(main), _cell(workers), _cell(both)))
            for player in players:
                player.bye()
    result.plots.append(curves(settings.plots / "memory.svg", points, "s", "MB, all processes"))
    result.remarks.append(f"model `{settings.model}`, two workers; the first {bars} points are one session")
    return result


def _cell(megabytes: tuple[float, float]) -> str:
    return f"{megabytes[0]:.0f} / {megabytes[1]:.0f}"
