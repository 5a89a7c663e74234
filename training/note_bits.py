"""What the true accompaniment costs under a model of kind `default`: bits a note by part, teacher forced.

Every bar's figure and every note of a song is asked for in its place, what truly came before it as context: how
probable was it? The bits of all parts add up to what it takes to write the accompaniment down. The networks are asked
in NumPy, as they play, at temperature 1 and without what decoding adds. Bits say how well the next note is guessed from
a true past, not how a song goes on from its own: they stand beside the figures of generated songs, never instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from rich.progress import track

from bridge.model.accompanist import Accompanist
from bridge.model.features import MAX_BAR_STEPS, Floats, Ints, Piece, best_match
from bridge.model.neural import Neural
from bridge.model.note_rows import (
    DURATIONS,
    FIGURES,
    LOWEST_PITCH,
    PITCHES,
    VELOCITIES,
    duration_class,
    figure_of,
    lead_at,
    note_rows,
    onset_marks,
    pitches_at,
    pitches_of,
    plan_columns,
    velocity_class,
)
from bridge.model.plan import ROOTS, TONES
from bridge.model.plan_rows import STYLES
from bridge.model.planner import Plan, PlannedUnit, make_plan
from bridge.model.registry import load
from bridge.model.runtime import FIRST_PITCH, PITCH_CLASSES
from training.play import innermost
from training.prepare import Prepared

CLASSES = {
    "figure": len(FIGURES),
    "onset": MAX_BAR_STEPS + 1,
    "pitch": PITCHES,
    "duration": len(DURATIONS),
    "velocity": VELOCITIES,
}
"""Part -> how many classes it has: the bar's figure; the onset, the last being the end of the bar; pitch and so on."""
PARTS = tuple(CLASSES)
KNOWN = ("bar known", "to the bar line")
PLANS = ("labelled", "own")
NOTHING = np.zeros((0, 4), np.int64)


@dataclass
class Tally:
    """Bits of each part, summed, and of how many notes: all, and those whose loudness says something; how many plan
    units have a labelled chord, and in how many of these the plan names its root."""

    notes: int = 0
    loud_notes: int = 0
    chords: int = 0
    right_roots: int = 0
    bits: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))

    def add(self, other: Tally) -> None:
        """Count the other's too."""
        self.notes += other.notes
        self.loud_notes += other.loud_notes
        self.chords += other.chords
        self.right_roots += other.right_roots
        for part, bits in other.bits.items():
            self.bits[part] += bits

    def a_note(self) -> dict[str, float]:
        """Bits a note of each part (those of the bars' figures and ends shared out among the notes), and of all
        together; NaN where there is nothing, and for the velocity of scores, which have none. `root`: the share of
        labelled chords whose root the plan names."""
        counts = {part: self.loud_notes if part == "velocity" else self.notes for part in self.bits}
        found = {part: bits / counts[part] if counts[part] else float("nan") for part, bits in self.bits.items()}
        found["all"] = float(np.nansum(list(found.values()))) if self.notes else float("nan")
        return {**found, "root": self.right_roots / self.chords if self.chords else float("nan")}


@dataclass(frozen=True)
class BarClasses:
    """A bar's own notes as classes, one array a part; what the piano has no key for is left out."""

    onset: Ints
    pitch: Ints
    duration: Ints
    velocity: Ints

    @classmethod
    def of(cls, notes: Ints) -> BarClasses:
        """notes: as in `Piece.own`, sorted by onset and pitch."""
        pitches = notes[:, 1] - LOWEST_PITCH
        inside = (pitches >= 0) & (pitches < PITCHES)
        notes, pitches = notes[inside], pitches[inside]
        return cls(notes[:, 0], pitches, duration_class(notes[:, 2]), velocity_class(notes[:, 3]))


def labelled_plan(song: Prepared, bar: int) -> Plan:
    """The labelled chords of a bar, in the place of the planner's."""
    units = song.piece.bar_units(bar)
    rows = zip(song.classes[units].tolist(), song.basses[units].tolist(), strict=True)
    return Plan(tuple(PlannedUnit(chord, bass, TONES[chord]) for chord, bass in rows), style_of(song))


def style_of(song: Prepared) -> Floats:
    """The song's style, told."""
    return np.asarray(np.eye(len(STYLES), dtype=np.float32)[song.style])


def bar_tally(model: Neural, song: Prepared, bar: int, known_until: int, plan: Plan) -> Tally:
    """The bits of one bar's notes, the song before it as it is.

    known_until  step until which the lead is known
    """
    piece, network, style = song.piece, model.player, style_of(song)
    columns = np.stack([plan_columns(unit.tones, unit.root, unit.bass) for unit in plan.units])
    rows = note_rows(piece, bar, known_until, columns, style)
    before, memory = earlier(piece, bar, rows.match)
    marks = onset_marks(piece, bar, rows.known_steps, before, memory)[: piece.lengths[bar], :3]
    notes = BarClasses.of(piece.own[bar])
    unit = np.searchsorted(piece.units[piece.bar_units(bar), 0] - piece.starts[bar], notes.onset, "right") - 1
    leads = lead_at(piece, bar, rows.known_steps, notes.onset)
    before_at, memory_at = pitches_at(before, notes.onset, 0), pitches_at(memory, notes.onset, 0)
    anywhere = pitches_of(before, 0)
    tally = Tally(len(notes.onset), len(notes.onset) if song.has_dynamics else 0)
    heard = network.hear(rows.columns, rows.relations, rows.summary)
    figure = figure_of(piece.own[bar], before, memory)
    if figure is not None:
        tally.bits["figure"] += cost(heard.figures, figure)
        heard = network.told(heard, figure)
    states, state = network.begin(heard)
    last_onset, last_pitch = 0, FIRST_PITCH
    for place in range(tally.notes):
        onset, pitch = int(notes.onset[place]), int(notes.pitch[place])
        duration, velocity = int(notes.duration[place]), int(notes.velocity[place])
        tally.bits["onset"] += cost(network.onset_logits(state, last_onset, marks), onset)
        planned, lead = columns[unit[place]], leads[place]
        hints = np.stack(
            [
                planned[:12][PITCH_CLASSES],
                planned[-12:][PITCH_CLASSES],
                lead[:12][PITCH_CLASSES],
                before_at[place],
                memory_at[place],
                anywhere,
            ]
        )
        pitch_state = network.pitch_state(state, network.place(onset, planned, lead))
        is_together = place > 0 and onset == last_onset
        tally.bits["pitch"] += cost(network.pitch_logits(pitch_state, hints, last_pitch, is_together), pitch)
        tally.bits["duration"] += cost(network.duration_logits(pitch_state, pitch), duration)
        if song.has_dynamics:
            tally.bits["velocity"] += cost(network.velocity_logits(pitch_state, pitch, duration), velocity)
        states, state = network.follow(heard, states, onset, pitch, duration, velocity)
        last_onset, last_pitch = onset, pitch
    tally.bits["onset"] += cost(network.onset_logits(state, last_onset, marks), MAX_BAR_STEPS)
    return tally


def earlier(piece: Piece, bar: int, match: int) -> tuple[Ints, Ints]:
    """The notes of the bar before, and of the one whose lead is most like the bar's (`match`, -1 for none)."""
    return piece.own[bar - 1] if bar > 0 else NOTHING, piece.own[match] if match >= 0 else NOTHING


def cost(logits: Floats, index: int) -> float:
    """-log2 of the probability that softmax(logits) gives to the index."""
    shifted = np.asarray(logits, np.float64) - float(logits.max())
    return float((np.log(np.exp(shifted).sum()) - shifted[index]) / np.log(2))


def song_tally(model: Neural, song: Prepared, known: str, planned: str) -> Tally:
    """Every bar of a song from the first with lead on.

    known    of KNOWN: the bar's lead to its end, or the lead to the bar line
    planned  of PLANS: the labelled chords, or what the planner makes of what is known
    """
    piece = song.piece
    total = Tally()
    for bar in range(song.first_bar, len(piece.metres)):
        start = int(piece.starts[bar])
        until = start + int(piece.lengths[bar]) if known == "bar known" else start
        plan = make_plan(model.planner, piece, bar, until, song.style) if planned == "own" else labelled_plan(song, bar)
        total.add(bar_tally(model, song, bar, until, plan))
        labelled = ROOTS[song.classes[piece.bar_units(bar)]]
        total.chords += int((labelled >= 0).sum())
        total.right_roots += int(((labelled >= 0) & (labelled == [unit.root for unit in plan.units])).sum())
    return total


def unigram(songs: Sequence[Prepared], others: Sequence[Prepared]) -> dict[str, float]:
    """What the songs cost under nothing but how often each class comes in the others (and once more for each class,
    so that none is impossible): bits a note, as `Tally.a_note`."""
    counts = {part: np.ones(size) for part, size in CLASSES.items()}
    for song in others:
        _count(song, counts)
    total = Tally()
    for song in songs:
        own = {part: np.zeros(size) for part, size in CLASSES.items()}
        notes = _count(song, own)
        bits = {part: -float(own[part] @ np.log2(counts[part] / counts[part].sum())) for part in PARTS}
        total.add(Tally(notes, notes if song.has_dynamics else 0, bits=bits))
    return total.a_note()


def _count(song: Prepared, counts: Mapping[str, Floats]) -> int:
    total, piece = 0, song.piece
    for bar in range(song.first_bar, len(piece.metres)):
        match, _ = best_match(piece, bar, int(piece.starts[bar] + piece.lengths[bar]))
        figure = figure_of(piece.own[bar], *earlier(piece, bar, match))
        if figure is not None:
            counts["figure"][figure] += 1
        notes = BarClasses.of(piece.own[bar])
        np.add.at(counts["onset"], np.append(notes.onset, MAX_BAR_STEPS), 1)
        np.add.at(counts["pitch"], notes.pitch, 1)
        np.add.at(counts["duration"], notes.duration, 1)
        if song.has_dynamics:
            np.add.at(counts["velocity"], notes.velocity, 1)
        total += len(notes.onset)
    return total


def has_bits(model: Accompanist) -> bool:
    """Whether a model gives probabilities of notes."""
    return isinstance(innermost(model), Neural)


def rows(songs: Sequence[Prepared], name: str, workers: int) -> dict[str, dict[str, float]]:
    """The bits a note of all songs under a model, by what is known of the lead and whose plan it is."""
    jobs = [(name, song, known, planned) for known in KNOWN for planned in PLANS for song in songs]
    totals: dict[str, Tally] = {}
    with ProcessPoolExecutor(max(workers, 1)) as pool:
        found = track(pool.map(_tally, jobs), f"{name}, bits a note", len(jobs), transient=True)
        for (_, _, known, planned), tally in zip(jobs, found, strict=True):
            totals.setdefault(f"{name}, {known}, {planned} plan", Tally()).add(tally)
    return {label: tally.a_note() for label, tally in totals.items()}


_LOADED: dict[str, Neural] = {}


def _tally(job: tuple[str, Prepared, str, str]) -> Tally:
    name, song, known, planned = job
    if name not in _LOADED:
        model = innermost(load(name))
        assert isinstance(model, Neural)
        _LOADED[name] = model
    return song_tally(_LOADED[name], song, known, planned)
