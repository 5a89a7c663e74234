"""Which track of a song is the lead: the one asked for, the one whose name says so, or the most melodic one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from bridge.errors import InputError
from bridge.music.metre import STEPS_PER_BEAT, step_of
from bridge.music.song import Song, Track


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEAD_WORDS = (
    _words(
        "melody melodie mélodie melodia melodía melodi melodija melodiya melodylead leadmelody мелодия メロディ "
        "メロディー 旋律 主旋律 멜로디"
    ),
    _words(
        "vocal vocals vox voice voix voz voce stimme singstimme gesang sång canto cantus chant singer singing sung "
        "vocalist karaoke голос вокал ボーカル 歌 主唱 人声 보컬"
    ),
    _words("lead leads leadvocal leadvox leadsynth main principal"),
    _words("soprano sopran sopraan sop treble discant descant cantor superius"),
    _words("solo soloist solist theme thema thème tema tune air"),
)
"""Words that name a lead, by how surely they do: a track of an earlier row goes before one of a later row."""
OTHER_WORDS = _words("backing background bg bgv choir chorus harmony harmonies accompaniment chord chords bass pad")
"""A name with one of these means somebody else, as in "backing vocals" or "bass voice"."""
SOUND_EFFECTS = range(112, 128)
"""General MIDI programs without a pitch worth following: drums, breaths, applause."""


@dataclass(frozen=True, slots=True)
class LeadChoice:
    """The lead's number among the song's tracks (from 0), and why it was taken, for people."""

    track: int
    reason: str


def find_lead(song: Song, wanted: str | None = None) -> LeadChoice:
    """The lead of a song.

    wanted   a track's name, a part of it that only one name has, or its number counted from 1; None: look for it

    Raises InputError, with a list of the tracks: nothing fits what is wanted, or the file has drums only.
    """
    usable = [number for number, track in enumerate(song.tracks) if not track.is_drum and track.notes]
    scores = {number: melodiousness(song.tracks[number], song.length_beats) for number in usable}
    if wanted is not None:
        return LeadChoice(max(_wanted(song, wanted, usable), key=scores.__getitem__), "you asked for it")
    if not usable:
        raise InputError(f"no track can be a lead; the file has\n{list_tracks(song)}")
    if len(usable) == 1:
        return LeadChoice(usable[0], "the only track with pitches")
    words_of = {number: set(re.findall(r"[^\W\d_]+", song.tracks[number].name.casefold())) for number in usable}
    candidates = [number for number in usable if not words_of[number] & OTHER_WORDS] or usable
    for words in LEAD_WORDS:
        named = [number for number in candidates if words_of[number] & words]
        if named:
            return LeadChoice(max(named, key=scores.__getitem__), "its name says so")
    best = max(candidates, key=scores.__getitem__)
    return LeadChoice(best, f"no track's name says so, and it is the most melodic of {len(usable)}")


def list_tracks(song: Song) -> str:
    """A line for each track: its number from 1, name, number of notes and program."""
    return "\n".join(
        f"  {number}  {track.name or '(no name)'}: {len(track.notes)} notes, "
        + ("drums" if track.is_drum else f"program {track.program + 1}")
        for number, track in enumerate(song.tracks, start=1)
    )


def melodiousness(track: Track, song_beats: float) -> float:
    """How much a track looks like the lead of a song of that length: 0 to 1.

    It sounds one note at a time, lies high, moves in steps and small leaps over many pitches, and is there for much
    of the song. Names are not looked at. The weights were set by hand; tests/music/test_lead_corpus.py measures them.
    """
    if not track.notes or track.program in SOUND_EFFECTS:
        return 0.0
    line: dict[int, int] = {}
    for note in track.notes:
        step = step_of(note.onset_beats)
        line[step] = max(note.pitch_midi, line.get(step, 0))
    pitches = [line[step] for step in sorted(line)]
    leaps = [abs(after - before) for before, after in pairwise(pitches) if after != before]
    sounding_beats = sum(note.duration_beats for note in track.notes)
    single = len(line) / len(track.notes)
    thin = min(1.0, song_beats / sounding_beats)
    high = _ramp(fmean(pitches), 45, 69)
    smooth = 1 - _ramp(fmean(leaps), 3, 10) if leaps else 0.0
    varied = min(1.0, len(set(pitches)) / 8)
    present = len({step // (4 * STEPS_PER_BEAT) for step in line}) * 4 / max(song_beats, 4.0)
    shape = 0.3 * thin + 0.3 * high + 0.2 * smooth + 0.2 * varied
    return single * single * shape * (0.4 + 0.6 * min(1.0, present / 0.6))


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _wanted(song: Song, wanted: str, usable: list[int]) -> list[int]:
    """The tracks that are meant: several only if they have the same name."""
    names = [track.name.casefold() for track in song.tracks]
    sought = wanted.strip().casefold()
    found = [number for number, name in enumerate(names) if name == sought]
    if not found and sought.isdecimal() and 1 <= int(sought) <= len(names):
        found = [int(sought) - 1]
    if not found:
        found = [number for number, name in enumerate(names) if sought and sought in name]
        if len(found) != 1:
            what = f"{len(found)} tracks are" if found else "no track is"
            raise InputError(f"{what} called {wanted!r}; the file has\n{list_tracks(song)}")
    pitched = [number for number in found if number in usable]
    if not pitched:
        raise InputError(f"track {found[0] + 1} is drums and cannot be a lead; the file has\n{list_tracks(song)}")
    return pitched
