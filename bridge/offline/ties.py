"""Ties over bar lines: a session plays bar by bar and every note ends with its bar, but a pad's tone that goes on in a
file is one note. Written as one, and taken apart again where a bar is needed by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from bridge.music.metre import STEPS_PER_BEAT
from bridge.music.note import Note, by_onset
from bridge.music.song import SongBar

SUSTAINED = frozenset({"pad"})
"""The parts whose notes are tied."""
MOST_BARS = 4
"""So many bars are held without a new stroke, as by players who bow or breathe."""
NEAR_BEATS = 1 / (2 * STEPS_PER_BEAT)
"""As far from its bar line a note may begin that is humanized."""


def tied(notes: Iterable[Note], bars: Sequence[SongBar], kept: Collection[int] = ()) -> tuple[Note, ...]:
    """The notes (onsets from the start of the song), one that ends at a bar line and begins there again as one note.

    kept  bars out of an earlier file, by number: tied among themselves as they were (`cut` leaves equal velocities),
          and to no other
    """
    lines = {round(bar.start_beats * STEPS_PER_BEAT): number for number, bar in enumerate(bars)}
    held: dict[int, tuple[Note, int]] = {}
    done: list[Note] = []
    for note in sorted(notes, key=by_onset):
        before, count = held.get(note.pitch_midi, (None, 0))
        if before is not None:
            bar = lines.get(round(note.onset_beats * STEPS_PER_BEAT), -1)
            goes_on = bar >= 0 and abs(before.end_beats - note.onset_beats) < NEAR_BEATS
            if bar in kept or bar - 1 in kept:
                goes_on &= bar in kept and bar - 1 in kept and before.velocity_midi == note.velocity_midi
            else:
                goes_on &= count < MOST_BARS
            if goes_on:
                longer = replace(before, duration_beats=note.end_beats - before.onset_beats)
                held[note.pitch_midi] = (longer, count + 1)
                continue
            done.append(before)
        held[note.pitch_midi] = (note, 1)
    return tuple(sorted([*done, *(note for note, _ in held.values())], key=by_onset))


def cut(notes: Iterable[Note], bars: Sequence[SongBar]) -> tuple[Note, ...]:
    """The notes, each in as many pieces as the bars that it sounds in."""
    pieces: list[Note] = []
    for note in notes:
        inner = [
            b.start_beats for b in bars if note.onset_beats + NEAR_BEATS < b.start_beats < note.end_beats - NEAR_BEATS
        ]
        places = [note.onset_beats, *inner, note.end_beats]
        pieces += [note.placed(start, end - start) for start, end in pairwise(places)]
    return tuple(sorted(pieces, key=by_onset))
