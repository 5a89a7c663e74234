"""For all tests: what was left out is said loudly at the end, and where nothing may be left out, fails the run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("obbligato", deadline=None)  # a loaded machine is no failure
settings.load_profile("obbligato")

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT.parent / "shared" / "data"
LEAVE_NOTHING_OUT = bool(os.environ.get("OBBLIGATO_LEAVE_NOTHING_OUT"))  # read before any test can touch it
MAY_BE_LEFT_OUT = "corp"
"""A skip whose reason names a corpus or the corpora is always allowed: they are not part of the product."""


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder with the corpora, where somebody has put them beside the checkout."""
    if not CORPORA.is_dir():
        pytest.skip("the corpora are not beside the checkout")
    return CORPORA


def _left_out(terminalreporter: pytest.TerminalReporter) -> dict[str, int]:
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    return reasons


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = _left_out(terminalreporter)
    if reasons:
        terminalreporter.section("LEFT OUT", sep="!", yellow=True)
        for reason, count in sorted(reasons.items()):
            terminalreporter.write_line(f"{count:4d}  {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus != pytest.ExitCode.OK or not LEAVE_NOTHING_OUT:
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if any(MAY_BE_LEFT_OUT not in reason for reason in _left_out(reporter)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
