"""Where the bars of a song lie, found from its chords, its bass and its onsets, whatever barlines its file has.

Many corpora count their bars from the first beat of the file, or from a beat tracker, and are one, two or three beats
off, or part of a beat. Here every beat has a place in a bar, and the likeliest path over these places is the song's
bars: a beat on which a long chord begins, on which the bass lies and on which much and long sounds begins is a bar's
first. A bar cut short, or another metre from here on, is possible and costs something. Bars are of four beats or of
three; what is counted otherwise (6/8, 5/4) is not looked for.

It knows notes in beats from the song's start, and no file. The weights are rounded from a logistic regression of the
beat's place on its evidence in POP909; `python -m training.sources.agreement` measures what they find.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bridge.music.metre import STEPS_PER_BEAT, step_of
from bridge.music.note import Note

VERSION = 1
"""Raised when the same song would get other bars."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BEATS_A_BAR = (4, 3)
COLUMNS = ("a chord begins", "its length in bars", "the bass lies here", "onsets", "onset of the lead")
FIRST_BEAT = np.array([1.2, 5.0, 2.0, 1.0, 0.8])
"""How much each column speaks for a bar's first beat, in nats, against a second or fourth."""
MID_BEAT = np.array([1.9, 1.1, 1.6, 0.4, 0.5])
"""And for the third of four."""
IRREGULAR = 40.0
"""What a bar that is cut short costs, and a change of metre, in the same nats."""
NO_REASON = 1e-6
"""By so much a song begins with a whole bar of four where nothing speaks for anything."""
OTHER_PHASE = 2.0
"""Beats lie elsewhere when that many times as much begins there."""


@dataclass(frozen=True)
class Bars:
    """Consecutive bars on the beats of a song.

    missing_beats  how many beats the first bar lacks in front: the song begins at this place of it
    lengths        each bar's length in beats, the first and the last as if they were whole
    """

    missing_beats: int
    lengths: tuple[int, ...]


def find_bars(lead: Iterable[Note], accompaniment: Iterable[Note], chords: Iterable[Note], beats: int) -> Bars:
    """The likeliest bars of a song whose beats are where whole numbers are.

    chords  labelled block chords; none where there are no labels
    beats   length of the song, at least 1
    """
    return best_bars(evidence(lead, accompaniment, chords, beats))


def phase_steps(accompaniment: Iterable[Note], chords: Iterable[Note]) -> int:
    """By how many steps (0..11) the song's beats come after the whole numbers: 6 where they lie in between.

    The place in the beat where most begins, by length of what begins, if it is clearly more than on the beat.
    """
    weights = np.zeros(STEPS_PER_BEAT)
    for notes in (accompaniment, chords):
        for note in notes:
            weights[step_of(note.onset_beats) % STEPS_PER_BEAT] += min(note.duration_beats, 4.0)
    best = int(weights.argmax())
    return best if weights[best] > OTHER_PHASE * weights[0] else 0


def evidence(lead: Iterable[Note], accompaniment: Iterable[Note], chords: Iterable[Note], beats: int) -> Floats:
    """What each beat has of COLUMNS, shape (beats, 5)."""
    own = _rows(accompaniment)
    found = np.zeros((beats, len(COLUMNS)))
    _chord_columns(_rows(chords), found)
    _bass_column(own, found)
    on_beat = own[own[:, 0] % STEPS_PER_BEAT == 0]
    np.add.at(found[:, 3], on_beat[:, 0] // STEPS_PER_BEAT, np.minimum(on_beat[:, 1] / STEPS_PER_BEAT, 4.0))
    found[:, 3] = np.minimum(found[:, 3] / max(found[:, 3].mean(), 1e-6), 3.0)
    sung = _rows(lead)
    sung = sung[sung[:, 0] % STEPS_PER_BEAT == 0]
    np.maximum.at(found[:, 4], sung[:, 0] // STEPS_PER_BEAT, np.minimum(sung[:, 1] / STEPS_PER_BEAT, 4.0) / 2)
    return found


def best_bars(found: Floats) -> Bars:
    """The path of greatest gain over (metre, place in the bar), shape of `found` (beats, 5)."""
    centred = found - found.mean(axis=0)  # so that metres with more first beats have no advantage
    places = [(length, place) for length in BEATS_A_BAR for place in range(length)]
    gain = np.zeros((len(found), len(places)))
    for state, (length, place) in enumerate(places):
        if place == 0:
            gain[:, state] = centred @ FIRST_BEAT
        elif length == 4 and place == 2:
            gain[:, state] = centred @ MID_BEAT
    cost = _costs(places)
    best, back = gain[0].copy(), np.zeros(gain.shape, np.int64)
    best[0] += NO_REASON
    for beat in range(1, len(found)):
        reached = best[:, None] - cost
        back[beat] = reached.argmax(axis=0)
        best = reached.max(axis=0) + gain[beat]
    path = [int(best.argmax())]
    for beat in range(len(found) - 1, 0, -1):
        path.append(int(back[beat, path[-1]]))
    return _bars([places[state] for state in reversed(path)])


def _rows(notes: Iterable[Note]) -> Ints:
    """(onset, duration, pitch) in steps, shape (notes, 3)."""
    rows = [(step_of(n.onset_beats), max(step_of(n.duration_beats), 1), n.pitch_midi) for n in notes]
    return np.array(sorted(rows), np.int64).reshape(-1, 3)


def _chord_columns(chords: Ints, found: Floats) -> None:
    """The same chord again is no beginning."""
    before: tuple[frozenset[int], int] | None = None
    for onset in sorted(set(chords[:, 0].tolist())):
        block = chords[chords[:, 0] == onset]
        chord = frozenset((block[:, 2] % 12).tolist()), int(block[:, 2].min()) % 12
        beat, off = divmod(onset, STEPS_PER_BEAT)
        if chord != before and not off and beat < len(found):
            found[beat, 0] = 1.0
            found[beat, 1] = min(int(block[:, 1].max()) / (4 * STEPS_PER_BEAT), 1.0)
        before = chord


def _bass_column(own: Ints, found: Floats) -> None:
    """Whether a note that begins on the beat is the lowest of the beat before and the beat after."""
    steps = len(found) * STEPS_PER_BEAT
    lowest = np.full(steps, 128)
    begins = np.full(steps, 128)
    for onset, duration, pitch in own.tolist():
        if onset < steps:
            lowest[onset : onset + duration] = np.minimum(lowest[onset : onset + duration], pitch)
            begins[onset] = min(begins[onset], pitch)
    for beat in range(len(found)):
        step = beat * STEPS_PER_BEAT
        around = lowest[max(step - STEPS_PER_BEAT, 0) : step + STEPS_PER_BEAT]
        found[beat, 2] = float(begins[step] < 128 and begins[step] <= around.min())


def _costs(places: list[tuple[int, int]]) -> Floats:
    """What it costs to go from one place (row) to another (column) in a beat."""
    cost = np.full((len(places), len(places)), np.inf)
    for row, (length, place) in enumerate(places):
        for column, (next_length, next_place) in enumerate(places):
            if next_place == 0:
                cost[row, column] = IRREGULAR * ((place < length - 1) + (length != next_length))
            elif next_length == length and next_place == place + 1:
                cost[row, column] = 0.0
    return cost


def _bars(path: list[tuple[int, int]]) -> Bars:
    firsts = [beat for beat, (_, place) in enumerate(path) if place == 0 and beat > 0]
    missing = path[0][1]
    starts = [-missing, *firsts]
    ends = [*firsts, starts[-1] + path[-1][0]]
    return Bars(missing, tuple(end - start for start, end in zip(starts, ends, strict=True)))
