"""Two small songs, made up: a scale over broken chords, one in 4/4 and one in 3/4."""

import numpy as np

from bridge.model.features import Piece
from bridge.music.metre import Metre
from training.labels import from_labels
from training.prepare import Prepared

PROGRESSION = ((0, 4, 7), (9, 0, 4), (5, 9, 0), (7, 11, 2))


def toy_song(name: str, metre: Metre, style: int, bars: int = 12) -> Prepared:
    """A song of `bars` bars whose chord changes every bar; three notes of lead and four of accompaniment in each."""
    length = metre.length_steps
    lead, own, chords = [], [], []
    for bar in range(bars):
        tones = PROGRESSION[bar % len(PROGRESSION)]
        for note in range(3):
            lead.append((bar * length + 12 * note, 12, 60 + tones[(note + bar) % 3]))
        chords += [(bar * length, length, 48 + tone) for tone in tones]
        own.append(
            np.array(
                [(12 * (n % (length // 12)), 36 + 12 * (n > 0) + tones[n % 3], 12, 70 + 5 * n) for n in range(3)],
                np.int64,
            )
        )
    piece = Piece((metre,) * bars, np.array(lead, np.int64), own)
    labelled = np.array(chords, np.int64)
    return Prepared("toy", name, style, piece, labelled, *from_labels(piece, labelled))


def toy_songs() -> list[Prepared]:
    """One song in 4/4 and one in 3/4."""
    return [toy_song("four", Metre(4, 4), 0), toy_song("three", Metre(3, 4), 1)]
