"""Counts for the chord model of `bridge.model.harmony`: which triad follows which, and what the lead sings over each.

A song is cut into half bars. Its chords come from a track of labels where it has one (POP909's CHORDS), else from
what the accompaniment spells; its key from its key signature, a minor key counted as its relative major. The songs of
a corpus that are in major are one style, those in minor another. Only the songs that are learned from are counted; it
takes a minute or two and no TensorFlow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.progress import track

from bridge.errors import InputError
from bridge.model.bundle import Bundle, save_bundle
from bridge.model.half_bars import half_bar_beats
from bridge.model.harmony import PHRASE_BARS, PLACES, VOCABULARY, pitch_class_beats, triad_of
from bridge.music.midi import read_song
from bridge.music.note import Note
from bridge.music.song import Song
from bridge.music.spelling import chord_of
from training.revision import commit
from training.split import split_of

Counts = npt.NDArray[np.float32]


MODES = ("major", "minor")
_NEIGHBOUR = 0.5
"""A label that covers less than this of what the longest of the half bar does belongs to the neighbour."""


def train(config: Mapping[str, Any], data: Path, out: Path) -> int:
    """Count as the configuration says and write a bundle. Returns the exit code. Raises InputError."""
    totals: dict[str, list[Counts]] = {}
    songs: dict[str, int] = {}
    for corpus in config["data"]["corpora"]:
        paths = [p for p in sorted((data / corpus).glob("*.mid")) if split_of(corpus, p.stem) == "train"]
        if not paths:
            raise InputError(f"there is no MIDI file in {data / corpus}")
        tables = empty_tables()
        for path in track(paths, description=corpus):
            count(read_song(path.read_bytes()), config["data"], tables)
        for name, table in tables.items():
            totals.setdefault(name, []).append(table.astype(np.float32))
        songs[corpus] = len(paths)
        major, minor = tables["chords"].sum(axis=1)
        print(f"{corpus}: {len(paths)} songs, {major:.0f} half bars in major, {minor:.0f} in minor")
    bundle = Bundle(
        kind="chords",
        network={"styles": [f"{corpus}, {mode}" for corpus in config["data"]["corpora"] for mode in MODES]},
        vocabulary=VOCABULARY,
        arrays={name: np.concatenate(tables) for name, tables in totals.items()},
        training={**config, "songs": songs},
        figures={},
        commit=commit(),
    )
    save_bundle(out, bundle)
    print(f"the bundle is in {out}")
    return 0


def empty_tables() -> dict[str, npt.NDArray[np.float64]]:
    """The tables of one corpus, nothing counted yet; the first axis is MODES."""
    return {
        "transitions": np.zeros((2, 2, 24, 24)),
        "emissions": np.zeros((2, 24, 12)),
        "chords": np.zeros((2, 24)),
        "places": np.zeros((2, PLACES, 24)),
    }


@dataclass(frozen=True)
class _HalfBar:
    """What is counted of one half bar. place: in the phrase; half: 0 at a bar line, else 1; triad and sung: relative
    to the key, triad -1 for none."""

    place: int
    half: int
    triad: int
    sung: npt.NDArray[np.float64]


def count(song: Song, config: Mapping[str, Any], tables: Mapping[str, npt.NDArray[np.float64]]) -> None:
    """Add one song to the tables. A song without a lead, chords or a key signature adds nothing."""
    named = {track.name: track.notes for track in song.tracks}
    lead = next((named[name] for name in config["lead"] if name in named), None)
    labels = next((named[name] for name in config["labels"] if name in named), None)
    chords = labels or next((named[name] for name in config["accompaniment"] if name in named), None)
    if not lead or not chords or not song.keys:
        return
    half_bars = list(_half_bars(song, lead, chords, _NEIGHBOUR if labels else 0.0))
    mode = int(_is_minor(half_bars))
    previous = -1
    for half_bar in half_bars:
        triad = half_bar.triad
        if triad >= 0:
            tables["chords"][mode, triad] += 1
            tables["places"][mode, half_bar.place, triad] += 1
            tables["emissions"][mode, triad] += half_bar.sung
            if previous >= 0:
                tables["transitions"][mode, half_bar.half, previous, triad] += 1
        previous = triad


def _half_bars(song: Song, lead: Sequence[Note], chords: Sequence[Note], least: float) -> Iterator[_HalfBar]:
    """The song's half bars in order.

    chords  the notes that spell the chords; of each half bar those pitch classes count that sound for at least the
            share `least` of the longest
    """
    by_onset = sorted(chords, key=lambda note: note.onset_beats)
    onsets_beats = np.array([note.onset_beats for note in by_onset])
    longest_beats = max(note.duration_beats for note in by_onset)
    begins = _lead_begins(song, lead)
    for number, (bar, notes) in enumerate(zip(song.bars, song.in_bars(lead), strict=True)):
        tonic = _tonic(song, bar.start_beats)
        edges = half_bar_beats(bar.metre)
        sung = pitch_class_beats(notes.notes, edges)
        for half, (start, end) in enumerate(pairwise(edges)):
            span = bar.start_beats + start, bar.start_beats + end
            first, last = np.searchsorted(onsets_beats, (span[0] - longest_beats, span[1]))
            beats = pitch_class_beats(by_onset[first:last], span)[0]
            chord = chord_of(np.where(beats >= least * beats.max(), beats, 0))
            is_later = min(half, 1)
            yield _HalfBar(
                2 * ((number - begins) % PHRASE_BARS) + is_later,
                is_later,
                _relative(triad_of(chord), tonic) if chord else -1,
                np.roll(sung[half], -tonic),
            )


def _relative(triad: int, tonic: int) -> int:
    return (triad - tonic) % 12 + 12 * (triad >= 12)


def _lead_begins(song: Song, lead: Sequence[Note]) -> int:
    """The bar with which the lead begins, a pickup aside."""
    onset_beats = min(note.onset_beats for note in lead)
    number = max(n for n, bar in enumerate(song.bars) if bar.start_beats <= onset_beats + 1e-3)
    bar = song.bars[number]
    return number + int(2 * (onset_beats - bar.start_beats) >= bar.metre.length_beats - 1e-3)


def _is_minor(half_bars: Sequence[_HalfBar]) -> bool:
    """Whether a song whose key signature tells no mode is in the minor of it: by how often the tonics and dominants of
    both sound. The minor's own dominant, with the raised leading note, says most."""
    triads = Counter(half_bar.triad for half_bar in half_bars)
    return triads[12 + 9] + triads[12 + 4] / 2 + 2 * triads[4] > triads[0] + triads[7]


def _tonic(song: Song, beats: float) -> int:
    key = next((key for key in reversed(song.keys) if key.at_beats <= beats + 1e-3), song.keys[0])
    return key.tonic if key.is_major else (key.tonic + 3) % 12
