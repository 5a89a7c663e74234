"""One bar of one player's notes, and the two things done to it everywhere: snapping and cutting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bridge.errors import InvalidBar
from bridge.music.metre import Metre, beats_of, step_of
from bridge.music.note import Note, by_onset

MAX_NOTES = 512
"""More notes than this in one bar are refused (the wire's own bound)."""


class Referable:
    """What can be referred to without being kept alive, slots or not."""

    __slots__ = ("__weakref__",)


@dataclass(frozen=True, slots=True)
class Bar(Referable):
    """Notes inside one bar: `0 <= onset < metre.length_beats`, sorted by onset, then pitch.

    A duration may cross the bar line. Raises InvalidBar.
    """

    metre: Metre
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if len(self.notes) > MAX_NOTES:
            raise InvalidBar(f"{len(self.notes)} notes are more than {MAX_NOTES} in one bar")
        for note in self.notes:
            if note.onset_beats >= self.metre.length_beats:
                raise InvalidBar(f"onset {note.onset_beats:g} is not inside a bar of {self.metre.length_beats:g} beats")
        object.__setattr__(self, "notes", tuple(sorted(self.notes, key=by_onset)))

    def before(self, beats: float) -> Bar:
        """What is known at a moment inside the bar: the notes that began before it."""
        return Bar(self.metre, tuple(n for n in self.notes if n.onset_beats < beats))

    def heard_until(self, beats: float) -> Bar:
        """What a listener knows at a moment inside the bar: the notes that began before it, none longer than it has
        sounded by then. Somebody who plays does not tell how long the note will be that is still held."""
        heard = (
            n.placed(n.onset_beats, min(n.duration_beats, beats - n.onset_beats))
            for n in self.notes
            if n.onset_beats < beats
        )
        return Bar(self.metre, tuple(heard))


def snap(notes: Iterable[Note], metre: Metre) -> tuple[Note, ...]:
    """Put notes on the grid: the nearest step for the onset (the last step where that would leave the bar),
    at least one step of duration. Sorted by onset, then pitch."""
    last_step = metre.length_steps - 1
    snapped = (
        note.placed(beats_of(min(step_of(note.onset_beats), last_step)), beats_of(max(step_of(note.duration_beats), 1)))
        for note in notes
    )
    return tuple(sorted(snapped, key=by_onset))
