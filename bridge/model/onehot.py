"""The half-second one-hot model: an LSTM encoder whose states start an LSTM decoder, played without TensorFlow.

A step was half a second. Live it is a beat, which is half a second at 120 bpm, and follows the tempo, so every
note lands on a beat. The description this model follows leaves open what is decided here:

* Which pitch. A row has one pitch: of the lead the one that sounds longest in the step (the higher of equals), of
  the accompaniment the lowest that begins in the step, else the lowest that still sounds. So the rows of a broken
  chord move, where the bass alone would mostly repeat.
* Steps and bars. Steps count from the bar line, so a bar of 4/4 has four, of 6/8 three, and of 3/8 one and a half:
  the last is then shorter. A piece is the last `steps` rows up to the end of the bar to be played.
* What is not known. Lead that has not been heard yet is rows of zeros, as silence is; training hides it too.
* Silence. An all-zero target row costs nothing under a softmax, so silence is not learned: the decoder says which
  pitch, never whether. It plays while the lead sounds or has sounded within a piece, and stops after that.
* Where to stop. At the bar line: the bar's length is the output's, whatever the encoder read.
* Durations and velocities. Neighbouring rows of the same pitch in a bar are one longer note. Velocities follow the
  lead's loudness, with metric accents.

`training.onehot` builds the same network in Keras from the same rows and is the reference for this runtime.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from bridge.model.accompanist import Part, Request
from bridge.model.bundle import load_bundle, packaged
from bridge.model.lstm import SILENCE, Choice, Network
from bridge.music.metre import Metre
from bridge.music.note import Note

VOCABULARY = {"name": "one-hot beats", "version": 1}

Rows = list[int]
"""One pitch a step, 0..127, or SILENCE."""


def step_onsets(metre: Metre) -> tuple[float, ...]:
    """Where the steps of a bar begin: every beat, from the bar line. At least one, at most 16."""
    return tuple(float(beat) for beat in range(int(np.ceil(metre.length_beats))))


def lead_rows(notes: Iterable[Note], metre: Metre) -> Rows:
    """The pitch that sounds longest in each step, the higher of equals."""
    notes = tuple(notes)
    return [
        max(
            ((_sounding(note, start), note.pitch_midi) for note in notes if _sounding(note, start) > 0), default=(0, -1)
        )[1]
        for start in step_onsets(metre)
    ]


def accompaniment_rows(notes: Iterable[Note], metre: Metre) -> Rows:
    """The lowest pitch that begins in each step, else the lowest that still sounds."""
    notes = tuple(notes)
    rows = []
    for start in step_onsets(metre):
        beginning = [note.pitch_midi for note in notes if start <= note.onset_beats < start + 1]
        sounding = [note.pitch_midi for note in notes if _sounding(note, start) > 0]
        rows.append(min(beginning or sounding, default=SILENCE))
    return rows


def _sounding(note: Note, start_beats: float) -> float:
    """How long a note sounds within the step that begins at `start_beats`."""
    return min(note.end_beats, start_beats + 1) - max(note.onset_beats, start_beats)


class OneHot:
    """The accompanist. `network`: the trained weights; `sharpness` multiplies the control `temperature`."""

    name = "onehot"
    used_controls = frozenset({"temperature", "density", "low", "high", "seed", "variation"})
    part_names = ("piano",)
    style_names = ("auto",)

    def __init__(self, network: Network, sharpness: float) -> None:
        self.network = network
        self.sharpness = sharpness

    def accompany(self, request: Request) -> tuple[Part, ...]:
        """Play the target bar from `from_beats` on. Never raises for a legal request."""
        lead, own = _piece(request, self.network.steps)
        onsets = [onset for onset in step_onsets(request.metre) if onset >= request.from_beats]
        if not onsets or all(pitch == SILENCE for pitch in lead):
            return (Part("piano"),)
        given = own[: len(own) - len(onsets)]
        choose = Choice(*request.controls.register, request.controls.number("temperature") * self.sharpness)
        draws = np.random.default_rng(request.seed).random(len(onsets))
        rows = self.network.write(lead, given, draws.tolist(), choose)
        return (Part("piano", _notes(rows, onsets, request)),)


def load(folder: Path | None) -> OneHot:
    """The accompanist with the bundle in a folder, or with the packaged one. Raises InputError."""
    bundle = load_bundle(folder or packaged("onehot"), "onehot", VOCABULARY)
    return OneHot(Network.of(bundle), float(bundle.network.get("sharpness", 1.0)))


def _piece(request: Request, steps: int) -> tuple[Rows, Rows]:
    """The lead's and the own rows up to the end of the target bar, the last `steps` of each; the target's own rows
    are what was promised of it. Bars never heard are silent and as long as the bar after them."""
    heard = {bar.number: bar for bar in request.lead}
    played = {bar.number: bar for bar in request.history}
    metre, number = request.metre, request.target
    lead: Rows = []
    own: Rows = []
    kept = [note for part in request.kept for note in part.notes]
    while len(lead) < steps:
        bar, answer = heard.get(number), played.get(number)
        metre = bar.bar.metre if bar and number != request.target else metre
        notes = kept if number == request.target else answer.notes if answer else ()
        lead = lead_rows(bar.bar.notes if bar else (), metre) + lead
        own = accompaniment_rows(notes, metre) + own
        number -= 1
    return lead[-steps:], own[-steps:]


def _notes(rows: Rows, onsets: list[float], request: Request) -> tuple[Note, ...]:
    """Rows as notes. Neighbours of the same pitch are one note, unless `density` strikes them again; below 0 it
    leaves out the weaker steps and lets the notes before them sound on; above a half it repeats each beat's note on
    its second half."""
    density = request.controls.number("density")
    length_beats = request.metre.length_beats
    loudness = _loudness(request)
    notes: list[Note] = []
    for pitch, onset in zip(rows, onsets, strict=True):
        weight = metric_weight(onset, request.metre)
        if notes and (weight < -density or (notes[-1].pitch_midi == pitch and 1 - weight >= density)):
            continue
        notes.append(Note(pitch, onset, 1.0, min(max(round(loudness * (0.8 + 0.25 * weight)), 1), 127)))
    ends = [note.onset_beats for note in notes[1:]] + [length_beats]
    notes = [replace(note, duration_beats=end - note.onset_beats) for note, end in zip(notes, ends, strict=True)]
    if density > 0.5:
        notes = [half for note in notes for half in _repeated(note)]
    return tuple(notes)


def _repeated(note: Note) -> list[Note]:
    half_beats = 0.5
    if note.duration_beats <= half_beats:
        return [note]
    again = replace(
        note,
        onset_beats=note.onset_beats + half_beats,
        duration_beats=note.duration_beats - half_beats,
        velocity_midi=max(note.velocity_midi - 12, 1),
    )
    return [replace(note, duration_beats=half_beats), again]


def metric_weight(onset_beats: float, metre: Metre) -> float:
    """How strong a place in the bar is: 1 on the bar line, .75 in its middle, .5 on a pulse, .25 elsewhere."""
    if onset_beats == 0:
        return 1.0
    if metre.pulses % 2 == 0 and onset_beats * 2 == metre.length_beats:
        return 0.75
    return 0.5 if onset_beats % metre.pulse_beats == 0 else 0.25


def _loudness(request: Request) -> float:
    """The lead's mean velocity in the last bar that has notes."""
    for bar in reversed(request.lead):
        if bar.bar.notes:
            return sum(note.velocity_midi for note in bar.bar.notes) / len(bar.bar.notes)
    return 72.0
