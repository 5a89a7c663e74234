"""Whole songs through real sessions, in the three situations in which a model is measured.

follow       each bar is known whole before it is played to
anticipate   each bar is asked for a 16th before its bar line
on the beat  each bar is asked for at every beat, with what has been heard until then
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from bridge.model.accompanist import Accompanist, Part
from bridge.model.controls import ControlValue
from bridge.model.features import Ints, Piece
from bridge.music.bar import Bar
from bridge.music.metre import beats_of, step_of
from bridge.music.note import Note
from bridge.music.song import Song, SongBar, Track
from bridge.offline.accompany import asks
from bridge.session.choices import ModelInfo
from bridge.session.events import Ask
from bridge.session.local import LOCAL, answer
from bridge.session.session import Session

Situation = Literal["follow", "anticipate", "on the beat"]
SITUATIONS: tuple[Situation, ...] = ("follow", "anticipate", "on the beat")
TEMPO_BPM = 100.0


def play(
    piece: Piece,
    accompanist: Accompanist,
    situation: Situation,
    settings: Mapping[str, ControlValue],
) -> Ints:
    """The accompaniment of a whole song from a cold start, its own output as context: (onset, duration, pitch), steps
    from the song's start."""
    session = Session("measured", accompanist.name, known_models={accompanist.name: ModelInfo.of(accompanist)})
    for name, value in settings.items():
        session.set(name, value)
    lead = lead_bars(piece)
    song = Song(
        tuple(SongBar(beats_of(start), m) for start, m in zip(piece.starts.tolist(), piece.metres, strict=True)),
        (),
        (),
        (Track("lead", 0, False, ()),),
    )
    played: dict[int, tuple[Part, ...]] = {}
    every = _on_the_beat(lead) if situation == "on the beat" else asks(song, lead, situation)
    for ask in every:
        if ask.ahead < 0:
            session.ask(LOCAL, ask, now_s=0.0)
        else:
            played[ask.target] = answer(session, ask, accompanist).parts
    rows = [
        (
            int(piece.starts[bar]) + step_of(note.onset_beats),
            max(step_of(note.duration_beats), 1),
            note.pitch_midi,
        )
        for bar, parts in played.items()
        for part in parts
        for note in part.notes
    ]
    return np.array(sorted(rows), np.int64).reshape(-1, 3)


def innermost(accompanist: Accompanist) -> Accompanist:
    """The model itself, without what the registry puts around every model."""
    inner = getattr(accompanist, "inner", None)
    return accompanist if inner is None else innermost(inner)


def lead_bars(piece: Piece) -> tuple[Bar, ...]:
    """The lead as bars. Of notes that begin together only the first 512 of a bar are told."""
    held: list[list[Note]] = [[] for _ in piece.metres]
    bars = np.searchsorted(piece.starts, piece.lead[:, 0], "right") - 1
    for bar, (onset, duration, pitch) in zip(bars.tolist(), piece.lead.tolist(), strict=True):
        inside = beats_of(onset - int(piece.starts[bar]))
        if inside < piece.metres[bar].length_beats:
            held[bar].append(Note(pitch, inside, beats_of(duration), 90))
    return tuple(Bar(metre, tuple(notes[:512])) for metre, notes in zip(piece.metres, held, strict=True))


def _on_the_beat(lead: tuple[Bar, ...]) -> Iterator[Ask]:
    seq = 0
    for number, bar in enumerate(lead):
        for beat in range(int(np.ceil(bar.metre.length_beats))):
            yield Ask(seq, number, bar.heard_until(float(beat)), TEMPO_BPM, 0, float(beat))
            seq += 1
        yield Ask(seq, number, bar.heard_until(bar.metre.length_beats), TEMPO_BPM, -1, bar.metre.length_beats)
        seq += 1
