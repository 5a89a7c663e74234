"""When an answer is due, and how long answers took. Reads no clock: times are arguments, in seconds of one clock."""

from __future__ import annotations

from collections import deque
from math import ceil

from bridge.session.events import Ask
from bridge.session.promise import is_whole

ANSWERS_MEASURED = 256


def due_s(ask: Ask) -> float:
    """How many seconds after the ask its music is needed; an answer that takes longer is late.

    A bar asked for ahead: until its bar line, by what is known of the asking bar and the tempo.
    The bar itself while it sounds: a beat, since a client asks again on every beat.
    The bar itself, whole (a clip, a file): a bar, since such a client asks a bar ahead.
    """
    length_beats = ask.bar.metre.length_beats
    if ask.ahead >= 1:
        beats = max(length_beats - ask.known_beats, 0.0) + (ask.ahead - 1) * length_beats
    else:
        beats = length_beats if is_whole(ask) else 1.0
    return beats * 60.0 / ask.tempo_bpm


class Latencies:
    """How long the last 256 answers took from the ask, and how many were late since the session began."""

    def __init__(self) -> None:
        self._last_s: deque[float] = deque(maxlen=ANSWERS_MEASURED)
        self.late = 0

    def add(self, ask: Ask, took_s: float) -> None:
        """Count one answer."""
        self._last_s.append(took_s)
        self.late += took_s > due_s(ask)

    def quantile_ms(self, share: float) -> float:
        """The least time in ms that a `share` (0..1] of the answers did not exceed; 0 when there was none."""
        if not self._last_s:
            return 0.0
        ordered = sorted(self._last_s)
        return ordered[max(ceil(share * len(ordered)) - 1, 0)] * 1000.0
