"""How `onehot` and `chords` do on songs that were not trained on, beside the truth of the same songs.

    python -m training.onehot.measure --data ../shared/data --songs 30

Every song is played whole through the session that the server uses, cold start, own output as context, in two
situations: follow (the bar is known) and anticipate (the bar before is known up to a 16th before the bar line, and
nothing after). Frames are 16ths from the first bar with lead to the last.

    notes       accompaniment notes a beat
    silent      share of the lead's frames without accompaniment
    AIC         share of accompaniment note-frames inside the labelled chord (POP909 has labels)
    PCS         mean over frames and accompaniment notes against the lead's pitch: +1 unison, thirds, fifth, sixths;
                0 fourth; -1 otherwise (Yeh et al. 2021)

"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.progress import track

from bridge.model.accompanist import Accompanist
from bridge.model.registry import load
from bridge.music.bar import Bar
from bridge.music.midi import read_song
from bridge.music.note import Note
from bridge.music.song import Song
from bridge.session.events import Ask
from bridge.session.local import answer
from bridge.session.session import Session
from training.split import Split, split_of

FRAMES_PER_BEAT = 4
SIXTEENTH_BEATS = 0.25
CONSONANCE = np.array([1, -1, -1, 1, 1, 0, -1, 1, 1, 1, -1, -1], float)
"""What a pitch class so many semitones from the lead's scores in PCS, up or down."""

Roll = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Duet:
    """A song to be measured: lead and truth in bars, its labelled chords if it has any, and where its bars begin."""

    name: str
    starts_beats: tuple[float, ...]
    lead: tuple[Bar, ...]
    truth: tuple[Bar, ...]
    labels: tuple[Bar, ...] | None


@dataclass(frozen=True)
class Figures:
    """One song's figures; NaN where there is nothing to measure."""

    notes_per_beat: float
    silent: float
    inside_chord: float
    consonance: float


def duets(data: Path, corpus: str, split: Split) -> Iterator[Duet]:
    """The songs of a split that have a lead and an accompaniment."""
    for path in sorted((data / corpus).glob("*.mid")):
        if split_of(corpus, path.stem) == split:
            song = read_song(path.read_bytes())
            lead, truth, labels = (_bars(song, name) for name in ("MELODY", "PIANO", "CHORDS"))
            if lead is not None and truth is not None and any(bar.notes for bar in lead):
                yield Duet(path.stem, tuple(bar.start_beats for bar in song.bars), lead, truth, labels)


def play(duet: Duet, model: Accompanist, ahead: int) -> tuple[Bar, ...]:
    """The accompaniment of a whole song: `ahead` 0 follows, 1 anticipates. A bar that nobody could be asked for (the
    first, when anticipating) is silent."""
    session = Session("measure", model.name)
    session.set("seed", 1)
    played = [Bar(bar.metre) for bar in duet.lead]
    for number, bar in enumerate(duet.lead[: len(duet.lead) - ahead]):
        length_beats = bar.metre.length_beats
        known_beats = length_beats - (SIXTEENTH_BEATS if ahead else 0.0)
        said = answer(session, Ask(number, number, bar, 120.0, ahead, known_beats), model, float(number))
        session.ask("lead", Ask(number, number, bar, 120.0, -1, length_beats), float(number))
        metre = duet.lead[number + ahead].metre
        notes = (note for part in said.parts for note in part.notes if note.onset_beats < metre.length_beats)
        played[number + ahead] = Bar(metre, tuple(notes))
    return tuple(played)


def figures(duet: Duet, played: Sequence[Bar]) -> Figures:
    """Measure one song from its first bar with lead to its last."""
    sung = [number for number, bar in enumerate(duet.lead) if bar.notes]
    first, last = sung[0], sung[-1]
    length_beats = duet.starts_beats[last] + duet.lead[last].metre.length_beats - duet.starts_beats[first]
    lead = _roll(duet, duet.lead, first, last)
    own = _roll(duet, played, first, last)
    sings, plays = lead.any(axis=1), own.any(axis=1)
    both = sings & plays
    tune = 127 - np.argmax(lead[:, ::-1], axis=1)  # the highest lead note
    scores = [CONSONANCE[(np.flatnonzero(own[frame]) - tune[frame]) % 12].mean() for frame in np.flatnonzero(both)]
    inside = np.nan
    if duet.labels is not None:
        chords = np.zeros((len(own), 12), bool)
        for pitch_class in range(12):
            chords[:, pitch_class] = _roll(duet, duet.labels, first, last)[:, pitch_class::12].any(axis=1)
        labelled = own & chords.any(axis=1)[:, None]
        fits = chords[:, np.arange(128) % 12]
        inside = float((labelled & fits).sum() / max(labelled.sum(), 1))
    return Figures(
        notes_per_beat=sum(len(bar.notes) for bar in played[first : last + 1]) / length_beats,
        silent=float((sings & ~plays).sum() / max(sings.sum(), 1)),
        inside_chord=inside,
        consonance=float(np.mean(scores)) if scores else np.nan,
    )


def _bars(song: Song, name: str) -> tuple[Bar, ...] | None:
    notes = next((track.notes for track in song.tracks if track.name == name), None)
    return None if notes is None else song.in_bars(notes)


def _roll(duet: Duet, bars: Sequence[Bar], first: int, last: int) -> Roll:
    """Which pitches sound in each frame: (frames, 128)."""
    start_beats = duet.starts_beats[first]
    end_beats = duet.starts_beats[last] + duet.lead[last].metre.length_beats
    roll = np.zeros((round((end_beats - start_beats) * FRAMES_PER_BEAT), 128), bool)
    for bar_start, bar in zip(duet.starts_beats[: last + 1], bars[: last + 1], strict=True):
        for note in bar.notes:
            roll[_frames(note, bar_start - start_beats), note.pitch_midi] = True
    return roll


def _frames(note: Note, offset_beats: float) -> slice:
    start = round((note.onset_beats + offset_beats) * FRAMES_PER_BEAT)
    end = max(round((note.end_beats + offset_beats) * FRAMES_PER_BEAT), start + 1)
    return slice(max(start, 0), max(end, 0))


def _row(name: str, situation: str, measured: Sequence[Figures]) -> str:
    table = np.array([[getattr(one, field) for field in Figures.__annotations__] for one in measured])
    means = [column[~np.isnan(column)].mean() if (~np.isnan(column)).any() else np.nan for column in table.T]
    notes, silent, inside, consonance = means
    chord = "" if np.isnan(inside) else f"{100 * inside:.1f}"
    return f"| {name} | {situation} | {notes:.2f} | {100 * silent:.1f} | {chord} | {consonance:.3f} |"


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
        print("| | situation | notes a beat | silent % | AIC % | PCS |\n|---|---|---|---|---|---|")
        print(_row("truth", "", [figures(duet, duet.truth) for duet in songs]))
        for model in models:
            for situation, ahead in (("follow", 0), ("anticipate", 1)):
                label = f"{model.name}, {situation}"
                played = [figures(duet, play(duet, model, ahead)) for duet in track(songs, label, transient=True, disable=not sys.stdout.isatty())]
                print(_row(model.name, situation, played), flush=True)


if __name__ == "__main__":
    main()
