"""`obbligato doctor`: check this machine, and say what to do about each thing that fails.

At its head this module imports nothing but the standard library and modules of ours that need no more: it must be
able to say that a package is missing.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import re
import select
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bridge import __version__
from bridge.errors import BridgeError, InputError
from bridge.model.accompanist import Accompanist
from bridge.model.registry import DEFAULT_MODEL, load
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol import DEFAULT_PORT
from bridge.protocol.messages import PROTOCOL, Bye, Hello, Refusal, Welcome
from bridge.server.ports import holder, listen
from bridge.session.events import Ask
from bridge.session.local import answer
from bridge.session.session import Session

Verdict = Literal["PASS", "WARN", "FAIL"]
OLDEST_PYTHON, NEWEST_PYTHON = (3, 10), (3, 13)
SOUND = "only sound files need it"
PACKAGES: Mapping[str, tuple[str, str, str]] = {
    "python-osc": ("pythonosc", "1.9", ""),
    "mido": ("mido", "1.3", ""),
    "numpy": ("numpy", "1.26", ""),
    "pretty_midi": ("pretty_midi", "0.2.10", ""),
    "rich": ("rich", "13", ""),
    "matplotlib": ("matplotlib", "3.8", ""),
    "soundfile": ("soundfile", "0.13", SOUND),
    "midirenderer": ("midirenderer", "0.1.3", SOUND),
}
"""Distribution -> module and least version, as pyproject.toml wants them (a test compares), and what goes on without
it, where that is nearly everything."""
HOST = "127.0.0.1"
ANSWER_S = 1.0
"""How long whoever has the port is waited for."""
QUICK_MS, USABLE_MS = 80.0, 500.0
"""One bar: quicker than a client's patience, and the least that playing along from a file needs at 240 bpm."""
BARS_TIMED = 9


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `advice`: what to do about it, one sentence, empty where all is well."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="the bridge's port (%(default)s)")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a model's name or a bundle's folder (%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("demo"), help="where the demo would write (./%(default)s)")


def run(args: argparse.Namespace) -> int:
    """0 when nothing failed, 1 otherwise. A warning is no failure."""
    if not 0 < args.port < 65536:
        raise InputError("a port is a number from 1 to 65535")
    packages = [check_package(name, *wanted) for name, wanted in PACKAGES.items()]
    checks = [check_python(sys.version_info[:3]), *packages, check_loopback(), check_writable(args.out)]
    if any(check.verdict == "FAIL" for check in packages):
        checks.append(Check("model, port", "WARN", "not checked", "mend the packages first, then ask the doctor again"))
    else:
        checks += [*check_model(args.model), check_port(args.port)]
    print("\n".join(table(checks)))
    failed = sum(check.verdict == "FAIL" for check in checks)
    print(f"{failed} of {len(checks)} checks failed" if failed else "nothing failed")
    return 1 if failed else 0


def table(checks: Sequence[Check]) -> list[str]:
    """A line for each check, and under it what to do, where something is to be done."""
    width = max(len(check.name) for check in checks)
    lines = [f"obbligato {__version__}"]
    for check in checks:
        lines.append(f"  {check.name.ljust(width)}  {check.verdict}  {check.found}")
        if check.advice:
            lines.append(f"  {' ' * width}        -> {check.advice}")
    return lines


def check_python(version: tuple[int, ...]) -> Check:
    """Whether this Python is one that Obbligato is tested with."""
    found = ".".join(map(str, version))
    low, high = (".".join(map(str, bound)) for bound in (OLDEST_PYTHON, NEWEST_PYTHON))
    if version[:2] < OLDEST_PYTHON:
        return Check("Python", "FAIL", found, f"install Python {low} to {high} and make the environment with it")
    if version[:2] > NEWEST_PYTHON:
        return Check(
            "Python", "WARN", found, f"it is newer than what is tested; if anything fails, use {low} to {high}"
        )
    return Check("Python", "PASS", found)


def check_package(
    name: str,
    module: str,
    least: str,
    spared: str,
    version_of: Callable[[str], str] = importlib.metadata.version,
    load_module: Callable[[str], object] = importlib.import_module,
) -> Check:
    """Whether a package is there, new enough, and can be imported. `spared`: why its lack is no more than a warning."""
    advice = f'{spared + "; " if spared else ""}type: {sys.executable} -m pip install --upgrade "{name}>={least}"'
    bad: Verdict = "WARN" if spared else "FAIL"
    try:
        version = version_of(name)
    except importlib.metadata.PackageNotFoundError:
        return Check(name, bad, "not installed", advice)
    if _numbers(version) < _numbers(least):
        return Check(name, bad, f"{version}, older than {least}", advice)
    try:
        load_module(module)
    except Exception as error:  # whatever a broken installation raises
        return Check(
            name, bad, f"{version} cannot be imported: {error}", advice.replace("--upgrade", "--force-reinstall")
        )
    return Check(name, "PASS", version)


def check_model(name: str, load_model: Callable[[str], Accompanist] = load) -> list[Check]:
    """Whether the model can be loaded, and how long it takes for a bar."""
    began_s = time.perf_counter()
    try:
        accompanist = load_model(name)
    except BridgeError as refusal:
        return [Check("model", "FAIL", refusal.text, "name another one with --model, or install Obbligato again")]
    except Exception as error:  # a bundle that is damaged in any way
        return [Check("model", "FAIL", f"{name}: {error!r}", "install Obbligato again: its files are damaged")]
    loaded_ms = (time.perf_counter() - began_s) * 1000
    return [Check("model", "PASS", f"{name}, loaded in {loaded_ms:.0f} ms"), check_bar(accompanist)]


def check_bar(accompanist: Accompanist, clock: Callable[[], float] = time.perf_counter) -> Check:
    """How long a bar of 4/4 takes, as a session asks for it: the median of several."""
    metre = Metre(4, 4)
    session = Session("doctor", accompanist.name)
    took_ms = []
    for number in range(BARS_TIMED + 1):
        bar = Bar(metre, tuple(Note(60 + (number + beat) % 12, float(beat), 1.0, 90) for beat in range(4)))
        began_s = clock()
        try:
            answer(session, Ask(number, number, bar, 120.0, 0, metre.length_beats), accompanist)
        except Exception as error:  # a model that cannot play
            return Check("one bar", "FAIL", f"{error!r}", "install Obbligato again, or name another model with --model")
        took_ms.append((clock() - began_s) * 1000)
    median_ms = statistics.median(took_ms[1:])  # the first one warms the caches
    found = f"{median_ms:.1f} ms (median of {BARS_TIMED}, longest {max(took_ms[1:]):.1f} ms)"
    if median_ms <= QUICK_MS:
        return Check("one bar", "PASS", found)
    if median_ms <= USABLE_MS:
        return Check(
            "one bar", "WARN", found, "answers to somebody who plays may be late: close what keeps the machine busy"
        )
    return Check(
        "one bar", "FAIL", found, "too slow to play along: close what keeps the machine busy, or take --model chords"
    )


def check_port(port: int) -> Check:
    """Whether the port is free, or has a bridge on it that answers."""
    name = f"port {port}"
    try:
        for sock in listen(HOST, port):
            sock.close()
    except InputError:
        reply = greeted(port)
        if isinstance(reply, Welcome):
            ready = "ready" if reply.ready else "still loading its model"
            return Check(name, "PASS", f"a bridge answers: version {reply.version}, model {reply.model}, {ready}")
        if isinstance(reply, Refusal):
            return Check(name, "PASS", f"a bridge answers, and refuses: {reply.text} ({reply.code})")
        who = holder(port)
        other = port + 10 if port < 65_000 else DEFAULT_PORT + 10
        return Check(
            *(name, "FAIL", f"taken by process {who}" if who else "taken by another program"),
            f"stop it, or use another port in bridge and devices: obbligato serve --port {other}",
        )
    return Check(name, "PASS", "free")


def greeted(port: int, wait_s: float = ANSWER_S) -> Welcome | Refusal | None:
    """What a bridge on that port of this machine says to /hello; None: nobody answers in time, or no bridge."""
    from bridge.protocol.codec import NotOsc, decode_answers, encode  # needs python-osc

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, 0))
        sock.setblocking(False)
        until_s = time.monotonic() + wait_s
        sock.sendto(encode(Hello(PROTOCOL, "doctor", 0, "play", "")), (HOST, port))
        while (left_s := until_s - time.monotonic()) > 0:
            if not select.select([sock], [], [], left_s)[0]:
                break
            try:
                messages = decode_answers(sock.recv(65_535))
            except (NotOsc, OSError):
                continue
            for message in messages:
                if isinstance(message, (Welcome, Refusal)):
                    sock.sendto(encode(Bye("doctor")), (HOST, port))
                    return message
    return None


def check_loopback(carry: Callable[[socket.socket, bytes, tuple[str, int]], object] = socket.socket.sendto) -> Check:
    """Whether packets as long as the longest answer go from one port of this machine to another, and back."""
    packet = bytes(range(256)) * 16  # 4,096 bytes, the longest message of the bridge
    advice = "a firewall stands between programs of this machine: allow UDP on 127.0.0.1 for Python and for Live"
    with _udp_socket() as client, _udp_socket() as bridge:
        began_s = time.perf_counter()
        for sender, receiver, direction in ((client, bridge, "to the bridge"), (bridge, client, "back to the client")):
            carry(sender, packet, receiver.getsockname())
            try:
                if receiver.recv(65_535) != packet:
                    return Check("loopback UDP", "FAIL", f"a packet came {direction} changed", advice)
            except OSError:
                return Check("loopback UDP", "FAIL", f"no packet comes {direction}", advice)
        took_ms = (time.perf_counter() - began_s) * 1000
    return Check("loopback UDP", "PASS", f"{len(packet)} bytes there and back in {took_ms:.2f} ms")


def _udp_socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((HOST, 0))
    sock.settimeout(ANSWER_S)
    return sock


def check_writable(folder: Path) -> Check:
    """Whether the demo can write into its folder, or make it."""
    there = folder if folder.is_dir() else folder.absolute().parent
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"\0" * 65_536)
    except OSError as error:
        advice = "go to a folder that is yours, or name one: obbligato demo --out FOLDER"
        return Check("files", "FAIL", f"cannot write into {there}: {error.strerror or error}", advice)
    return Check("files", "PASS", f"can write into {there}")


def _numbers(version: str) -> tuple[int, ...]:
    """`1.10.2` -> (1, 10, 2): what comes before a first letter, as far as an order is needed."""
    return tuple(int(number) for number in re.findall(r"\d+", re.split(r"[^\d.]", version)[0]))
