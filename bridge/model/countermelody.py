"""A counter-melody: a second voice that speaks where the lead rests, moves as second melodies do, and fits the chord.

Learned (`countermelody.json`, counted by `python -m training.countermelody` on the BRIDGE tracks of POP909's training
songs, MIT): whether a bar has a counter-melody at all, on which eighths it strikes while the lead rests, holds or
strikes, how far it moves from note to note, how often it is a chord tone, and which intervals it makes with the lead.
By rule: it stays in the key that the last bars spell, keeps three semitones away from the lead, as far as that is
known, and mostly below it, and holds each note until the next, at most two beats and no longer than the chord, unless
it belongs to the next one too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from bridge.model.accompanist import Request
from bridge.model.band_rules import Stretch, register_of
from bridge.music.metre import STEPS_PER_BEAT, Metre, beats_of, step_of
from bridge.music.note import Note

RANGE = (60, 84)
EIGHTH_STEPS = STEPS_PER_BEAT // 2
PLACES = ("bar", "pulse", "between")
LEAD_STATES = ("rest", "held", "struck", "unknown")
LARGEST_LEAP = 12
FARTHEST_BARS = 4
"""How many bars back the key is read from."""
LONGEST_STEPS = 2 * STEPS_PER_BEAT
LOUDNESS = 0.92
SHARPER = 0.7
"""Of the many pitches that are possible, each a little likely, fewer are drawn than were counted."""
OUT_OF_KEY, CLOSE_TO_LEAD, ABOVE_LEAD = -5.0, -4.0, -1.5


@dataclass(frozen=True)
class Countermelody:
    """The counts, as probabilities.

    playing     how full the lead's bar is (`fullness`), then whether it played the bar before (no, yes) -> a share
    striking    place in the bar (PLACES) and state of the lead (LEAD_STATES) -> share of eighths struck
    moving      log share of each interval from the note before, -12..12 semitones
    chord_tone  log share of chord tones and of others, at a pulse and between
    to_lead     log of how much oftener than chance each interval above or below the lead sounds, 12 classes
    """

    playing: Mapping[str, tuple[float, float]]
    striking: Mapping[str, Mapping[str, float]]
    moving: tuple[float, ...]
    chord_tone: Mapping[str, tuple[float, float]]
    to_lead: tuple[float, ...]

    def line(self, request: Request, stretches: Sequence[Stretch], last: Sequence[Note]) -> tuple[Note, ...]:
        """The counter-melody of the bar.

        stretches  the harmony; none: nothing is played
        last       what it played last
        """
        if not stretches:
            return ()
        rng = np.random.default_rng((request.seed, len("countermelody")))  # not the inner model's own numbers again
        known = request.target_lead
        lead = known.bar.notes if known else ()
        known_beats = known.known_beats if known else 0.0
        density = request.controls.number("density")
        temperature = request.controls.number("temperature")
        played_before = bool(request.history) and any(
            p.name == "counter" and p.notes for p in request.history[-1].parts
        )
        share = self.playing[fullness(lead, request.metre, known_beats)][played_before or bool(_kept(request))]
        draws = rng.random(1 + request.metre.length_steps // EIGHTH_STEPS + 1)
        if not _kept(request) and (draws[0] if temperature > 0 else 0.5) >= _shifted(share, density):
            return ()
        steps = [
            step
            for step, draw in zip(range(0, request.metre.length_steps, EIGHTH_STEPS), draws[1:], strict=False)
            if stretches[0].start_beats <= beats_of(step) >= request.from_beats
            and (draw if temperature > 0 else 0.4)
            < _shifted(self.striking[place(step, request.metre)][lead_state(step, lead, known_beats)], density)
        ]
        return self._pitched(request, stretches, steps, last, rng)

    def _pitched(
        self,
        request: Request,
        stretches: Sequence[Stretch],
        steps: Sequence[int],
        last: Sequence[Note],
        rng: np.random.Generator,
    ) -> tuple[Note, ...]:
        low, high = register_of(request, RANGE)
        pitches = np.arange(low, high + 1)
        lead = _sounding(request)
        key = _key(request, stretches)
        temperature = SHARPER * request.controls.number("temperature")
        previous = last[-1].pitch_midi if last else min(max(_start(request), low), high)
        notes: list[Note] = []
        for number, step in enumerate(steps):
            stretch = max((s for s in stretches if step_of(s.start_beats) <= step), key=lambda s: s.start_beats)
            end = min([*steps[number + 1 : number + 2], request.metre.length_steps, step + LONGEST_STEPS])
            score = np.array(
                [self._score(int(p), previous, (step, end), stretch, key, lead, request.metre) for p in pitches]
            )
            if temperature > 0:
                shares = np.exp((score - score.max()) / max(temperature, 0.01))
                at = int(np.searchsorted(np.cumsum(shares), rng.random() * shares.sum(), side="right"))
                pitch = int(pitches[min(at, len(pitches) - 1)])
            else:
                pitch = int(pitches[int(score.argmax())])
            after = next((s for s in stretches if step < step_of(s.start_beats) < end), None)
            if after is not None and pitch % 12 not in after.chord.pitch_classes:
                end = step_of(after.start_beats)
            loudness = LOUDNESS * (stretch.loudness + (8 if place(step, request.metre) != "between" else 0))
            velocity = min(max(round(loudness), 1), 127)
            notes.append(Note(pitch, beats_of(step), beats_of(end - step), velocity))
            previous = pitch
        return tuple(notes)

    def _score(
        self,
        pitch: int,
        previous: int,
        steps: tuple[int, int],
        stretch: Stretch,
        key: frozenset[int],
        lead: Sequence[tuple[int, int, int]],
        metre: Metre,
    ) -> float:
        """How well a pitch fits from one step to another. `lead`: first step, end step and pitch of its notes."""
        step, end = steps
        leap = min(max(pitch - previous, -LARGEST_LEAP), LARGEST_LEAP)
        strength = "between" if place(step, metre) == "between" else "pulse"
        is_tone = pitch % 12 in stretch.chord.pitch_classes
        score = self.moving[leap + LARGEST_LEAP] + self.chord_tone[strength][is_tone]
        score -= 0.15 * max(abs(pitch - previous) - LARGEST_LEAP, 0)
        if not is_tone and pitch % 12 not in key:
            score += OUT_OF_KEY
        clash = 0.0
        for first, last, other in lead:
            if first <= step < last:
                score += self.to_lead[(pitch - other) % 12]
            if first < end and last > step:  # what the lead will do under a held note counts as well
                close = CLOSE_TO_LEAD if abs(pitch - other) < 3 else 0.0
                clash = min(clash, close + (ABOVE_LEAD if pitch > other else 0.0))
        score += clash
        return score


@cache
def counted() -> Countermelody:
    """The counts that come with the package."""
    return from_json(json.loads((files("bridge.model") / "countermelody.json").read_text("utf-8")))


def from_json(values: Mapping[str, Any]) -> Countermelody:
    """The counts as `training.countermelody` writes them."""
    return Countermelody(
        {name: (float(no), float(yes)) for name, (no, yes) in values["playing"].items()},
        {name: {state: float(share) for state, share in row.items()} for name, row in values["striking"].items()},
        tuple(float(np.log(share)) for share in values["moving"]),
        {name: (float(np.log(no)), float(np.log(yes))) for name, (no, yes) in values["chord_tone"].items()},
        # second melodies double the lead for whole phrases; in unison this one is no likelier than by chance
        tuple(
            float(np.log(ratio if interval else min(ratio, 1.0))) for interval, ratio in enumerate(values["to_lead"])
        ),
    )


def fullness(lead: Sequence[Note], metre: Metre, known_beats: float) -> str:
    """How much of a bar the lead sounds: `empty`, `sparse` (under half), `full`; `unknown` where nothing is known."""
    if known_beats <= 0:
        return "unknown"
    sounding_beats = sum(min(n.end_beats, metre.length_beats) - n.onset_beats for n in lead)
    return "empty" if not lead else "sparse" if sounding_beats < metre.length_beats / 2 else "full"


def place(step: int, metre: Metre) -> str:
    """Where an eighth lies: on the bar line, on another pulse, between two."""
    if step == 0:
        return "bar"
    return "pulse" if step % round(metre.pulse_beats * STEPS_PER_BEAT) == 0 else "between"


def lead_state(step: int, lead: Sequence[Note], known_beats: float) -> str:
    """What the lead does at a step, as far as it is known."""
    if step >= step_of(known_beats):
        return "unknown"
    if any(step <= step_of(note.onset_beats) < step + EIGHTH_STEPS for note in lead):
        return "struck"
    return "held" if any(step_of(n.onset_beats) < step < step_of(n.end_beats) for n in lead) else "rest"


def _kept(request: Request) -> bool:
    return any(part.name == "counter" and part.notes for part in request.kept)


def _shifted(share: float, density: float) -> float:
    """A share moved by the density, on the scale of its odds: e times the odds at 1."""
    odds = share / max(1 - share, 1e-9) * float(np.exp(1.5 * density))
    return odds / (1 + odds)


def _sounding(request: Request) -> list[tuple[int, int, int]]:
    """(first step, end step, pitch) of every note of lead that is known to sound in the bar, those that hang over from
    the bar before among them."""
    found: list[tuple[int, int, int]] = []
    for bar in request.lead[-2:]:
        if request.target - bar.number in (0, 1):
            ago = (request.target - bar.number) * bar.bar.metre.length_steps
            found += [(step_of(n.onset_beats) - ago, step_of(n.end_beats) - ago, n.pitch_midi) for n in bar.bar.notes]
    return [sounding for sounding in found if sounding[1] > 0]


def _start(request: Request) -> int:
    """A sixth below where the lead was last; the middle of the range without one."""
    notes = next((bar.bar.notes for bar in reversed(request.lead) if bar.bar.notes), ())
    return round(sum(n.pitch_midi for n in notes) / len(notes)) - 9 if notes else 70


def _key(request: Request, stretches: Sequence[Stretch]) -> frozenset[int]:
    """The pitch classes of the last bars, the lead's and the own, as far as they come more than in passing."""
    weights = np.zeros(12)
    for bar in request.lead[-FARTHEST_BARS:]:
        for note in bar.bar.notes:
            weights[note.pitch_class] += note.duration_beats
    for played in request.history[-FARTHEST_BARS:]:
        for part in played.parts:
            if part.name != "counter":
                for note in part.notes:
                    weights[note.pitch_class] += note.duration_beats
    for stretch in stretches:
        weights[list(stretch.chord.pitch_classes)] += 0.5
    return frozenset(int(pc) for pc in range(12) if weights[pc] > 0.02 * weights.sum())
