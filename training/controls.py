"""Whether the controls move what they name, measured: `python -m training.controls`, on songs of the test split.

Whole songs through real sessions, following, seed 0, each model with its defaults but for the control that is moved:
notes a beat by `density`, mean pitch by a register of two octaves that is moved, the share of sounding time inside a
given progression, and how different and how fitting eight variations are. Prints tables in Markdown.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from bridge.model.accompanist import Accompanist
from bridge.model.controls import ControlValue
from bridge.model.progression import chords_at, parsed
from bridge.model.registry import BUILT_IN, load
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from bridge.music.song import Song
from bridge.offline.accompany import accompany
from bridge.offline.harmony import repeated
from bridge.offline.variations import Played, difference, fit
from training.split import split_of

DENSITIES = (-1.0, -0.5, 0.0, 0.5, 1.0)
REGISTERS = ((28, 52), (36, 60), (48, 72), (60, 84), (72, 96))
VARIATIONS = 8
PROGRESSION = "C Am F G"


def test_songs(data: Path, count: int) -> list[tuple[str, Song]]:
    """The first songs of each corpus's test split, by name."""
    songs = []
    for corpus in ("pop909", "lieder"):
        paths = [p for p in sorted((data / corpus).glob("*.mid")) if split_of(corpus, p.stem) == "test"]
        songs += [(f"{corpus}/{path.stem}", read_song(path.read_bytes())) for path in paths[:count]]
    return songs


def played(model: Accompanist, song: Song, settings: Mapping[str, ControlValue], chords: Sequence[str] = ()) -> Played:
    """One song, following."""
    return accompany(song, find_lead(song).track, model, "follow", settings, chords=chords)


def notes_a_beat(song: Song, answer: Played) -> float:
    """How many notes the accompaniment strikes in a beat of the song."""
    return sum(len(part.notes) for parts in answer for part in parts) / song.length_beats


def mean_pitch(answers: Iterable[Played]) -> float:
    """The mean pitch of every note."""
    pitches = [note.pitch_midi for answer in answers for parts in answer for part in parts for note in part.notes]
    return float(np.mean(pitches)) if pitches else float("nan")


def inside(song: Song, answer: Played, chords: Sequence[str]) -> float:
    """Which share of the notes' time lies inside the given chords."""
    total = good = 0.0
    for bar, parts, text in zip(song.bars, answer, chords, strict=True):
        given = chords_at(parsed(text), 0, bar.metre)
        ends = [beats for beats, _ in given[1:]] + [bar.metre.length_beats]
        for note in (note for part in parts for note in part.notes):
            total += note.duration_beats
            for (start, chord), end in zip(given, ends, strict=True):
                beats = min(note.end_beats, end) - max(note.onset_beats, start)
                good += max(beats, 0.0) * (note.pitch_class in chord.pitch_classes)
    return good / total if total else float("nan")


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the folder with pop909/ and lieder/")
    parser.add_argument("--songs", type=int, default=4, help="of each corpus's test split (%(default)s)")
    parser.add_argument("--model", action="append", help=f"{', '.join(BUILT_IN)} or a folder; may be said again (all)")
    args = parser.parse_args()
    songs = test_songs(args.data, args.songs)
    models = {name: load(name) for name in args.model or BUILT_IN}
    print(f"{len(songs)} songs: {', '.join(name for name, _ in songs)}\n")

    print("| notes a beat at density | " + " | ".join(f"{density:g}" for density in DENSITIES) + " |")
    print("|---|" + "---|" * len(DENSITIES))
    for name, model in models.items():
        cells = [
            np.mean([notes_a_beat(song, played(model, song, {"density": density})) for _, song in songs])
            for density in DENSITIES
        ]
        print(f"| `{name}` | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |", flush=True)

    print("\n| mean pitch in the register | " + " | ".join(f"{low} to {high}" for low, high in REGISTERS) + " |")
    print("|---|" + "---|" * len(REGISTERS))
    for name, model in models.items():
        cells = [
            mean_pitch(played(model, song, {"low": low, "high": high}) for _, song in songs) for low, high in REGISTERS
        ]
        print(f"| `{name}` | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |", flush=True)

    print(
        f"\n| | inside `{PROGRESSION}` | the same, not asked for | least difference of {VARIATIONS} variations "
        "| mean difference | lead in harmony, variation 0 | worst | mean of the others |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, model in models.items():
        asked, unasked, differences, fits = [], [], [], []
        for _, song in songs:
            chords = repeated(PROGRESSION, song)
            asked.append(inside(song, played(model, song, {}, chords), chords))
            lead = song.in_bars(song.tracks[find_lead(song).track].notes)
            ways = [played(model, song, {"variation": number}) for number in range(VARIATIONS)]
            unasked.append(inside(song, ways[0], chords))
            differences.append([difference(ways[a], ways[b]) for a in range(VARIATIONS) for b in range(a)])
            fits.append([fit(lead, way) for way in ways])
        by_song = np.array(fits)
        cells = [
            np.mean(asked), np.mean(unasked), np.mean(np.min(differences, axis=1)), np.mean(differences),
            by_song[:, 0].mean(), by_song.min(axis=1).mean(), by_song[:, 1:].mean(),
        ]  # fmt: skip
        print(f"| `{name}` | " + " | ".join(f"{cell:.0%}" for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
