"""How `onehot` and `chords` do on songs that were not trained on, beside the truth of the same songs.

    python -m training.onehot.measure --data ../shared/data --songs 30

Every song is played whole through the session that the server uses, cold start, own output as context, in two
situations: follow (the bar is known) and anticipate (the bar before is known up to a 16th before the bar line, and
nothing after). What is measured is defined in `training.metrics`; only POP909 has labelled chords, so AIC is of it
alone. `obbligato evaluate` measures any model against every baseline; this is the short table of two.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.progress import track

from bridge.model.accompanist import Accompanist
from bridge.model.registry import load
from bridge.music.bar import Bar
from bridge.music.metre import step_of
from bridge.music.midi import read_song
from bridge.music.song import Song
from bridge.session.events import Ask
from bridge.session.local import answer
from bridge.session.session import Session
from training.metrics import FRAME_STEPS, Ints, Performance, summarise
from training.split import Split, split_of

SIXTEENTH_BEATS = 0.25
COLUMNS = {
    "notes_per_beat": ("notes a beat", 1.0, "{:.2f}"),
    "silence": ("silent under the lead %", 100.0, "{:.1f}"),
    "aic": ("AIC %", 100.0, "{:.1f}"),
    "pcs": ("PCS", 1.0, "{:.3f}"),
    "overlap": ("PCH overlap", 1.0, "{:.3f}"),
    "onset_distance": ("onset-position distance", 1.0, "{:.3f}"),
}
"""Figure -> its heading, what it is multiplied by and how it is written."""


@dataclass(frozen=True)
class Duet:
    """A song to be measured: its lead in bars, and the true accompaniment as a performance."""

    name: str
    lead: tuple[Bar, ...]
    truth: Performance


def duets(data: Path, corpus: str, split: Split) -> Iterator[Duet]:
    """The songs of a split that have a lead and an accompaniment."""
    for path in sorted((data / corpus).glob("*.mid")):
        if split_of(corpus, path.stem) == split:
            song = read_song(path.read_bytes())
            lead, truth = _bars(song, "MELODY"), _bars(song, "PIANO")
            if lead and truth and any(bar.notes for bar in lead):
                yield Duet(path.stem, lead, performance(lead, truth, _bars(song, "CHORDS") or ()))


def performance(lead: Sequence[Bar], own: Sequence[Bar], labels: Sequence[Bar]) -> Performance:
    """An accompaniment as it is measured, from the first bar with lead on."""
    metres = tuple(bar.metre for bar in lead)
    frames = sum(metre.length_steps for metre in metres) // FRAME_STEPS + 1
    chords = np.zeros((frames, 12), bool)
    for onset, duration, pitch in _steps(labels).tolist():
        chords[onset // FRAME_STEPS : (onset + duration + 1) // FRAME_STEPS, pitch % 12] = True
    first = next(number for number, bar in enumerate(lead) if bar.notes)
    return Performance(metres, _steps(lead), _steps(own), chords, first)


def play(lead: Sequence[Bar], model: Accompanist, ahead: int) -> tuple[Bar, ...]:
    """The accompaniment of a whole song: `ahead` 0 follows, 1 anticipates. A bar that nobody could be asked for (the
    first, when anticipating) is silent."""
    session = Session("measure", model.name)
    session.set("seed", 1)
    played = [Bar(bar.metre) for bar in lead]
    for number, bar in enumerate(lead[: len(lead) - ahead]):
        length_beats = bar.metre.length_beats
        known_beats = length_beats - (SIXTEENTH_BEATS if ahead else 0.0)
        said = answer(session, Ask(number, number, bar, 120.0, ahead, known_beats), model, float(number))
        session.ask("lead", Ask(number, number, bar, 120.0, -1, length_beats), float(number))
        metre = lead[number + ahead].metre
        notes = (note for part in said.parts for note in part.notes if note.onset_beats < metre.length_beats)
        played[number + ahead] = Bar(metre, tuple(notes))
    return tuple(played)


def table(songs: Sequence[Duet], models: Sequence[Accompanist]) -> Iterator[str]:
    """The lines of a table in Markdown, as they are measured."""
    yield "| | situation | " + " | ".join(heading for heading, _, _ in COLUMNS.values()) + " |"
    yield "|---" * (len(COLUMNS) + 2) + "|"
    truths = [duet.truth for duet in songs]
    yield _row("truth", "", truths, truths)
    for model in models:
        for situation, ahead in (("follow", 0), ("anticipate", 1)):
            shown = track(songs, f"{model.name}, {situation}", transient=True, disable=not sys.stdout.isatty())
            owns = [replace(duet.truth, own=_steps(play(duet.lead, model, ahead))) for duet in shown]
            yield _row(model.name, situation, owns, truths)


def _row(name: str, situation: str, owns: Sequence[Performance], truths: Sequence[Performance]) -> str:
    figures = summarise(owns, truths)
    cells = [
        "" if np.isnan(figures[key]) else form.format(scale * figures[key]) for key, (_, scale, form) in COLUMNS.items()
    ]
    return f"| {name} | {situation} | " + " | ".join(cells) + " |"


def _bars(song: Song, name: str) -> tuple[Bar, ...] | None:
    notes = next((track.notes for track in song.tracks if track.name == name), None)
    return None if notes is None else song.in_bars(notes)


def _steps(bars: Sequence[Bar]) -> Ints:
    """The notes of a song in bars: (onset, duration, pitch), in steps from its start."""
    rows, start = [], 0
    for bar in bars:
        rows += [(start + step_of(n.onset_beats), max(step_of(n.duration_beats), 1), n.pitch_midi) for n in bar.notes]
        start += bar.metre.length_steps
    return np.array(rows, np.int64).reshape(-1, 3)


def main() -> None:
    """Print a table for each corpus."""
    parser = argparse.ArgumentParser(description="Measure onehot and chords on held-out songs.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--songs", type=int, help="at most so many of each corpus (default: all)")
    parser.add_argument(
        "--model", action="append", help="a model's name or a bundle's folder (default: onehot, chords)"
    )
    args = parser.parse_args()
    models = [load(name) for name in args.model or ("onehot", "chords")]
    for corpus in ("pop909", "lieder"):
        songs = list(duets(args.data, corpus, args.split))[: args.songs]
        print(f"\n{corpus}, {len(songs)} songs of the {args.split} split\n")
        for line in table(songs, models):
            print(line, flush=True)


if __name__ == "__main__":
    main()
