"""What is told of sound is compared with sound that was made to have it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.cli import main
from bridge.music.barlines import lay_bars
from bridge.music.instruments import as_track
from bridge.music.lead import find_lead
from bridge.music.metre import Metre
from bridge.music.midi import read_song
from bridge.music.midi_out import write_song
from bridge.music.note import Note
from bridge.music.song import Song, TempoChange, Track
from bridge.music.stage import alone, lead_to_balance
from bridge.offline.listening import Heard, listen, onset_strength, silences_s, tempo_bpm, told
from bridge.offline.loudness import RATE_HZ, Levels
from bridge.offline.sound import LEAD_OVER_LU, levels_of_tracks, play

TEMPO = (TempoChange(0, 100),)
CLEAN = Heard(Levels(-1.0, -16.0), 0, 0.0, 2.0, 0.25, 100.4)


def clicks(tempo_bpm: float, seconds: float, weak: float = 0.0) -> np.ndarray:
    """A short noise on every beat, and a weaker one between two."""
    rng = np.random.default_rng(1)
    samples = np.zeros((round(seconds * RATE_HZ), 2), np.float32)
    for number in range(int(seconds * tempo_bpm / 30) - 1):
        start = round(number * 30 / tempo_bpm * RATE_HZ)
        loud = 0.5 if number % 2 == 0 else weak
        samples[start : start + 2000] += loud * rng.standard_normal((2000, 2)) * np.linspace(1, 0, 2000)[:, None]
    return samples


def duet(lead: list[Note], *parts: str) -> bytes:
    bars, _ = lay_bars([(0, Metre(4, 4))], 32)
    chord = [Note(48 + pitch, beat, 1, 64) for beat in range(8) for pitch in (0, 4, 7)]
    tracks = (Track("MELODY", 0, False, tuple(lead)), *(as_track(part, chord) for part in parts))
    return write_song(Song(bars, TEMPO, (), tracks))


SOFT = [Note(72 + beat % 3, beat, 1, 56) for beat in range(8)]


@pytest.mark.parametrize(("bpm", "weak"), [(120, 0.0), (120, 0.1), (96.5, 0.1), (75, 0.0), (171, 0.0)])
def test_the_tempo_of_clicks(bpm: float, weak: float) -> None:
    assert tempo_bpm(clicks(bpm, 12, weak)) == pytest.approx(bpm, rel=0.01)


def test_what_has_no_pulse_has_no_tempo() -> None:
    time_s = np.arange(6 * RATE_HZ) / RATE_HZ
    tone = np.stack([0.3 * np.sin(2 * np.pi * 220 * time_s)] * 2, axis=1).astype(np.float32)
    assert tempo_bpm(np.zeros_like(tone)) is None
    assert tempo_bpm(clicks(120, 2)) is None, "too short to say"
    assert onset_strength(tone[:100]).size == 0


def test_onsets_are_found_where_they_are() -> None:
    rises = onset_strength(clicks(60, 25))  # more than one block of hops
    strongest = np.sort(np.argsort(rises)[-24:])
    assert np.abs(np.diff(strongest) - 100).max() <= 3


def test_silence_before_after_and_inside() -> None:
    samples = np.zeros((4 * RATE_HZ, 2), np.float32)
    samples[RATE_HZ // 2 : RATE_HZ] = samples[2 * RATE_HZ : 3 * RATE_HZ] = 0.1
    assert silences_s(samples) == pytest.approx((0.5, 1.0, 1.0))
    assert silences_s(0 * samples) == (4.0, 0.0, 0.0)
    assert silences_s(samples[:0]) == (0.0, 0.0, 0.0)


def test_clipped_samples_are_counted() -> None:
    samples = clicks(120, 5) * 0.1
    assert listen(samples).clipped == 0
    samples[100:103, 0] = (1.0, -1.0, 1.2)
    assert listen(samples).clipped == 3


@pytest.mark.parametrize(
    ("heard_bpm", "sentence"),
    [
        (100.4, "100.4 a minute is heard, 100 beats a minute is written: the beat"),
        (199.0, "half a beat"),
        (66.5, "one and a half beats"),
        (88.0, "no pulse of what is written"),
        (None, "no pulse is heard; 100 is written"),
    ],
)
def test_the_pulse_is_named(heard_bpm: float | None, sentence: str) -> None:
    song = read_song(duet(SOFT))
    heard = Heard(CLEAN.levels, 0, 0.0, 2.0, 0.25, heard_bpm)
    assert sentence in told(heard, song)[3]


def test_the_report() -> None:
    lines = told(CLEAN, read_song(duet(SOFT)), [("MELODY", Levels(-5, -20.0)), ("piano", Levels(-6, -23.5))])
    assert lines[0] == "levels    peak -1.0 dBFS, loudness -16.0 LUFS"
    assert lines[1] == "clipping  none"
    assert lines[2] == "silence   0.00 s before, 2.00 s after, at most 0.25 s inside"
    assert lines[4] == "balance   against MELODY, each alone: piano -3.5 LU"


def test_a_track_alone_keeps_everything_else() -> None:
    data = duet(SOFT, "piano", "bass")
    whole, bass = read_song(data), read_song(alone(data, 2))
    assert [track.name for track in bass.tracks] == ["bass"]
    assert bass.tracks[0] == whole.tracks[2]
    assert bass.tempos == whole.tempos


def test_which_lead_is_brought_forward() -> None:
    assert lead_to_balance(duet(SOFT, "piano")) == 0
    assert lead_to_balance(duet(SOFT)) is None, "nothing of ours is beside it"
    spoken = duet(SOFT, "piano").replace(b"\x00\xc0\x00", b"\x00\xb0\x07\x50", 1)
    assert lead_to_balance(_chunk_mended(spoken)) is None, "it says itself how loud it is"


def _chunk_mended(data: bytes) -> bytes:
    """The file with the length of its second track right again, after a byte was put into it."""
    at = data.index(b"MTrk", data.index(b"MTrk") + 4) + 4
    length = int.from_bytes(data[at : at + 4], "big") + 1
    return data[:at] + length.to_bytes(4, "big") + data[at + 4 :]


def test_a_soft_lead_stands_over_the_parts() -> None:
    pytest.importorskip("midirenderer")
    data = duet(SOFT, "piano", "pad")
    sound = play(data)
    assert sound.lead_gain_db > 3
    levels = dict(levels_of_tracks(data, lead_gain_db=sound.lead_gain_db))
    assert list(levels) == ["MELODY", "piano", "pad", "together"]
    over_lu = levels["MELODY"].loudness_lufs - levels["together"].loudness_lufs
    assert over_lu == pytest.approx(LEAD_OVER_LU, abs=0.2)
    assert play(duet(SOFT)).lead_gain_db == 0.0
    assert find_lead(read_song(data)).track == 0


def test_the_command_reports_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("midirenderer")
    source = tmp_path / "duet.mid"
    source.write_bytes(duet(SOFT, "bass"))
    assert main(["render", str(source), "-o", str(tmp_path / "duet.flac"), "--report"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("wrote ")
    assert [line.split()[0] for line in said[1:]] == ["levels", "clipping", "silence", "tempo", "balance"]
    assert "clipping  none" in said
    assert "bass -" in said[-1]
