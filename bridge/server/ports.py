"""Finding a place to listen: the two sockets of one port, and what to say when it is taken."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from bridge.errors import InputError

RECEIVE_BUFFER_BYTES = 1 << 20
"""Room for a burst: everybody's bar ends on the same beat."""
_TRIES_FOR_A_FREE_PORT = 20
_TAKEN = (errno.EADDRINUSE, *((errno.EACCES,) if sys.platform == "win32" else ()))
"""Windows says "permission denied" where another program has the port to itself."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it: every address that the name stands for is a loopback address.

    Raises InputError: no such host.
    """
    return all(ipaddress.ip_address(address[0].split("%")[0]).is_loopback for _, address in _addresses(host, 0))


def listen(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """A UDP and a listening TCP socket on the same port; with port 0 one that is free for both.

    Raises InputError: no such host, or the port is taken (it says by what, where that can be known, and what to type).
    """
    family, address = _addresses(host, port)[0]
    for attempt in range(_TRIES_FOR_A_FREE_PORT):
        udp = tcp = None
        try:
            udp = _bound(family, socket.SOCK_DGRAM, address)
            tcp = _bound(family, socket.SOCK_STREAM, (address[0], udp.getsockname()[1], *address[2:]))
            tcp.listen()
            return udp, tcp
        except OSError as error:
            for opened in (udp, tcp):
                if opened is not None:
                    opened.close()
            if error.errno not in _TAKEN:
                raise InputError(f"cannot listen on {host}: {error.strerror or error}") from error
            if port != 0 or attempt == _TRIES_FOR_A_FREE_PORT - 1:
                raise InputError(_taken(host, port)) from error
    raise AssertionError("unreachable")


def holder(port: int) -> str:
    """Who listens on a port of this machine, as far as the system tells: `12345 (python3)`, or an empty text."""
    if not sys.platform.startswith("linux"):
        return ""
    inodes = set(_listening_inodes(port))
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = (os.readlink(fd) for fd in (process / "fd").iterdir())
            if inodes and any(link.startswith("socket:[") and link[8:-1] in inodes for link in links):
                return f"{process.name} ({(process / 'comm').read_text().strip()})"
        except OSError:
            continue  # it has ended, or it is somebody else's
    return ""


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise InputError(f"no host is called {host!r}: try 127.0.0.1") from error
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)  # plugins say 127.0.0.1
    return [(family, address) for family, _, _, _, address in found]  # type: ignore[misc]


def _bound(family: int, kind: int, address: tuple[str, int]) -> socket.socket:
    opened = socket.socket(family, kind)
    try:
        if sys.platform == "win32":  # there, another program could otherwise take the same port silently
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        elif kind == socket.SOCK_STREAM:  # a bridge that is started again must not wait for old connections to fade
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if kind == socket.SOCK_DGRAM:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        opened.bind(address)
        opened.setblocking(False)
    except OSError:
        opened.close()
        raise
    return opened


def _taken(host: str, port: int) -> str:
    who = holder(port)
    if who:
        by = f"by process {who}: stop it"
    elif sys.platform == "win32":
        by = f"by another program (netstat -ano | findstr :{port} tells which): stop it"
    else:
        by = f"by another program (lsof -nP -i :{port} tells which): stop it"
    return f"port {port} on {host} is taken {by}, or type: obbligato serve --port {port + 10 if port < 65000 else 7780}"


def _listening_inodes(port: int) -> Iterator[str]:
    """The sockets on that port. In each line of the tables field 1 is address:port in hex, field 9 the inode."""
    for table in ("udp", "udp6", "tcp", "tcp6"):
        try:
            lines = Path("/proc/net", table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]
