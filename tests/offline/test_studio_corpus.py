"""Ten real songs and the bundled leads with everything at once: the lead untouched, every part in its place."""

from __future__ import annotations

import io
from itertools import combinations
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
from bridge.music.midi_out import CONDUCTOR_TYPES, with_accompaniment
from bridge.offline.accompany import MODES, Mode, accompany, as_tracks

RANGES = {"piano": (28, 96), "bass": BASS_RANGE, "pad": PAD_RANGE, "counter": RANGE}
SONGS = (
    "pop909/098", "pop909/820", "pop909/860", "pop909/230", "lieder/lc5054941", "lieder/lc5142672",
    "lieder/lc5001870", "lieder/lc6179275", "lieder/lc6761202", "lieder/lc6159729",
)  # fmt: skip
"""4/4; with bars of 1/4, 2/4 and 3/4; 3/4; 2/4; 6/8; 9/8; 8/8; 4/4 and 6/8."""
SETTINGS = {"humanize": 0.5, "swing": 0.3}


def told(data: bytes, track: int) -> list[tuple[float, dict]]:
    """Every event of the channel of a track, and the words beside it, at its place in beats."""
    events = read_events(data)
    voice = events.voices[track]
    return [
        (tick / events.division, {**message.dict(), "time": 0})
        for tick, message in events.chunks[voice.chunk]
        if message.type not in CONDUCTOR_TYPES and message.type != "end_of_track"
        if message.is_meta or getattr(message, "channel", None) == voice.channel
    ]


def check(data: bytes, wanted: tuple[str, ...] = tuple(RANGES), mode: Mode = "follow") -> None:
    song = read_song(data)
    lead = find_lead(song).track
    played = accompany(song, lead, load("chords"), mode, {**SETTINGS, "parts": " ".join(wanted)})
    for parts, bar in zip(played, song.bars, strict=True):
        assert [part.name for part in parts] == [name for name in RANGES if name in wanted]
        for part in parts:
            low, high = RANGES[part.name]
            assert all(low <= n.pitch_midi <= high for n in part.notes)
            assert all(n.end_beats <= bar.metre.length_beats + 1e-6 for n in part.notes)
    duet = with_accompaniment(data, lead, as_tracks(song, played))
    assert told(duet, 0) == told(data, lead), "the lead, tick for tick"
    file = mido.MidiFile(file=io.BytesIO(duet))
    named = {track.name: track for track in file.tracks}
    channels = set()
    for name in wanted:
        [program] = [m for m in named[name] if m.type == "program_change"]
        assert program.program == PROGRAMS[name]
        channels.add(program.channel)
    assert len(channels) == len(wanted), "each on a channel of its own"
    assert not (RANGES.keys() - set(wanted)) & named.keys()


@pytest.mark.parametrize("wanted", [c for size in range(1, 4) for c in combinations(RANGES, size)], ids=" ".join)
def test_any_subset_of_the_band(wanted: tuple[str, ...]) -> None:
    check(lead_path("ah-vous-dirai-je").read_bytes(), wanted)


@pytest.mark.parametrize("name", NAMES)
def test_the_bundled_leads(name: str) -> None:
    check(lead_path(name).read_bytes())


@pytest.mark.corpus
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SONGS)
def test_songs_of_the_corpora(corpora: Path, name: str, mode: Mode) -> None:
    check((corpora / f"{name}.mid").read_bytes(), mode=mode)
