"""A session without a server: one bar asked, played and answered in this process."""

from __future__ import annotations

from bridge.errors import Busy, Internal
from bridge.model.accompanist import Accompanist
from bridge.session.events import Answered, Ask, Refused
from bridge.session.session import Session

LOCAL = "local"
"""The asker of a session that lives in one process."""


def answer(session: Session, ask: Ask, accompanist: Accompanist, now_s: float = 0.0, entropy: int = 0) -> Answered:
    """Ask for one bar and play it at once.

    `ask.ahead` >= 0; a bar that is only to be heard goes to `session.ask`. Raises the BridgeError with which the
    request was refused, and Busy while another job of the session is being played.
    """
    if ask.ahead < 0:
        raise ValueError("a bar that wants no answer goes to session.ask")
    outcomes = session.ask(LOCAL, ask, now_s)
    if not any(outcome.asker == LOCAL and outcome.seq == ask.seq for outcome in outcomes):
        job = session.begin(now_s, entropy)
        if job is None:
            raise Busy("another bar of this session is being played")
        try:
            parts = accompanist.accompany(job.request)
        except Exception as fault:
            session.finish(job, Internal(f"the model failed: {fault!r}"), now_s)  # so that the session plays on
            raise
        outcomes = session.finish(job, parts, now_s)
    outcome = outcomes[-1]
    if isinstance(outcome, Refused):
        raise outcome.error
    assert isinstance(outcome, Answered)
    return outcome
