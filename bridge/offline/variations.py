"""Several accompaniments to one lead: how different two of them are, how well one fits, and which are worth keeping.

Pure functions of what was played. A variation is another seed of the same model (the control `variation`), so each is
repeatable by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from bridge.model.accompanist import Part
from bridge.model.controls import CONTROLS
from bridge.music.bar import Bar
from bridge.music.metre import step_of

Played = tuple[tuple[Part, ...], ...]
"""The parts of every bar, onsets from the bar line."""

LEAST_DIFFERENCE = 0.25
"""Two accompaniments that share more than three quarters of their notes are one to a listener."""
MOST_WORSE = 0.05
"""How much less of the lead a variation may fit than the first one does."""
TRIES_PER_VARIATION = 8
MOST_REPEATS = 3
"""Who plays the same again so often in a row (at temperature 0, say) has nothing else to play."""


@dataclass(frozen=True, slots=True)
class Variation:
    """One accompaniment: `number` the control's value that makes it, `difference` to the nearest of those before it
    (1 for the first), `fit` to the lead."""

    number: int
    played: Played
    difference: float
    fit: float


def difference(one: Played, other: Played, bars: Collection[int] | None = None) -> float:
    """How different two accompaniments of one lead are: the share of their notes (place on the grid, pitch and part)
    that the other has not, 0 to 1; 0 for two silences. `bars`: only those are compared."""
    ours, theirs = _strokes(one, bars), _strokes(other, bars)
    if not ours and not theirs:
        return 0.0
    return 1 - 2 * len(ours & theirs) / (len(ours) + len(theirs))


def fit(lead: Sequence[Bar], played: Played) -> float:
    """Which share of the lead, by time, is a tone of what sounds under it: its pitch class is played by some part
    within the same beat (after ReaLchords' note-in-chord ratio, arXiv 2506.14723). 0 to 1; 1 without a lead.

    Beats in which nothing is played are not counted: a rest fits nothing and hurts nothing.
    """
    inside = total = 0.0
    for bar, parts in zip(lead, played, strict=True):
        notes = [note for part in parts for note in part.notes]
        beats = range(-int(-bar.metre.length_beats // 1))
        for beat in beats:
            classes = {n.pitch_class for n in notes if n.onset_beats < beat + 1 and n.end_beats > beat}
            for note in bar.notes if classes else ():
                sounding_beats = min(note.end_beats, beat + 1.0) - max(note.onset_beats, float(beat))
                if sounding_beats > 0:
                    total += sounding_beats
                    inside += sounding_beats * (note.pitch_class in classes)
    return inside / total if total else 1.0


def variations(
    make: Callable[[int], Played],
    lead: Sequence[Bar],
    wanted: int,
    first: int = 0,
    unlike: Sequence[Played] = (),
    bars: Collection[int] | None = None,
) -> Iterator[Variation]:
    """Accompaniments that differ: `make` is asked for one number of variation after the other, from `first`; one too
    like an earlier one, or that fits the lead clearly less than the first, is passed over.

    wanted  how many; fewer come when the tries are used up (8 for each, and no number above the control's range) or
            nothing new is played
    unlike  accompaniments from before, which the new ones must not repeat either
    bars    only these are compared: the others are kept
    """
    kept: list[Variation] = []
    highest = int(CONTROLS["variation"].high)
    tries = range(first, min(first + max(wanted, 2) * TRIES_PER_VARIATION, highest + 1))
    repeats = 0
    for number in tries:
        if len(kept) == wanted or repeats == MOST_REPEATS:
            return
        played = make(number)
        before = [*unlike, *(variation.played for variation in kept)]
        nearest = min((difference(played, other, bars) for other in before), default=1.0)
        repeats = repeats + 1 if nearest == 0 else 0
        fits = fit(lead, played)
        if nearest < LEAST_DIFFERENCE or (kept and fits < kept[0].fit - MOST_WORSE):
            continue
        kept.append(Variation(number, played, nearest, fits))
        yield kept[-1]


def _strokes(played: Played, bars: Collection[int] | None) -> set[tuple[int, str, int, int]]:
    return {
        (number, part.name, step_of(note.onset_beats), note.pitch_midi)
        for number, parts in enumerate(played)
        if bars is None or number in bars
        for part in parts
        for note in part.notes
    }
