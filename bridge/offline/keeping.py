"""Bars of an earlier accompaniment that are kept: which ones, and their notes out of the file they were written to."""

from __future__ import annotations

import re
from dataclasses import replace

from bridge.errors import InputError
from bridge.model.accompanist import Part
from bridge.music.bar import snap
from bridge.music.instruments import PROGRAMS
from bridge.music.metre import Metre, beats_of
from bridge.music.note import Note
from bridge.music.song import Song, Track
from bridge.offline.ties import SUSTAINED, cut


def bars_named(text: str, count: int) -> frozenset[int]:
    """The bars that `1-8,12,20-` names, as numbers from 0; people count from 1. Raises InputError."""
    chosen: set[int] = set()
    for piece in text.replace(" ", "").split(","):
        found = re.fullmatch(r"(\d+)(-(\d*))?", piece)
        if not found:
            raise InputError(f"{text!r} names no bars: write 1-8, or 1-8,13,20-")
        start = int(found[1])
        end = int(found[3]) if found[3] else count if found[2] else start
        if not 1 <= start <= end <= count:
            raise InputError(f"there are no bars {piece}: the song has 1 to {count}")
        chosen.update(range(start - 1, end))
    return frozenset(chosen)


def kept_bars(song: Song, earlier: Song, bars: frozenset[int], lead: Track) -> dict[int, tuple[Part, ...]]:
    """The parts of those bars as the earlier file has them, onsets from the bar line, not moved to the grid.

    Its tracks with the names of parts are taken, the lead itself not among them, whatever it is called. Raises
    InputError: none is there, or its bars are other bars.
    """
    tracks = [track for track in earlier.tracks if track.name in PROGRAMS and track.notes != lead.notes]
    if not tracks:
        raise InputError(f"the earlier file has no track called {', '.join(PROGRAMS)}: nothing in it can be kept")
    wanted = max(bars)
    if earlier.bars[: wanted + 1] != song.bars[: min(wanted + 1, len(earlier.bars))]:
        raise InputError("the earlier file has other bars than the lead: it was made for another song")
    kept: dict[int, dict[str, list[Note]]] = {number: {track.name: [] for track in tracks} for number in bars}
    for track in tracks:
        for note in cut(track.notes, song.bars) if track.name in SUSTAINED else track.notes:
            number = song.bar_at(note.onset_beats + 1e-6)
            if number in kept:
                inside_beats = max(note.onset_beats - song.bars[number].start_beats, 0.0)
                kept[number][track.name].append(replace(note, onset_beats=inside_beats))
    return {number: tuple(Part(name, tuple(notes)) for name, notes in parts.items()) for number, parts in kept.items()}


def as_history(parts: tuple[Part, ...], metre: Metre) -> tuple[Part, ...]:
    """Kept parts as a model may know them: on the grid and over by the bar line, as if it had played them."""
    last = metre.length_steps

    def inside(note: Note) -> Note:
        return replace(note, duration_beats=min(note.duration_beats, beats_of(last) - note.onset_beats))

    return tuple(Part(part.name, tuple(inside(note) for note in snap(part.notes, metre))) for part in parts)
