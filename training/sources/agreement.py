"""How far two readings of a song agree, and how often the barlines that are found are those of the score.

    python -m training.sources.agreement --data corpora

prints a table of each: songs in the form in which their authors publish them (`raw/`) against the converted files of
the same songs, and the barlines of converted files against those found without looking at them.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bridge.music.metre import Metre, step_of
from bridge.music.note import Note
from training import CORPORA_FOLDER
from training.sources.pop909_cl import offset_steps
from training.sources.reading import files_of, name_of, read
from training.sources.relaid import moved, relaid
from training.sources.source import Source, SourceSong

FOUR_FOUR, THREE_FOUR = Metre(4, 4), Metre(3, 4)
RAW: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("pop909", "raw/pop909", "pop909", {}),
    ("pop909-cl", "raw/pop909-cl", "pop909", {"roles": "raw/pop909"}),
    ("musicxml", "raw/lieder", "lieder", {}),
)
"""Kind, folder and options of what authors publish, and the folder of the same songs converted."""


@dataclass(frozen=True)
class Agreement:
    """Shares (0..1) of one reading that the other has too, both laid upon each other by their leads.

    lead, accompaniment   notes that have one of the same pitch there, at most a step (a 12th of a beat) away
    barlines              of both, twice those that are the same
    chords                steps on which the same pitch classes are labelled, of those with a label; None without labels
    """

    lead: float
    accompaniment: float
    barlines: float
    chords: float | None


def agreement(one: SourceSong, other: SourceSong) -> Agreement:
    """How far `one` says what `other` says."""
    offset, _ = offset_steps(other.lead, one.lead)
    mine, its = barlines_of(one, offset), barlines_of(other)
    labels, its_labels = _labelled(one.chords, offset), _labelled(other.chords)
    same = sum(labels.get(step) == tones for step, tones in its_labels.items())
    return Agreement(
        _shared(one.lead, other.lead, offset),
        _shared(one.accompaniment, other.accompaniment, offset),
        2 * len(mine & its) / (len(mine) + len(its)),
        same / len(its_labels) if its_labels else None,
    )


def barlines_of(song: SourceSong, later_steps: int = 0) -> set[int]:
    """Where its bars with notes begin, in steps: from the one with the first note to the one with the last."""
    onsets = [note.onset_beats for note in (*song.lead, *song.accompaniment)]
    bars = song.song.bars[song.song.bar_at(min(onsets)) : song.song.bar_at(max(onsets)) + 1]
    return {step_of(bar.start_beats) + later_steps for bar in bars}


def _shared(notes: Iterable[Note], others: Iterable[Note], offset: int) -> float:
    mine = {(note.pitch_midi, step_of(note.onset_beats) + offset) for note in notes}
    its = {(note.pitch_midi, step_of(note.onset_beats)) for note in others}
    paired = sum(
        any((pitch, step + by) in there for by in (-1, 0, 1))
        for here, there in ((mine, its), (its, mine))
        for pitch, step in here
    )
    return paired / max(len(mine) + len(its), 1)


def _labelled(chords: Iterable[Note], later_steps: int = 0) -> dict[int, frozenset[int]]:
    """Step -> labelled pitch classes."""
    sounding: dict[int, set[int]] = {}
    for note in chords:
        for step in range(step_of(note.onset_beats), step_of(note.end_beats)):
            sounding.setdefault(step + later_steps, set()).add(note.pitch_class)
    return {step: frozenset(tones) for step, tones in sounding.items()}


def raw_against_converted(
    data: Path, only: Sequence[str] = (), names: Sequence[str] = ()
) -> dict[tuple[str, str], Agreement]:
    """(kind, song) -> agreement, for the songs of `raw/` that are there converted as well.

    only, names   these kinds and these songs; all where nothing is said
    """
    found = {}
    for kind, folder, converted, options in RAW:
        if (only and kind not in only) or not (data / folder).is_dir():
            continue
        reference = Source.of({"kind": "converted", "folder": converted, "corpus": converted}, data)
        known = {path.stem: path for path in files_of(reference)}
        source = Source.of({"kind": kind, "folder": folder, "corpus": converted, **options}, data)
        for path in files_of(source):
            name = name_of(source, path)
            if name not in known or (names and name not in names):
                continue
            [song], [other] = read(source, path), read(reference, known[name])
            if isinstance(song, SourceSong) and isinstance(other, SourceSong):
                found[kind, name] = agreement(song, other)
    return found


@dataclass
class Barlines:
    """Barlines that were found against those of the files, over some songs.

    same                 songs with exactly the barlines of their files
    common, all          barlines that both have, twice, and all of both
    on_chord, on_chord_in_files   barlines on which a labelled chord begins
    other_metre          songs that are in another metre than their files say
    """

    songs: int = 0
    same: int = 0
    common: int = 0
    all: int = 0
    found: int = 0
    on_chord: int = 0
    on_chord_in_files: int = 0
    other_metre: list[str] = field(default_factory=list)

    @property
    def shared(self) -> float:
        """The share of barlines in common, 0..1."""
        return self.common / max(self.all, 1)

    def add(self, song: SourceSong, new: SourceSong) -> None:
        """Count one song: as its file has it, and with barlines found anew."""
        offset, _ = offset_steps(song.lead, new.lead)
        mine, its = barlines_of(new, offset), barlines_of(song)
        chords = {step_of(note.onset_beats) for note in song.chords}
        self.songs += 1
        self.same += mine == its
        self.common += 2 * len(mine & its)
        self.all += len(mine) + len(its)
        self.found += len(mine)
        self.on_chord += len(mine & chords)
        self.on_chord_in_files += len(its & chords)
        usual = Counter(bar.metre for bar in new.song.bars).most_common(1)[0][0]
        if usual != song.song.bars[0].metre:
            self.other_metre.append(f"{song.name} in {usual}")


def barlines_found(data: Path, corpus: str, later: Sequence[int] = (0,), every: int = 1) -> dict[int, Barlines]:
    """Barlines found anew against those of the converted files, of every n-th song that is in 4/4 or 3/4 throughout.

    later  by so many beats the songs are moved off their barlines before these are looked for
    """
    source = Source.of({"kind": "converted", "folder": corpus, "corpus": corpus}, data)
    found = {beats: Barlines() for beats in later}
    for path in files_of(source)[::every]:
        [song] = read(source, path)
        if isinstance(song, SourceSong) and {bar.metre for bar in song.song.bars} in ({FOUR_FOUR}, {THREE_FOUR}):
            for beats, counts in found.items():
                counts.add(song, relaid(moved(song, float(beats))))
    return found


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=CORPORA_FOLDER, help="the corpora (default: %(default)s)")
    data = parser.parse_args().data
    console = Console()
    table = Table("kind", "song", "lead", "accompaniment", "barlines", "chords", title="as published against converted")
    for (kind, name), found in raw_against_converted(data).items():
        shares = (found.lead, found.accompaniment, found.barlines, found.chords)
        table.add_row(kind, name, *("" if share is None else f"{100 * share:.1f} %" for share in shares))
    console.print(table)
    heads = ("corpus", "moved by", "songs", "all as in the file", "in common", "on a chord", "in the file")
    table = Table(*heads, title="barlines found against those of converted files")
    others = []
    for corpus in ("pop909", "lieder"):
        for later, of in barlines_found(data, corpus, (0, 1, 2, 3)).items():
            counts = ((of.on_chord, of.found), (of.on_chord_in_files, of.all - of.found))
            on_chord = [f"{100 * count / lines:.1f} %" for count, lines in counts if count]
            row = (corpus, f"{later} beats", str(of.songs), str(of.same), f"{100 * of.shared:.1f} %", *on_chord)
            table.add_row(*row)
            others += [f"{corpus} {song}" for song in of.other_metre if not later]
    console.print(table)
    console.print(f"another metre than in the file: {', '.join(others)}")


if __name__ == "__main__":
    main()
