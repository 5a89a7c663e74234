"""The end of a song by musical rule: in a file it is known which bar is the last, and a player comes to rest there.

From the lead's last stroke on (from the bar line where it rests or is held over), each part strikes what it would have
struck once more and lets it ring to the bar line. The harmony stays where it has come home already: to a chord of the
key's tonic, or of its relative's, that holds the lead's last tone. If it has not, and the lead ends on a tone of the
tonic triad, it is brought there; a harmony that was asked for is left alone. The last bar's lead is what this adds to
what a session knows; live, nobody knows that a bar is the last.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bridge.model.accompanist import Part
from bridge.model.progression import chords_at, parsed
from bridge.music.bar import Bar
from bridge.music.chords import Chord
from bridge.music.metre import STEPS_PER_BEAT, Metre, beats_of, step_of
from bridge.music.note import Note, by_onset
from bridge.music.spelling import chord_of
from bridge.offline.ties import SUSTAINED

_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each semitone above the tonic fits a key: Krumhansl and Kessler (1982)."""
VOICES = {"piano": 5, "pad": 4}
"""The most notes of a part's last chord; of another part it is one."""
PLAIN = frozenset({"", "m", "5", "6", "maj7", "m7", "add9", "m(add9)"})
"""Qualities of a chord that a song may end with."""
OWN_WEIGHT, LONGEST_BEATS = 0.5, 4.0
"""The accompaniment tells the key half as surely as the lead, and no note counts for longer."""

Played = tuple[tuple[Part, ...], ...]


def with_ending(lead: Sequence[Bar], played: Played, asked: str = "") -> Played:
    """What was played, its last bar brought to rest; no part leaves the compass that it has had in the song.

    asked  the last bar's harmony as text for the control `progression`, empty where it is free
    """
    if not any(part.notes for parts in played[-2:] for part in parts):
        return played
    metre = lead[-1].metre
    place = max((step_of(note.onset_beats) for note in lead[-1].notes), default=0)
    given = chords_at(parsed(asked), 0, metre) if asked else ()
    if given:
        place = max(place, step_of(given[-1][0]))
    closing = given[-1][1] if given else _closing(lead, played, place)
    if closing is None:
        return played
    has_bass = any(part.name == "bass" and part.notes for part in played[-1])
    under = {note.pitch_midi for note in lead[-1].notes if step_of(note.onset_beats) >= place}
    parts = (_at_rest(part, closing, place, metre, _compass(part.name, played), has_bass, under) for part in played[-1])
    return (*played[:-1], tuple(parts))


def _closing(lead: Sequence[Bar], played: Played, place: int) -> Chord | None:
    """The chord that the song ends with, its root in the bass; None if nothing sounds that could be one."""
    metre = lead[-1].metre
    rest = Bar(metre, tuple(_inside(note, place) for part in played[-1] for note in part.notes if _rings(note, place)))
    lowest = min((note.pitch_midi for note in rest.notes), default=0)
    own = chord_of(_weights((rest,)), lowest % 12)
    home, tone = _home(lead, played), _last_tone(lead)
    if not _is_at_home(own, home, tone) and (tone is None or tone in home.pitch_classes):
        return home
    return Chord(own.root, own.quality) if own is not None else None


def _at_rest(
    part: Part, chord: Chord, place: int, metre: Metre, compass: tuple[int, int], has_bass: bool, under: Collection[int]
) -> Part:
    """A part whose notes from a step on become one chord, its tones where they were struck first within a pulse. A
    counter-melody keeps off the pitches that the lead has then."""
    end_beats = metre.length_beats
    early = [note for note in part.notes if step_of(note.onset_beats) < place]
    late = [note for note in part.notes if step_of(note.onset_beats) >= place]
    if not late:
        late = [note for note in early if step_of(note.onset_beats) == step_of(early[-1].onset_beats)]
    done = [replace(note, duration_beats=min(note.end_beats, beats_of(place)) - note.onset_beats) for note in early]
    voices = VOICES.get(part.name, 1)
    reach = round(metre.pulse_beats * STEPS_PER_BEAT) if part.name == "piano" else 0
    bass = frozenset({chord.root if chord.bass is None else chord.bass})
    taken: dict[int, Note] = {}
    for note in late:
        wanted = chord.pitch_classes if voices > 1 or part.name == "counter" else bass
        if not taken and part.name == "piano" and not has_bass:
            wanted = bass
        occupied = under if part.name == "counter" else taken
        pitch = _nearest(note.pitch_midi, wanted, occupied, compass)
        is_complete = len({pitch % 12 for pitch in taken}) >= min(len(chord.tones), voices)
        behind = step_of(note.onset_beats) - step_of(late[0].onset_beats)
        if pitch is None or len(taken) == voices or (is_complete and behind > reach):
            continue
        hair_beats = note.onset_beats - beats_of(step_of(note.onset_beats))
        step = min(place + min(behind, reach), metre.length_steps - 1)
        onset_beats = max(beats_of(step) + hair_beats, 0.0)
        taken[pitch] = Note(pitch, onset_beats, end_beats - onset_beats, note.velocity_midi)
    if part.name in SUSTAINED:  # a tone that was there already goes on
        going_on = {note.pitch_midi: note for note in done if step_of(note.end_beats) == place}
        for pitch in going_on.keys() & taken.keys():
            done.remove(going_on[pitch])
            taken[pitch] = replace(going_on[pitch], duration_beats=end_beats - going_on[pitch].onset_beats)
    return Part(part.name, tuple(sorted([*done, *taken.values()], key=by_onset)))


def _compass(name: str, played: Played) -> tuple[int, int]:
    pitches = [note.pitch_midi for parts in played for part in parts if part.name == name for note in part.notes]
    return min(pitches, default=0), max(pitches, default=0)


def _nearest(pitch: int, classes: Collection[int], taken: Collection[int], compass: tuple[int, int]) -> int | None:
    """The free pitch of the classes nearest to one; None where the compass has none."""
    low, high = compass
    free = [p for p in range(low, high + 1) if p not in taken]
    return min((p for p in free if p % 12 in classes), key=lambda p: (abs(p - pitch), p), default=None)


def _rings(note: Note, place: int) -> bool:
    return step_of(note.end_beats) > place


def _inside(note: Note, place: int) -> Note:
    """The note from a step on."""
    onset_beats = max(note.onset_beats, beats_of(place))
    return note.placed(onset_beats, note.end_beats - onset_beats)


def _last_tone(lead: Sequence[Bar]) -> int | None:
    """The pitch class of the lead's last note, None if it is over for a bar and more."""
    bars = [bar.notes for bar in lead[-2:] if bar.notes]
    return max(bars[-1], key=lambda note: (note.onset_beats, note.pitch_midi)).pitch_class if bars else None


def _home(lead: Sequence[Bar], played: Played) -> Chord:
    """The tonic triad of the song's key, as its notes tell it."""
    own = [
        Bar(bar.metre, tuple(note for part in parts for note in part.notes))
        for bar, parts in zip(lead, played, strict=True)
    ]
    weights = _weights(lead) + OWN_WEIGHT * _weights(own)
    fits = [
        (float(np.corrcoef(np.roll(profile, tonic), weights)[0, 1]), Chord(tonic, quality))
        for quality, profile in (("", _MAJOR), ("m", _MINOR))
        for tonic in range(12)
    ]
    return max(fits, key=lambda fit: fit[0])[1]


def _is_at_home(own: Chord | None, home: Chord, tone: int | None) -> bool:
    if own is None or own.quality not in PLAIN or (tone is not None and tone not in own.pitch_classes):
        return False
    relative = (home.root + (9 if home.quality == "" else 3)) % 12
    return own.root in (home.root, relative)


def _weights(bars: Sequence[Bar]) -> npt.NDArray[np.float64]:
    """How long each pitch class sounds, in beats."""
    weights = np.zeros(12)
    for bar in bars:
        for note in bar.notes:
            weights[note.pitch_class] += min(note.duration_beats, LONGEST_BEATS)
    return weights
