"""What a session remembers of the music: what was heard last for each lead bar, what was answered last for each target.

It knows nothing of askers, queues or time.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.model.accompanist import LeadBar, PlayedBar
from bridge.model.controls import Controls


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer, and what it was thought from: the controls, and the target bar's own lead as far as it was known."""

    played: PlayedBar
    controls: Controls
    target_lead: LeadBar | None


class Memory:
    """At most `bars` bars of lead and as many of accompaniment; what was sent or answered longest ago goes first.

    Numbers may jump and come back (a loop, a seek), so a bar's age is the order of sending and not its number.
    """

    def __init__(self, bars: int) -> None:
        self._bars = bars
        self._lead: dict[int, LeadBar] = {}
        self._answers: dict[int, Remembered] = {}
        self.began: int | None = None
        """The bar with which the lead began, a pickup aside; it is remembered when the bar itself is forgotten."""

    def __len__(self) -> int:
        return len(self._lead)

    def hear(self, bar: LeadBar) -> None:
        """Take a lead bar in; it replaces what was known of that bar."""
        self._lead.pop(bar.number, None)
        self._lead[bar.number] = bar
        if bar.begins is not None:
            self.began = bar.begins if self.began is None else min(self.began, bar.begins)
        while len(self._lead) > self._bars:
            del self._lead[next(iter(self._lead))]

    def record(self, answer: Remembered) -> None:
        """Take an answer in; it replaces what was answered for that target."""
        number = answer.played.number
        self._answers.pop(number, None)
        self._answers[number] = answer
        while len(self._answers) > self._bars:
            del self._answers[next(iter(self._answers))]

    def lead_before(self, number: int) -> tuple[LeadBar, ...]:
        """The lead in rising number before bar `number`: with that bar, as many as are remembered."""
        return tuple(self._lead[n] for n in sorted(self._lead) if number - self._bars < n < number)

    def history_before(self, number: int) -> tuple[PlayedBar, ...]:
        """The own bars in rising number before bar `number`, none further back than the memory is long."""
        return tuple(self._answers[n].played for n in sorted(self._answers) if number - self._bars <= n < number)

    def answer_for(self, number: int) -> Remembered | None:
        """What was answered last for that target bar, None if nothing was."""
        return self._answers.get(number)

    def clear(self) -> None:
        """Forget lead and accompaniment."""
        self._lead.clear()
        self._answers.clear()
        self.began = None
