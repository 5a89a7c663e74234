"""Lines that a packet can cause are bounded in number, and none is lost without a count."""

from __future__ import annotations

import logging

import pytest

from bridge.server.quiet import LINES, PERIOD_S, QuietLog


def test_the_first_line_of_the_next_period_says_how_many_were_left_out(caplog: pytest.LogCaptureFixture) -> None:
    quiet = QuietLog(logging.getLogger("quiet"), logging.WARNING)
    for number in range(LINES + 7):
        quiet.line(100.0 + number / 1000, "packet %d", number)
    assert [record.getMessage() for record in caplog.records] == [f"packet {number}" for number in range(LINES)]
    quiet.line(100.0 + PERIOD_S, "packet %d", 99)
    assert caplog.records[-1].getMessage() == "packet 99 (7 lines like it were left out)"
    quiet.line(100.0 + PERIOD_S, "packet %d", 100)
    assert caplog.records[-1].getMessage() == "packet 100"
    assert quiet.count == LINES + 9
