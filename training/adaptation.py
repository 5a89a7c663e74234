"""What adapting a bundle to a user's songs gives, and what it forgets, measured: `python -m training.adaptation`.

Three users, each with 20 songs of the test split that the bundle has not learned from: one with pop songs, one with
Lieder, and one, made up, who plays pop songs in broken chords, eighth by eighth. For each the adaptation is done as
`obbligato train --from` does it (`training.finetune` prints what changed on the songs that were held back); then songs
of the corpora's validation split say what the bundle has forgotten of them, in bits a note.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import replace
from pathlib import Path

from rich.progress import track

from bridge.model.neural import KIND, Neural
from bridge.model.registry import DEFAULT_MODEL, load
from bridge.music.midi import read_song
from bridge.music.midi_out import write_song
from bridge.music.note import Note
from bridge.music.song import Song, Track
from training import CORPORA_FOLDER, finetune
from training.commands import OWN_CONFIG, read_config
from training.evaluate import CORPORA, test_songs
from training.note_bits import Tally, song_tally
from training.play import innermost
from training.prepare import Prepared
from training.report import BITS, Section
from training.sources.converted import ACCOMPANIMENT, CHORDS
from training.split import split_of

BROKEN = "broken chords"
USERS = {"pop909": "pop909", "lieder": "lieder", BROKEN: "pop909"}
"""User -> the corpus whose songs are his."""
SONGS = 20
LOWEST_BASS_MIDI = 36
EIGHTH_BEATS = 0.5
ACCENT_MIDI, SOFT_MIDI = 74, 60
"""Velocities of a chord's first eighth and of the others."""


def broken(song: Song) -> Song:
    """The song with its labelled chords as its accompaniment: eighths from the bass up over the octave and down
    again, each chord begun anew."""
    labelled = [note for part in song.tracks if part.name == CHORDS for note in part.notes]
    notes: list[Note] = []
    starts = sorted({note.onset_beats for note in labelled})
    for start, following in zip(starts, [*starts[1:], math.inf], strict=True):
        block = [note for note in labelled if note.onset_beats == start]
        end = min(max(note.end_beats for note in block), following)
        way = up_and_down(sorted(note.pitch_midi for note in block))
        notes += [
            Note(way[n % len(way)], start + n * EIGHTH_BEATS, EIGHTH_BEATS, SOFT_MIDI if n else ACCENT_MIDI)
            for n in range(int((end - start) / EIGHTH_BEATS))
        ]
    others = tuple(part for part in song.tracks if part.name != ACCOMPANIMENT)
    return replace(song, tracks=(*others, Track(ACCOMPANIMENT, 0, False, tuple(notes))))


def up_and_down(chord: list[int]) -> list[int]:
    """Pitches of a broken chord: from a low bass through the chord's tones up to the bass again, and down without the
    ends.

    chord  its pitches, the bass first
    """
    way = [LOWEST_BASS_MIDI + chord[0] % 12]
    for pitch in [*chord[1:], chord[0]]:
        way.append(way[-1] + ((pitch - way[-1]) % 12 or 12))
    return way + way[-2:0:-1]


def write_songs(user: str, data: Path, folder: Path) -> None:
    """A user's songs as MIDI files."""
    corpus = USERS[user]
    folder.mkdir(parents=True, exist_ok=True)
    paths = [path for path in sorted((data / corpus).glob("*.mid")) if split_of(corpus, path.stem) == "test"]
    for path in track(paths[:SONGS], f"{user}: songs", transient=True):
        written = write_song(broken(read_song(path.read_bytes()))) if user == BROKEN else path.read_bytes()
        (folder / path.name).write_bytes(written)


def bits_of(name: str, songs: list[Prepared]) -> dict[str, float]:
    """The songs' bits a note under a model of kind `default`, the bar known, with its own plan."""
    model = innermost(load(name))
    assert isinstance(model, Neural)
    tally = Tally()
    for song in track(songs, f"{name}: bits a note", transient=True):
        tally.add(song_tally(model, song, "bar known", "own"))
    return tally.a_note()


def main() -> None:
    """Adapt and measure, and print the tables in Markdown."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "--data", type=Path, default=CORPORA_FOLDER, help="the folder with pop909/ and lieder/ (%(default)s)"
    )
    parser.add_argument("--from", dest="start", default=DEFAULT_MODEL, help=f"a bundle of kind {KIND} (%(default)s)")
    parser.add_argument("--user", action="append", choices=USERS, help="may be said again (all)")
    parser.add_argument("--songs", type=int, default=4, help="validation songs of each corpus (%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("runs/adaptation"), help="(%(default)s)")
    args = parser.parse_args()
    others = {c: test_songs(args.data, c, "validation", args.out / "cache", 1)[: args.songs] for c in CORPORA}
    rows = {f"{corpus}, {args.start}": bits_of(args.start, songs) for corpus, songs in others.items()}
    for user in args.user or USERS:
        folder = args.out / user.replace(" ", "-")
        write_songs(user, args.data, folder / "songs")
        finetune.train({**read_config(OWN_CONFIG), "from": args.start}, folder / "songs", folder / "bundle")
        for corpus, songs in others.items():
            rows[f"{corpus}, adapted to {user}"] = bits_of(str(folder / "bundle"), songs)
    print(Section(f"{args.songs} validation songs of each corpus", rows, BITS).markdown())


if __name__ == "__main__":
    main()
