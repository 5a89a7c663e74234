"""Recordings: what each session was told, when its bars were begun, and what was answered, as JSON lines.

A file is enough to play the session through again (`bridge.server.replay`). The first line is the header; every other
one has `at`, the seconds since the file was begun, and one of

    from      [ip, port, connection]: a request that was taken in, with its `address`, `args` and `each` (the notes)
    begin     the seq of the request that was begun, its `target` bar, its `model`, its `seed` and the seed's `entropy`
    finish    the seq of the bar that was played; `error` and `text` where it could not be
    model     a model that can play from now on, or `failed` with the reason
    lost      the number of a TCP connection that is gone
    to        [ip, port] or a connection's number: a message that was sent

A token is never written. A disk that is full ends the recording and nothing else.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from bridge.errors import BridgeError, InputError
from bridge.protocol.messages import PROTOCOL, ClientMessage, Hello, Message
from bridge.protocol.table import BY_MESSAGE
from bridge.server.delivery import Send
from bridge.server.hub import Hub, Work
from bridge.server.members import Sender
from bridge.server.pool import Played
from bridge.session.session import Session

log = logging.getLogger(__name__)

FORMAT = 1
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(slots=True)
class _Tape:
    """One session's file, None once it cannot be written any more: half a recording would not play. The session is kept
    to know when another one takes its name."""

    session: Session
    file: IO[str] | None
    began_s: float


def as_line(message: Message) -> dict[str, Any]:
    """A message by the wire's table, its numbers as they are and not as 32 bits would hold them."""
    row = BY_MESSAGE[type(message)]
    arguments, groups = row.taken(message)
    line: dict[str, Any] = {"address": row.address, "args": list(arguments)}
    return line | {"each": [list(group) for group in groups]} if row.group else line


class Recorder:
    """Writes every session's file into one folder."""

    def __init__(self, folder: Path, version: str, models: dict[str, str], default_model: str) -> None:
        """`models`: name -> source. Raises InputError: the folder cannot be made or written."""
        self._folder = folder
        self._header = {"obbligato": version, "format": FORMAT, "protocol": PROTOCOL, "model": default_model}
        self._models = models
        self._ready: set[str] = set()
        self._tapes: dict[str, _Tape] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"cannot record into {folder}: {error.strerror or error}") from error

    def request(self, hub: Hub, sender: Sender, message: ClientMessage, now_s: float) -> None:
        """A request that was taken in, before what it caused. It begins the file of a new session."""
        session = hub.session(message.session)
        tape = self._tapes.get(message.session)
        if session is not None and (tape is None or tape.session is not session):
            self._begin(session, now_s)
        if isinstance(message, Hello):
            message = replace(message, token="")
        self._write(message.session, now_s, {"from": [sender.ip, sender.port, sender.connection], **as_line(message)})

    def begun(self, work: Work, entropy: int, now_s: float) -> None:
        """A bar that is given to a worker."""
        job = work.job
        line = {"begin": job.ask.seq, "target": job.ask.target, "model": job.model, "seed": job.request.seed}
        self._write(work.session, now_s, line | {"entropy": entropy})

    def finished(self, work: Work, result: Played, now_s: float) -> None:
        """A bar that came back, before the answer that it became."""
        line: dict[str, Any] = {"finish": work.job.ask.seq, "target": work.job.ask.target}
        if isinstance(result, BridgeError):
            line |= {"error": result.code, "text": result.text}
        self._write(work.session, now_s, line)

    def model(self, name: str, failed: str, now_s: float) -> None:
        """A model that can play from now on, or the reason why not."""
        (self._ready.discard if failed else self._ready.add)(name)
        for session in list(self._tapes):
            self._write(session, now_s, {"model": name} | ({"failed": failed} if failed else {}))

    def lost(self, connection: int, now_s: float) -> None:
        """A TCP connection that is gone."""
        for session in list(self._tapes):
            self._write(session, now_s, {"lost": connection})

    def sent(self, sends: Iterable[Send], now_s: float) -> None:
        """Messages in the order in which they go out."""
        for send in sends:
            self._write(send.message.session, now_s, {"to": send.destination, **as_line(send.message)})

    def tick(self, hub: Hub) -> None:
        """Bring to disk what was written, and end the files of sessions that are forgotten."""
        for name, tape in list(self._tapes.items()):
            if hub.session(name) is not tape.session:
                self._end(name)
                continue
            try:
                if tape.file is not None:
                    tape.file.flush()
            except OSError as error:
                _give_up(tape, error)

    def close(self) -> None:
        """End every file."""
        for name in list(self._tapes):
            self._end(name)

    def _begin(self, session: Session, now_s: float) -> None:
        self._end(session.name)
        stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{_UNSAFE.sub('_', session.name)}"
        header = self._header | {"session": session.name, "models": self._models, "ready": sorted(self._ready)}
        header["began"] = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        tape = self._tapes[session.name] = _Tape(session, None, now_s)
        try:
            tape.file = _new_file(self._folder, stem)
            tape.file.write(json.dumps(header) + "\n")
        except OSError as error:
            _give_up(tape, error)

    def _write(self, session: str, now_s: float, line: dict[str, Any]) -> None:
        tape = self._tapes.get(session)
        if tape is not None and tape.file is not None:
            try:
                tape.file.write(json.dumps({"at": round(now_s - tape.began_s, 6), **line}) + "\n")
            except OSError as error:
                _give_up(tape, error)

    def _end(self, session: str) -> None:
        tape = self._tapes.pop(session, None)
        if tape is not None and tape.file is not None:
            try:
                tape.file.close()
            except OSError as error:
                _give_up(tape, error)


def _give_up(tape: _Tape, error: OSError) -> None:
    """Say it once and write no more of this session."""
    log.error("the recording of session %s ends here: %s", tape.session.name, error)
    file, tape.file = tape.file, None
    if file is not None:
        with suppress(OSError):
            file.close()


def _new_file(folder: Path, stem: str) -> IO[str]:
    """A file that was not there before: no recording is ever written over, no link is followed. Raises OSError."""
    for number in range(1, 1000):
        try:
            return open(folder / f"{stem}{f'-{number}' if number > 1 else ''}.jsonl", "x", encoding="utf-8")
        except FileExistsError:
            continue
    raise FileExistsError(f"{folder} has 1000 recordings of {stem}")
