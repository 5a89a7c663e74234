"""What a client measured while it played: counts, and lists of milliseconds. Printing is the command's business."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(slots=True)
class Measured:
    """One song at one bridge. At its end `answered + lost == bars`, unless it was broken off.

    bars              bars for which an accompaniment is wanted
    answered          of them, those whose whole answer came before the bar was over
    late              of the answered ones, those whose answer was not whole when the bar began
    lost              no whole answer before the bar was over, or refused for good
    notes             notes that were played
    late_notes        notes dropped because their onset was past when they came
    cut_notes         notes dropped because the bridge said it goes down, or the player was stopped
    outside_notes     notes dropped because they begin after the bar's end (the metre changed unannounced)
    unheard           bars of lead that were never acknowledged
    resent            requests sent again after a silence
    duplicates        replies that came more than once
    unexpected        replies to nothing that was asked, or to what was given up
    undecodable       packets that were no message
    rejoined          times that the bridge had to be greeted again
    round_trips_ms    for each answered bar, from its first sending to its whole answer, resending included
    lateness_ms       for each note that began, how late it left the player
    errors            refusals by code
    """

    bars: int = 0
    answered: int = 0
    late: int = 0
    lost: int = 0
    notes: int = 0
    late_notes: int = 0
    cut_notes: int = 0
    outside_notes: int = 0
    unheard: int = 0
    resent: int = 0
    duplicates: int = 0
    unexpected: int = 0
    undecodable: int = 0
    rejoined: int = 0
    round_trips_ms: list[float] = field(default_factory=list)
    lateness_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def all_in_time(self) -> bool:
        """Whether every bar was answered before it began."""
        return self.answered == self.bars and self.late == 0 and self.lost == 0


def percentile(values_ms: Sequence[float], percent: float) -> float | None:
    """The percentile of the values (linear between neighbours), None where there are none."""
    return float(np.percentile(values_ms, percent)) if values_ms else None
