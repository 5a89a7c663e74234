"""A player beside a storm: packets of every kind, slow connections, a flood of requests. The same storm at a port where
nobody listens stands beside it, since who throws it takes his part of the machine as well."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.bridges import ROOT, serving
from benchmarks.players import LATEST_S, Ears, Load, LoadPlayer, leads
from benchmarks.result import Result, Settings, quantile
from benchmarks.thrower import A_SECOND, KINDS, SLOW

ROUNDS = 5
BARS = 60
"""In each round and at each storm, the first ones not counted."""
SKIPPED = 5
PAUSE_S = 0.03


def run(settings: Settings) -> Result:
    """Everything in turns, several rounds."""
    result = Result(
        "A player beside a storm",
        f"One player at a bridge with two workers, {ROUNDS * BARS} bars one after the other with {PAUSE_S * 1000:.0f} "
        f"ms between them, while a process of its own throws {A_SECOND} packets a second: half of them a member's, "
        f"half strangers', random, cut, damaged, in bundles in bundles, and {SLOW} connections with a byte a second; "
        "or as many requests for bars of a session of its own. Each storm is thrown at a port where nobody answers, "
        "too: that is what it costs to throw it. In turns.",
        ("beside", "bars", "p50 ms", "p99 ms", "max ms", "lost or refused", "p99 against the same at nobody"),
        goal="the player's p99 is the same",
    )
    loads: dict[tuple[str, bool], Load] = {(kind, hits): Load() for kind in KINDS for hits in (False, True)}
    alone, told = Load(), Counter[str]()
    with serving(settings.model) as bridge, nobody() as elsewhere:
        player = LoadPlayer(bridge.port, "calm", leads())
        player.join(seed=1)
        ears = Ears([player])
        for _ in range(1 if settings.is_quick else ROUNDS):
            play(player, ears, alone, settings)
            for (kind, hits), load in loads.items():
                with thrown(kind, bridge.port if hits else elsewhere, told):
                    play(player, ears, load, settings)
        player.bye()
    result.rows.append(("nothing", *_figures(alone), float("nan")))
    for kind, words in KINDS.items():
        at_nobody, at_bridge = loads[kind, False], loads[kind, True]
        ratio = quantile(at_bridge.round_trips_ms, 0.99) / quantile(at_nobody.round_trips_ms, 0.99)
        result.rows.append((f"{words}, at nobody", *_figures(at_nobody), float("nan")))
        result.rows.append((f"{words}, at the bridge", *_figures(at_bridge), ratio))
    said = ", ".join(f"{count} times {code}" for code, count in told.most_common())
    result.remarks.append(f"model `{settings.model}`; who asked for bars without end was told: {said}")
    return result


def play(player: LoadPlayer, ears: Ears, load: Load, settings: Settings) -> None:
    """Some bars, one after the other."""
    for number in range(SKIPPED + settings.samples(BARS)):
        player.is_counted = number >= SKIPPED
        player.ask()
        deadline_s = time.perf_counter() + LATEST_S
        while player.wanted_seq >= 0 and time.perf_counter() < deadline_s:
            ears.collect(load, 0.02)
        if player.wanted_seq >= 0:
            load.errors.append("lost")
        player.tell()
        time.sleep(PAUSE_S)


@contextmanager
def nobody() -> Iterator[int]:
    """A port that takes what comes, over UDP and TCP, and looks at none of it."""
    with ExitStack() as stack:
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        tcp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        udp.bind(("127.0.0.1", 0))
        port = int(udp.getsockname()[1])
        tcp.bind(("127.0.0.1", port))
        tcp.listen(1_000)
        yield port


@contextmanager
def thrown(kind: str, port: int, told: Counter[str]) -> Iterator[None]:
    """A storm at a port, from a process of its own. `told` takes in what it was answered."""
    command = [sys.executable, "-m", "benchmarks.thrower", kind, str(port)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "throwing\n", "the thrower did not start"
        yield
    finally:
        said, _ = process.communicate("", 10)  # the end of its input is its end
        for line in said.splitlines():
            code, _, count = line.partition(" ")
            told[code] += int(count)


def _figures(load: Load) -> tuple[int, float, float, float, int]:
    values = load.round_trips_ms
    return len(values), quantile(values, 0.5), quantile(values, 0.99), max(values, default=0.0), len(load.errors)
