"""POP909 as its authors publish it: a folder for each song, MIDI with tracks MELODY, BRIDGE and PIANO, and its beats
and chords as text, in seconds.

Z. Wang et al.: POP909, a pop-song dataset for music arrangement generation, ISMIR 2020 (github
music-x-lab/POP909-Dataset). The ticks of the files do not lie on the beats, so every position is read as seconds and
placed among the beats of `beat_midi.txt`. Barlines are found anew: those marked there are often some beats off. Of the
keys, which are timed by the audio, the first is taken.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bridge.errors import InputError
from bridge.music.metre import MAX_BAR_BEATS, MAX_TEMPO_BPM, MIN_TEMPO_BPM, STEPS_PER_BEAT
from bridge.music.midi import TONICS, read_song
from bridge.music.note import MAX_DURATION_BEATS, Note, by_onset
from bridge.music.song import KeyChange, Song, TempoChange
from training.sources.harte import tones_of
from training.sources.relaid import bars_of
from training.sources.source import FIND, Dropped, Found, Source, SourceSong

VERSION = 1
BARLINES = FIND
LEAD, ACCOMPANIMENT = "MELODY", "PIANO"
BEATS, CHORDS, KEYS = "beat_midi.txt", "chord_midi.txt", "key_audio.txt"
CHORD_VELOCITY = 80
BASS_FROM, TONES_FROM = 36, 48
TEMPO_STEP = 0.01
"""The tempo changes where a beat is longer or shorter than the one before by more than that share."""
FINEST = 240
"""Positions are rounded to that part of a beat: what seconds of six decimals lose must not decide between two steps."""


@dataclass(frozen=True)
class Beats:
    """Where the beats of a recording lie.

    times_s  at least two, rising; beat 0 is the first
    firsts   beats that are marked as a bar's first
    """

    times_s: tuple[float, ...]
    firsts: tuple[int, ...]

    def at(self, seconds: float) -> float:
        """The place of a moment in beats; before the first and after the last beat as fast as beside it."""
        number = min(max(bisect_right(self.times_s, seconds) - 1, 0), len(self.times_s) - 2)
        start_s, end_s = self.times_s[number : number + 2]
        return round((number + (seconds - start_s) / (end_s - start_s)) * FINEST) / FINEST


@dataclass(frozen=True)
class Placed:
    """A note, in beats from the first one: negative before it."""

    onset_beats: float
    end_beats: float
    pitch_midi: int
    velocity_midi: int


def paths(folder: Path) -> list[Path]:
    """The MIDI file in each song's folder, `001/001.mid`; other versions of a song are passed over."""
    return sorted(path for path in folder.rglob("*.mid") if path.stem == path.parent.name)


def name_of(path: Path) -> str:
    """The song's number."""
    return path.stem


def beside(path: Path, source: Source) -> list[Path]:
    """The texts beside the MIDI file, as far as they are there."""
    return [text for text in (path.with_name(name) for name in (BEATS, CHORDS, KEYS)) if text.exists()]


def read(path: Path, source: Source) -> Found:
    """One song."""
    try:
        file = read_song(path.read_bytes())
        beats = read_beats(path.with_name(BEATS).read_text("utf-8"))
        chords = list(_chords(path.with_name(CHORDS).read_text("utf-8"), beats))
        key = _key(path.with_name(KEYS))
    except (InputError, OSError, ValueError) as fault:
        return Dropped(source.corpus, path.stem, f"cannot be read: {fault}")
    parts = {name: list(_placed(file, beats, name)) for name in (LEAD, ACCOMPANIMENT)}
    for name, notes in parts.items():
        if not notes:
            return Dropped(source.corpus, path.stem, f"no notes in a track called {name}")
    # whole bars in front, as many as there is music before the first bar that is marked
    first_bar = beats.firsts[0] if beats.firsts else 0
    earliest = min(note.onset_beats for notes in (*parts.values(), chords) for note in notes)
    before = max(first_bar, first_bar - earliest - 0.5 / STEPS_PER_BEAT)
    shift = -int(-before // 4) * 4 - first_bar
    end = max(note.end_beats for notes in parts.values() for note in notes)
    song = Song(
        bars_of(_lengths(beats.firsts, shift, end)),
        tuple(_tempos(beats, shift)),
        (key,) if key else (),
        (),
    )
    lead, accompaniment, labelled = (_notes(notes, shift) for notes in (*parts.values(), chords))
    return SourceSong(source.corpus, path.stem, source.style, song, lead, accompaniment, labelled)


def read_beats(text: str) -> Beats:
    """The beats in a `beat_midi.txt`: a time in seconds a line, and whether it is a bar's first (in twos, in fours).

    Raises InputError.
    """
    rows = [line.split() for line in text.splitlines() if line.strip()]
    try:
        times_s = tuple(float(row[0]) for row in rows)
        firsts = tuple(number for number, row in enumerate(rows) if len(row) > 2 and float(row[2]) > 0)
    except ValueError as fault:
        raise InputError(f"{BEATS}: {fault}") from fault
    if len(times_s) < 2 or any(after <= before for before, after in pairwise(times_s)):
        raise InputError(f"{BEATS} has no two beats, or they are not in order")
    return Beats(times_s, firsts)


def block(tones: frozenset[int], bass: int, onset_beats: float, end_beats: float) -> Iterator[Placed]:
    """A chord label as a block chord, its bass lowest."""
    for pitch in (BASS_FROM + bass, *(TONES_FROM + tone for tone in sorted(tones))):
        yield Placed(onset_beats, end_beats, pitch, CHORD_VELOCITY)


def _chords(text: str, beats: Beats) -> Iterator[Placed]:
    """The labels, `start end label` a line in seconds. Raises InputError."""
    for line in text.splitlines():
        if not line.strip():
            continue
        start, end, label = line.split(maxsplit=2)
        chord = tones_of(label.strip())
        if chord is not None and float(end) > float(start):
            yield from block(*chord, beats.at(float(start)), beats.at(float(end)))


def _placed(file: Song, beats: Beats, name: str) -> Iterator[Placed]:
    for track in file.tracks:
        if track.name == name:
            for note in track.notes:
                onset, end = (beats.at(file.seconds_at(place)) for place in (note.onset_beats, note.end_beats))
                yield Placed(onset, end, note.pitch_midi, note.velocity_midi)


def _notes(placed: Iterable[Placed], shift: int) -> tuple[Note, ...]:
    notes = (
        Note(
            note.pitch_midi,
            max(note.onset_beats + shift, 0.0),
            min(max(note.end_beats - note.onset_beats, 1 / STEPS_PER_BEAT), MAX_DURATION_BEATS),
            note.velocity_midi,
        )
        for note in placed
    )
    return tuple(sorted(notes, key=by_onset))


def _lengths(firsts: tuple[int, ...], shift: int, end_beats: float) -> Iterator[int]:
    """The bars that are marked, from beat 0 on; of four beats before the first, after the last, and where two marks
    are so far apart that no bar is as long."""
    position = 0
    for place in (first + shift for first in firsts):
        while place - position > MAX_BAR_BEATS or (position == 0 and place > 4):
            yield 4
            position += 4
        if place > position:
            yield place - position
            position = place
    while position < end_beats + shift or not position:
        yield 4
        position += 4


def _tempos(beats: Beats, shift: int) -> Iterator[TempoChange]:
    said = 0.0
    for number, (start_s, end_s) in enumerate(pairwise(beats.times_s)):
        tempo_bpm = min(max(60 / (end_s - start_s), MIN_TEMPO_BPM), MAX_TEMPO_BPM)
        if abs(tempo_bpm - said) > TEMPO_STEP * said:
            yield TempoChange(float(number + shift) if said else 0.0, tempo_bpm)
            said = tempo_bpm


def _key(path: Path) -> KeyChange | None:
    """The first key in a `key_audio.txt`, `start end Bb:maj`; None where there is no such file. Raises InputError."""
    if not path.exists() or not (words := path.read_text("utf-8").split()):
        return None
    name, _, mode = words[2].partition(":") if len(words) > 2 else ("", "", "")
    if name[:1] not in TONICS:
        raise InputError(f"{KEYS}: {words[-1]!r} is no key")
    return KeyChange(0.0, (TONICS[name[0]] + name.count("#") - name.count("b")) % 12, mode.startswith("maj"))
