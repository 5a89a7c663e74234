"""The bridge that the simulated sets play with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from max_patch.build.simulator.server import Bridge


@pytest.fixture(scope="module")
def bridge() -> Iterator[Bridge]:
    """One bridge for all that do not kill it."""
    running = Bridge()
    yield running
    running.close()
