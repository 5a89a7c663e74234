"""The harmony of a whole song from outside: a progression that is repeated, or a track that holds the chords."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.errors import InputError
from bridge.model.progression import parsed
from bridge.music.chords import Chord
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.music.song import Song
from bridge.music.spelling import chord_of, spell


def repeated(text: str, song: Song) -> tuple[str, ...]:
    """A progression (`C Am | F G`) laid over the song's bars, each bar as text for the control `progression`. A
    pickup has the last bar's chords, and the first whole bar the first. Raises InputError."""
    progression = parsed(text)
    if not progression:
        raise InputError("a progression is chords: C G Am F, or C Am | F G for two in a bar")
    has_pickup = len(song.bars) > 1 and song.bars[0].metre.length_beats < song.bars[1].metre.length_beats
    return tuple(_text(progression[(number - has_pickup) % len(progression)]) for number in range(len(song.bars)))


def of_track(song: Song, track: int) -> tuple[str, ...]:
    """The chords that a track spells, bar by bar, likewise; a bar in which it is silent is the model's to choose.
    A chord that is held over a bar line counts in every bar that it sounds in."""
    sounding: list[list[Note]] = [[] for _ in song.bars]
    for note in song.tracks[track].notes:
        for number in range(song.bar_at(note.onset_beats), len(song.bars)):
            bar = song.bars[number]
            begin, end = max(note.onset_beats, bar.start_beats), min(note.end_beats, bar.end_beats)
            if bar.start_beats >= note.end_beats:
                break
            if end - begin > 1e-6:
                inside = note.placed(begin - bar.start_beats, end - begin)
                sounding[number].append(inside)
    return tuple(_pulses(notes, bar.metre) for notes, bar in zip(sounding, song.bars, strict=True))


def summed_up(notes: Sequence[Note], metre: Metre) -> str:
    """The few chords that explain a bar's notes best, likewise; empty for silence and for one tone."""
    named = spell(notes, metre)
    if not named:
        return ""
    at_pulses = [
        max((beat for beat, _ in named if beat <= pulse * metre.pulse_beats), default=named[0][0])
        for pulse in range(metre.pulses)
    ]
    return f"| {' '.join(dict(named)[beat] for beat in at_pulses)} |"


def _pulses(notes: Sequence[Note], metre: Metre) -> str:
    """What sounds at every pulse as a chord; where that is none, the chord before it goes on."""
    found: list[Chord | None] = []
    for pulse in range(metre.pulses):
        start_beats, end_beats = pulse * metre.pulse_beats, (pulse + 1) * metre.pulse_beats
        weights = [0.0] * 12
        sounding = []
        for note in notes:
            length_beats = min(note.end_beats, end_beats) - max(note.onset_beats, start_beats)
            if length_beats > 1e-6:
                weights[note.pitch_class] += length_beats
                sounding.append(note.pitch_midi)
        found.append(chord_of(weights, min(sounding) % 12 if sounding else None))
    first = next((chord for chord in found if chord is not None), None)
    if first is None:
        return ""
    chords = [first]
    for chord in found[1:]:
        chords.append(chord or chords[-1])
    return _text(chords)


def _text(chords: Sequence[Chord]) -> str:
    return f"| {' '.join(chord.name for chord in chords)} |"
