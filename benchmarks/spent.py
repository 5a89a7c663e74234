"""Where a bar's time goes: each part of the model, the processes around it, and what is waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from benchmarks.bar_latency import PAUSE_S, one_song
from benchmarks.bridges import Running, serving
from benchmarks.players import TEMPO_BPM, leads
from benchmarks.result import Result, Settings, quantile
from bridge.model.accompanist import Accompanist, Request
from bridge.model.registry import load
from bridge.session.events import Ask
from bridge.session.session import Session

HISTORY_BARS = 64
REPEATS = 10
PARTS = {
    "the request as arrays": "bridge.model.neural.Score",
    "rows of the planner": "bridge.model.planner.plan_rows",
    "planner's network, three keys": "bridge.model.runtime.PlanRuntime.__call__",
    "counted chords": "bridge.model.planner.counted",
    "choosing the chords": "bridge.model.neural.make_plan",
    "rows of the note network": "bridge.model.neural.note_rows",
    "note network: encoder": "bridge.model.runtime.NoteRuntime.hear",
    "note network: its recurrent step, each note": "bridge.model.runtime.NoteRuntime._step",
    "drawing, each note": "bridge.model.neural.write_bar",
}
"""What is timed -> the function that does it, without those of the others that it calls."""

Times = dict[str, float]


def run(settings: Settings) -> Result:
    """The parts are timed in this process; the processes while a song is played at a bridge."""
    model = load("default")
    requests = asked(model, HISTORY_BARS + settings.samples(40))[HISTORY_BARS:]
    parts, notes = spent(model, requests)
    result = Result(
        "Where a bar's time goes",
        f"Model `default`, {HISTORY_BARS} bars of history, {notes:.1f} notes a bar: processor time in ms a bar, the "
        f"median of {REPEATS} times for each bar and part; then of the bridge's processes, mean over a song, with as "
        "much sleep between two bars; and what is left of the median round trip.",
        ("part", "ms a bar", "share of the round trip"),
    )
    with serving("default") as bridge:
        one_song(bridge.port, 5)
        before = _processor_ms(bridge)
        round_trips_ms = one_song(bridge.port, settings.samples(200), skipped=0)
        after = _processor_ms(bridge)
    whole_ms = quantile(round_trips_ms, 0.5)
    in_model_ms = sum(parts.values())
    cold_ms = asleep(model, requests)
    rows = [*parts.items(), ("**the model, all of it**", in_model_ms)]
    rows += [(f"the same after {PAUSE_S * 1000:.0f} ms of sleep: caches gone cold", cold_ms)]
    if after:
        server_ms = (after[0] - before[0]) / len(round_trips_ms)
        workers_ms = (sum(after[1:]) - sum(before[1:])) / len(round_trips_ms)
        rows += [
            ("a worker beyond that: pipe, what it reads of a bar once", workers_ms - in_model_ms - cold_ms),
            ("server's process: packets, codec, session, pipe", server_ms),
            ("waiting: for the processor, between processes", whole_ms - workers_ms - server_ms),
        ]
    rows += [("**round trip, median**", whole_ms)]
    result.rows += [(name, ms, f"{ms / whole_ms:.0%}") for name, ms in rows]
    return result


def asked(model: Accompanist, bars: int) -> list[Request]:
    """The requests of a live song, as a worker sees them."""
    session, requests = Session("one", "default"), []
    session.set("seed", 1)
    song = leads()
    for number in range(bars):
        bar = song[number % len(song)]
        known_beats = bar.metre.length_beats - 0.25
        session.ask("player", Ask(2 * number, number, bar.before(known_beats), TEMPO_BPM, 1, known_beats), 0.0)
        job = session.begin(0.0, 0)
        assert job is not None
        requests.append(job.request)
        session.finish(job, model.accompany(job.request), 0.0)
        session.ask("player", Ask(2 * number + 1, number, bar, TEMPO_BPM, -1, bar.metre.length_beats), 0.0)
    return requests


def spent(model: Accompanist, requests: list[Request]) -> tuple[Times, float]:
    """Milliseconds a bar of each part and of the rest, and notes a bar."""
    all_times: list[list[Times]] = [[] for _ in requests]
    notes = 0
    with timed() as taken:
        for _ in range(REPEATS):
            for request, times in zip(requests, all_times, strict=True):
                taken.clear()
                began_ns = time.thread_time_ns()
                parts = model.accompany(request)
                whole = (time.thread_time_ns() - began_ns) / 1e6
                taken["the rest"] = whole - sum(taken.values())
                times.append(dict(taken))
                notes += sum(len(part.notes) for part in parts)
    names = [*PARTS, "the rest"]
    means = {
        name: sum(median(one.get(name, 0.0) for one in times) for times in all_times) / len(requests) for name in names
    }
    return means, notes / len(requests) / REPEATS


def asleep(model: Accompanist, requests: list[Request]) -> float:
    """How many milliseconds of processor time more a bar costs when the process has slept before it, with nothing else
    to do for the machine; with and without sleep in turns."""
    more: list[float] = []
    for request in requests * 3:
        taken_ms = []
        for pause_s in (0.0, PAUSE_S):
            model.accompany(request)
            time.sleep(pause_s)
            began_ns = time.thread_time_ns()
            model.accompany(request)
            taken_ms.append((time.thread_time_ns() - began_ns) / 1e6)
        more.append(taken_ms[1] - taken_ms[0])
    return median(more)


@contextmanager
def timed() -> Iterator[Times]:
    """Milliseconds of processor time of each of PARTS, as long as it lasts; cleared by whoever reads them."""
    taken: Times = {}
    inside: list[float] = []

    def timing(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            inside.append(0.0)
            began_ns = time.thread_time_ns()
            try:
                return function(*args, **kwargs)
            finally:
                whole = (time.thread_time_ns() - began_ns) / 1e6
                taken[name] = taken.get(name, 0.0) + whole - inside.pop()
                if inside:
                    inside[-1] += whole

        return call

    with ExitStack() as stack:
        for name, place in PARTS.items():
            patcher = patch(place)
            original, _ = patcher.get_original()
            stack.enter_context(patch(place, timing(name, original)))
        yield taken


def _processor_ms(bridge: Running) -> list[float]:
    """Processor time so far of the bridge's main process and its workers; Linux only."""
    used = []
    for pid in bridge.pids:
        tasks = list(Path(f"/proc/{pid}/task").glob("*/schedstat"))
        used.append(sum(int(task.read_text().split()[0]) for task in tasks) / 1e6)
    return used if Path("/proc/self/schedstat").exists() else []
