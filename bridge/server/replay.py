"""A recording played through again: the same requests to the same hub and sessions, the same models, answers compared.

No socket and no clock: times and chance come from the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.errors import WIRE_ERRORS, BridgeError, InputError, Internal
from bridge.model.accompanist import Accompanist
from bridge.protocol.messages import PROTOCOL
from bridge.protocol.table import BY_ADDRESS, CLIENT
from bridge.server.delivery import Send
from bridge.server.hub import Hub, Work
from bridge.server.members import Limits, Sender
from bridge.server.pool import Played
from bridge.server.record import FORMAT, as_line
from bridge.session.choices import ModelInfo

Line = dict[str, Any]


@dataclass(slots=True)
class Replayed:
    """What came of it.

    differences  sentences, one for each answer that was another one
    """

    session: str
    requests: int = 0
    bars: int = 0
    answers: int = 0
    differences: list[str] = field(default_factory=list)


def replay(path: Path, load: Callable[[str], Accompanist]) -> Replayed:
    """Play a recording through again. `load`: a model by its name or its bundle's folder.

    Raises InputError: a file that cannot be read or is no recording of this format, or a model that is not there.
    """
    header, lines = _read(path)
    try:
        player = _Player(header, load)
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise InputError(f"{path} is no recording: its header cannot be used: {fault!r}") from fault
    for number, event, answers in _events(lines):
        try:
            player.play(event, answers)
        except (KeyError, TypeError, ValueError, IndexError, BridgeError) as fault:
            raise InputError(f"{path}, line {number}: this cannot be played: {fault!r}") from fault
    return player.replayed


class _Player:
    """One recording's hub, fed line by line."""

    def __init__(self, header: Line, load: Callable[[str], Accompanist]) -> None:
        self._load = load
        self._sources: dict[str, str] = header["models"]
        self._models: dict[str, Accompanist] = {}
        self._work: Work | None = None
        known: dict[str, ModelInfo | None] = dict.fromkeys(self._sources)
        self._hub = Hub(header["obbligato"], known, header["model"], limits=Limits(sessions=1))
        self.replayed = Replayed(header["session"])
        for name in header["ready"]:
            self._hub.model_ready(name, self._info(name))

    def play(self, event: Line, expected: list[Line]) -> None:
        """Do what the line says and compare what comes of it."""
        now_s = float(event["at"])
        self._hub.tick(now_s)  # who was silent for too long left at that time, too
        sends = self._done(event, now_s)
        self.replayed.answers += len(expected)
        sent = [_comparable(send) for send in sends]
        for index in range(max(len(sent), len(expected))):
            was = (
                {key: value for key, value in expected[index].items() if key != "at"} if index < len(expected) else None
            )
            now = sent[index] if index < len(sent) else None
            if was != now:
                self.replayed.differences.append(f"at {now_s:.3f} s: was {json.dumps(was)}, is now {json.dumps(now)}")

    def _done(self, event: Line, now_s: float) -> list[Send]:
        hub = self._hub
        if "from" in event:
            self.replayed.requests += 1
            message = BY_ADDRESS[CLIENT, event["address"]].made(event["args"], event.get("each", ()))
            return hub.receive(Sender(*event["from"]), message, now_s)
        if "begin" in event:
            self._work = hub.begin(now_s, event["entropy"])
            begun = None if self._work is None else (self._work.job.ask.seq, self._work.job.request.seed)
            if begun != (event["begin"], event["seed"]):
                self.replayed.differences.append(f"at {now_s:.3f} s: request {event['begin']} was begun, now {begun}")
            return []
        if "finish" in event:
            work, self._work = self._work, None
            self.replayed.bars += 1
            return hub.finish(work, self._played(work, event), now_s) if work is not None else []
        if "model" in event:
            if "failed" in event:
                return hub.model_failed(event["model"], event["failed"])
            return hub.model_ready(event["model"], self._info(event["model"]))
        hub.lost(event["lost"], now_s)
        return []

    def _played(self, work: Work, event: Line) -> Played:
        """What the model plays now; where it failed then, the same failure (a worker that was killed, say)."""
        if "error" in event:
            codes = {error.code: error for error in WIRE_ERRORS}
            return codes.get(event["error"], Internal)(event["text"])
        try:
            return self._model(work.job.model).accompany(work.job.request)
        except Exception as fault:
            return Internal(f"the model {work.job.model} failed: {fault!r}")

    def _info(self, name: str) -> ModelInfo:
        return ModelInfo.of(self._model(name))

    def _model(self, name: str) -> Accompanist:
        if name not in self._models:
            self._models[name] = self._load(self._sources[name])
        return self._models[name]


def _comparable(send: Send) -> Line:
    """As the file would hold it: tuples become lists."""
    line: Line = json.loads(json.dumps({"to": send.destination, **as_line(send.message)}))
    return line


def _events(lines: list[Line]) -> Iterator[tuple[int, Line, list[Line]]]:
    """Each event, its line in the file, and the messages that were sent because of it."""
    starts = [index for index, line in enumerate(lines) if "to" not in line]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield start + 2, lines[start], lines[start + 1 : end]


def _read(path: Path) -> tuple[Line, list[Line]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no recording: {error}") from error
    lines = list(_parsed(path, text))
    if not lines or not {"obbligato", "format", "protocol", "session", "model", "models", "ready"} <= set(lines[0]):
        raise InputError(f"{path} is no recording: its first line is no header")
    header = lines[0]
    if (header["format"], header["protocol"]) != (FORMAT, PROTOCOL):
        found = f"format {header['format']}, protocol {header['protocol']}"
        raise InputError(f"{path} is a recording of {found}; this version plays format {FORMAT}, protocol {PROTOCOL}")
    events = lines[1:]
    if not text.endswith("\n"):  # cut off: the answers to the last event may be missing
        last = max((index for index, line in enumerate(events) if "to" not in line), default=0)
        events = events[:last]
    return header, events


def _parsed(path: Path, text: str) -> Iterator[Line]:
    """Every line; of half a line at the end, which a server that was killed leaves, nothing."""
    lines = text.splitlines()
    if lines and not text.endswith("\n"):
        lines.pop()
    for number, line in enumerate(lines, start=1):
        try:
            parsed = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}, line {number}: {error}") from error
        if not isinstance(parsed, dict):
            raise InputError(f"{path}, line {number}: not an object")
        yield parsed
