"""One bridge for the tests that only talk to it; sessions keep them apart."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from bridge.protocol.messages import Bye
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from tests.server.accompanists import OBEDIENT
from tests.server.clients import Client, connected

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def bridge() -> Iterator[Bridge]:
    """A bridge with two workers and the obedient accompanist."""
    with BackgroundBridge(Bridge(Config(port=0, workers=2, max_sessions=1000), OBEDIENT)) as running:
        yield running


@pytest.fixture
def join(bridge: Bridge) -> Iterator[Callable[..., Client]]:
    """Makes members of the shared bridge, each in a session of its own unless one is named."""
    clients: list[Client] = []

    def joined(session: str = "", role: str = "both", transport: str = "udp", to: Bridge | None = None) -> Client:
        client = connected(transport, to or bridge, session or f"test-{next(_numbers)}")
        clients.append(client)
        client.hello(role)
        return client

    yield joined
    for client in clients:
        with suppress(OSError):  # its bridge may be gone
            client.say(Bye(client.session))
        client.close()
