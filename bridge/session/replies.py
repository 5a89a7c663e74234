"""What each asker sent and was told, so that a message that comes twice, or late, does no harm. It knows no music."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable

from bridge.session.events import Answered, Ask, Outcome

REPLIES_REMEMBERED = 128
"""Replies kept for each asker: with a bar re-asked on every beat the last 50 s at 120 bpm, while a resend comes after
0.1 s. Notes are shared with the session's memory, so that more would cost memory where this costs little."""
ASKERS_REMEMBERED = 32
"""Askers whose replies are kept in one session."""
OVERTAKING_S = 1.0
"""How long after a newer message an older one can still arrive. Longer, and a lower number means that the client was
started again and counts from the beginning."""
PLACES_REMEMBERED = 256


NOTES_REMEMBERED = 20_000
"""Notes that the requests and replies of one session may hold together: four askers' 128 of ordinary bars. Bars of 512
notes, which nobody plays, would otherwise fill some 9 MB for each asker."""


class Replies:
    """The last replies to each asker, by the number it gave its request."""

    def __init__(self) -> None:
        self._of: OrderedDict[Hashable, OrderedDict[int, tuple[Ask, Outcome]]] = OrderedDict()
        self._notes: Counter[Hashable] = Counter()

    def recall(self, asker: Hashable, ask: Ask) -> Outcome | None:
        """What this very request was answered with, None if it was not answered (or with other content)."""
        replies = self._of.get(asker)
        before = replies.get(ask.seq) if replies is not None else None
        return before[1] if before is not None and before[0] == ask else None

    def remember(self, asker: Hashable, ask: Ask, outcome: Outcome) -> None:
        """Keep a reply; the oldest of that asker's goes when there are too many, and where the notes are too many the
        oldest of whoever has the most."""
        replies = self._of.setdefault(asker, OrderedDict())
        self._of.move_to_end(asker)
        if ask.seq in replies:
            self._drop(asker, ask.seq)
        replies[ask.seq] = (ask, outcome)
        self._notes[asker] += _notes(ask, outcome)
        if len(replies) > REPLIES_REMEMBERED:
            self._drop(asker, next(iter(replies)))
        if len(self._of) > ASKERS_REMEMBERED:
            self.forget(next(iter(self._of)))
        while sum(self._notes.values()) > NOTES_REMEMBERED:
            greedy = max(self._notes, key=self._notes.__getitem__)
            self._drop(greedy, next(iter(self._of[greedy])))

    def forget(self, asker: Hashable) -> None:
        """Forget one asker's replies."""
        self._of.pop(asker, None)
        del self._notes[asker]

    def clear(self) -> None:
        """Forget every reply."""
        self._of.clear()
        self._notes.clear()

    def _drop(self, asker: Hashable, seq: int) -> None:
        ask, outcome = self._of[asker].pop(seq)
        self._notes[asker] -= _notes(ask, outcome)


def _notes(ask: Ask, outcome: Outcome) -> int:
    answered = sum(len(part.notes) for part in outcome.parts) if isinstance(outcome, Answered) else 0
    return len(ask.bar.notes) + answered


class Arrivals:
    """Which request came last for each place (a lead bar, a target bar), to know one that was overtaken on its way.

    The network may deliver a bar's first state after its second. The asker's own number tells, for the second in which
    that can happen.
    """

    def __init__(self) -> None:
        self._last: OrderedDict[Hashable, tuple[Hashable, int, float]] = OrderedDict()

    def is_overtaken(self, place: Hashable, asker: Hashable, seq: int, now_s: float) -> bool:
        """Whether a request of a higher number from the same asker was there just before; if not, this is the last."""
        last_asker, last_seq, last_s = self._last.get(place, (None, -1, -OVERTAKING_S))
        if last_asker == asker and last_seq > seq and now_s - last_s < OVERTAKING_S:
            return True
        self._last[place] = (asker, seq, now_s)
        self._last.move_to_end(place)
        if len(self._last) > PLACES_REMEMBERED:
            self._last.popitem(last=False)
        return False

    def forget(self, asker: Hashable) -> None:
        """Forget one asker's arrivals."""
        for place in [place for place, (last_asker, _, _) in self._last.items() if last_asker == asker]:
            del self._last[place]

    def clear(self) -> None:
        """Forget every arrival."""
        self._last.clear()
