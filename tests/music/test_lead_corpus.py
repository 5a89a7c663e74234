"""How often the melody of real songs is found once their names and programs are taken away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from bridge.music.song import Song

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SONGS = 60


def found(song: Song, without: str = "") -> str:
    tracks = tuple(track for track in song.tracks if track.name != without)
    nameless = replace(song, tracks=tuple(replace(track, name="", program=0) for track in tracks))
    return tracks[find_lead(nameless).track].name


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("corpus", "without", "share"),
    [
        ("lieder", "", 0.98),  # voice and piano
        ("pop909", "BRIDGE", 0.98),  # voice, piano, block chords
        ("pop909", "", 0.90),  # and a second melody, which now and then is the more melodic of the two
    ],
)
def test_the_melody_is_found_without_its_name(corpus: str, without: str, share: float) -> None:
    paths = sorted((DATA / corpus).glob("*.mid"))
    if not paths:
        pytest.skip(f"no corpus in {DATA / corpus}")
    paths = paths[:: max(1, len(paths) // SONGS)][:SONGS]
    hits = sum(found(read_song(path.read_bytes()), without) == "MELODY" for path in paths)
    print(f"{corpus} without {without or 'names'}: {hits} of {len(paths)} melodies found")
    assert hits / len(paths) >= share


@pytest.mark.corpus
@pytest.mark.parametrize("corpus", ["lieder", "pop909"])
def test_with_its_name_it_is_always_found(corpus: str) -> None:
    paths = sorted((DATA / corpus).glob("*.mid"))[:10]
    if not paths:
        pytest.skip(f"no corpus in {DATA / corpus}")
    for path in paths:
        song = read_song(path.read_bytes())
        assert song.tracks[find_lead(song).track].name == "MELODY"
