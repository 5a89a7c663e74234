"""A band around any pianist: bass, pad and counter-melody that play in the harmony of what the piano plays.

The inner model plays every bar, whether the piano is wanted or not; the chords that its notes spell are the harmony of
all parts, so the band cannot disagree with itself. Where each part comes from:

piano    the inner model's own notes; with a bass beside it, it leaves the low register
bass     by rule, from the inner model's low notes and chord roots (`bridge.model.band_rules`)
pad      by rule, from the chords (`bridge.model.band_rules`)
counter  learned: when it plays and how it moves are counted on the second melodies of POP909; that it stays out of
         the lead's way, and in the key, is a rule (`bridge.model.countermelody`)

A band keeps no state and draws its chance from the request's seed alone, as every accompanist. While only the piano
is wanted it is the inner model, note for note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bridge.model.accompanist import Accompanist, Part, PlayedBar, Request
from bridge.model.band_rules import Stretch, bass_line, below, harmony_of, pad_chords, without_low
from bridge.model.countermelody import Countermelody, counted
from bridge.model.remembering import Remembering
from bridge.music.note import Note, by_onset

PART_NAMES = ("piano", "bass", "pad", "counter")
HARMONIC = ("piano", "bass")
"""What the inner model is shown of its past: together they are about what it played itself."""


class Band:
    """The accompanist. `inner`: whoever plays the piano."""

    part_names: tuple[str, ...] = PART_NAMES

    def __init__(self, inner: Accompanist) -> None:
        self.inner = inner
        self.name = inner.name
        self.used_controls = frozenset(inner.used_controls | {"parts"})
        self.style_names = inner.style_names
        self._counter: Countermelody | None = None

    def accompany(self, request: Request) -> tuple[Part, ...]:
        """Play the target bar from `from_beats` on, every part that the control `parts` names, in this order."""
        wanted = [name for name in PART_NAMES if name in request.controls.text("parts").split()]
        only_piano = not wanted or wanted == ["piano"]
        if only_piano and not any(p.name != "piano" for bar in request.history for p in bar.parts):
            return self.inner.accompany(request)
        piano = _of(self.inner.accompany(_for_pianist(request)), ("piano",))
        stretches = harmony_of(request, _of(_shown(request.kept), ("piano",)) + piano)
        parts: list[Part] = []
        for name in wanted or ["piano"]:
            if name == "piano":
                notes = without_low(piano, request) if "bass" in wanted else piano
            elif name == "bass":
                notes = bass_line(request, stretches, piano, _last(request, "bass"))
                if "piano" in wanted:
                    notes = below(notes, without_low(piano, request), request)
            elif name == "pad":
                notes = pad_chords(request, stretches, _last(request, "pad"))
            else:
                notes = self._counter_line(request, stretches)
            parts.append(Part(name, tuple(note for note in notes if note.onset_beats >= request.from_beats)))
        return tuple(parts)

    def _counter_line(self, request: Request, stretches: Sequence[Stretch]) -> tuple[Note, ...]:
        if self._counter is None:
            self._counter = counted()  # read once, and only by who wants it; it is a constant
        return self._counter.line(request, stretches, _last(request, "counter"))


def _for_pianist(request: Request) -> Request:
    """The request as the inner model may see it: a piano's past, and nobody else's."""
    history = tuple(_bar_for_pianist(bar) for bar in request.history)
    controls = request.controls.changed("parts", "piano")
    return replace(request, history=history, kept=_shown(request.kept), controls=controls)


def _shown_bar(bar: PlayedBar) -> PlayedBar:
    return PlayedBar(bar.number, bar.metre, _shown(bar.parts))


_bar_for_pianist = Remembering(_shown_bar)


def _shown(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Piano and bass as one piano; where neither played, whoever did."""
    notes = _of(parts, HARMONIC) or _of(parts, ("pad",)) or _of(parts, PART_NAMES)
    return (Part("piano", notes),) if notes or parts else ()


def _of(parts: Sequence[Part], names: Sequence[str]) -> tuple[Note, ...]:
    return tuple(sorted((note for part in parts if part.name in names for note in part.notes), key=by_onset))


def _last(request: Request, name: str) -> tuple[Note, ...]:
    """What a part played last: of the target bar if anything is kept of it, else of the bar before."""
    kept = _of(request.kept, (name,))
    if kept:
        return kept
    return next((_of(bar.parts, (name,)) for bar in reversed(request.history) if _of(bar.parts, (name,))), ())
