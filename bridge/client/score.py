"""Notes that are to sound: what comes when, what sounds now, and that nothing is left hanging. It reads no clock."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True, slots=True)
class NoteOn:
    """A note begins. `due_s`: when it should."""

    due_s: float
    part: str
    pitch_midi: int
    velocity_midi: int


@dataclass(frozen=True, slots=True)
class NoteOff:
    """A note ends. `due_s`: when it should."""

    due_s: float
    part: str
    pitch_midi: int


NoteEvent = Union[NoteOn, NoteOff]


class Score:
    """Every NoteOn that comes out is followed by exactly one NoteOff of its part and pitch, whatever happens."""

    def __init__(self) -> None:
        # (due_s, 0 for an end and 1 for a beginning, note id, event): ends come first where notes meet
        self._coming: list[tuple[float, int, int, NoteEvent]] = []
        self._sounding: dict[tuple[str, int], int] = {}
        self._next_id = 0

    def add(self, part: str, pitch_midi: int, velocity_midi: int, on_s: float, off_s: float) -> None:
        """Put in a note that sounds from `on_s` to `off_s`."""
        self._next_id += 1
        heapq.heappush(self._coming, (on_s, 1, self._next_id, NoteOn(on_s, part, pitch_midi, velocity_midi)))
        heapq.heappush(self._coming, (off_s, 0, self._next_id, NoteOff(off_s, part, pitch_midi)))

    @property
    def due_s(self) -> float | None:
        """When the next note begins or ends."""
        return self._coming[0][0] if self._coming else None

    def wake(self, now_s: float) -> list[NoteEvent]:
        """Everything due by now, in order. A pitch struck again while it sounds is ended first."""
        events: list[NoteEvent] = []
        while self._coming and self._coming[0][0] <= now_s:
            _, _, note_id, event = heapq.heappop(self._coming)
            key = (event.part, event.pitch_midi)
            if isinstance(event, NoteOn):
                if key in self._sounding:
                    events.append(NoteOff(event.due_s, *key))
                self._sounding[key] = note_id
                events.append(event)
            elif self._sounding.get(key) == note_id:
                del self._sounding[key]
                events.append(event)
        return events

    def silence(self, now_s: float) -> tuple[list[NoteOff], int]:
        """End what sounds and forget what was to come. Returns the ends, and how many notes were forgotten."""
        ends = [NoteOff(now_s, part, pitch_midi) for part, pitch_midi in self._sounding]
        forgotten = sum(isinstance(event, NoteOn) for _, _, _, event in self._coming)
        self._sounding.clear()
        self._coming.clear()
        return ends, forgotten
