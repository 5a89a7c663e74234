"""Ten real songs and the bundled leads with everything at once: the lead untouched, every part in its place."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import pytest

from bridge.leads import NAMES, lead_path
from bridge.model.band_rules import BASS_RANGE, PAD_RANGE
from bridge.model.countermelody import RANGE
from bridge.model.registry import load
from bridge.music.instruments import PROGRAMS
from bridge.music.lead import find_lead
from bridge.music.midi import read_events, read_song
from bridge.music.midi_out import with_accompaniment
from bridge.offline.accompany import accompany, as_tracks

RANGES = {"piano": (28, 96), "bass": BASS_RANGE, "pad": PAD_RANGE, "counter": RANGE}
SETTINGS = {"parts": "piano bass pad counter", "humanize": 0.5, "swing": 0.3}


def struck(data: bytes, track: int) -> list[tuple[float, str, int, int]]:
    """Every event of the channel of a track that sounds, at its place in beats."""
    events = read_events(data)
    voice = events.voices[track]
    return [
        (tick / events.division, message.type, message.note, message.velocity)
        for tick, message in events.chunks[voice.chunk]
        if message.type in ("note_on", "note_off") and message.channel == voice.channel
    ]


def check(data: bytes) -> None:
    song = read_song(data)
    lead = find_lead(song).track
    played = accompany(song, lead, load("chords"), "follow", SETTINGS)
    for parts, bar in zip(played, song.bars, strict=True):
        assert [part.name for part in parts] == list(RANGES)
        for part in parts:
            low, high = RANGES[part.name]
            assert all(low <= n.pitch_midi <= high for n in part.notes)
            assert all(n.end_beats <= bar.metre.length_beats + 1e-6 for n in part.notes)
    duet = with_accompaniment(data, lead, as_tracks(song, played))
    assert struck(duet, 0) == struck(data, lead), "the lead, tick for tick"
    file = mido.MidiFile(file=io.BytesIO(duet))
    named = {track.name: track for track in file.tracks}
    channels = set()
    for name in RANGES:
        [program] = [m for m in named[name] if m.type == "program_change"]
        assert program.program == PROGRAMS[name]
        channels.add(program.channel)
    assert len(channels) == len(RANGES), "each on a channel of its own"


@pytest.mark.parametrize("name", NAMES)
def test_the_bundled_leads(name: str) -> None:
    check(lead_path(name).read_bytes())


@pytest.mark.corpus
@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("corpus", ["pop909", "lieder"])
def test_songs_of_the_corpora(corpora: Path, corpus: str, number: int) -> None:
    shortest = sorted((corpora / corpus).glob("*.mid"), key=lambda path: (path.stat().st_size, path.name))
    check(shortest[7 * number].read_bytes())
