"""POP909-CL as its authors publish it: a MIDI file for each song of POP909, with corrected keys and chord labels.

M. Yao et al.: BACHI, boundary-aware symbolic chord recognition (arXiv 2510.06528); the files are github
AndyWeasley2004/POP909-CL-Dataset. They hold every note in one track and the chords in another, so what is lead and what
is accompaniment comes from POP909, whose folder the source's `roles` names; the notes of both are laid upon each other,
and chords and keys are taken from here. Barlines are found anew, as for POP909.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from bridge.errors import InputError
from bridge.music.metre import beats_of, step_of
from bridge.music.midi import read_song
from bridge.music.note import Note
from bridge.music.song import KeyChange, Song
from training.sources import pop909
from training.sources.source import FIND, Dropped, Found, Source

VERSION = 1
BARLINES = FIND
NEEDED = OPTIONS = ("roles",)
"""The folder of POP909, below the data's folder."""
CURATED = "POP909_processed"
"""Of the versions in the authors' repository the one with corrected keys and chords."""
LEAST_MATCHED = 0.95
OWN_LABELS = "chords of POP909 taken, since the notes of POP909-CL lie elsewhere"


def paths(folder: Path) -> list[Path]:
    """The MIDI files of the folder, `001.mid`, or of the authors' repository."""
    curated = folder / CURATED
    return sorted((curated if curated.is_dir() else folder).glob("*.mid"))


def name_of(path: Path) -> str:
    """The song's number, as in POP909."""
    return path.stem


def beside(path: Path, source: Source) -> list[Path]:
    """The song's files in POP909."""
    original = _original(path, source)
    return [original, *pop909.beside(original, source)] if original.exists() else []


def read(path: Path, source: Source) -> Found:
    """One song."""
    try:
        labelled = read_song(path.read_bytes())
    except (InputError, OSError) as fault:
        return Dropped(source.corpus, path.stem, f"cannot be read: {fault}")
    original = _original(path, source)
    if not original.exists():
        return Dropped(source.corpus, path.stem, f"not in POP909: there is no {original}")
    song = pop909.read(original, source)
    if isinstance(song, Dropped):
        return song
    score = max(labelled.tracks, key=lambda track: len(track.notes))
    chords = [note for track in labelled.tracks if track is not score for note in track.notes]
    offset, matched = offset_steps((*song.lead, *song.accompaniment), score.notes)
    if matched < LEAST_MATCHED:
        return replace(song, mended=(*song.mended, OWN_LABELS))
    early = beats_of(offset)
    return replace(song, song=replace(song.song, keys=_keys(labelled, early)), chords=_later(chords, early))


def offset_steps(notes: Iterable[Note], others: Iterable[Note]) -> tuple[int, float]:
    """By how many steps `notes` come after `others`, and the share (0..1) of them that then lies within a step of a
    note of the same pitch there."""
    places: dict[int, set[int]] = {}
    for note in others:
        places.setdefault(note.pitch_midi, set()).add(step_of(note.onset_beats))
    wanted = [(note.pitch_midi, step_of(note.onset_beats)) for note in notes]
    distances = Counter(place - other for pitch, place in wanted for other in places.get(pitch, ()))
    if not distances:
        return 0, 0.0
    offset, _ = distances.most_common(1)[0]
    near = sum(any(place - offset + by in places.get(pitch, ()) for by in (-1, 0, 1)) for pitch, place in wanted)
    return offset, near / len(wanted)


def _original(path: Path, source: Source) -> Path:
    """Where POP909 has the song; its repository keeps the songs in a folder of its own."""
    folder = source.data / source.options["roles"]
    inside = folder / "POP909" / path.stem / path.name
    return inside if inside.exists() else folder / path.stem / path.name


def _later(notes: Iterable[Note], by_beats: float) -> tuple[Note, ...]:
    """Notes that many beats later; what would lie before the beginning is left out."""
    return tuple(
        replace(note, onset_beats=note.onset_beats + by_beats) for note in notes if note.onset_beats + by_beats >= 0
    )


def _keys(song: Song, by_beats: float) -> tuple[KeyChange, ...]:
    """The keys from where they hold; the first holds from the start."""
    return tuple(
        replace(key, at_beats=max(key.at_beats + by_beats, 0.0) if number else 0.0)
        for number, key in enumerate(song.keys)
    )
