"""The default accompanist: a learned planner says the chords of the bar, a note network plays to them.

From a Request to rows and back to notes; everything learned is in the bundle. A bar longer than six beats is
played as bars of 4/4 and a rest, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np

from bridge.errors import InputError
from bridge.model.accompanist import LeadBar, Part, Request
from bridge.model.bundle import Bundle, load_bundle, packaged
from bridge.model.controls import Controls
from bridge.model.decoding import Decoding, Wish, drawn_from, write_bar
from bridge.model.features import VOCABULARY, Floats, Piece
from bridge.model.note_rows import (
    LOWEST_PITCH,
    NOTES_PER_BEAT_RANGE,
    PITCHES,
    USUAL_NOTES_PER_BEAT,
    note_rows,
    plan_columns,
)
from bridge.model.plan_rows import STYLES
from bridge.model.planner import Plan, make_plan
from bridge.model.runtime import NoteRuntime, PlanRuntime, weights_of
from bridge.model.score import Score
from bridge.music.bar import Bar
from bridge.music.metre import STEPS_PER_BEAT, Metre, beats_of
from bridge.music.note import Note

KIND = "default"
_MORE_PER_DENSITY = 1.2
_USUAL_NOTES_PER_BEAT = np.array([2.8, 4.3], np.float32)
_USUAL_LEAD_ONSETS_PER_BEAT = np.array([1.35, 1.1], np.float32)
_WITH_THE_LEAD = 0.55
"""Of each style, in bars with notes, on the training songs: what is played to a lead of one onset a beat, the lead's
onsets, and the power of the lead's density that the accompaniment's goes with."""
_ASSUMED_BEATS = 16
"""A lead of so many beats says as much about its density as its style does."""
_USUAL_RANGE = 0.2
"""Bars within this of the usual density, natural logarithm, are left as they are."""


class Neural:
    """The accompanist of a bundle."""

    name = KIND
    used_controls = frozenset({"temperature", "density", "low", "high", "style", "seed", "variation"})
    part_names = ("piano",)
    style_names = ("auto", *STYLES)

    def __init__(self, planner: PlanRuntime, player: NoteRuntime, decoding: Decoding) -> None:
        self.planner = planner
        self.player = player
        self.decoding = decoding

    def accompany(self, request: Request) -> tuple[Part, ...]:
        """Play the target bar from `from_beats` on. Never raises for a legal request."""
        chance = drawn_from(np.random.default_rng(request.seed))
        score = Score(request)
        notes: list[Note] = []
        for bar in range(score.first_target, len(score.piece.metres)):
            notes += self._play(request, score, bar, chance)
        return (Part("piano", tuple(notes)),)

    def plan(self, request: Request) -> Plan:
        """The chords that the (first part of the) target bar is planned with."""
        score = Score(request)
        return self.planned(request, score, score.first_target)

    def planned(self, request: Request, score: Score, bar: int) -> Plan:
        """The chords of one bar of the score, to which notes are played."""
        return make_plan(self.planner, score.piece, bar, score.known_until, _style_of(request.controls))

    def _play(self, request: Request, score: Score, bar: int, chance: Iterator[float]) -> list[Note]:
        piece, start_step = score.piece, int(score.piece.starts[bar] - score.piece.starts[score.first_target])
        length = int(piece.lengths[bar])
        from_step = max(int(np.ceil(request.from_beats * STEPS_PER_BEAT - 1e-3)) - start_step, 0)
        if from_step >= length:
            return []
        plan = self.planned(request, score, bar)
        density = request.controls.number("density")
        usual = usual_notes_per_beat(piece, score.known_until, plan.style)
        rows = note_rows(
            piece,
            bar,
            score.known_until,
            np.stack([plan_columns(unit.tones, unit.root, unit.bass) for unit in plan.units]),
            plan.style,
            _told(usual, density),
        )
        low, high, octaves = window(*request.controls.register)
        runaway = _runaway(piece, bar, usual, density)
        wish = Wish(
            request.controls.number("temperature"),
            low,
            high,
            from_step,
            more=_MORE_PER_DENSITY * density - runaway,
            fuller=self.decoding.fuller - self.decoding.steady * runaway,
            may_return=runaway == 0,
        )
        heard = self.player.hear(rows.columns, rows.relations, rows.summary)
        written = write_bar(
            self.player,
            heard,
            piece,
            bar,
            rows.match,
            rows.known_steps,
            plan,
            piece.own[bar],
            wish,
            self.decoding,
            chance,
        )
        piece.own[bar] = np.concatenate([piece.own[bar], np.array(written, np.int64).reshape(-1, 4)])
        return [
            Note(pitch + 12 * octaves, beats_of(start_step + onset), beats_of(duration), velocity)
            for onset, pitch, duration, velocity in written
        ]


def usual_notes_per_beat(piece: Piece, known_until: int, style: Floats) -> float:
    """How dense the style is to a lead such as this one: a lead in half notes, as in 2/2, gets fewer notes a beat."""
    known = np.clip(known_until - piece.starts, 0, piece.lengths)
    counted = np.concatenate([[0], np.cumsum(piece.onsets)])
    in_bars = counted[piece.starts + known] - counted[piece.starts]
    heard = in_bars > 0
    beats = float(known[heard].sum()) / STEPS_PER_BEAT
    assumed = float(style @ _USUAL_LEAD_ONSETS_PER_BEAT)
    lead = (float(in_bars[heard].sum()) + _ASSUMED_BEATS * assumed) / (beats + _ASSUMED_BEATS)
    return float(style @ _USUAL_NOTES_PER_BEAT) * float(lead**_WITH_THE_LEAD)


def _told(usual: float, density: float) -> float:
    """The density that the network is told, -1..1 as in training. It is always told one: a model that reads its own
    bars and is not told drifts, and then the last bars' texture is all it has to go by."""
    return min(max((usual - USUAL_NOTES_PER_BEAT) / NOTES_PER_BEAT_RANGE + density, -1.0), 1.0)


def _runaway(piece: Piece, target: int, usual: float, density: float) -> float:
    """How far the last own bars are denser (above 0) or thinner than is usual, natural logarithm.

    A model that reads its own bars takes a thick bar for a reason to write a thicker one; past a fifth
    more or less that is no style any more. Nothing is said of fewer than three bars, nor of silence."""
    bars = [bar for bar in range(max(target - 8, 0), target) if len(piece.own[bar])]
    if len(bars) < 3:
        return 0.0
    beats = sum(int(piece.lengths[bar]) for bar in bars) / STEPS_PER_BEAT
    notes = sum(len(piece.own[bar]) for bar in bars)
    excess = float(np.log(notes / beats / (usual * 2**density)))
    return excess - min(max(excess, -_USUAL_RANGE), _USUAL_RANGE)


def _style_of(controls: Controls) -> int | None:
    style = controls.text("style")
    return STYLES.index(style) if style in STYLES else None


def window(low: int, high: int) -> tuple[int, int, int]:
    """A register as the network can play it: its lowest and highest pitch, and by how many octaves to move what it
    plays. Only a register wholly outside the piano is moved."""
    highest = LOWEST_PITCH + PITCHES - 1
    octaves = 0
    while low - 12 * octaves > highest:
        octaves += 1
    while high - 12 * octaves < LOWEST_PITCH:
        octaves -= 1
    return max(low - 12 * octaves, LOWEST_PITCH), min(high - 12 * octaves, highest), octaves


def accompanist_of(bundle: Bundle) -> Neural:
    """The accompanist of a bundle in memory. Raises InputError: the weights are not this network's."""
    try:
        heads = {name: int(bundle.network[name]["heads"]) for name in ("plan", "notes")}
        known = {field.name for field in fields(Decoding)}
        decoding = Decoding(**{k: float(v) for k, v in bundle.network["decoding"].items() if k in known})
        planner = PlanRuntime(weights_of(bundle, "plan."), heads["plan"])
        player = NoteRuntime(weights_of(bundle, "notes."), heads["notes"])
        model = Neural(planner, player, decoding)
        model.accompany(_TRIAL)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise InputError(f"the bundle's weights are not those of this version's network: {fault}") from fault
    return model


def load(folder: Path | None) -> Neural:
    """The accompanist with the bundle in a folder, or with the packaged one. Raises InputError."""
    return accompanist_of(load_bundle(folder or packaged(KIND), KIND, VOCABULARY))


_TRIAL = Request(
    0, Metre(4, 4), 120.0, (LeadBar(0, Bar(Metre(4, 4), (Note(60, 0.0, 1.0, 80),)), 4.0),), (), (), 0.0, Controls(), 0
)
"""A bar that is played once when a bundle is loaded, so that weights that do not fit fail then."""
