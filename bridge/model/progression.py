"""A given progression: whatever the accompanist inside would play, its tones are moved into the chords the user names.

By rule, so that it holds for every model: each note goes to the nearest chord tone that its stroke does not have yet,
the lowest note at the beginning of a chord to its bass; rhythm, loudness and texture stay the model's. The text is
chords separated by blanks, a bar each; with bar lines (`|`) the chords between two of them share a bar evenly, by its
pulses. It begins in bar 0 and is repeated for ever, before bar 0 too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from bridge.errors import InputError
from bridge.model.accompanist import Accompanist, Part, Request
from bridge.music.chords import Chord, parse
from bridge.music.metre import Metre, beats_of, step_of
from bridge.music.note import Note, by_onset

MOST_CHORDS_A_BAR = 16


@lru_cache(maxsize=64)
def parsed(text: str) -> tuple[tuple[Chord, ...], ...]:
    """The chords of each bar; nothing for an empty text. Raises InputError, naming what is no chord."""
    has_bar_lines = "|" in text
    text = text.strip().strip("|").strip()
    if not text:
        return ()
    bars = [piece.split() for piece in text.split("|")] if has_bar_lines else [[name] for name in text.split()]
    for number, names in enumerate(bars, start=1):
        if not names:
            raise InputError(f"bar {number} of the progression has no chord: write C | Am F | G")
        if len(names) > MOST_CHORDS_A_BAR:
            raise InputError(f"bar {number} of the progression has more than {MOST_CHORDS_A_BAR} chords")
    return tuple(tuple(parse(name) for name in names) for names in bars)


def chords_at(progression: Sequence[Sequence[Chord]], bar: int, metre: Metre) -> tuple[tuple[float, Chord], ...]:
    """(beat, chord) of a bar, each from that beat until the next one's; the same chord again only goes on."""
    chords = progression[bar % len(progression)]
    placed: list[tuple[float, Chord]] = []
    for number, chord in enumerate(chords):
        beats = beats_of(step_of(number * metre.pulses // len(chords) * metre.pulse_beats))
        if placed and placed[-1][0] == beats:
            placed.pop()  # more chords than pulses: the last of those that fall together
        if not placed or placed[-1][1] != chord:
            placed.append((beats, chord))
    return tuple(placed)


def given_chords(request: Request) -> tuple[tuple[float, Chord], ...]:
    """(beat, chord) of the request's target bar as its control `progression` has it; nothing without one."""
    try:
        progression = parsed(request.controls.text("progression"))
    except InputError:  # the session refuses such a text where it is set
        return ()
    return chords_at(progression, request.target, request.metre) if progression else ()


class Reharmonised:
    """The accompanist. `inner`: whoever plays."""

    def __init__(self, inner: Accompanist) -> None:
        self.inner = inner
        self.name = inner.name
        self.used_controls = frozenset(inner.used_controls | {"progression"})
        self.part_names = inner.part_names
        self.style_names = inner.style_names

    def accompany(self, request: Request) -> tuple[Part, ...]:
        """Play the target bar from `from_beats` on; without a progression it is the inner accompanist's answer."""
        parts = self.inner.accompany(request)
        chords = given_chords(request)
        if not chords:
            return parts
        return tuple(Part(part.name, _moved(part.notes, chords, request)) for part in parts)


def _moved(notes: Sequence[Note], chords: Sequence[tuple[float, Chord]], request: Request) -> tuple[Note, ...]:
    low, high = request.controls.register
    ends = [beats for beats, _ in chords[1:]] + [request.metre.length_beats]
    found: dict[tuple[float, int], Note] = {}
    for (start_beats, chord), end_beats in zip(chords, ends, strict=True):
        first = True
        inside = [note for note in notes if start_beats <= note.onset_beats < end_beats]
        for onset_beats in sorted({note.onset_beats for note in inside}):
            taken: set[int] = set()
            stroke = sorted((n for n in inside if n.onset_beats == onset_beats), key=lambda n: n.pitch_midi)
            for place, note in enumerate(stroke):
                tones = chord.pitch_classes
                if first and place == 0:
                    tones = frozenset({chord.root if chord.bass is None else chord.bass})
                pitch = _nearest(note.pitch_midi, tones, taken, low, high)
                if pitch is None:
                    continue  # every chord tone of the register sounds already
                taken.add(pitch)
                over_beats = min(note.end_beats, end_beats)  # what rang on into the next chord would be outside it
                found[onset_beats, pitch] = replace(note, pitch_midi=pitch, duration_beats=over_beats - onset_beats)
            first = False
    return tuple(sorted(found.values(), key=by_onset))


def _nearest(pitch: int, tones: frozenset[int], taken: set[int], low: int, high: int) -> int | None:
    """The free pitch of the register nearest to one, upwards if two are as near."""
    free = [p for p in range(low, high + 1) if p % 12 in tones and p not in taken]
    return min(free, key=lambda p: (abs(p - pitch), -p), default=None)
