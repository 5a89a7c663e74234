"""How an accompaniment is measured: pure functions of notes, chords and bars, each with its source.

Time is in steps of a twelfth of a beat from the start of the song. Frames are 16ths (3 steps): a note sounds in every
frame it reaches into by half a frame or more, at least in the one where it begins. No single figure is enough: held
tonic chords win the note-in-chord ratio, block chords the share inside the chord, and both lose the onset positions.

Sources: NiC from ReaLchords (arXiv 2506.14723); PCS from Yeh et al., Automatic melody harmonization (2021); the
share of note-frames inside the chord, the overlap of pitch classes over two bars and the distance of onset
positions follow the same ideas at the level of notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bridge.music.metre import Metre

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FRAME_STEPS = 3
_CONSONANT = frozenset({0, 3, 4, 7, 8, 9})
_FOURTH = 5
_SCORE = np.array([1.0 if i in _CONSONANT else 0.0 if i == _FOURTH else -1.0 for i in range(12)])
LENGTH_EDGES = (2, 4, 7, 10, 16, 22, 30, 42)
MAX_VOICES = 8


@dataclass(frozen=True)
class Performance:
    """A song to be measured, with one accompaniment.

    metres  one a bar
    lead    (onset, duration, pitch), steps and MIDI, shape (notes, 3)
    own     the accompaniment, likewise
    chords  the pitch classes of the annotated chord in every frame, shape (frames, 12), 0 or 1; all 0 where there is
            none
    first   the bar from which on it is measured (the first with lead)
    """

    metres: Sequence[Metre]
    lead: Ints
    own: Ints
    chords: npt.NDArray[np.bool_]
    first: int

    @property
    def starts(self) -> Ints:
        """Where each bar begins, and where the last ends, in steps."""
        return np.concatenate([[0], np.cumsum([metre.length_steps for metre in self.metres])]).astype(np.int64)

    @property
    def frames(self) -> slice:
        """The frames that are measured."""
        starts = self.starts
        return slice(int(starts[self.first]) // FRAME_STEPS, int(starts[-1]) // FRAME_STEPS)

    def rolled(self, notes: Ints) -> npt.NDArray[np.int16]:
        """How often each pitch sounds in each measured frame, shape (frames, 128)."""
        roll = np.zeros((int(self.starts[-1]) // FRAME_STEPS + 1, 128), np.int16)
        for onset, duration, pitch in notes.tolist():
            begin = onset // FRAME_STEPS
            end = max(begin + 1, int((onset + duration) / FRAME_STEPS + 0.5))
            roll[begin:end, pitch] = 1
        return roll[self.frames]


def by_class(roll: npt.NDArray[np.int16]) -> npt.NDArray[np.int64]:
    """How many notes of each pitch class sound in each frame, from a roll of 128 pitches; shape (frames, 12)."""
    padded = np.concatenate([roll, np.zeros((len(roll), 4), roll.dtype)], axis=1)
    return padded.reshape(len(roll), 11, 12).sum(axis=1).astype(np.int64)


def inside_chord(own: Ints, chords: npt.NDArray[np.bool_]) -> float:
    """AIC: share of accompaniment note-frames inside the annotated chord, of those under a chord.

    own (frames, 12) counts; chords (frames, 12). NaN where nothing sounds under a chord.
    """
    under = chords.any(axis=1)
    played = own[under].sum()
    return float((own[under] * chords[under]).sum() / played) if played else float("nan")


def consonance(own: Ints, lead: Ints) -> float:
    """PCS: per frame the mean over accompaniment notes of +1 (unison, thirds, fifth, sixths), 0 (fourth above the
    lead's pitch class), -1 otherwise, against the lead note; then the mean over frames with both (Yeh et al. 2021)."""
    both = (own.sum(axis=1) > 0) & (lead.sum(axis=1) > 0)
    if not both.any():
        return float("nan")
    own, lead = own[both], lead[both]
    intervals = np.array([[_SCORE[(o - m) % 12] for o in range(12)] for m in range(12)])
    pairs = np.einsum("fm,mo,fo->f", lead.astype(float), intervals, own.astype(float))
    return float((pairs / (lead.sum(axis=1) * own.sum(axis=1))).mean())


def melody_in_accompaniment(own: Ints, lead: Ints) -> float:
    """MNA: share of the lead's frames with accompaniment whose pitch class sounds in the accompaniment too."""
    both = (own.sum(axis=1) > 0) & (lead.sum(axis=1) > 0)
    return float(((own > 0) & (lead > 0)).any(axis=1)[both].mean()) if both.any() else float("nan")


def silence(own: Ints, lead: Ints) -> float:
    """Share of the lead's frames without any accompaniment."""
    sung = lead.sum(axis=1) > 0
    return float((own.sum(axis=1)[sung] == 0).mean()) if sung.any() else float("nan")


def note_in_chord(own: Ints, lead: Ints, frames_per_beat: int = 4) -> float:
    """NiC: share of the lead's frames whose pitch class is in the chord, the chord being what the accompaniment
    sounds within that beat (ReaLchords, with the beat's pitch classes in place of a named chord)."""
    usable = len(own) // frames_per_beat * frames_per_beat
    beats = own[:usable].reshape(-1, frames_per_beat, 12).sum(axis=1) > 0
    chord = np.repeat(beats, frames_per_beat, axis=0)
    sung = lead[:usable]
    both = (sung.sum(axis=1) > 0) & chord.any(axis=1)
    return float((chord & (sung > 0)).any(axis=1)[both].mean()) if both.any() else float("nan")


def pitch_class_overlap(own: Ints, true: Ints, segments: Sequence[slice]) -> float:
    """PCH overlap: mean over segments (two bars each) of the sum of minima of two normalised histograms of pitch
    classes by duration. A segment in which the truth is silent is left out; one in which only the other is
    silent counts 0."""
    overlaps = []
    for segment in segments:
        p, q = own[segment].sum(axis=0), true[segment].sum(axis=0)
        if q.sum():
            overlaps.append(float(np.minimum(p / max(p.sum(), 1), q / q.sum()).sum()))
    return float(np.mean(overlaps)) if overlaps else float("nan")


def two_bars(performance: Performance) -> list[slice]:
    """Segments of two bars, in measured frames."""
    starts = performance.starts[performance.first :: 2].tolist()
    if starts[-1] != performance.starts[-1]:
        starts.append(int(performance.starts[-1]))
    origin = performance.frames.start
    return [slice(a // FRAME_STEPS - origin, b // FRAME_STEPS - origin) for a, b in pairwise(starts)]


def distance(p: Floats, q: Floats) -> float:
    """Total variation of two histograms: half the sum of absolute differences of the normalised counts, 0..1."""
    return float(np.abs(p / max(p.sum(), 1) - q / max(q.sum(), 1)).sum() / 2)


def onset_positions(performance: Performance) -> dict[str, Floats]:
    """For each metre how many notes begin in each 16th of the bar."""
    starts = performance.starts
    counts: dict[str, Floats] = {}
    onsets = performance.own[:, 0]
    onsets = onsets[(onsets >= starts[performance.first]) & (onsets < starts[-1])]
    bars = np.searchsorted(starts, onsets, "right") - 1
    for bar, onset in zip(bars.tolist(), onsets.tolist(), strict=True):
        metre = performance.metres[bar]
        places = counts.setdefault(str(metre), np.zeros(-(-metre.length_steps // FRAME_STEPS)))
        places[(onset - starts[bar]) // FRAME_STEPS] += 1
    return counts


def onset_distance(own: Mapping[str, Floats], true: Mapping[str, Floats]) -> float:
    """Total variation of onset positions, averaged over metres by how many notes the truth has in each."""
    total = sum(float(places.sum()) for places in true.values())
    parts = [distance(own.get(metre, np.zeros_like(places)), places) * places.sum() for metre, places in true.items()]
    return float(sum(parts) / total) if total else float("nan")


def lengths(performance: Performance) -> Floats:
    """How many notes fall in each class of duration (LENGTH_EDGES, in steps)."""
    classes = np.searchsorted(LENGTH_EDGES, performance.own[:, 1], "right")
    return np.bincount(classes, minlength=len(LENGTH_EDGES) + 1).astype(float)


def voices(roll: npt.NDArray[np.int16]) -> Floats:
    """In how many frames 0, 1, ... MAX_VOICES or more notes sound."""
    return np.bincount(np.minimum(roll.sum(axis=1), MAX_VOICES), minlength=MAX_VOICES + 1).astype(float)


def notes_per_beat(performance: Performance) -> float:
    """Notes that begin in a quarter note, on average."""
    starts = performance.starts
    onsets = performance.own[:, 0]
    inside = (onsets >= starts[performance.first]) & (onsets < starts[-1])
    return float(inside.sum() / max((starts[-1] - starts[performance.first]) / 12, 1e-9))


def repetition(performance: Performance, back: int = 16) -> float:
    """Share of bars with notes that are (onsets and pitches) one of the last `back` bars again."""
    starts = performance.starts
    bars: list[frozenset[tuple[int, int]]] = []
    for start, end in zip(
        starts[performance.first : -1].tolist(), starts[performance.first + 1 :].tolist(), strict=True
    ):
        inside = performance.own[(performance.own[:, 0] >= start) & (performance.own[:, 0] < end)]
        bars.append(frozenset((int(onset) - start, int(pitch)) for onset, _, pitch in inside))
    sounding = [(number, bar) for number, bar in enumerate(bars) if bar]
    if not sounding:
        return float("nan")
    return float(np.mean([bar in bars[max(0, number - back) : number] for number, bar in sounding]))


SONG_METRICS = ("aic", "pcs", "overlap", "mna", "nic", "silence", "notes_per_beat", "repetition")


def measure(performance: Performance, true: Performance) -> dict[str, float]:
    """The figures of one song, SONG_METRICS; NaN where there is nothing to measure."""
    roll = performance.rolled(performance.own)
    own, lead = by_class(roll), by_class(performance.rolled(performance.lead))
    truth = by_class(true.rolled(true.own))
    return {
        "aic": inside_chord(own, performance.chords[performance.frames]),
        "pcs": consonance(own, lead),
        "overlap": pitch_class_overlap(own, truth, two_bars(performance)),
        "mna": melody_in_accompaniment(own, lead),
        "nic": note_in_chord(own, lead),
        "silence": silence(own, lead),
        "notes_per_beat": notes_per_beat(performance),
        "repetition": repetition(performance),
    }


def summarise(performances: Sequence[Performance], truths: Sequence[Performance]) -> dict[str, float]:
    """The mean of each song's figures, and the distances of what only a whole set of songs has: onset positions,
    note lengths, number of voices."""
    songs = [measure(own, true) for own, true in zip(performances, truths, strict=True)]
    figures = {name: float(np.nanmean([song[name] for song in songs])) for name in SONG_METRICS}
    figures["onset_distance"] = onset_distance(_pooled(performances), _pooled(truths))
    figures["length_distance"] = distance(
        np.sum([lengths(p) for p in performances], axis=0), np.sum([lengths(p) for p in truths], axis=0)
    )
    figures["voices_distance"] = distance(
        np.sum([voices(p.rolled(p.own)) for p in performances], axis=0),
        np.sum([voices(p.rolled(p.own)) for p in truths], axis=0),
    )
    return figures


def _pooled(performances: Sequence[Performance]) -> dict[str, Floats]:
    pooled: dict[str, Floats] = {}
    for performance in performances:
        for metre, places in onset_positions(performance).items():
            pooled[metre] = pooled.get(metre, np.zeros_like(places)) + places
    return pooled
