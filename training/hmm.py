"""Counts for the chord model of `bridge.model.harmony`: which triad follows which, and what the lead sings over each.

A song is cut into half bars. Its chords come from a track of labels where it has one (POP909's CHORDS), else from
what the accompaniment spells; its key from its key signature, a minor key counted as its relative major. A corpus is
a style. Only the songs that are learned from are counted; it takes a minute or two and no TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.progress import track

from bridge.errors import InputError
from bridge.model.bundle import Bundle, save_bundle
from bridge.model.chords import VOCABULARY
from bridge.model.harmony import half_bar_beats, pitch_class_beats
from bridge.music.chords import QUALITIES, Chord
from bridge.music.midi import read_song
from bridge.music.song import Song
from bridge.music.spelling import chord_of
from training.revision import commit
from training.split import split_of

Counts = npt.NDArray[np.float32]


def train(config: Mapping[str, Any], data: Path, out: Path) -> int:
    """Count as the configuration says and write a bundle. Returns the exit code. Raises InputError."""
    totals: dict[str, list[Counts]] = {"transitions": [], "emissions": [], "chords": []}
    songs: dict[str, int] = {}
    for corpus in config["data"]["corpora"]:
        paths = [p for p in sorted((data / corpus).glob("*.mid")) if split_of(corpus, p.stem) == "train"]
        if not paths:
            raise InputError(f"there is no MIDI file in {data / corpus}")
        tables = {"transitions": np.zeros((2, 24, 24)), "emissions": np.zeros((24, 12)), "chords": np.zeros(24)}
        for path in track(paths, description=corpus):
            count(read_song(path.read_bytes()), config["data"], tables)
        for name, table in tables.items():
            totals[name].append(table.astype(np.float32))
        songs[corpus] = len(paths)
        print(f"{corpus}: {len(paths)} songs, {tables['chords'].sum():.0f} half bars")
    bundle = Bundle(
        kind="chords",
        network={"styles": list(config["data"]["corpora"])},
        vocabulary=VOCABULARY,
        arrays={name: np.stack(tables) for name, tables in totals.items()},
        training={**config, "songs": songs},
        figures={},
        commit=commit(),
    )
    save_bundle(out, bundle)
    print(f"the bundle is in {out}")
    return 0


def count(song: Song, config: Mapping[str, Any], tables: Mapping[str, npt.NDArray[np.float64]]) -> None:
    """Add one song to the tables. A song without a lead, chords or a key signature adds nothing."""
    named = {track.name: track.notes for track in song.tracks}
    lead = next((named[name] for name in config["lead"] if name in named), None)
    labels = next((named[name] for name in config["labels"] if name in named), None)
    chords = labels or next((named[name] for name in config["accompaniment"] if name in named), None)
    if lead is None or chords is None or not song.keys:
        return
    ends = sorted(chords, key=lambda note: note.onset_beats)
    onsets_beats = np.array([note.onset_beats for note in ends])
    longest_beats = max(note.duration_beats for note in ends)
    previous = None
    for bar, notes in zip(song.bars, song.in_bars(lead), strict=True):
        tonic = _tonic(song, bar.start_beats)
        edges = half_bar_beats(bar.metre)
        sung = pitch_class_beats(notes.notes, edges)
        for half, (start, end) in enumerate(pairwise(edges)):
            span = bar.start_beats + start, bar.start_beats + end
            nearby = ends[
                np.searchsorted(onsets_beats, span[0] - longest_beats) : np.searchsorted(onsets_beats, span[1])
            ]
            beats = pitch_class_beats(nearby, span)[0]
            # a label that covers less than half of what the longest does belongs to the neighbour
            triad = triad_of(chord_of(np.where(beats >= 0.5 * beats.max(), beats, 0) if labels else beats))
            if triad is None:
                previous = None
                continue
            relative = (triad - tonic) % 12 + 12 * (triad >= 12)
            tables["chords"][relative] += 1
            tables["emissions"][relative] += np.roll(sung[half], -tonic)
            if previous is not None:
                tables["transitions"][min(half, 1), previous, relative] += 1
            previous = relative


def triad_of(chord: Chord | None) -> int | None:
    """The major (0..11) or minor (12..23) triad that a chord is counted as: a diminished one as the dominant it
    stands for, a half-diminished one as the minor triad above its root, others by their third."""
    if chord is None:
        return None
    intervals = QUALITIES[chord.quality]
    if chord.quality == "m7♭5":
        return 12 + (chord.root + 3) % 12
    if 6 in intervals:
        return (chord.root - 4) % 12
    return chord.root + (12 if 3 in intervals else 0)


def _tonic(song: Song, beats: float) -> int:
    key = next((key for key in reversed(song.keys) if key.at_beats <= beats + 1e-3), song.keys[0])
    return key.tonic if key.is_major else (key.tonic + 3) % 12
