"""Counts for the counter-melody: `python -m training.countermelody --data DATA`, from the BRIDGE tracks of POP909.

What is counted is told in `bridge.model.countermelody`; only songs of the training split are read. Bars in which both
the second melody and the lead are silent from the song's beginning to its end are not told apart from others: a
second melody that never plays is no example and its song is left out.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from bridge.files import write_atomically
from bridge.model import countermelody
from bridge.model.countermelody import EIGHTH_STEPS, LARGEST_LEAP, LEAD_STATES, PLACES, fullness, lead_state, place
from bridge.music.bar import Bar
from bridge.music.metre import step_of
from bridge.music.midi import read_song
from bridge.music.song import Song
from training import CORPORA_FOLDER
from training.split import split_of

FEWEST_NOTES = 16
"""A second melody with fewer notes is a stray."""


class Counts:
    """What has been counted so far."""

    def __init__(self) -> None:
        self.songs = self.notes = 0
        self.playing: dict[str, Any] = defaultdict(lambda: np.ones((2, 2)))
        self.striking: dict[tuple[str, str], Any] = defaultdict(lambda: np.ones(2))
        self.moving = np.ones(2 * LARGEST_LEAP + 1)
        self.chord_tone: dict[str, Any] = defaultdict(lambda: np.ones(2))
        self.to_lead = np.ones(12)

    def add(self, song: Song) -> None:
        """Count one song; one without a second melody changes nothing."""
        tracks = {track.name: track.notes for track in song.tracks}
        if len(tracks.get("BRIDGE", ())) < FEWEST_NOTES or "MELODY" not in tracks:
            return
        bars = zip(*(song.in_bars(tracks.get(name, ())) for name in ("BRIDGE", "MELODY", "CHORDS")), strict=True)
        self.songs += 1
        previous = -1
        was_playing = 0
        for own, lead, chords in bars:
            previous = self._bar(own, lead, chords, previous)
            self.playing[fullness(lead.notes, lead.metre, lead.metre.length_beats)][
                was_playing, int(bool(own.notes))
            ] += 1
            self.playing["unknown"][was_playing, int(bool(own.notes))] += 1
            was_playing = int(bool(own.notes))

    def _bar(self, own: Bar, lead: Bar, chords: Bar, previous: int) -> int:
        struck = {step_of(note.onset_beats) // EIGHTH_STEPS for note in own.notes}
        if own.notes:
            for step in range(0, own.metre.length_steps, EIGHTH_STEPS):
                hit = int(step // EIGHTH_STEPS in struck)
                where = place(step, own.metre)
                self.striking[where, lead_state(step, lead.notes, lead.metre.length_beats)][hit] += 1
                self.striking[where, "unknown"][hit] += 1
        for note in own.notes:
            step = step_of(note.onset_beats)
            if previous >= 0 and abs(note.pitch_midi - previous) <= LARGEST_LEAP:
                self.moving[note.pitch_midi - previous + LARGEST_LEAP] += 1
            previous = note.pitch_midi
            self.notes += 1
            tones = {c.pitch_class for c in chords.notes if step_of(c.onset_beats) <= step < step_of(c.end_beats)}
            if tones:
                strength = "between" if place(step, own.metre) == "between" else "pulse"
                self.chord_tone[strength][int(note.pitch_class in tones)] += 1
            for sung in lead.notes:
                if step_of(sung.onset_beats) <= step < step_of(sung.end_beats):
                    self.to_lead[(note.pitch_midi - sung.pitch_midi) % 12] += 1
        return previous

    def as_json(self) -> dict[str, Any]:
        """Shares, in the form that `countermelody.from_json` reads. A lone tone of five in twelve is as likely as
        another, so chord tones (three of twelve mostly) and others are weighed by how many there are of each."""

        def share(pair: Any) -> float:
            return round(float(pair[1] / pair.sum()), 4)

        return {
            "source": "POP909 (MIT), BRIDGE tracks of the training split",
            "songs": self.songs,
            "notes": self.notes,
            "playing": {name: [share(rows[0]), share(rows[1])] for name, rows in sorted(self.playing.items())},
            "striking": {
                where: {state: share(self.striking[where, state]) for state in LEAD_STATES} for where in PLACES
            },
            "moving": [round(float(x), 5) for x in self.moving / self.moving.sum()],
            "chord_tone": {
                strength: [round((1 - share(pair)) / 9, 4), round(share(pair) / 3, 4)]
                for strength, pair in sorted(self.chord_tone.items())
            },
            "to_lead": [round(float(x), 3) for x in 12 * self.to_lead / self.to_lead.sum()],
        }


def main() -> None:
    """Count, and write the file beside the module that reads it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=CORPORA_FOLDER, help="the folder with pop909/")
    args = parser.parse_args()
    counts = Counts()
    for path in sorted((args.data / "pop909").glob("*.mid")):
        if split_of("pop909", path.stem) == "train":
            counts.add(read_song(path.read_bytes()))
    out = Path(countermelody.__file__).with_suffix(".json")
    write_atomically(out, (json.dumps(counts.as_json(), indent=1) + "\n").encode())
    print(f"{counts.notes} notes of {counts.songs} second melodies -> {out.name}")


if __name__ == "__main__":
    main()
