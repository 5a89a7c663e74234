"""Lists to the three matrices: encoder input, decoder input and decoder target, each (pieces, steps, 128).

They begin as zeros and are one at the pitch of a step; a silent step stays zero. The rows come from the same
functions that the model plays with. A piece ends with a bar: its last rows are the bar to be written, the ones before
are what led to it.

Augmentation: every piece is moved by -6..+5 semitones; the lead of its last bar is hidden wholly or from a beat on
in some (it will have to be played unheard); the decoder input has holes and sometimes no past at all, since its past
will be its own. Weights: a step that repeats its pitch counts less than one that moves, and the steps before the
last bar count less than its own, since those are the ones that will be heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bridge.model.lstm import PITCHES, SILENCE
from bridge.model.onehot import accompaniment_rows, lead_rows, step_onsets
from training.onehot.text import Lists

Ints = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class RowSong:
    """A song as rows: the two of shape (rows,), and for each bar (first row, row after the last)."""

    lead: Ints
    accompaniment: Ints
    bars: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Settings:
    """How pieces are made. Shares are of all pieces, weights are of a step in the loss."""

    steps: int
    hidden_share: float
    partly_hidden_share: float
    cold_share: float
    hole_share: float
    held_weight: float
    past_weight: float


@dataclass(frozen=True)
class Batch:
    """The three matrices, float32 of shape (pieces, steps, 128), and the steps' weights, (pieces, steps)."""

    encoder_input: Floats
    decoder_input: Floats
    decoder_target: Floats
    weights: Floats


def rows_of(lists: Lists) -> RowSong:
    """One song's rows."""
    lead: list[int] = []
    accompaniment: list[int] = []
    bars = []
    for metre, tune, played in zip(lists.metres, lists.lead, lists.accompaniment, strict=True):
        bars.append((len(lead), len(lead) + len(step_onsets(metre))))
        lead += lead_rows(tune, metre)
        accompaniment += accompaniment_rows(played, metre)
    return RowSong(np.array(lead, np.int16), np.array(accompaniment, np.int16), tuple(bars))


def pieces_of(songs: Sequence[RowSong]) -> list[tuple[int, int]]:
    """(song, bar) of every bar that can be learned from: the lead sounds in it, and so does the accompaniment."""
    return [
        (song, bar)
        for song, rows in enumerate(songs)
        for bar, (start, end) in enumerate(rows.bars)
        if (rows.lead[start:end] != SILENCE).any() and (rows.accompaniment[start:end] != SILENCE).any()
    ]


def one_hot(rows: Ints) -> Floats:
    """Zeros, then one at each row's pitch: (..., steps) to (..., steps, 128)."""
    return (rows[..., None] == np.arange(PITCHES)).astype(np.float32)


def batch_of(
    songs: Sequence[RowSong], pieces: Sequence[tuple[int, int]], settings: Settings, rng: np.random.Generator | None
) -> Batch:
    """The matrices of some pieces. Without `rng` nothing is moved or dropped and every bar's lead is known."""
    steps = settings.steps
    lead = np.full((len(pieces), steps), SILENCE, np.int16)
    target = np.full((len(pieces), steps), SILENCE, np.int16)
    weights = np.full((len(pieces), steps), settings.past_weight, np.float32)
    shown = np.full((len(pieces), steps), SILENCE, np.int16)
    for row, (song, bar) in enumerate(pieces):
        start, end = songs[song].bars[bar]
        length = min(end, steps)
        inside = min(end - start, steps)
        lead[row, steps - length :] = songs[song].lead[end - length : end]
        target[row, steps - length :] = songs[song].accompaniment[end - length : end]
        weights[row, steps - inside :] = 1.0
        shown[row] = target[row]
        if rng is not None:
            lead[row, steps - inside + _known(inside, settings, rng) :] = SILENCE
            if rng.random() < settings.cold_share:
                shown[row, : steps - inside] = SILENCE
    if rng is not None:
        shown[rng.random(shown.shape) < settings.hole_share] = SILENCE
        shift = rng.integers(-6, 6, (len(pieces), 1))
        lead, target, shown = (_moved(rows, shift) for rows in (lead, target, shown))
    previous = np.concatenate([np.full((len(pieces), 1), SILENCE, np.int16), target[:, :-1]], axis=1)
    weights[(target == previous) & (target != SILENCE)] *= settings.held_weight
    fed = np.concatenate([np.full((len(pieces), 1), SILENCE, np.int16), shown[:, :-1]], axis=1)
    return Batch(one_hot(lead), one_hot(fed), one_hot(target), weights)


def batches(
    songs: Sequence[RowSong], settings: Settings, pieces_per_batch: int, rng: np.random.Generator
) -> Iterator[Batch]:
    """Batches without end: every piece once in a random order, then again in another."""
    pieces = pieces_of(songs)
    while True:
        order = rng.permutation(len(pieces))
        for start in range(0, len(order) - pieces_per_batch + 1, pieces_per_batch):
            yield batch_of(songs, [pieces[at] for at in order[start : start + pieces_per_batch]], settings, rng)


def _known(inside: int, settings: Settings, rng: np.random.Generator) -> int:
    """How many steps of the last bar's lead are known."""
    draw = rng.random()
    if draw < settings.hidden_share:
        return 0
    return int(rng.integers(0, inside + 1)) if draw < settings.hidden_share + settings.partly_hidden_share else inside


def _moved(rows: Ints, shift: npt.NDArray[np.int64]) -> Ints:
    """Transposed; what leaves 0..127 comes back an octave nearer."""
    moved = rows + shift
    moved = np.where(moved > PITCHES - 1, moved - 12, np.where(moved < 0, moved + 12, moved))
    return np.where(rows == SILENCE, SILENCE, moved).astype(np.int16)
