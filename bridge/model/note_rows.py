"""What the note network reads: the last own bars and their lead, the plan, and what surrounds each note to come.

Training builds whole bars of it, playing builds it once a bar and looks up one note at a time: both through the
functions here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.model.features import (
    LEAD_CHANNELS,
    MAX_BAR_STEPS,
    PLACE,
    SLOT_STEPS,
    SLOTS,
    Floats,
    Ints,
    Piece,
    best_match,
    lead_rows,
)
from bridge.model.plan import units_of
from bridge.model.plan_rows import STYLES
from bridge.model.remembering import Remembering
from bridge.music.metre import Metre

RECENT_ROWS = 16
MEMORY_ROWS = 6
MAX_ROWS = 28
RELATIONS = 16
"""How a row lies to the target: 0, 1 in memory (the match, the bar after it); 2 the target, 3 and on bars back."""
TEXTURE = 22
"""Channels a slot: pitch classes that begin (12), notes that begin by register (8), loudness, length."""
PLAN = 36
"""The planned chord: its tones (12), its root (12), its bass (12)."""
CONTROLS = 8
COLUMNS = SLOTS * LEAD_CHANNELS + SLOTS + PLACE + SLOTS * TEXTURE + PLAN + CONTROLS
FIGURES = ("notes of the match", "rhythm of the match", "rhythm of the bar before", "much alike", "new")
"""How a bar's notes relate to those of the bar whose lead is most like its own (the match) and of the bar before."""
ALIKE_NOTES, ALIKE_RHYTHM = 0.8, 0.6
"""From which share of common notes, or onsets, a bar is the same again, or much alike."""
PLACED = 13
SUMMARY = PLACED + len(FIGURES)
"""Where the bar's last unit lies, its length, what is known of its style and density (PLACED), its figure."""
LOWEST_PITCH = 21
PITCHES = 88
DURATIONS = np.array([1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 24, 30, 36, 48, 72])
"""Steps of each class of duration; a drawn duration never passes the bar line."""
VELOCITY_WIDTH = 16
VELOCITIES = 8
LEAD_AT = 14
"""Of the lead at an onset: pitch classes (12), not known, a note begins."""
USUAL_NOTES_PER_BEAT = 3.3
NOTES_PER_BEAT_RANGE = 3.0


@dataclass(frozen=True)
class NoteRows:
    """columns, shape (rows, COLUMNS); relations, shape (rows,); summary of the bar, shape (SUMMARY,), its figure left
    open; `match`: the earlier bar that is most like the target, -1 for none; `known_steps`: how much of the target's
    lead is known."""

    columns: Floats
    relations: Ints
    summary: Floats
    match: int
    known_steps: int


def duration_class(steps: Ints) -> Ints:
    """The class whose length is nearest, in octaves."""
    octaves = np.abs(np.log(np.maximum(steps, 1)[..., None] / DURATIONS))
    return np.asarray(octaves.argmin(axis=-1))


def velocity_class(velocities: Ints) -> Ints:
    """The class of a velocity 1..127."""
    return np.clip(velocities // VELOCITY_WIDTH, 0, VELOCITIES - 1)


def texture(piece: Piece, bar: int, semitones: int = 0) -> Floats:
    """What the own notes of a bar do in each slot, moved up by `semitones`; shape (units, SLOTS, TEXTURE)."""
    notes = piece.own[bar]
    make = _texture if notes.flags.writeable else _known_texture
    return make(notes, piece.metres[bar], semitones)


def _texture(notes: Ints, metre: Metre, semitones: int) -> Floats:
    offsets = np.array([unit.start_step for unit in units_of(metre)])
    values = np.zeros((len(offsets), SLOTS, TEXTURE), np.float32)
    if len(notes):
        unit = np.minimum(np.searchsorted(offsets, notes[:, 0], "right") - 1, len(offsets) - 1)
        slot = np.minimum((notes[:, 0] - offsets[unit]) // SLOT_STEPS, SLOTS - 1)
        pitch = notes[:, 1] + semitones
        values[unit, slot, pitch % 12] = 1
        np.add.at(values, (unit, slot, 12 + np.clip((pitch - 24) // 10, 0, 7)), 0.5)
        # views: one channel each, since several notes of a slot leave their loudest and longest
        np.maximum.at(values[..., 20], (unit, slot), notes[:, 3] / 127)
        np.maximum.at(values[..., 21], (unit, slot), np.log2(np.maximum(notes[:, 2], 1)) / 6)
    return values


_known_texture = Remembering(_texture)


def plan_columns(tones: Floats, root: int, bass: int) -> Floats:
    """One unit's plan as columns; root and bass 0..11, or anything else for none."""
    columns = np.zeros(PLAN, np.float32)
    columns[:12] = tones
    if 0 <= root < 12:
        columns[12 + root] = 1
    if 0 <= bass < 12:
        columns[24 + bass] = 1
    return columns


def note_rows(
    piece: Piece,
    target: int,
    known_until: int,
    plan: Floats,
    style: Floats,
    density: float | None = None,
    semitones: int = 0,
    remember: bool = True,
    moved: dict[int, int | None] | None = None,
) -> NoteRows:
    """The note network's rows for one bar, all moved up by `semitones`.

    known_until  step until which the lead is known
    plan         shape (target's units, PLAN), already moved
    style        shape (len(STYLES),), how much of each; zeros where not known
    density      -1..1, None: as the model would play
    moved        for training: bar -> semitones in place of `semitones` for the own notes of that bar, None: nothing
                 is known of them
    """
    first = piece.first_unit
    oldest = target
    while oldest > 0 and first[target] - first[oldest - 1] <= RECENT_ROWS:
        oldest -= 1
    targets = int(first[target + 1] - first[target])
    match, likeness = best_match(piece, target, known_until) if remember else (-1, 0.0)
    memory = np.zeros(0, np.int64)
    if match >= 0:
        memory = np.arange(first[match], first[min(target, match + 2)])[:MEMORY_ROWS]
    units = np.concatenate([memory, np.arange(first[oldest], first[target + 1])])
    rows = len(units)
    bars = piece.units[units, 2]
    in_memory = np.arange(rows) < len(memory)
    relations = np.where(in_memory, np.minimum(bars - match, 1), np.minimum(target - bars, 12) + 2)
    slots, unknown = lead_rows(piece, units, known_until)
    slots[..., :12] = slots[..., (np.arange(12) - semitones) % 12]
    parts = [slots.reshape(rows, -1), unknown, piece.places[units]]
    parts.append(_textures(piece, units, target, semitones, moved or {}).reshape(rows, -1))
    planned = np.zeros((rows, PLAN), np.float32)
    planned[-targets:] = plan
    controls = np.zeros((rows, CONTROLS), np.float32)
    controls[:, 0] = likeness * in_memory
    controls[-targets:, 1] = 1
    controls[:, 2 : 2 + len(STYLES)] = style
    if density is not None:
        controls[:, 4:6] = 1, density
    columns = np.concatenate([*parts, planned, controls], axis=1, dtype=np.float32)
    summary = np.zeros(SUMMARY, np.float32)
    summary[:PLACED] = *piece.places[first[target + 1] - 1], piece.lengths[target] / 48, *controls[0, 2:5]
    known_steps = min(max(known_until - int(piece.starts[target]), 0), int(piece.lengths[target]))
    return NoteRows(columns, relations.astype(np.int64), summary, match, known_steps)


def _textures(piece: Piece, units: Ints, target: int, semitones: int, moved: dict[int, int | None]) -> Floats:
    values = np.zeros((len(units), SLOTS, TEXTURE), np.float32)
    textures: dict[int, Floats] = {}
    for row, unit in enumerate(units.tolist()):
        bar = int(piece.units[unit, 2])
        shift = moved.get(bar, semitones)
        if bar >= target or shift is None or not len(piece.own[bar]):
            continue
        if bar not in textures:
            textures[bar] = texture(piece, bar, shift)
        values[row] = textures[bar][unit - piece.first_unit[bar]]
    return values


def figure_of(notes: Ints, before: Ints, match: Ints) -> int | None:
    """Which of FIGURES a bar is; notes as in `Piece.own`. None where there is nothing to compare."""
    if not len(notes) or not (len(before) or len(match)):
        return None
    if likeness(notes[:, :2], match[:, :2]) >= ALIKE_NOTES:
        return 0
    of_match, of_before = (likeness(notes[:, :1], other[:, :1]) for other in (match, before))
    if of_match == 1:
        return 1
    if of_before == 1:
        return 2
    return 3 if max(of_match, of_before) >= ALIKE_RHYTHM else 4


def likeness(some: Ints, others: Ints) -> float:
    """Rows in both out of rows in either, each counted once (Jaccard); 1 where there are none."""
    one, other = set(map(tuple, some.tolist())), set(map(tuple, others.tolist()))
    return len(one & other) / len(one | other) if one or other else 1.0


def onset_marks(piece: Piece, target: int, known_steps: int, before: Ints, memory: Ints) -> Floats:
    """Where notes begin, shape (MAX_BAR_STEPS, 4): in the bar before, in the remembered bar, in the lead as far as
    it is known; the last channel is 1 inside the bar. `before`, `memory`: notes as in `Piece.own`."""
    marks = np.zeros((MAX_BAR_STEPS, 4), np.float32)
    length = min(int(piece.lengths[target]), MAX_BAR_STEPS)
    marks[:length, 3] = 1
    start = int(piece.starts[target])
    marks[:known_steps, 2] = piece.onsets[start : start + known_steps]
    for channel, notes in enumerate((before, memory)):
        marks[notes[notes[:, 0] < length, 0], channel] = 1
    return marks


def lead_at(piece: Piece, target: int, known_steps: int, onsets: Ints, semitones: int = 0) -> Floats:
    """What the lead does at each onset (steps in the bar), shape (onsets, LEAD_AT)."""
    values = np.zeros((len(onsets), LEAD_AT), np.float32)
    known = onsets < known_steps
    steps = piece.starts[target] + onsets
    values[:, :12] = piece.roll[steps][:, (np.arange(12) - semitones) % 12] * known[:, None]
    values[:, 12] = ~known
    values[:, 13] = piece.onsets[steps] * known
    return values


def pitches_at(notes: Ints, onsets: Ints, semitones: int) -> Floats:
    """Which pitches begin in an earlier bar at each onset, shape (onsets, PITCHES)."""
    values = np.zeros((len(onsets), PITCHES), np.float32)
    pitch = notes[:, 1] + semitones - LOWEST_PITCH
    usable = (pitch >= 0) & (pitch < PITCHES)
    row, note = np.nonzero(onsets[:, None] == notes[usable, 0][None])
    values[row, pitch[usable][note]] = 1
    return values


def pitch_roll(notes: Ints) -> Floats:
    """Which pitches begin at each step of an earlier bar, shape (MAX_BAR_STEPS, PITCHES)."""
    values = np.zeros((MAX_BAR_STEPS, PITCHES), np.float32)
    pitch = notes[:, 1] - LOWEST_PITCH
    usable = (pitch >= 0) & (pitch < PITCHES) & (notes[:, 0] < MAX_BAR_STEPS)
    values[notes[usable, 0], pitch[usable]] = 1
    return values


def pitches_of(notes: Ints, semitones: int) -> Floats:
    """Which pitches begin anywhere in an earlier bar, shape (PITCHES,)."""
    values = np.zeros(PITCHES, np.float32)
    pitch = notes[:, 1] + semitones - LOWEST_PITCH
    values[pitch[(pitch >= 0) & (pitch < PITCHES)]] = 1
    return values
