"""Many players at once: their bars spread evenly, and all on one beat."""

from __future__ import annotations

from benchmarks.bridges import serving
from benchmarks.players import Load, LoadPlayer, leads, play_aligned, play_staggered
from benchmarks.plotting import curves
from benchmarks.result import Result, Settings, quantile

STAGGERED = (25, 50, 100, 150, 200, 250, 300)
ALIGNED = (4, 8, 16, 32, 48, 64, 96)
BARS = 5
"""What each player plays, the first not counted."""
STAGGERED_MS, ALIGNED_MS = 50.0, 150.0


def joined(port: int, count: int, name: str) -> list[LoadPlayer]:
    """So many players, each at another place of the leads."""
    bars = leads()
    players = [LoadPlayer(port, f"{name}-{number}", bars, first_bar=number) for number in range(count)]
    for player in players:
        player.join(seed=1)
    return players


def run_staggered(settings: Settings) -> Result:
    """Levels of players until the p99 leaves 50 ms twice."""
    result = Result(
        "Players at 120 bpm, their bars evenly spread",
        f"Each player is a session of its own and asks every 2 s, {BARS} bars; the load comes from the same machine.",
        ("players", "bars", "p50 ms", "p99 ms", "max ms", "lost or refused", f"p99 within {STAGGERED_MS:.0f} ms"),
        goal="200 players",
    )
    points = []
    with serving(settings.model) as bridge:
        for count in STAGGERED[:2] if settings.is_quick else STAGGERED:
            load = _played(joined(bridge.port, count, f"s{count}"), is_aligned=False)
            p99_ms = quantile(load.round_trips_ms, 0.99)
            is_kept = p99_ms <= STAGGERED_MS and not load.errors
            points.append((count, quantile(load.round_trips_ms, 0.5), p99_ms))
            row = (count, len(load.round_trips_ms), points[-1][1], p99_ms, max(load.round_trips_ms, default=0.0))
            result.rows.append((*row, len(load.errors), "yes" if is_kept else "no"))
            if p99_ms > 4 * STAGGERED_MS:
                break
    lines = {"p50": [(x, p50) for x, p50, _ in points], "p99": [(x, p99) for x, _, p99 in points]}
    name = "players_staggered.svg"
    result.plots.append(curves(settings.plots / name, lines, "players", "round trip, ms", STAGGERED_MS, is_log=True))
    result.remarks.append(f"model `{settings.model}`, two workers")
    return result


def run_aligned(settings: Settings) -> Result:
    """Rounds in which everybody asks in the same moment."""
    rounds = 3 if settings.is_quick else 7
    result = Result(
        "Players whose bars all end on the same beat",
        f"All ask in one moment; what counts is when the last is answered. {rounds - 1} rounds each.",
        ("players", "last answer, median ms", "last answer, worst ms", "p50 of all, ms", "lost or refused"),
        goal=f"64 players within {ALIGNED_MS:.0f} ms",
    )
    points = []
    with serving(settings.model) as bridge:
        for count in ALIGNED[:2] if settings.is_quick else ALIGNED:
            load = _played(joined(bridge.port, count, f"a{count}"), is_aligned=True, rounds=rounds)
            middle_ms, worst_ms = quantile(load.slowest_ms, 0.5), max(load.slowest_ms)
            points.append((count, middle_ms, worst_ms))
            result.rows.append((count, middle_ms, worst_ms, quantile(load.round_trips_ms, 0.5), len(load.errors)))
    lines = {"median round": [(x, y) for x, y, _ in points], "worst round": [(x, y) for x, _, y in points]}
    name = "players_aligned.svg"
    result.plots.append(curves(settings.plots / name, lines, "players on one beat", "last answer, ms", ALIGNED_MS))
    result.remarks.append(f"model `{settings.model}`, two workers")
    return result


def _played(players: list[LoadPlayer], is_aligned: bool, rounds: int = BARS) -> Load:
    load = play_aligned(players, rounds) if is_aligned else play_staggered(players, rounds)
    for player in players:
        player.bye()
    return load
