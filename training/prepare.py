"""Songs from corpora as arrays on the grid, with chord labels, split by song; kept in a cache.

A file is read once: what came of it lies in the cache under a hash of the file, of how it is read and of this code's
VERSION, so that an interrupted preparation goes on where it was. What was dropped is counted by reason, what was
mended by what it was. Nothing that is wrong with one file stops the others.
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
from training.sources import barlines
from training.sources.reading import files_of, name_of, read
from training.sources.source import KEEP, Dropped, Found, Source, SourceSong, module_of
from training.split import Split, split_of

VERSION = 1
SHORTEST_BARS = 8
UNREADABLE = "cannot be read"


@dataclass(frozen=True)
class Prepared:
    """One song, ready to be learned from or measured.

    piece      its bars, lead and accompaniment
    chords     labelled block chords (onset, duration, pitch), steps; none where the corpus has none
    classes    chord class of every unit, basses the bass of every unit
    mended     what was put right in reading it
    """

    corpus: str
    name: str
    style: int
    piece: Piece = field(repr=False)
    chords: Ints = field(repr=False)
    classes: Ints = field(repr=False)
    basses: Ints = field(repr=False)
    mended: tuple[str, ...] = ()

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


Entry = Union[Prepared, Dropped]


def prepare(
    sources: Iterable[Mapping[str, Any]], data: Path, cache: Path, wanted: frozenset[Split], workers: int = 1
) -> tuple[list[Prepared], Counter[str]]:
    """The songs of all sources that fall into the wanted splits, and how many of these were dropped, by reason.

    sources  each with `kind`, `folder` (below `data`), `corpus` and `style`; see `training.sources.Source`
    workers  how many processes read; 0: one for each core

    Says what was mended. Raises InputError: a source's table that is wrong, or a folder without songs.
    """
    jobs = [
        Job(source, path, cache)
        for source in (Source.of(table, data) for table in sources)
        for path in files_of(source)
        if split_of(source.corpus, name_of(source, path)) in wanted
    ]
    dropped: Counter[str] = Counter()
    mended: Counter[str] = Counter()
    songs: list[Prepared] = []
    workers = workers or os.cpu_count() or 1
    at_once = max(1, min(8, len(jobs) // (4 * workers)))
    with ProcessPoolExecutor(workers) as pool:
        found = pool.map(entries_of, jobs, chunksize=at_once)
        for job, of_file in zip(jobs, track(found, "reading songs", len(jobs)), strict=True):
            for song in of_file:
                if isinstance(song, Dropped):
                    dropped[f"{job.source.corpus}: {song.reason.split(':')[0]}"] += 1
                else:
                    songs.append(song)
                    mended.update(f"{song.corpus}: {what}" for what in song.mended)
    for what, count in sorted(mended.items()):
        print(f"mended:   {count:5d}  {what}")
    return songs, dropped


@dataclass(frozen=True)
class Job:
    """One file that is to be read, and the folder that keeps what came of it."""

    source: Source
    path: Path
    cache: Path


def entries_of(job: Job) -> list[Entry]:
    """What a file gives, from the cache where it is there. Nothing that is wrong with one file is raised."""
    source = job.source
    try:
        kept = job.cache / f"{_key(source, job.path)}.npz"
    except OSError as fault:
        return [Dropped(source.corpus, name_of(source, job.path), f"{UNREADABLE}: {fault}")]
    try:
        with np.load(kept) as archive:
            return unpacked(archive, source.corpus, source.style)
    except Exception:  # not there, or what a full disk or a killed run left
        pass
    songs = [_arrays_or_reason(found) for found in read(source, job.path)]
    # why a file cannot be read may lie outside it (no permission, no music21): it is tried again the next time
    if not any(isinstance(song, Dropped) and song.reason.startswith(UNREADABLE) for song in songs):
        os.makedirs(job.cache, exist_ok=True)
        write_atomically(kept, packed(songs))
    return songs


def _arrays_or_reason(found: Found) -> Entry:
    if isinstance(found, Dropped):
        return found
    try:
        return arrays_of(found)
    except Exception as fault:
        return Dropped(found.corpus, found.name, f"cannot be put on the grid: {fault!r}")


def _key(source: Source, path: Path) -> str:
    """A name for what comes of a file as it is now, read as the source says by this code. Raises OSError."""
    stamp = path.stat()
    key = f"{VERSION}/{source.kind}/{path.resolve()}/{stamp.st_size}/{stamp.st_mtime_ns}/{source.corpus}/{source.style}"
    module = module_of(source.kind)
    # what no early source had is added only where it is, so that caches last
    if hasattr(module, "VERSION"):
        key += f"/version {module.VERSION}"
    if source.options:
        key += f"/{sorted(source.options.items())}"
    if source.barlines != KEEP:
        key += f"/barlines {source.barlines} {barlines.VERSION}"
    if hasattr(module, "beside"):
        for other in module.beside(path, source):
            stamp = other.stat()
            key += f"/{other.resolve()}/{stamp.st_size}/{stamp.st_mtime_ns}"
    return hashlib.sha256(key.encode()).hexdigest()[:24]


def arrays_of(source: SourceSong) -> Entry:
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
    return Prepared(source.corpus, source.name, source.style, piece, chords, *found, source.mended)


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


def packed(songs: list[Entry]) -> bytes:
    """What a file gave, as an archive of arrays: one song under plain names, several with their number before each."""
    arrays: dict[str, Any] = {}
    for number, song in enumerate(songs):
        prefix = "" if len(songs) == 1 and isinstance(song, Prepared) else f"{number}."
        arrays |= {prefix + key: array for key, array in _arrays(song).items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def unpacked(archive: Mapping[str, Any], corpus: str, style: int) -> list[Entry]:
    """The reverse of `packed`."""
    if "name" in archive:
        return [_song(archive, "", corpus, style)]
    songs: list[Entry] = []
    while f"{len(songs)}.name" in archive:
        songs.append(_song(archive, f"{len(songs)}.", corpus, style))
    return songs


def _arrays(song: Entry) -> dict[str, Any]:
    if isinstance(song, Dropped):
        return {"name": np.array(song.name), "dropped": np.array(song.reason)}
    piece = song.piece
    arrays = {
        "name": np.array(song.name),
        "metres": np.array([(metre.numerator, metre.denominator) for metre in piece.metres]),
        "lead": piece.lead,
        "own": np.concatenate([np.column_stack([np.full(len(n), bar), n]) for bar, n in enumerate(piece.own)]),
        "chords": song.chords,
        "classes": song.classes,
        "basses": song.basses,
    }
    return arrays | ({"mended": np.array(song.mended)} if song.mended else {})


def _song(archive: Mapping[str, Any], prefix: str, corpus: str, style: int) -> Entry:
    name = str(archive[f"{prefix}name"])
    if f"{prefix}dropped" in archive:
        return Dropped(corpus, name, str(archive[f"{prefix}dropped"]))
    metres = tuple(Metre(int(n), int(d)) for n, d in archive[f"{prefix}metres"])
    own = archive[f"{prefix}own"]
    ends = np.searchsorted(own[:, 0], np.arange(len(metres) + 1))
    piece = Piece(metres, archive[f"{prefix}lead"], [own[a:b, 1:] for a, b in pairwise(ends)])
    chords, classes, basses = (archive[prefix + key] for key in ("chords", "classes", "basses"))
    mended = tuple(archive[f"{prefix}mended"].tolist()) if f"{prefix}mended" in archive else ()
    return Prepared(corpus, name, style, piece, chords, classes, basses, mended)
