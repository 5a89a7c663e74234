"""Samples as the arrays that the networks are trained with. One sample is one bar of one song."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bridge.model import note_rows, plan_rows
from bridge.model.note_rows import (
    LOWEST_PITCH,
    NOTES_PER_BEAT_RANGE,
    PITCHES,
    USUAL_NOTES_PER_BEAT,
    duration_class,
    velocity_class,
)
from bridge.model.plan import CHORDS, NO_BASS, NO_CHORD, QUALITIES, ROOTS, TONES
from training import augment
from training.prepare import Prepared

Arrays = dict[str, npt.NDArray[np.generic]]
Sample = tuple[Prepared, int]
"""A song and the number of the bar to be learned."""

PAST_WEIGHT = 0.15
"""How much a chord of an earlier bar counts, against one of the target."""
NOTE_SIZES = (12, 22, 48)
"""Bars are put together by how many notes they have, so that little is padded and few shapes are compiled."""


def usable(song: Prepared, bar: int) -> bool:
    """Whether a bar can be learned from: not too many notes."""
    return len(song.piece.own[bar]) < NOTE_SIZES[-1]


@dataclass(frozen=True)
class Chooser:
    """Draws bars: first the corpus by its share, then any bar of it that is usable."""

    bars: Sequence[Sequence[Sample]]
    shares: Sequence[float]

    @staticmethod
    def of(songs: Sequence[Prepared], shares: dict[str, float]) -> Chooser:
        """A chooser for the corpora that have a share."""
        bars = {name: [(s, b) for s in songs if s.corpus == name for b in _bars(s)] for name in shares}
        present = [name for name in shares if bars[name]]
        total = sum(shares[name] for name in present)
        return Chooser([bars[name] for name in present], [shares[name] / total for name in present])

    def draw(self, rng: np.random.Generator) -> Sample:
        """One bar."""
        bars = self.bars[int(rng.choice(len(self.bars), p=self.shares))]
        return bars[int(rng.integers(len(bars)))]


def _bars(song: Prepared) -> list[int]:
    return [bar for bar in range(len(song.piece.metres)) if usable(song, bar)]


def plan_batches(chooser: Chooser, size: int, rng: np.random.Generator) -> Iterator[tuple[Arrays, Arrays]]:
    """Batches of `size` bars without end; bars before the lead begins are left out."""
    while True:
        samples: list[Sample] = []
        while len(samples) < size:
            song, bar = chooser.draw(rng)
            if bar >= song.first_bar:
                samples.append((song, bar))
        yield plan_batch(samples, rng)


def plan_batch(samples: Sequence[Sample], rng: np.random.Generator) -> tuple[Arrays, Arrays]:
    """What the plan network reads, and what it should say."""
    count, rows = len(samples), plan_rows.MAX_ROWS
    x: Arrays = {
        "columns": np.zeros((count, rows, plan_rows.COLUMNS), np.float32),
        "relations": np.zeros((count, rows), np.int32),
        "mask": np.zeros((count, rows), bool),
    }
    y: Arrays = {
        "chord": np.zeros((count, rows), np.int32),
        "bass": np.zeros((count, rows), np.int32),
        "weight": np.zeros((count, rows), np.float32),
        "style": np.array([song.style for song, _ in samples], np.int32),
    }
    for number, (song, bar) in enumerate(samples):
        known = augment.known_until(song.piece, bar, rng)
        style = song.style if rng.random() < augment.STYLE_TOLD else None
        shift = int(rng.integers(12)) if rng.random() < augment.OTHER_KEY else None
        remember = rng.random() >= augment.NO_MEMORY
        found = plan_rows.plan_rows(song.piece, bar, known, style, shift, remember)
        used = len(found.units)
        x["columns"][number, :used] = found.columns
        x["relations"][number, :used] = found.relations
        x["mask"][number, :used] = True
        classes, basses = song.classes[found.units], song.basses[found.units]
        moved = 1 + (classes - 1 + found.shift * len(QUALITIES)) % (CHORDS - 1)
        y["chord"][number, :used] = np.where(classes == NO_CHORD, NO_CHORD, moved)
        y["bass"][number, :used] = np.where(basses == NO_BASS, NO_BASS, (basses + found.shift) % 12)
        weight = np.where(found.relations < plan_rows.TARGET_RELATION, 0.0, PAST_WEIGHT)
        weight[-found.targets :] = 1
        y["weight"][number, :used] = weight
    return x, y


def note_batches(chooser: Chooser, size: int, rng: np.random.Generator) -> Iterator[tuple[Arrays, Arrays]]:
    """Batches of about `size` bars of middling length without end, fewer of longer bars."""
    waiting: dict[int, list[Sample]] = {notes: [] for notes in NOTE_SIZES}
    while True:
        sample = chooser.draw(rng)
        notes = next(n for n in NOTE_SIZES if len(sample[0].piece.own[sample[1]]) < n)
        waiting[notes].append(sample)
        if len(waiting[notes]) >= max(8, size * 14 // notes // 8 * 8):
            yield note_batch(waiting[notes], notes, rng)
            waiting[notes] = []


def note_batch(samples: Sequence[Sample], notes: int, rng: np.random.Generator | None) -> tuple[Arrays, Arrays]:
    """What the note network reads, and what it should say; `notes` places a bar, one of them for its end.

    rng  None: nothing is augmented and the whole of each bar's lead is known
    """
    count, rows = len(samples), note_rows.MAX_ROWS
    x: Arrays = {
        "columns": np.zeros((count, rows, note_rows.COLUMNS), np.float32),
        "relations": np.zeros((count, rows), np.int32),
        "mask": np.zeros((count, rows), bool),
        "summary": np.zeros((count, note_rows.SUMMARY), np.float32),
        "marks": np.zeros((count, note_rows.MAX_BAR_STEPS, 4), np.float32),
        "plan": np.zeros((count, notes, note_rows.PLAN), np.float32),
        "lead": np.zeros((count, notes, note_rows.LEAD_AT), np.float32),
        "before_at": np.zeros((count, notes, PITCHES), np.float32),
        "memory_at": np.zeros((count, notes, PITCHES), np.float32),
        "before": np.zeros((count, PITCHES), np.float32),
    }
    y: Arrays = {name: np.zeros((count, notes), np.int32) for name in ("onset", "pitch", "duration", "velocity")}
    y |= {name: np.zeros((count, notes), np.float32) for name in ("step", "note", "loud")}
    y |= {"figure": np.zeros(count, np.int32), "figured": np.zeros(count, np.float32)}
    for number, (song, bar) in enumerate(samples):
        _fill(x, y, number, song, bar, notes, rng)
    return {**x, **{name: y[name] for name in ("onset", "pitch", "duration", "velocity")}}, y


def _fill(
    x: Arrays, y: Arrays, number: int, song: Prepared, bar: int, places: int, rng: np.random.Generator | None
) -> None:
    piece = song.piece
    semitones = int(rng.integers(-6, 6)) if rng is not None else 0
    known = augment.known_until(piece, bar, rng) if rng is not None else int(piece.starts[bar] + piece.lengths[bar])
    past = augment.past(piece, bar, semitones, rng) if rng is not None else augment.Past({}, True)
    plan = np.stack([_plan(song, unit, semitones) for unit in range(*piece.bar_units(bar).indices(len(piece.units)))])
    style = np.zeros(len(plan_rows.STYLES), np.float32)
    if rng is None or rng.random() >= 0.1:
        style[song.style] = 1
    notes = piece.own[bar]
    density = None
    if rng is not None and rng.random() < augment.DENSITY_TOLD:
        per_beat = len(notes) / (piece.lengths[bar] / 12)
        density = float(np.clip((per_beat - USUAL_NOTES_PER_BEAT) / NOTES_PER_BEAT_RANGE, -1, 1))
    rows = note_rows.note_rows(piece, bar, known, plan, style, density, semitones, past.remember, past.moved)
    used = len(rows.relations)
    x["columns"][number, :used] = rows.columns
    x["relations"][number, :used] = rows.relations
    x["mask"][number, :used] = True
    x["summary"][number] = rows.summary
    before = _past_notes(song, bar - 1, semitones, past)
    memory = _past_notes(song, rows.match, semitones, past)
    figure = note_rows.figure_of(notes + np.array([0, semitones, 0, 0]), before, memory)
    if figure is not None:
        y["figure"][number], y["figured"][number] = figure, 1
        if rng is None or rng.random() < augment.FIGURE_TOLD:
            x["summary"][number, note_rows.PLACED + figure] = 1
    x["marks"][number] = note_rows.onset_marks(piece, bar, rows.known_steps, before, memory)
    x["before"][number] = note_rows.pitches_of(before, 0)
    pitches = notes[:, 1] + semitones - LOWEST_PITCH
    fits = (pitches >= 0) & (pitches < PITCHES)
    notes, pitches = notes[fits], pitches[fits]
    onsets, end = notes[:, 0], len(notes)
    units = piece.units[piece.bar_units(bar)]
    unit = np.searchsorted(units[:, 0] - piece.starts[bar], onsets, "right") - 1
    x["plan"][number, :end] = plan[unit]
    x["lead"][number, :end] = note_rows.lead_at(piece, bar, rows.known_steps, onsets, semitones)
    x["before_at"][number, :end] = note_rows.pitches_at(before, onsets, 0)
    x["memory_at"][number, :end] = note_rows.pitches_at(memory, onsets, 0)
    y["onset"][number, :end] = onsets
    y["onset"][number, end] = note_rows.MAX_BAR_STEPS
    y["pitch"][number, :end] = pitches
    y["duration"][number, :end] = duration_class(notes[:, 2])
    y["velocity"][number, :end] = velocity_class(notes[:, 3])
    y["step"][number, : end + 1] = 1
    y["note"][number, :end] = 1
    y["loud"][number, :end] = song.has_dynamics
    assert end < places


def _plan(song: Prepared, unit: int, semitones: int) -> npt.NDArray[np.float32]:
    chord, bass = int(song.classes[unit]), int(song.basses[unit])
    root = (int(ROOTS[chord]) + semitones) % 12 if chord != NO_CHORD else -1
    low = (bass + semitones) % 12 if bass != NO_BASS else -1
    return note_rows.plan_columns(np.roll(TONES[chord], semitones), root, low)


def _past_notes(song: Prepared, bar: int, semitones: int, past: augment.Past) -> npt.NDArray[np.int64]:
    """An earlier bar's own notes as they are left, moved."""
    shift = past.moved.get(bar, semitones) if bar >= 0 else None
    if shift is None:
        return np.zeros((0, 4), np.int64)
    return song.piece.own[bar] + np.array([0, shift, 0, 0])
