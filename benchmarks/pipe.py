"""A request on its way to a worker and back to objects: each bar kept, against plain pickling."""

from __future__ import annotations

import io
import pickle
import time
from collections.abc import Callable

from benchmarks.players import FOUR_FOUR
from benchmarks.result import Result, Settings, quantile
from bridge.model.accompanist import LeadBar, Part, PlayedBar, Request
from bridge.model.controls import Controls
from bridge.music.bar import Bar
from bridge.music.note import Note
from bridge.server import pipes

BARS = (1, 16, 64)
NOTES = 16


def run(settings: Settings) -> Result:
    """The request after the one that was sent before it, as in a song: all of its bars but two were in that one."""
    result = Result(
        "A request on its way to a worker",
        f"Milliseconds, median, to write and to read a request that remembers so many bars of {NOTES} notes, lead and "
        "own.",
        ("bars", "plain write", "kept write", "plain read", "kept read", "times faster, both"),
        goal="flat",
    )
    for count in BARS:
        plain, kept = [], []
        for start in range(settings.samples(60)):
            request = _request(start, count)
            plain.append(_took(_plain_bytes, pickle.loads, request))
            kept.append(_took(_kept_bytes, lambda data: pipes.receive(io.BytesIO(data)), request))
        middles = [quantile([one[way] for one in of], 0.5) for way in (0, 1) for of in (plain, kept)]
        result.rows.append((count, *middles, (middles[0] + middles[2]) / (middles[1] + middles[3])))
    return result


_lead: dict[int, LeadBar] = {}
_own: dict[int, PlayedBar] = {}


def _request(start: int, count: int) -> Request:
    """Bars are the same objects from one request to the next, as a session hands them out."""
    for number in range(start, start + count):
        notes = tuple(Note(50 + (i + number) % 30, i / 4, 0.25, 80) for i in range(NOTES))
        _lead.setdefault(number, LeadBar(number, Bar(FOUR_FOUR, notes), 4.0))
        _own.setdefault(number, PlayedBar(number, FOUR_FOUR, (Part("piano", notes),)))
    numbers = range(start, start + count)
    lead, own = tuple(_lead[n] for n in numbers), tuple(_own[n] for n in numbers)
    return Request(start + count, FOUR_FOUR, 120.0, lead, own, (), 0.0, Controls(), 1)


def _took(write: Callable[[Request], bytes], read: Callable[[bytes], object], request: Request) -> tuple[float, float]:
    began_s = time.perf_counter()
    data = write(request)
    written_s = time.perf_counter()
    read(data)
    return (written_s - began_s) * 1000, (time.perf_counter() - written_s) * 1000


def _plain_bytes(request: Request) -> bytes:
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {}  # instead of the one in which the server's ways of packing are registered
    pickler.dump(request)
    return buffer.getvalue()


def _kept_bytes(request: Request) -> bytes:
    buffer = io.BytesIO()
    pipes.send(buffer, request)
    return buffer.getvalue()
