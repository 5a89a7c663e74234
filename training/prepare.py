"""Songs from corpora as arrays on the grid, with chord labels, split by song; kept in a cache.

A song is read once: what came of it lies in the cache under a hash of the file and of this code's VERSION, so that
an interrupted preparation goes on where it was. What was dropped is counted by reason.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Union

import numpy as np
from rich.progress import track

from bridge.files import write_atomically
from bridge.model.features import MAX_BAR_STEPS, Ints, Piece
from bridge.music.metre import Metre, step_of
from bridge.music.note import Note
from training import labels
from training.sources import Dropped, SourceSong, files_of, name_of, read
from training.split import Split, split_of

VERSION = 1
SHORTEST_BARS = 8


@dataclass(frozen=True)
class Prepared:
    """One song, ready to be learned from or measured.

    piece      its bars, lead and accompaniment
    chords     labelled block chords (onset, duration, pitch), steps; none where the corpus has none
    classes    chord class of every unit, basses the bass of every unit
    """

    corpus: str
    name: str
    style: int
    piece: Piece = field(repr=False)
    chords: Ints = field(repr=False)
    classes: Ints = field(repr=False)
    basses: Ints = field(repr=False)

    @property
    def split(self) -> Split:
        """Which part of the songs it belongs to."""
        return split_of(self.corpus, self.name)

    @cached_property
    def has_dynamics(self) -> bool:
        """Whether its velocities say anything: an engraved score's are all alike."""
        return len({int(v) for notes in self.piece.own for v in notes[:, 3]}) > 1

    @cached_property
    def first_bar(self) -> int:
        """The first bar with lead."""
        return int(np.searchsorted(self.piece.starts, self.piece.lead[:, 0].min(), "right")) - 1


def prepare(
    sources: Iterable[Mapping[str, Any]], data: Path, cache: Path, wanted: frozenset[Split], workers: int = 1
) -> tuple[list[Prepared], Counter[str]]:
    """The songs of all sources that fall into the wanted splits, and how many of these were dropped, by reason.

    sources  each with `kind`, `folder` (below `data`), `corpus` and `style`
    """
    jobs = [
        (source["kind"], path, str(source["corpus"]), int(source["style"]), cache)
        for source in sources
        for path in files_of(source["kind"], data / source["folder"])
        if split_of(str(source["corpus"]), name_of(source["kind"], path)) in wanted
    ]
    dropped: Counter[str] = Counter()
    songs: list[Prepared] = []
    with ProcessPoolExecutor(max(workers, 1)) as pool:
        found = pool.map(_prepared, jobs, chunksize=8)
        for job, song in zip(jobs, track(found, "reading songs", len(jobs)), strict=True):
            if isinstance(song, Dropped):
                dropped[f"{job[2]}: {song.reason.split(':')[0]}"] += 1
            else:
                songs.append(song)
    return songs, dropped


def _prepared(job: tuple[str, Path, str, int, Path]) -> Union[Prepared, Dropped]:
    kind, path, corpus, style, cache = job
    stamp = path.stat()
    key = f"{VERSION}/{kind}/{path.resolve()}/{stamp.st_size}/{stamp.st_mtime_ns}/{corpus}/{style}"
    kept = cache / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npz"
    if kept.exists():
        with np.load(kept) as archive:
            return _unpacked(archive, corpus, style)
    found = read(kind, path, corpus, style)
    song = arrays_of(found) if isinstance(found, SourceSong) else found
    if isinstance(song, Prepared):
        os.makedirs(cache, exist_ok=True)
        write_atomically(kept, _packed(song))
    return song


def arrays_of(source: SourceSong) -> Union[Prepared, Dropped]:
    """A song on the grid, with labels."""
    song = source.song
    if len(song.bars) < SHORTEST_BARS:
        return Dropped(source.corpus, source.name, f"shorter than {SHORTEST_BARS} bars")
    metres = tuple(bar.metre for bar in song.bars)
    if max(metre.length_steps for metre in metres) > MAX_BAR_STEPS:
        return Dropped(source.corpus, source.name, f"a bar longer than {MAX_BAR_STEPS // 12} beats")
    own = [_bar_notes(bar.notes, metre) for bar, metre in zip(song.in_bars(source.accompaniment), metres, strict=True)]
    piece = Piece(metres, _notes(source.lead), own)
    if not len(piece.lead) or not any(len(notes) for notes in own):
        return Dropped(source.corpus, source.name, "no lead or no accompaniment")
    chords = _notes(source.chords)
    found = labels.from_labels(piece, chords) if len(chords) else labels.inferred(piece)
    return Prepared(source.corpus, source.name, source.style, piece, chords, *found)


def _notes(notes: Iterable[Note]) -> Ints:
    rows = [(step_of(n.onset_beats), max(step_of(n.duration_beats), 1), n.pitch_midi) for n in notes]
    return np.array(sorted(rows), np.int64).reshape(-1, 3)


def _bar_notes(notes: Iterable[Note], metre: Metre) -> Ints:
    """(onset, pitch, duration, velocity), sorted, one note an onset and pitch, each over by the bar line."""
    length = metre.length_steps
    rows = {}
    for note in notes:
        onset = step_of(note.onset_beats)
        duration = max(step_of(note.duration_beats), 1)
        rows[onset, note.pitch_midi] = (
            onset,
            note.pitch_midi,
            min(duration, length - onset),
            note.velocity_midi,
        )
    return np.array(sorted(rows.values()), np.int64).reshape(-1, 4)


def _packed(song: Prepared) -> bytes:
    buffer = io.BytesIO()
    piece = song.piece
    np.savez_compressed(
        buffer,
        name=np.array(song.name),
        metres=np.array([(metre.numerator, metre.denominator) for metre in piece.metres]),
        lead=piece.lead,
        own=np.concatenate([np.column_stack([np.full(len(n), bar), n]) for bar, n in enumerate(piece.own)]),
        chords=song.chords,
        classes=song.classes,
        basses=song.basses,
    )
    return buffer.getvalue()


def _unpacked(archive: Mapping[str, Any], corpus: str, style: int) -> Prepared:
    metres = tuple(Metre(int(n), int(d)) for n, d in archive["metres"])
    own = archive["own"]
    ends = np.searchsorted(own[:, 0], np.arange(len(metres) + 1))
    bars = [own[a:b, 1:] for a, b in pairwise(ends)]
    piece = Piece(metres, archive["lead"], bars)
    name = str(archive["name"])
    return Prepared(corpus, name, style, piece, archive["chords"], archive["classes"], archive["basses"])
