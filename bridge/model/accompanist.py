"""The interface between whoever asks (a session) and whoever plays (a model).

A model is a function of its Request: it keeps no state from bar to bar, reads no clock and draws its random
numbers from `Request.seed` alone. So a bar can be asked for again, on another machine or from a recording,
and comes out the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bridge.errors import Internal
from bridge.model.controls import Controls
from bridge.music.bar import Bar, Referable
from bridge.music.metre import Metre, is_on_grid
from bridge.music.note import Note, by_onset


@dataclass(frozen=True, slots=True)
class Part:
    """The notes of one instrument in one bar. `name` is the wire's part name: `piano`, `bass`, ...

    meant  where notes were struck otherwise than they were meant (humanize, swing): what each of them was before, in
           the order of `notes`; empty where they are as they were meant
    """

    name: str
    notes: tuple[Note, ...] = ()
    meant: tuple[Note, ...] = ()

    @property
    def pairs(self) -> tuple[tuple[Note, Note], ...]:
        """Each note as it was struck and as it was meant."""
        return tuple(zip(self.notes, self.meant or self.notes, strict=True))

    @classmethod
    def of_pairs(cls, name: str, pairs: Iterable[tuple[Note, Note]]) -> Part:
        """The part of such pairs, by onset, then pitch."""
        ordered = sorted(pairs, key=lambda pair: by_onset(pair[0]))
        notes, meant = tuple(struck for struck, _ in ordered), tuple(note for _, note in ordered)
        return cls(name, notes, () if notes == meant else meant)


@dataclass(frozen=True, slots=True)
class LeadBar:
    """What is known of one bar of lead: every note that began before `known_beats`.

    number       the client's own bar number; may be negative
    known_beats  0..length of the bar
    """

    number: int
    bar: Bar
    known_beats: float

    @property
    def is_whole(self) -> bool:
        """Whether the bar is known to its end."""
        return self.known_beats >= self.bar.metre.length_beats

    @property
    def begins(self) -> int | None:
        """The bar that a lead with these first notes begins with: the next one where they are a pickup, notes in the
        second half alone. None without notes."""
        if not self.bar.notes:
            return None
        first_beats = min(note.onset_beats for note in self.bar.notes)
        return self.number + (2 * first_beats >= self.bar.metre.length_beats - 1e-3)


@dataclass(frozen=True, slots=True)
class PlayedBar(Referable):
    """What was answered last for one target bar."""

    number: int
    metre: Metre
    parts: tuple[Part, ...]

    @property
    def notes(self) -> tuple[Note, ...]:
        """All parts together, by onset, then pitch."""
        return tuple(sorted((n for part in self.parts for n in part.notes), key=by_onset))


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a model may know when it plays one bar.

    target       number of the bar to be played
    metre        its metre (the last lead bar's, where the target has not been heard)
    tempo_bpm    quarter notes a minute
    lead         what is known of the lead: bars in rising number, none after the target; gaps are bars that
                 were never heard. The last one may be the target itself, known as far as its `known_beats`
    history      own bars before the target, in rising number, as they were answered last
    kept         notes of the target that were promised already (an earlier answer, onset < `from_beats`):
                 they will be played whatever the model returns
    from_beats   the model decides what begins at or after this place of the target bar
    controls     every control's value
    seed         0..2**63-1: the one source of randomness for this bar
    began        number of the bar with which the lead began, a pickup aside, though it may be forgotten since: phrases
                 are counted from it. None: not told, the oldest lead says it
    """

    target: int
    metre: Metre
    tempo_bpm: float
    lead: tuple[LeadBar, ...]
    history: tuple[PlayedBar, ...]
    kept: tuple[Part, ...]
    from_beats: float
    controls: Controls
    seed: int
    began: int | None = None

    @property
    def target_lead(self) -> LeadBar | None:
        """What is known of the target bar's own lead, None if nothing."""
        return self.lead[-1] if self.lead and self.lead[-1].number == self.target else None


class Accompanist(Protocol):
    """Whoever can play a bar. Implementations are checked against this by tests/model/test_contract.py."""

    name: str
    """How `--model` and the control `model` call it."""
    used_controls: frozenset[str]
    """The controls that change what it plays; the others are accepted and said to be without effect."""
    part_names: tuple[str, ...]
    """The instruments it can play."""
    style_names: tuple[str, ...]
    """The styles it knows, `auto` first."""

    def accompany(self, request: Request) -> tuple[Part, ...]:
        """Play the target bar from `from_beats` on: notes that pass `checked`. Never raises for a legal request."""
        ...


def checked(request: Request, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The model's answer if it is legal, its notes sorted: every onset on the grid (unless humanized), inside the
    bar and not before `from_beats`; every note over by the bar line; every pitch in the register.

    Raises Internal: the model is at fault, not the player.
    """
    low, high = request.controls.register
    exact = request.controls.number("humanize") == 0
    length = request.metre.length_beats
    for part in parts:
        for note in part.notes:
            if not low <= note.pitch_midi <= high:
                raise Internal(f"the model left the register: pitch {note.pitch_midi} is outside {low}..{high}")
            if not request.from_beats - 1e-4 <= note.onset_beats < length:
                raise Internal(f"the model left the bar: onset {note.onset_beats:g} of {length:g} beats")
            if note.end_beats > length + 1e-4:
                raise Internal(f"the model left the bar: a note ends at {note.end_beats:g} of {length:g} beats")
            if exact and not is_on_grid(note.onset_beats):
                raise Internal(f"the model left the grid: onset {note.onset_beats!r}")
    return tuple(Part.of_pairs(part.name, part.pairs) for part in parts)
