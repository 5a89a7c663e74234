"""Songs as they are measured, and what can be had without a model: the truth, the truth late, another song moved to
the same key, and the tonic in every bar. A figure of a model says something only beside these."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bridge.model.features import Ints
from bridge.model.plan import TONES
from training import labels
from training.performance import FRAME_STEPS, Performance
from training.prepare import Prepared


def performance(song: Prepared, own: Ints) -> Performance:
    """A song with an accompaniment, to be measured; unlabelled songs by the chords that their truth spells."""
    piece = song.piece
    if len(song.chords):
        tones, _ = labels.chord_steps(piece, song.chords)
    else:
        tones = np.zeros((labels.steps_of(piece), 12), bool)
        for (start, length, _, _), chord in zip(piece.units.tolist(), song.classes.tolist(), strict=True):
            tones[start : start + length] = TONES[chord] > 0
    return Performance(piece.metres, piece.lead, own, tones[::FRAME_STEPS], song.first_bar)


def true_notes(song: Prepared) -> Ints:
    """The song's own accompaniment, (onset, duration, pitch) from the start."""
    parts = [
        np.column_stack([start + notes[:, 0], notes[:, 2], notes[:, 1]])
        for start, notes in zip(song.piece.starts.tolist(), song.piece.own, strict=True)
    ]
    return np.concatenate(parts)


def baselines(songs: Sequence[Prepared], truths: Sequence[Performance]) -> dict[str, list[Performance]]:
    """What can be had without a model, by name."""
    return {
        "truth": list(truths),
        "truth, 1 beat late": [
            late(song, true, lambda song, bar: 12) for song, true in zip(songs, truths, strict=True)
        ],
        "truth, 1 bar late": [
            late(song, true, lambda song, bar: int(song.piece.lengths[bar]))
            for song, true in zip(songs, truths, strict=True)
        ],
        "another song, same key": [
            another(song, songs[(number + 1) % len(songs)]) for number, song in enumerate(songs)
        ],
        "tonic in every bar": [tonic(song) for song in songs],
    }


def late(song: Prepared, true: Performance, delay: Callable[[Prepared, int], int]) -> Performance:
    """The truth moved by `delay(song, bar)` steps."""
    bars = np.searchsorted(song.piece.starts, true.own[:, 0], "right") - 1
    steps = np.array([delay(song, int(bar)) for bar in bars], np.int64)
    return performance(song, np.column_stack([true.own[:, 0] + steps, true.own[:, 1:]]))


_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])


def key_of(song: Prepared) -> int:
    """The major key that the whole lead suits best (Krumhansl's profile), 0..11."""
    heard = np.bincount(song.piece.lead[:, 2] % 12, weights=song.piece.lead[:, 1], minlength=12)
    return int(np.argmax([np.corrcoef(np.roll(_MAJOR, key), heard)[0, 1] for key in range(12)]))


def another(song: Prepared, other: Prepared) -> Performance:
    """The accompaniment of another song, moved to this song's key, from where its lead begins."""
    moved = (key_of(song) - key_of(other) + 6) % 12 - 6
    shift = int(song.piece.starts[song.first_bar] - other.piece.starts[other.first_bar])
    own = true_notes(other) + np.array([shift, 0, moved])
    end = labels.steps_of(song.piece)
    return performance(song, own[(own[:, 0] >= 0) & (own[:, 0] < end)])


def tonic(song: Prepared) -> Performance:
    """The tonic triad of the whole lead's key, held in every bar."""
    key = key_of(song)
    rows = [
        (start, length, 48 + (key + interval) % 12)
        for start, length in zip(song.piece.starts.tolist(), song.piece.lengths.tolist(), strict=True)
        for interval in (0, 4, 7)
    ]
    return performance(song, np.array(rows, np.int64))
