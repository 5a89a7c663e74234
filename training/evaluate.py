"""`obbligato evaluate`: models on whole test songs, cold start, own output as context, beside what needs no model.

Every figure comes from sessions as they are played live (`training.play`). Beside each model stand, on the same songs,
the truth, the truth a beat and a bar late, another song moved to the same key, the tonic in every bar, the counted
chords and the half-second model. Of models that give probabilities, the bits a note of the true accompaniment are told
as well (`training.note_bits`). Writes tables, a JSON and pictures.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.model.accompanist import Accompanist
from bridge.model.bundle import DESCRIPTION
from bridge.model.controls import ControlValue
from bridge.model.features import Ints
from bridge.model.plan import ROOTS
from bridge.model.plan_rows import STYLES
from bridge.model.registry import DEFAULT_MODEL, load
from training import CORPORA_FOLDER, labels, note_bits
from training.baselines import baselines, performance, true_notes
from training.bundle_figures import keep_figures, weights_of
from training.metrics import measure, standard_errors, summarise
from training.performance import Performance
from training.play import SITUATIONS, Situation, play
from training.plot import plot_figures, plot_metres
from training.prepare import Prepared, prepare
from training.report import BITS, BY_METRE, HARMONY, TEXTURE, Rows, Section, songs_text
from training.split import Split

CORPORA = {"pop909": 0, "lieder": 1}
"""Corpus -> its style, an index into STYLES."""
BESIDE = ("chords", "onehot")
"""Models that every other stands beside."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `obbligato evaluate`."""
    parser.add_argument("--model", nargs="*", default=[DEFAULT_MODEL], help="names or bundles (default: %(default)s)")
    parser.add_argument("--alone", action="store_true", help=f"without {' and '.join(BESIDE)} beside them")
    parser.add_argument("--data", type=Path, default=CORPORA_FOLDER, help="folder of the corpora")
    parser.add_argument(
        "--corpus", choices=sorted(CORPORA), default="pop909", help="which songs (default: %(default)s)"
    )
    parser.add_argument("--split", choices=("test", "validation"), default="test", help="which of them")
    parser.add_argument("--songs", type=int, default=0, help="only the first so many songs (default: all)")
    parser.add_argument("--situation", nargs="*", choices=SITUATIONS, default=list(SITUATIONS))
    parser.add_argument("--metre", default="", help="only songs that are mostly in this metre, as 3/4")
    parser.add_argument("--style", choices=("auto", *STYLES), default="auto", help="the control `style`")
    parser.add_argument(
        "--bits", type=int, default=20, metavar="SONGS", help="bits a note on the first so many songs (%(default)s)"
    )
    parser.add_argument(
        "--labels", action="store_true", help="only: how often the chords inferred from the notes are the labelled ones"
    )
    parser.add_argument("--workers", type=int, default=1, help="songs played at the same time (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="where songs that were read are kept")
    parser.add_argument("--out", type=Path, help="folder for evaluation.md, evaluation.json and the pictures")
    parser.add_argument(
        "--into-bundle", action="store_true", help="write each model's figures into its own bundle's description, too"
    )


def run(args: argparse.Namespace) -> int:
    """Evaluate and print. Raises InputError: no songs, no such model."""
    if not args.data.is_dir():
        raise InputError(f"there is no folder {args.data}: name the corpora's folder with --data")
    names = list(dict.fromkeys([*args.model, *(() if args.alone else BESIDE)]))
    models = {name: load(name) for name in names}  # refuses a bad name before minutes of work
    weights = {name: weights_of(name) for name in args.model if args.into_bundle}
    songs = test_songs(args.data, args.corpus, args.split, args.cache, args.workers)
    songs = [song for song in songs if not args.metre or metre_of(song) == args.metre][: args.songs or None]
    if not songs:
        raise InputError(f"no song of {args.corpus} is in the split {args.split!r} with that metre")
    if args.labels:
        print(f"inferred roots that are the labelled ones: {100 * inferred_roots(songs):.1f} % of half bars")
        return 0
    truths = [performance(song, true_notes(song)) for song in songs]
    played: dict[str, list[Performance]] = baselines(songs, truths)
    costs: dict[str, float] = {}
    for name, model in models.items():
        for situation in args.situation:
            label = f"{name}, {situation}"
            owns, costs[label] = play_all(songs, name, situation, settings_of(model, args.style), args.workers)
            played[label] = [performance(song, own) for song, own in zip(songs, owns, strict=True)]
    found: dict[str, Any] = {"corpus": args.corpus, "split": args.split, "songs": len(songs)}
    found |= figures_of(songs, played, truths, [name for name in played if name in costs])
    found["ms_a_bar"] = costs
    measurable = [name for name, model in models.items() if note_bits.has_bits(model)]
    if args.bits > 0 and measurable:
        found["bits"] = bits_rows(args, songs[: args.bits], measurable)
    sections = sections_of(found, min(args.bits, len(songs)))
    console = Console(width=200)
    for section in sections:
        console.print(section.shown())
    for label, cost in costs.items():
        print(f"{label}: {cost:.1f} ms of processor time a bar, session included")
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        pages = "\n\n".join(section.markdown() for section in sections)
        write_atomically(args.out / "evaluation.md", f"{pages}\n".encode())
        write_atomically(args.out / "evaluation.json", json.dumps(without_nan(found), indent=2).encode())
        plot_figures(found["rows"], (*HARMONY, *TEXTURE), args.out / "evaluation.png")
        if len(found["metres"]) > 1:
            plot_metres(found["metres"], BY_METRE, args.out / "metres.png")
    for name, measured in weights.items():
        folder = keep_figures(name, measured, which_songs(args), found, min(args.bits, len(songs)))
        print(f"the figures stand in {folder / DESCRIPTION}")
    return 0


def which_songs(args: argparse.Namespace) -> str:
    """The songs that an evaluation's options ask for, and the style if they name one."""
    metre = f" in {args.metre}" if args.metre else ""
    style = f", style {args.style}" if args.style != "auto" else ""
    return f"{args.corpus}{metre}, {args.split}{style}"


def test_songs(data: Path, corpus: str, split: Split, cache: Path, workers: int) -> list[Prepared]:
    """The corpus's songs of a split, as converted."""
    source = {"kind": "converted", "folder": corpus, "corpus": corpus, "style": CORPORA[corpus]}
    return prepare([source], data, cache, frozenset({split}), workers)[0]


def inferred_roots(songs: Sequence[Prepared]) -> float:
    """The share of plan units with a labelled chord in which what the notes spell has its root. Raises InputError: no
    song has labels."""
    roots = [(ROOTS[song.classes], ROOTS[labels.inferred(song.piece)[0]]) for song in songs if len(song.chords)]
    if not roots:
        raise InputError("these songs have no chord labels to compare with")
    labelled, inferred = (np.concatenate(parts) for parts in zip(*roots, strict=True))
    return float((labelled == inferred)[labelled >= 0].mean())


def metre_of(song: Prepared) -> str:
    """The metre of most of its bars."""
    return str(Counter(song.piece.metres).most_common(1)[0][0])


def settings_of(model: Accompanist, style: str) -> dict[str, ControlValue]:
    """The controls that are not left at their defaults."""
    return {"style": style} if "style" in model.used_controls else {}


def play_all(
    songs: Sequence[Prepared], model: str, situation: Situation, settings: Mapping[str, ControlValue], workers: int
) -> tuple[list[Ints], float]:
    """Every song's accompaniment, and the processor time a bar took, in ms. A song's seed is its number: with one seed
    for all, the same bar of every song would be drawn with the same random numbers, and so many songs count as few."""
    jobs = [(song, model, situation, {"seed": seed, **settings}) for seed, song in enumerate(songs)]
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


def figures_of(
    songs: Sequence[Prepared],
    played: Mapping[str, Sequence[Performance]],
    truths: Sequence[Performance],
    models: Sequence[str],
) -> dict[str, Any]:
    """`rows`: the figures of each row over all songs; `standard_errors` of what is a mean over songs; `metres`: the
    truth's and the models' figures over the songs of each metre, the metre with most songs first."""
    of_songs = {
        label: [measure(own, true) for own, true in zip(owns, truths, strict=True)] for label, owns in played.items()
    }
    numbers: dict[str, list[int]] = {}
    for number, song in enumerate(songs):
        numbers.setdefault(metre_of(song), []).append(number)

    def over(label: str, those: Sequence[int]) -> dict[str, float]:
        owns, true = ([performances[n] for n in those] for performances in (played[label], truths))
        return summarise(owns, true, [of_songs[label][n] for n in those])

    return {
        "rows": {label: over(label, range(len(songs))) for label in played},
        "standard_errors": {label: standard_errors(figures) for label, figures in of_songs.items()},
        "metres": {
            metre: {"songs": len(those), "rows": {label: over(label, those) for label in ("truth", *models)}}
            for metre, those in sorted(numbers.items(), key=lambda item: -len(item[1]))
        },
    }


def bits_rows(args: argparse.Namespace, songs: Sequence[Prepared], models: Sequence[str]) -> Rows:
    """Bits a note under nothing but counts, from songs that are measured nowhere here, and under each model."""
    other: Split = "validation" if args.split == "test" else "test"
    counted = note_bits.unigram(songs, test_songs(args.data, args.corpus, other, args.cache, args.workers))
    found = {f"how often each comes in the {other} songs": counted}
    for name in models:
        found |= note_bits.rows(songs, name, args.workers)
    return found


def without_nan(found: Any) -> Any:
    """The same as JSON can have it: null where there was nothing to measure."""
    if isinstance(found, Mapping):
        return {key: without_nan(value) for key, value in found.items()}
    return None if isinstance(found, float) and math.isnan(found) else found


def sections_of(found: Mapping[str, Any], bits_songs: int) -> list[Section]:
    """The tables of what was found."""
    title = f"{songs_text(found['songs'])} of {found['corpus']}, {found['split']}"
    sections = [Section(title, found["rows"], HARMONY), Section(title, found["rows"], TEXTURE)]
    if len(found["metres"]) > 1:
        for metre, part in found["metres"].items():
            in_metre = f"{found['corpus']} in {metre}, {songs_text(part['songs'])}"
            sections.append(Section(in_metre, part["rows"], BY_METRE))
    if "bits" in found:
        sections.append(Section(f"bits a note, {songs_text(bits_songs)} of {found['corpus']}", found["bits"], BITS))
    return sections
