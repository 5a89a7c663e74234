"""Dynamics of players: `python -m training.expression --data DATA`, from the PIANO tracks of POP909's training songs.

Counts what `bridge.model.expression` tells, against the mean velocity of each bar, and prints how exactly the players
of the corpus's original files are on their own beats: that is what there would be to learn of timing.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pretty_midi

from bridge.files import write_atomically
from bridge.model import expression
from bridge.model.expression import PLACES, VOICES, place, voices
from bridge.music.metre import step_of
from bridge.music.midi import read_song
from training import CORPORA_FOLDER
from training.split import split_of

FEWEST_NOTES = 4
"""A bar with fewer notes has no mean worth comparing with."""


def count(paths: list[Path]) -> dict[str, object]:
    """The counts as the model reads them."""
    offsets: dict[tuple[str, str], list[float]] = defaultdict(list)
    strokes: list[list[tuple[str, str, float]]] = []
    songs = 0
    for path in paths:
        song = read_song(path.read_bytes())
        piano = next((track for track in song.tracks if track.name == "PIANO"), None)
        if piano is None or len({note.velocity_midi for note in piano.notes}) < 4:
            continue  # a player who strikes every key alike teaches nothing
        songs += 1
        for bar in song.in_bars(piano.notes):
            if len(bar.notes) < FEWEST_NOTES:
                continue
            mean = float(np.mean([note.velocity_midi for note in bar.notes]))
            named = voices(bar.notes)
            by_step: dict[int, list[tuple[str, str, float]]] = defaultdict(list)
            for note in bar.notes:
                step = step_of(note.onset_beats)
                here = place(step, bar.metre)
                offsets[here, named[note]].append(note.velocity_midi - mean)
                by_step[step].append((here, named[note], note.velocity_midi - mean))
            strokes += by_step.values()
    means = {where: {voice: float(np.mean(offsets[where, voice])) for voice in VOICES} for where in PLACES}
    left = [[value - means[where][voice] for where, voice, value in stroke] for stroke in strokes]
    own = float(np.sqrt(np.mean([np.var(stroke, ddof=1) for stroke in left if len(stroke) > 1])))
    total = float(np.sqrt(np.mean([value**2 for stroke in left for value in stroke])))
    return {
        "source": "POP909 (MIT), PIANO tracks of the training split",
        "songs": songs,
        "notes": sum(len(values) for values in offsets.values()),
        "offsets": {where: {voice: round(value, 2) for voice, value in row.items()} for where, row in means.items()},
        "shared": round(float(np.sqrt(max(total**2 - own**2, 0.0))), 2),
        "own": round(own, 2),
    }


def exactness_ms(folder: Path) -> float:
    """How far the piano's notes of an original POP909 song lie from the twelfths of its beats: the median, in ms."""
    name = folder.name
    song = pretty_midi.PrettyMIDI(str(folder / f"{name}.mid"))
    beats = np.array([float(line.split()[0]) for line in (folder / "beat_midi.txt").read_text().splitlines()])
    far: list[float] = []
    for instrument in song.instruments:
        for note in instrument.notes if instrument.name == "PIANO" else ():
            beat = int(np.searchsorted(beats, note.start, side="right")) - 1
            if 0 <= beat < len(beats) - 1:
                length = beats[beat + 1] - beats[beat]
                twelfths = (note.start - beats[beat]) / length * 12
                far.append(abs(twelfths - round(twelfths)) * length / 12 * 1000)
    return float(np.median(far))


def main() -> None:
    """Count, and write the file beside the module that reads it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=CORPORA_FOLDER, help="the folder with pop909/ and raw/")
    args = parser.parse_args()
    songs = sorted((args.data / "pop909").glob("*.mid"))
    counts = count([path for path in songs if split_of("pop909", path.stem) == "train"])
    out = Path(expression.__file__).with_suffix(".json")
    write_atomically(out, (json.dumps(counts, indent=1) + "\n").encode())
    print(f"{counts['notes']} notes of {counts['songs']} songs -> {out.name}")
    for folder in sorted((args.data / "raw" / "pop909").glob("*/")):
        print(f"{folder.name}: half of its piano's notes lie within {exactness_ms(folder):.2f} ms of the grid")


if __name__ == "__main__":
    main()
