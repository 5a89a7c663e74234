"""How good the chords are, apart from any notes: `python -m training.plans` plays every plan as block chords. And how
good the notes would be to the right chords (`--notes`): whole songs, played to the annotated ones.

The plan of a bundle of kind `default`, the counted chords, and their product, which is what plays, with the lead known
to the end of the bar, to a 16th before its bar line, and to its middle; the bars before are known whole. A block chord
sounds through its plan unit, one note a tone; it is measured as any accompaniment is (`training.metrics`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.progress import track

from bridge.model.accompanist import Request
from bridge.model.features import SLOT_STEPS, Floats, Ints, Piece
from bridge.model.harmony import SHARED, TONES, half_bar_steps, packaged_harmony
from bridge.model.neural import Neural
from bridge.model.planner import COUNTED_POWER, Plan, make_plan
from bridge.model.registry import DEFAULT_MODEL, load
from bridge.model.score import Score
from training import CORPORA_FOLDER
from training.evaluate import CORPORA, performance, test_songs, true_notes
from training.metrics import measure, summarise
from training.note_bits import labelled_plan
from training.play import innermost, play
from training.prepare import Prepared

Planned = list[tuple[int, int, Floats]]
"""Where each chord begins and how long it holds, in steps, and its tones, shape (12,), 0 or 1."""
LOWEST = 48
KNOWN: dict[str, Callable[[int, int], int]] = {
    "follow": lambda start, length: start + length,
    "anticipate": lambda start, length: start - SLOT_STEPS,
    "half": lambda start, length: start + length // 2,
}
"""Situation -> until which step the lead is known, given where the bar starts and how long it is."""


def planned(model: Neural, piece: Piece, bar: int, known_until: int, counted_power: float) -> Planned:
    """What the model plans for a bar."""
    return held(piece, bar, make_plan(model.planner, piece, bar, known_until, None, counted_power))


def counted(piece: Piece, bar: int, known_until: int) -> Planned:
    """What the counted chords say: in each half bar the triad that is expected to share most tones."""
    triads = packaged_harmony().triads(piece, bar, known_until)
    edges = int(piece.starts[bar]) + np.array(half_bar_steps(piece.metres[bar]))
    chosen = TONES[np.argmax(triads @ SHARED, axis=1)]
    return list(zip(edges[:-1].tolist(), np.diff(edges).tolist(), chosen, strict=True))


def annotated(song: Prepared, bar: int) -> Planned:
    """The chords that stand in the song's labels, or that its notes spell: as good as a plan can be."""
    return held(song.piece, bar, labelled_plan(song, bar))


def held(piece: Piece, bar: int, plan: Plan) -> Planned:
    """A bar's plan, each chord as long as its unit."""
    units = piece.units[piece.bar_units(bar), :2].tolist()
    return [(start, length, unit.tones) for (start, length), unit in zip(units, plan.units, strict=True)]


class ToAnnotated(Neural):
    """The model, told the chords of a song's annotation instead of planning any; metres that are read whole."""

    def __init__(self, model: Neural, song: Prepared) -> None:
        super().__init__(model.planner, model.player, model.decoding)
        self.song = song

    def planned(self, request: Request, score: Score, bar: int) -> Plan:
        """The style is the model's own guess."""
        return replace(super().planned(request, score, bar), units=labelled_plan(self.song, request.target).units)


def blocks(plan: Planned) -> Ints:
    """A plan as notes, (onset, duration, pitch), shape (notes, 3)."""
    rows = [(start, length, LOWEST + tone) for start, length, tones in plan for tone in np.flatnonzero(tones).tolist()]
    return np.array(rows, np.int64).reshape(-1, 3)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=DEFAULT_MODEL, help="of kind `default`")
    parser.add_argument("--data", type=Path, default=CORPORA_FOLDER)
    parser.add_argument("--corpus", choices=sorted(CORPORA), default="pop909")
    parser.add_argument("--split", choices=("test", "validation"), default="validation")
    parser.add_argument("--songs", type=int, default=0, help="only the first so many songs (default: all)")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--notes", action="store_true", help="what the note network plays to annotated chords, too")
    args = parser.parse_args()
    model = innermost(load(args.model))
    if not isinstance(model, Neural):
        parser.error(f"{args.model} plans no chords")
    songs = test_songs(args.data, args.corpus, args.split, args.cache, 1)[: args.songs or None]
    truths = [performance(song, true_notes(song)) for song in songs]
    ways: dict[str, Callable[[Prepared, int, int], Planned]] = {
        "planner alone": lambda song, bar, known: planned(model, song.piece, bar, known, 0.0),
        "counted chords alone": lambda song, bar, known: counted(song.piece, bar, known),
        "their product": lambda song, bar, known: planned(model, song.piece, bar, known, COUNTED_POWER),
        "annotated chords": lambda song, bar, _: annotated(song, bar),
    }
    print(f"| {len(songs)} songs of {args.corpus}, {args.split} | {' | '.join(KNOWN)} |\n|---|{'---|' * len(KNOWN)}")
    for name, way in ways.items():
        cells = []
        for situation, known in KNOWN.items():
            figures = []
            for song, truth in track(list(zip(songs, truths, strict=True)), f"{name}, {situation}", transient=True):
                piece = song.piece
                own = [
                    blocks(way(song, bar, known(int(piece.starts[bar]), int(piece.lengths[bar]))))
                    for bar in range(song.first_bar, len(piece.metres))
                ]
                figures.append(measure(performance(song, np.concatenate(own)), truth))
            aic, overlap = (np.mean([figure[key] for figure in figures]) for key in ("aic", "overlap"))
            cells.append(f"{100 * aic:.1f} / {overlap:.3f}")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    if args.notes:
        played = [
            performance(song, play(song.piece, ToAnnotated(model, song), "follow", {"seed": seed}))
            for seed, song in enumerate(track(songs, "notes to annotated chords, follow", transient=True))
        ]
        found = summarise(played, truths)
        shown = ", ".join(
            f"{name} {found[name]:.3f}" for name in ("aic", "overlap", "pcs", "onset_distance", "repetition")
        )
        print(f"notes to annotated chords, follow: {shown}")


if __name__ == "__main__":
    main()
