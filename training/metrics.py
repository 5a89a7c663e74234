"""How an accompaniment is measured: pure functions of notes, chords and bars, each with its source.

Steps and frames are those of `training.performance`. No single figure is enough: held tonic chords win the
note-in-chord ratio, block chords the share inside the chord, and both lose the onset positions. Figures of texture,
what comes back and what wanders, are in `training.texture`.

Sources: NiC from ReaLchords (arXiv 2506.14723); PCS from Yeh et al., Automatic melody harmonization (2021); the
share of note-frames inside the chord, the overlap of pitch classes over two bars and the distance of onset
positions follow the same ideas at the level of notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from training import texture
from training.performance import FRAME_STEPS, Floats, Ints, Performance, Roll, by_class

_CONSONANT = frozenset({0, 3, 4, 7, 8, 9})
_FOURTH = 5
_SCORE = np.array([1.0 if i in _CONSONANT else 0.0 if i == _FOURTH else -1.0 for i in range(12)])
LENGTH_EDGES = (2, 4, 7, 10, 16, 22, 30, 42)
MAX_VOICES = 8
REGISTER_SEMITONES = 6


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


def registers(performance: Performance) -> Floats:
    """How many notes lie in each half octave of the 128 pitches."""
    return np.bincount(performance.own[:, 2] // REGISTER_SEMITONES, minlength=-(-128 // REGISTER_SEMITONES)).astype(
        float
    )


def voices(roll: Roll) -> Floats:
    """In how many frames 0, 1, ... MAX_VOICES or more notes sound."""
    return np.bincount(np.minimum(roll.sum(axis=1), MAX_VOICES), minlength=MAX_VOICES + 1).astype(float)


def notes_per_beat(performance: Performance) -> float:
    """Notes that begin in a quarter note, on average."""
    starts = performance.starts
    onsets = performance.own[:, 0]
    inside = (onsets >= starts[performance.first]) & (onsets < starts[-1])
    return float(inside.sum() / max((starts[-1] - starts[performance.first]) / 12, 1e-9))


SONG_METRICS = (
    "aic",
    "pcs",
    "overlap",
    "mna",
    "nic",
    "silence",
    "notes_per_beat",
    "repetition",
    "repeats_with_lead",
    "rhythm_kept",
    "distinct_chords",
    "isolated",
)


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
        "repetition": texture.repetition(performance),
        "repeats_with_lead": texture.repeats_with_lead(performance),
        "rhythm_kept": texture.rhythm_kept(performance),
        "distinct_chords": texture.distinct_chords(performance),
        "isolated": texture.isolated(performance),
    }


def summarise(
    performances: Sequence[Performance],
    truths: Sequence[Performance],
    songs: Sequence[Mapping[str, float]] | None = None,
) -> dict[str, float]:
    """The mean of each song's figures, and the distances of what only a whole set of songs has: onset positions,
    note lengths, registers, number of voices.

    songs  what `measure` says of each, where that is known already
    """
    if songs is None:
        songs = [measure(own, true) for own, true in zip(performances, truths, strict=True)]
    figures = {name: mean([song[name] for song in songs]) for name in SONG_METRICS}
    figures["onset_distance"] = onset_distance(_pooled(performances), _pooled(truths))
    figures["length_distance"] = distance(
        np.sum([lengths(p) for p in performances], axis=0), np.sum([lengths(p) for p in truths], axis=0)
    )
    figures["register_distance"] = distance(
        np.sum([registers(p) for p in performances], axis=0), np.sum([registers(p) for p in truths], axis=0)
    )
    figures["voices_distance"] = distance(
        np.sum([voices(p.rolled(p.own)) for p in performances], axis=0),
        np.sum([voices(p.rolled(p.own)) for p in truths], axis=0),
    )
    return figures


def mean(values: Sequence[float]) -> float:
    """The mean of what is there; NaN where nothing is."""
    there = [value for value in values if not np.isnan(value)]
    return float(np.mean(there)) if there else float("nan")


def standard_errors(songs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """How far each mean over songs may lie from that of all such songs: deviation / square root of their number; NaN
    for fewer than two songs."""
    errors = {}
    for name in SONG_METRICS:
        values = [song[name] for song in songs if not np.isnan(song[name])]
        errors[name] = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
    return errors


def _pooled(performances: Sequence[Performance]) -> dict[str, Floats]:
    pooled: dict[str, Floats] = {}
    for performance in performances:
        for metre, places in onset_positions(performance).items():
            pooled[metre] = pooled.get(metre, np.zeros_like(places)) + places
    return pooled
