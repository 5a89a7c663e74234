"""Piano rolls to be looked at: `python -m training.rolls --model default --songs 10 --out runs/rolls`.

For each of the first test songs and each situation one picture: the lead, below it the true accompaniment with the
labelled chords, below that what the model plays with the chords it planned (or, of a model that tells no plan, those
that its notes spell). Eight bars of 4/4 a system. Figures say how often; only the eye says what is wrong.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bridge.files import write_atomically
from bridge.model.accompanist import Accompanist, Part, Request
from bridge.model.features import Ints
from bridge.model.plan import NO_BASS, NO_CHORD, QUALITIES, ROOTS, units_of
from bridge.model.registry import DEFAULT_MODEL, load
from bridge.music.chords import Chord
from bridge.music.metre import beats_of
from bridge.music.note import Note
from bridge.music.spelling import spell
from bridge.offline.picture import DPI, FAINT, INK, LEAD_COLOUR, PART_COLOURS, STAVE, WIDTH_INCHES, levels
from training import CORPORA_FOLDER
from training.evaluate import CORPORA, test_songs, true_notes
from training.play import SITUATIONS, Situation, innermost, play
from training.prepare import Prepared

BEATS_PER_SYSTEM = 32.0
MARGIN_INCHES, HEAD_INCHES, GAP_INCHES, SYSTEM_GAP_INCHES = 0.6, 0.5, 0.22, 0.3
SEMITONE_INCHES = 0.034
Chords = list[tuple[float, str]]
"""(beats from the song's start, name)."""


@dataclass(frozen=True)
class Staff:
    """One line of a system: notes (onset, duration, pitch) in steps, and chord names above it."""

    label: str
    colour: str
    notes: Ints
    chords: Chords


class Recorded:
    """An accompanist that writes down the chords it plans for each bar, where it tells them."""

    def __init__(self, accompanist: Accompanist) -> None:
        self.accompanist = accompanist
        self.name, self.used_controls = accompanist.name, accompanist.used_controls
        self.part_names, self.style_names = accompanist.part_names, accompanist.style_names
        self.planned: dict[int, list[tuple[int, int]]] = {}
        """Bar -> chord class and bass of each of its units."""

    def accompany(self, request: Request) -> tuple[Part, ...]:
        """Play, and note the plan; asked again within a bar, the last plan stands."""
        plan = getattr(innermost(self.accompanist), "plan", None)
        if plan is not None:
            self.planned[request.target] = [(unit.chord, unit.bass) for unit in plan(request).units]
        return self.accompanist.accompany(request)


def chord_name(chord: int, bass: int) -> str:
    """A planned class as a lead sheet has it."""
    if chord == NO_CHORD:
        return "–"
    quality = QUALITIES[(chord - 1) % len(QUALITIES)][0]
    return Chord(int(ROOTS[chord]), quality, None if bass == NO_BASS else bass).name


def labelled(song: Prepared) -> Chords:
    """The labelled chord of every plan unit."""
    rows = zip(song.piece.units[:, 0].tolist(), song.classes.tolist(), song.basses.tolist(), strict=True)
    return changes((beats_of(start), chord_name(chord, bass)) for start, chord, bass in rows)


def planned(song: Prepared, plans: dict[int, list[tuple[int, int]]]) -> Chords:
    """The planned chord of every unit."""
    found = []
    for bar, chords in sorted(plans.items()):
        for unit, (chord, bass) in zip(units_of(song.piece.metres[bar]), chords, strict=False):
            found.append((beats_of(int(song.piece.starts[bar]) + unit.start_step), chord_name(chord, bass)))
    return changes(found)


def spelled(song: Prepared, own: Ints) -> Chords:
    """The chords that notes spell, bar by bar."""
    found = []
    for start, length, metre in zip(song.piece.starts.tolist(), song.piece.lengths, song.piece.metres, strict=True):
        inside = own[(own[:, 0] >= start) & (own[:, 0] < start + length)]
        notes = [Note(pitch, beats_of(onset - start), beats_of(duration), 80) for onset, duration, pitch in inside]
        found += [(beats_of(start) + beat, name) for beat, name in spell(notes, metre)]
    return changes(found)


def changes(chords: Iterator[tuple[float, str]] | Sequence[tuple[float, str]]) -> Chords:
    """The chords without those that only go on."""
    return [chord for before, chord in pairwise([(-1.0, ""), *chords]) if chord[1] != before[1]]


def systems(song: Prepared, first: int, bars: int) -> list[range]:
    """The numbers of the bars from `first` on, as many a system as go into BEATS_PER_SYSTEM."""
    last = min(first + bars, len(song.piece.metres))
    size = max(1, int(BEATS_PER_SYSTEM * 12 / int(song.piece.lengths[first])))
    return [range(start, min(start + size, last)) for start in range(first, last, size)]


def picture(song: Prepared, staves: Sequence[Staff], first: int, bars: int, title: str) -> bytes:
    """The staves below each other, as PNG. first, bars: what is shown of the song."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    ranges = [_range_of(staff.notes) for staff in staves]
    heights = [max(0.5, (high - low) * SEMITONE_INCHES) for low, high in ranges]
    rows = systems(song, first, bars)
    system_inches = sum(heights) + GAP_INCHES * len(staves) + SYSTEM_GAP_INCHES
    height_inches = HEAD_INCHES + system_inches * len(rows)
    figure = Figure(figsize=(WIDTH_INCHES, height_inches), dpi=DPI, facecolor="white")
    figure.text(MARGIN_INCHES / WIDTH_INCHES, 1 - 0.3 / height_inches, title, fontsize=14, fontweight="bold", color=INK)
    widest_steps = max(_end(song, row) - int(song.piece.starts[row[0]]) for row in rows)
    inches_per_step = (WIDTH_INCHES - 2 * MARGIN_INCHES) / widest_steps
    top = height_inches - HEAD_INCHES
    for row in rows:
        for staff, (low, high), height in zip(staves, ranges, heights, strict=True):
            top -= GAP_INCHES + height
            width = (_end(song, row) - int(song.piece.starts[row[0]])) * inches_per_step
            place = (MARGIN_INCHES, top, width, height)
            scale = (WIDTH_INCHES, height_inches, WIDTH_INCHES, height_inches)
            axes = figure.add_axes(tuple(a / b for a, b in zip(place, scale, strict=True)))
            _staff(axes, song, staff, row, (low, high), 12 * inches_per_step)
        top -= SYSTEM_GAP_INCHES
    out = io.BytesIO()
    FigureCanvasAgg(figure).print_png(out)
    return out.getvalue()


def _end(song: Prepared, row: range) -> int:
    return int(song.piece.starts[row[-1]] + song.piece.lengths[row[-1]])


def _range_of(notes: Ints) -> tuple[int, int]:
    pitches = notes[:, 2] if len(notes) else np.array([60])
    return int(pitches.min()) - 2, int(pitches.max()) + 2


def _staff(
    axes: Any, song: Prepared, staff: Staff, row: range, pitches: tuple[int, int], inches_per_beat: float
) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    low, high = pitches
    start, end = int(song.piece.starts[row[0]]), _end(song, row)
    axes.set(xlim=(start, end), ylim=(low, high), facecolor=STAVE)
    octaves = [pitch for pitch in range(0, 128, 12) if low <= pitch <= high]
    axes.set_yticks(octaves, [f"C{pitch // 12 - 1}" for pitch in octaves])
    axes.set_xticks([])
    axes.tick_params(length=0, labelsize=7, labelcolor=INK)
    for side in axes.spines.values():
        side.set_visible(False)
    for pitch in octaves:
        axes.axhline(pitch, color="#D5D5D5", linewidth=0.7, zorder=0.5)
    for bar in row:
        line = int(song.piece.starts[bar])
        for step in range(line + 12, line + int(song.piece.lengths[bar]), 12):
            axes.axvline(step, color=FAINT, linewidth=0.7, zorder=0.4)
        axes.axvline(line, color="#8A8A8A", linewidth=1.0, zorder=0.6)
        if staff.colour == LEAD_COLOUR:
            is_new = bar == row[0] or song.piece.metres[bar] != song.piece.metres[bar - 1]
            text = f"{bar + 1}" + (f"   {song.piece.metres[bar]}" if is_new else "")
            axes.annotate(text, (line, high), (2, 2), textcoords="offset points", fontsize=8, color=INK)
    inside = staff.notes[(staff.notes[:, 0] < end) & (staff.notes[:, 0] + staff.notes[:, 1] > start)]
    bodies = [
        Rectangle((onset, pitch - 0.5), max(duration - 0.3, 0.4), 1.0) for onset, duration, pitch in inside.tolist()
    ]
    axes.add_collection(PatchCollection(bodies, facecolors=staff.colour, edgecolors="white", linewidths=0.3, zorder=2))
    here = [(beats, name) for beats, name in staff.chords if beats_of(start) <= beats < beats_of(end)]
    for (beats, name), level in zip(here, levels(here, inches_per_beat), strict=True):
        place = (1, 2 + 8 * min(level, 1))
        axes.annotate(name, (12 * beats, high), place, textcoords="offset points", fontsize=8, weight="bold", color=INK)
    axes.annotate(staff.label, (1, 0.5), (4, 0), "axes fraction", "offset points", fontsize=8, rotation=90, va="center")


def roll(song: Prepared, model: Accompanist, situation: Situation, bars: int, title: str) -> bytes:
    """The picture of one song in one situation, default settings, seed 0, from the first bar with lead on."""
    recorded = Recorded(model)
    own = play(song.piece, recorded, situation, {"seed": 0})
    chords = planned(song, recorded.planned) if recorded.planned else spelled(song, own)
    truth = true_notes(song)
    first = song.first_bar
    end = int(song.piece.starts[min(first + bars, len(song.piece.starts) - 1)])
    shown = [notes[notes[:, 0] < end] for notes in (song.piece.lead, truth, own)]
    staves = (
        Staff("lead", LEAD_COLOUR, shown[0], []),
        Staff("truth", PART_COLOURS[1], shown[1], labelled(song)),
        Staff(model.name, PART_COLOURS[0], shown[2], chords),
    )
    return picture(song, staves, first, bars, title)


def main() -> None:
    """Draw, and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a name or a bundle (%(default)s)")
    parser.add_argument("--data", type=Path, default=CORPORA_FOLDER, help="folder of the corpora")
    parser.add_argument("--corpus", choices=sorted(CORPORA), default="pop909", help="which songs (%(default)s)")
    parser.add_argument("--songs", type=int, default=10, help="the first so many test songs (%(default)s)")
    parser.add_argument("--bars", type=int, default=32, help="bars shown of each, from the first with lead")
    parser.add_argument("--situation", nargs="*", choices=SITUATIONS, default=list(SITUATIONS))
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="where songs that were read are kept")
    parser.add_argument("--out", type=Path, default=Path("runs/rolls"), help="folder for the pictures (%(default)s)")
    args = parser.parse_args()
    model = load(args.model)
    args.out.mkdir(parents=True, exist_ok=True)
    for song in test_songs(args.data, args.corpus, "test", args.cache, 1)[: args.songs]:
        for situation in args.situation:
            path = args.out / f"{song.corpus}-{song.name}-{situation.replace(' ', '-')}.png"
            title = f"{song.corpus} {song.name}: {args.model}, {situation}"
            write_atomically(path, roll(song, model, situation, args.bars, title))
            print(path, flush=True)


if __name__ == "__main__":
    main()
