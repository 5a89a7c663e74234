"""`obbligato evaluate`: models on whole test songs, cold start, own output as context, beside what needs no model.

Every figure comes from sessions as they are played live (`training.play`). The baselines are computed on the same
songs: the truth, the truth a beat and a bar late, another song moved to the same key, and the tonic in every bar.
Writes a table, a JSON and a picture.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.model.accompanist import Accompanist
from bridge.model.controls import ControlValue
from bridge.model.features import Ints
from bridge.model.plan import TONES
from bridge.model.plan_rows import STYLES
from bridge.model.registry import DEFAULT_MODEL, load
from training import labels
from training.metrics import Performance, summarise
from training.play import SITUATIONS, Situation, play
from training.plot import plot_figures
from training.prepare import Prepared, prepare
from training.split import Split

COLUMNS = (
    "aic",
    "overlap",
    "pcs",
    "mna",
    "nic",
    "silence",
    "onset_distance",
    "notes_per_beat",
    "length_distance",
    "voices_distance",
    "repetition",
)
CORPORA = {"pop909": 0, "lieder": 1}
"""Corpus -> its style, an index into STYLES."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `obbligato evaluate`."""
    parser.add_argument("--model", nargs="*", default=[DEFAULT_MODEL], help="names or bundles (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument(
        "--corpus", choices=sorted(CORPORA), default="pop909", help="which songs (default: %(default)s)"
    )
    parser.add_argument("--split", choices=("test", "validation"), default="test", help="which of them")
    parser.add_argument("--songs", type=int, default=0, help="only the first so many songs (default: all)")
    parser.add_argument("--situation", nargs="*", choices=SITUATIONS, default=list(SITUATIONS))
    parser.add_argument("--metre", default="", help="only songs that begin in this metre, as 3/4")
    parser.add_argument("--style", choices=("auto", *STYLES), default="auto", help="the control `style`")
    parser.add_argument("--workers", type=int, default=1, help="songs played at the same time (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="where songs that were read are kept")
    parser.add_argument("--out", type=Path, help="folder for evaluation.json and evaluation.png")


def run(args: argparse.Namespace) -> int:
    """Evaluate and print. Raises InputError: no songs, no such model."""
    if not args.data.is_dir():
        raise InputError(f"there is no folder {args.data}: name the corpora's folder with --data")
    songs = test_songs(args.data, args.corpus, args.split, args.cache, args.workers)
    songs = [song for song in songs if not args.metre or str(song.piece.metres[0]) == args.metre]
    songs = songs[: args.songs or None]
    if not songs:
        raise InputError(f"no song of {args.corpus} is in the split {args.split!r} with that metre")
    truths = [performance(song, true_notes(song)) for song in songs]
    rows = {name: summarise(performances, truths) for name, performances in baselines(songs, truths).items()}
    costs: dict[str, float] = {}
    for model in args.model:
        load(model)  # refuses a bad name before minutes of work
        for situation in args.situation:
            settings: dict[str, ControlValue] = {"seed": 0}
            if "style" in load(model).used_controls:
                settings["style"] = args.style
            played, ms_a_bar = play_all(songs, model, situation, settings, args.workers)
            name = f"{model}, {situation}"
            rows[name] = summarise([performance(s, own) for s, own in zip(songs, played, strict=True)], truths)
            costs[name] = ms_a_bar
    Console(width=180).print(table(rows, f"{len(songs)} songs of {args.corpus}, {args.split}"))
    for name, cost in costs.items():
        print(f"{name}: {cost:.1f} ms of processor time a bar, session included")
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        found = {"corpus": args.corpus, "split": args.split, "songs": len(songs), "rows": rows, "ms_a_bar": costs}
        write_atomically(args.out / "evaluation.json", json.dumps(found, indent=2).encode())
        plot_figures(rows, COLUMNS[:8], args.out / "evaluation.png")
    return 0


def test_songs(data: Path, corpus: str, split: Split, cache: Path, workers: int) -> list[Prepared]:
    """The corpus's songs of a split, as converted."""
    source = {"kind": "converted", "folder": corpus, "corpus": corpus, "style": CORPORA[corpus]}
    return prepare([source], data, cache, frozenset({split}), workers)[0]


def performance(song: Prepared, own: Ints) -> Performance:
    """A song with an accompaniment, to be measured; unlabelled songs by the chords that their truth spells."""
    piece = song.piece
    if len(song.chords):
        tones, _ = labels.chord_steps(piece, song.chords)
    else:
        tones = np.zeros((labels.steps_of(piece), 12), bool)
        for (start, length, _, _), chord in zip(piece.units.tolist(), song.classes.tolist(), strict=True):
            tones[start : start + length] = TONES[chord] > 0
    return Performance(piece.metres, piece.lead, own, tones[::3], song.first_bar)


def true_notes(song: Prepared) -> Ints:
    """The song's own accompaniment, (onset, duration, pitch) from the start."""
    parts = [
        np.column_stack([start + notes[:, 0], notes[:, 2], notes[:, 1]])
        for start, notes in zip(song.piece.starts.tolist(), song.piece.own, strict=True)
    ]
    return np.concatenate(parts)


def play_all(
    songs: Sequence[Prepared], model: str, situation: Situation, settings: Mapping[str, ControlValue], workers: int
) -> tuple[list[Ints], float]:
    """Every song's accompaniment, and the processor time a bar took, in ms."""
    jobs = [(song, model, situation, dict(settings)) for song in songs]
    with ProcessPoolExecutor(max(workers, 1)) as pool:
        found = list(track(pool.map(_play, jobs), f"{model}, {situation}", len(jobs), transient=True))
    bars = sum(len(song.piece.metres) for song in songs)
    return [own for own, _ in found], 1000 * sum(seconds for _, seconds in found) / bars


_LOADED: dict[str, Accompanist] = {}


def _play(job: tuple[Prepared, str, Situation, dict[str, ControlValue]]) -> tuple[Ints, float]:
    song, model, situation, settings = job
    if model not in _LOADED:
        _LOADED[model] = load(model)
    began_s = time.process_time()
    own = play(song.piece, _LOADED[model], situation, settings)
    return own, time.process_time() - began_s


def baselines(songs: Sequence[Prepared], truths: Sequence[Performance]) -> dict[str, list[Performance]]:
    """What can be had without a model, by name."""
    return {
        "truth": list(truths),
        "truth, 1 beat late": [
            late(song, true, lambda song, bar: 12) for song, true in zip(songs, truths, strict=True)
        ],
        "truth, 1 bar late": [
            late(song, true, lambda song, bar: int(song.piece.lengths[bar]))
            for song, true in zip(songs, truths, strict=True)
        ],
        "another song, same key": [
            another(song, songs[(number + 1) % len(songs)]) for number, song in enumerate(songs)
        ],
        "tonic in every bar": [tonic(song) for song in songs],
    }


def late(song: Prepared, true: Performance, delay: Callable[[Prepared, int], int]) -> Performance:
    """The truth moved by `delay(song, bar)` steps."""
    bars = np.searchsorted(song.piece.starts, true.own[:, 0], "right") - 1
    steps = np.array([delay(song, int(bar)) for bar in bars], np.int64)
    return performance(song, np.column_stack([true.own[:, 0] + steps, true.own[:, 1:]]))


_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])


def key_of(song: Prepared) -> int:
    """The major key that the whole lead suits best (Krumhansl's profile), 0..11."""
    heard = np.bincount(song.piece.lead[:, 2] % 12, weights=song.piece.lead[:, 1], minlength=12)
    return int(np.argmax([np.corrcoef(np.roll(_MAJOR, key), heard)[0, 1] for key in range(12)]))


def another(song: Prepared, other: Prepared) -> Performance:
    """The accompaniment of another song, moved to this song's key, from where its lead begins."""
    moved = (key_of(song) - key_of(other) + 6) % 12 - 6
    shift = int(song.piece.starts[song.first_bar] - other.piece.starts[other.first_bar])
    own = true_notes(other) + np.array([shift, 0, moved])
    end = labels.steps_of(song.piece)
    return performance(song, own[(own[:, 0] >= 0) & (own[:, 0] < end)])


def tonic(song: Prepared) -> Performance:
    """The tonic triad of the whole lead's key, held in every bar."""
    key = key_of(song)
    rows = [
        (start, length, 48 + (key + interval) % 12)
        for start, length in zip(song.piece.starts.tolist(), song.piece.lengths.tolist(), strict=True)
        for interval in (0, 4, 7)
    ]
    return performance(song, np.array(rows, np.int64))


def table(rows: Mapping[str, Mapping[str, float]], title: str) -> Table:
    """The rows as a table."""
    shown = Table(title=title)
    shown.add_column("")
    for name in COLUMNS:
        shown.add_column(name.replace("_", " "), justify="right")
    for label, figures in rows.items():
        shown.add_row(label, *(f"{figures[name]:.3f}" for name in COLUMNS))
    return shown
