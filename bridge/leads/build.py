"""Writes the bundled leads as MIDI files beside this one: `python -m bridge.leads.build`. A test compares them."""

from __future__ import annotations

from pathlib import Path

from bridge.files import write_atomically
from bridge.leads.notation import song_of
from bridge.leads.tunes import TUNES, Tune
from bridge.music.midi_out import write_song


def midi_of(tune: Tune) -> bytes:
    """The tune as the bytes of a MIDI file."""
    return write_song(song_of(tune))


def main() -> None:
    """Write every tune's file."""
    for tune in TUNES:
        path = Path(__file__).with_name(f"{tune.name}.mid")
        write_atomically(path, midi_of(tune))
        print(f"{path.name}: {tune.title}, {len(song_of(tune).bars)} bars")


if __name__ == "__main__":
    main()
