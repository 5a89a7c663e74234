"""A request on its way to a worker and back to objects: only what is new in it, against plain pickling."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from typing import Any

from benchmarks.players import FOUR_FOUR
from benchmarks.result import Result, Settings, quantile
from bridge.model.accompanist import LeadBar, Part, PlayedBar, Request
from bridge.model.controls import Controls
from bridge.music.bar import Bar
from bridge.music.note import Note
from bridge.server.mirror import Telling, Told

BARS = (1, 16, 64)
NOTES = 16

Write = Callable[[Any], bytes]
Read = Callable[[bytes], object]


def run(settings: Settings) -> Result:
    """The request after the one that was sent before it, as in a song: all of its bars but two were in that one."""
    result = Result(
        "A request on its way to a worker",
        f"Milliseconds, median, to write and to read a request that remembers so many bars of {NOTES} notes, lead and "
        "own; and its bytes.",
        (
            "bars",
            "whole write",
            "new write",
            "whole read",
            "new read",
            "times faster, both",
            "whole bytes",
            "new bytes",
        ),
        goal="flat",
    )
    for count in BARS:
        telling, told = Telling(), Told()
        ways: tuple[tuple[Write, Read], ...] = (
            (_pickled, pickle.loads),
            (
                lambda request, telling=telling: _pickled(telling.shortened("song", request)),
                lambda data, told=told: told.request("song", pickle.loads(data)),
            ),
        )
        whole, new = [], []
        for start in range(settings.samples(60)):
            request = _request(start, count)
            for (write, read), taken in zip(ways, (whole, new), strict=True):
                taken.append(_took(write, read, request))
        middles = [quantile([one[what] for one in of], 0.5) for what in (0, 1) for of in (whole, new)]
        times = (middles[0] + middles[2]) / (middles[1] + middles[3])
        result.rows.append((count, *middles, times, whole[-1][2], new[-1][2]))
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


def _took(write: Write, read: Read, request: Request) -> tuple[float, float, int]:
    """Milliseconds to write and to read, and bytes."""
    began_s = time.perf_counter()
    data = write(request)
    written_s = time.perf_counter()
    read(data)
    return (written_s - began_s) * 1000, (time.perf_counter() - written_s) * 1000, len(data)


def _pickled(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
