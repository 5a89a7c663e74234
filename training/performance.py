"""A song with one accompaniment, as what is measured: notes, labelled chords and bars in steps and frames.

Time is in steps of a twelfth of a beat from the start of the song. Frames are 16ths (3 steps): a note sounds in every
frame it reaches into by half a frame or more, at least in the one where it begins. It knows no figure and no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bridge.music.metre import Metre

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Roll = npt.NDArray[np.int16]

FRAME_STEPS = 3


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

    def rolled(self, notes: Ints) -> Roll:
        """Which pitches sound in each measured frame, shape (frames, 128), 0 or 1."""
        roll = np.zeros((int(self.starts[-1]) // FRAME_STEPS + 1, 128), np.int16)
        for onset, duration, pitch in notes.tolist():
            begin = onset // FRAME_STEPS
            end = max(begin + 1, int((onset + duration) / FRAME_STEPS + 0.5))
            roll[begin:end, pitch] = 1
        return roll[self.frames]

    def in_bars(self, notes: Ints) -> list[Ints]:
        """The notes that begin in each measured bar, onsets from its bar line, one array (notes, 3) a bar."""
        notes = notes[np.argsort(notes[:, 0], kind="stable")]
        starts = self.starts[self.first :]
        edges = np.searchsorted(notes[:, 0], starts)
        return [
            notes[a:b] - np.array([start, 0, 0])
            for (a, b), start in zip(pairwise(edges.tolist()), starts.tolist(), strict=False)
        ]


def by_class(roll: Roll) -> Ints:
    """How many notes of each pitch class sound in each frame, from a roll of 128 pitches; shape (frames, 12)."""
    padded = np.concatenate([roll, np.zeros((len(roll), 4), roll.dtype)], axis=1)
    return padded.reshape(len(roll), 11, 12).sum(axis=1).astype(np.int64)
