"""Engraved songs as MusicXML, plain or compressed: one voice and a piano, as in the OpenScore Lieder Corpus.

M. Gotham and P. Jonas: The OpenScore Lieder Corpus, MEC 2021 (github OpenScore/Lieder, CC0). Repeats are not played
out: a bar that is heard again teaches nothing new. A pickup becomes a whole bar, a measure that a repeat sign cuts in
two becomes one. Needs music21, which takes a second or two of processor time a song.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from bridge.errors import InputError
from bridge.music.metre import Metre
from bridge.music.scores import read_score
from bridge.music.song import SongBar, Track
from training.sources.relaid import moved
from training.sources.source import Dropped, Found, Source, SourceSong

VERSION = 1
SUFFIXES = (".mxl", ".musicxml", ".xml")
PIANO_WORDS = {
    *("piano", "pianoforte", "fortepiano", "klavier", "clavier", "pf", "pno", "keyboard", "organ", "orgel"),
    *("harmonium", "harpsichord", "cembalo", "accompaniment", "begleitung"),
}
PIANO_PROGRAMS = range(24)
"""General MIDI: pianos, chromatic percussion, organs."""


def paths(folder: Path) -> list[Path]:
    """The scores in the folder and the folders below it. Raises InputError: there are some, but no music21."""
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
    if found and find_spec("music21") is None:
        raise InputError("reading MusicXML needs music21: python -m pip install 'obbligato[formats]'")
    return found


def name_of(path: Path) -> str:
    """The score's name, in the Lieder Corpus its number there."""
    return path.stem


def read(path: Path, source: Source) -> Found:
    """One score. Songs for several voices are left out."""
    try:
        song = read_score(path.read_bytes(), repeats=False)
    except (InputError, OSError) as fault:
        return Dropped(source.corpus, path.stem, f"cannot be read: {fault}")
    piano = [track for track in song.tracks if is_piano(track)]
    voices = [track for track in song.tracks if not is_piano(track)]
    if not piano or not voices:
        return Dropped(source.corpus, path.stem, f"no {'voice beside the piano' if piano else 'piano part'}")
    if len(voices) > 1:
        names = ", ".join(track.name for track in voices)
        return Dropped(source.corpus, path.stem, f"more than one part beside the piano: {names}")
    accompaniment = tuple(note for track in piano for note in track.notes)
    found = SourceSong(source.corpus, path.stem, source.style, song, voices[0].notes, accompaniment)
    bars, missing_beats = whole_bars(song.bars)
    whole = moved(found, missing_beats)
    return replace(whole, song=replace(whole.song, bars=bars))


def is_piano(track: Track) -> bool:
    """Whether a part is the piano's (a hand of it, mostly), by its name and, where that says nothing, its sound."""
    words = set(re.findall(r"[^\W\d_]+", track.name.casefold()))
    return bool(words & PIANO_WORDS) or (not words and track.program in PIANO_PROGRAMS)


def whole_bars(bars: Iterable[SongBar]) -> tuple[tuple[SongBar, ...], float]:
    """The same music in whole bars, and by how many beats it begins later: what a pickup lacks stands before it.

    Two bars between whole ones that are together as long as one of these are one bar, cut in two by a repeat sign.
    """
    metres = [bar.metre for bar in bars]
    missing_beats = 0.0
    if len(metres) > 1 and metres[0].length_beats < metres[1].length_beats:
        missing_beats = metres[1].length_beats - metres[0].length_beats
        metres[0] = metres[1]
    joined: list[Metre] = []
    while metres:
        is_cut = (
            len(joined) > 0
            and len(metres) > 2
            and metres[0].length_beats + metres[1].length_beats == joined[-1].length_beats
            and metres[2] == joined[-1]
        )
        joined.append(joined[-1] if is_cut else metres[0])
        del metres[: 2 if is_cut else 1]
    laid: list[SongBar] = []
    position = 0.0
    for metre in joined:
        laid.append(SongBar(position, metre))
        position += metre.length_beats
    return tuple(laid), missing_beats
