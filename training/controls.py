"""Whether the controls move what they name, measured: `python -m training.controls`, on songs of the test split.

Real sessions, following, every song with a seed of its own, the piano alone, each model with its defaults but for the
control that is moved: `density`, a register of two octaves, `progression`, `variation` and `style`. Of every song its
beginning is played, so many bars from the first one with lead. Prints tables in Markdown; what chord fit and overlap
are is told by `training.metrics`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np

from bridge.model.accompanist import Accompanist
from bridge.model.controls import ControlValue
from bridge.model.features import Ints, Piece
from bridge.model.progression import chords_at, parsed
from bridge.model.registry import BUILT_IN, load
from bridge.music.metre import STEPS_PER_BEAT, step_of
from training import CORPORA_FOLDER
from training.evaluate import CORPORA, performance, test_songs, true_notes
from training.metrics import measure, notes_per_beat
from training.play import play
from training.prepare import Prepared

DENSITIES = (-1.0, -0.5, 0.0, 0.5, 1.0)
REGISTERS = ((28, 52), (36, 60), (48, 72), (60, 84), (72, 96))
VARIATIONS = 4
PROGRESSION = "C Am F G"
HABITS = ("notes a beat", "length in beats", "notes a stroke", "strokes on a pulse", "mean pitch")
TOLERANCE = 0.02
"""How much of a note a beat a song may lose on the way up and still count as rising."""


@dataclass(frozen=True)
class Heard:
    """What was measured on one song with one model.

    densities, registers  notes a beat, mean pitch, in the order of DENSITIES and REGISTERS
    inside                share of the notes' time inside PROGRESSION: asked for, and not
    differences           of every pair of variations the share of notes that are not in both
    variations            of each variation what `training.metrics.measure` finds
    styles                of each style that the model knows what `habits` finds
    """

    densities: tuple[float, ...]
    registers: tuple[float, ...]
    inside: tuple[float, float]
    differences: tuple[float, ...]
    variations: tuple[Mapping[str, float], ...]
    styles: Mapping[str, Mapping[str, float]]


def heard(song: Prepared, model: Accompanist, seed: int) -> Heard:
    """Play a song with every setting, and measure."""

    def played(**settings: ControlValue) -> Ints:
        return play(song.piece, model, "follow", {"seed": seed, **settings})

    plain = played()
    own = [played(density=density) if density else plain for density in DENSITIES]
    others = [plain, *(played(variation=number) for number in range(1, VARIATIONS))]
    true = performance(song, true_notes(song))
    registers = [played(low=low, high=high) for low, high in REGISTERS]
    styles = {name: plain if name == "auto" else played(style=name) for name in model.style_names}
    return Heard(
        tuple(notes_per_beat(performance(song, notes)) for notes in own),
        tuple(float(notes[:, 2].mean()) if len(notes) else float("nan") for notes in registers),
        (inside(song.piece, played(progression=PROGRESSION)), inside(song.piece, plain)),
        tuple(difference(a, b) for a, b in combinations(others, 2)),
        tuple(measure(performance(song, notes), true) for notes in others),
        {name: habits(song, notes) for name, notes in styles.items()},
    )


def beginning(song: Prepared, bars: int) -> Prepared:
    """The song up to so many bars after the first one with lead began."""
    count = min(song.first_bar + bars, len(song.piece.metres))
    units = song.piece.units[:, 2] < count
    end = int(song.piece.starts[count - 1] + song.piece.lengths[count - 1])

    def before(notes: Ints) -> Ints:
        notes = notes[notes[:, 0] < end].copy()
        notes[:, 1] = np.minimum(notes[:, 1], end - notes[:, 0])
        return notes

    piece = Piece(song.piece.metres[:count], before(song.piece.lead), [song.piece.own[bar] for bar in range(count)])
    chords = before(song.chords) if len(song.chords) else song.chords
    return replace(song, piece=piece, chords=chords, classes=song.classes[units], basses=song.basses[units])


def difference(one: Ints, other: Ints) -> float:
    """The share of notes (onset and pitch) of two accompaniments that are not in both, 0 to 1: as
    `bridge.offline.variations.difference`."""
    ours, theirs = ({(onset, pitch) for onset, _, pitch in notes.tolist()} for notes in (one, other))
    return 1 - 2 * len(ours & theirs) / max(len(ours) + len(theirs), 1)


def inside(piece: Piece, own: Ints) -> float:
    """Which share of the notes' time lies inside PROGRESSION; NaN of no notes."""
    progression = parsed(PROGRESSION)
    tones = np.zeros((int(piece.starts[-1] + piece.lengths[-1]), 12), bool)
    for bar, (start, metre) in enumerate(zip(piece.starts.tolist(), piece.metres, strict=True)):
        for beats, chord in chords_at(progression, bar, metre):
            tones[start + step_of(beats) : start + metre.length_steps] = False
            tones[start + step_of(beats) : start + metre.length_steps, sorted(chord.pitch_classes)] = True
    good = sum(int(tones[onset : onset + length, pitch % 12].sum()) for onset, length, pitch in own.tolist())
    return good / int(own[:, 1].sum()) if len(own) else float("nan")


def habits(song: Prepared, own: Ints) -> dict[str, float]:
    """How a style plays, HABITS: notes a beat, their mean length, how many are struck together, the share of strokes
    that fall on a pulse, the mean pitch. Nothing of silence but that it is none."""
    if not len(own):
        return {"notes a beat": 0.0}
    strokes = np.unique(own[:, 0])
    bars = np.searchsorted(song.piece.starts, strokes, "right") - 1
    pulses = np.array([song.piece.metres[bar].pulse_beats * STEPS_PER_BEAT for bar in bars.tolist()])
    found = (
        notes_per_beat(performance(song, own)),
        float(own[:, 1].mean()) / STEPS_PER_BEAT,
        len(own) / len(strokes),
        float(((strokes - song.piece.starts[bars]) % pulses == 0).mean()),
        float(own[:, 2].mean()),
    )
    return dict(zip(HABITS, found, strict=True))


def rises(values: Sequence[float], tolerance: float = 0.0) -> bool:
    """Whether each value is no less than the one before it."""
    return all(after >= before - tolerance for before, after in pairwise(values))


def tables(found: Mapping[str, Sequence[Heard]]) -> str:
    """The tables, in Markdown; `found`: by model, a song each."""
    songs = len(next(iter(found.values())))
    lines = _head("notes a beat at density", [f"{density:g}" for density in DENSITIES], f"rises in, of {songs} songs")
    for name, some in found.items():
        count = sum(rises(one.densities, TOLERANCE) for one in some)
        lines.append(_row(name, _means(some, lambda one: one.densities), "{:.2f}", count))
    lines += _head("mean pitch in the register", [f"{low} to {high}" for low, high in REGISTERS], "rises in")
    for name, some in found.items():
        count = sum(rises(one.registers) for one in some)
        lines.append(_row(name, _means(some, lambda one: one.registers), "{:.1f}", count))
    lines += _head("", [f"inside `{PROGRESSION}`", "the same, not asked for"])
    lines += [_row(name, _means(some, lambda one: one.inside), "{:.0%}") for name, some in found.items()]
    numbers = [str(number) for number in range(VARIATIONS)]
    lines += _head("chord fit of variation", numbers, "least difference of two", "mean difference")
    for name, some in found.items():
        pairs = [float(np.mean([of(one.differences) for one in some])) for of in (min, np.mean)]
        lines.append(_row(name, [*_means(some, lambda one: [v["aic"] for v in one.variations]), *pairs], "{:.0%}"))
    lines += _head("overlap with the truth of variation", numbers)
    for name, some in found.items():
        lines.append(_row(name, _means(some, lambda one: [v["overlap"] for v in one.variations]), "{:.0%}"))
    for name, some in found.items():
        if len(some[0].styles) > 1:
            lines += _head(f"`{name}`, style", HABITS)
            lines += [_row(style, _habits(some, style), "{:.2f}") for style in some[0].styles]
    return "\n".join(lines)


def _habits(some: Sequence[Heard], style: str) -> list[float]:
    return _means(some, lambda one: [one.styles[style].get(habit, np.nan) for habit in HABITS])


def _means(some: Sequence[Heard], of: Callable[[Heard], Sequence[float]]) -> list[float]:
    columns = zip(*(of(one) for one in some), strict=True)
    return [float(np.mean([v for v in column if v == v] or [np.nan])) for column in columns]  # a NaN is not itself


def _head(first: str, columns: Sequence[str], *more: str) -> list[str]:
    columns = [*columns, *more]
    return ["", f"| {first} | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]


def _row(name: str, values: Sequence[float], form: str, *more: object) -> str:
    cells = [form.format(value) for value in values] + [str(value) for value in more]
    return f"| `{name}` | " + " | ".join(cells) + " |"


_LOADED: dict[str, Accompanist] = {}


def _heard(job: tuple[Prepared, str, int]) -> Heard:
    song, name, seed = job
    if name not in _LOADED:
        _LOADED[name] = load(name)
    return heard(song, _LOADED[name], seed)


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=CORPORA_FOLDER, help="the folder with pop909/ and lieder/")
    parser.add_argument("--songs", type=int, default=4, help="of each corpus's test split (%(default)s)")
    parser.add_argument("--bars", type=int, default=32, help="of each song (%(default)s)")
    parser.add_argument("--model", action="append", help=f"{', '.join(BUILT_IN)} or a folder; may be said again (all)")
    parser.add_argument("--workers", type=int, default=2, help="songs played at the same time (%(default)s)")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="where songs that were read are kept")
    args = parser.parse_args()
    songs = [
        beginning(song, args.bars)
        for corpus in CORPORA
        for song in test_songs(args.data, corpus, "test", args.cache, args.workers)[: args.songs]
    ]
    print(f"{len(songs)} songs, {args.bars} bars each: {', '.join(f'{song.corpus}/{song.name}' for song in songs)}")
    found: dict[str, list[Heard]] = {}
    with ProcessPoolExecutor(args.workers) as pool:
        for name in args.model or BUILT_IN:
            found[name] = list(pool.map(_heard, [(song, name, seed) for seed, song in enumerate(songs)]))
    print(tables(found))


if __name__ == "__main__":
    main()
