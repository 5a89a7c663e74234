"""Sound is measured: levels, silence, the place of an onset, clipping, headers. Skipped where it cannot be made."""

from __future__ import annotations

import io
import re
from pathlib import Path

import mido
import numpy as np
import pytest

from bridge.cli import main
from bridge.errors import InputError
from bridge.leads import lead_path
from bridge.music.barlines import lay_bars
from bridge.music.instruments import as_track
from bridge.music.metre import Metre
from bridge.music.midi import read_song
from bridge.music.midi_out import write_song
from bridge.music.note import Note
from bridge.music.song import Song, TempoChange
from bridge.music.stage import DRUMS, LEAD, PLACES, TAIL_S, staged
from bridge.offline.loudness import RATE_HZ, loudness, measure
from bridge.offline.sound import CEILING_DBFS, TARGET_LUFS, check_kind, encoded, equally_loud, mastered, play

soundfile = pytest.importorskip("soundfile")
pytest.importorskip("midirenderer")


def midi(parts: dict[str, list[Note]], tempos: tuple[TempoChange, ...] = (TempoChange(0, 120),)) -> bytes:
    bars, _ = lay_bars([(0, Metre(4, 4))], 64)
    return write_song(Song(bars, tempos, (), tuple(as_track(name, notes) for name, notes in parts.items())))


def sine(frequency_hz: float, peak: float, seconds: float) -> np.ndarray:
    wave = peak * np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def test_loudness_of_the_recommendation_s_own_tones() -> None:
    # BS.1770-4: a 997 Hz sine at full scale in one channel is -3.01 LKFS, so the same in two is 0 (rounded)
    assert loudness(sine(997, 1.0, 3)) == pytest.approx(0.0, abs=0.05)
    assert loudness(sine(997, 10 ** (-23 / 20), 3)) == pytest.approx(-23.0, abs=0.05)
    assert loudness(sine(30, 1.0, 3)) < -8.0, "rumble counts less"


def test_silence_is_gated_out() -> None:
    tone, silence = sine(997, 0.1, 3), np.zeros((3 * RATE_HZ, 2), np.float32)
    assert loudness(np.concatenate([tone, silence])) == pytest.approx(loudness(tone), abs=0.3)
    assert measure(silence).loudness_lufs == measure(silence).peak_dbfs == -np.inf
    assert mastered(silence).samples.max() == 0


def test_one_gain_for_all_and_never_over_the_ceiling() -> None:
    spiky = sine(997, 0.02, 3)
    spiky[1000] = 0.9
    for samples in (sine(997, 1.0, 2), sine(997, 0.001, 2), spiky, sine(997, 0.5, 0.1)):
        sound = mastered(samples)
        assert sound.levels.peak_dbfs <= CEILING_DBFS + 1e-6
        assert sound.levels.loudness_lufs <= TARGET_LUFS + 1e-6
        assert measure(sound.samples).loudness_lufs == pytest.approx(sound.levels.loudness_lufs, abs=0.05)
        assert np.corrcoef(sound.samples[:, 0], samples[:, 0])[0, 1] == pytest.approx(1.0)


def test_sounds_side_by_side_are_equally_loud() -> None:
    loud, soft, silent = (mastered(samples) for samples in (sine(997, 0.3, 2), sine(997, 0.1, 2), sine(997, 0.0, 2)))
    soft.samples[100] = 0.5
    soft = mastered(soft.samples)
    found = equally_loud([loud, soft, silent])
    assert found[1] is soft
    assert found[2] is silent
    assert found[0].levels.loudness_lufs == pytest.approx(soft.levels.loudness_lufs)
    assert measure(found[0].samples).loudness_lufs == pytest.approx(soft.levels.loudness_lufs, abs=0.05)
    assert equally_loud([silent]) == (silent,)


@pytest.mark.parametrize(
    ("tempos", "beat", "second"),
    [
        ((TempoChange(0, 120),), 4.0, 2.0),
        ((TempoChange(0, 60),), 4.0, 4.0),
        ((TempoChange(0, 120), TempoChange(2, 60)), 4.0, 3.0),
        ((TempoChange(0, 120),), 1 / 12, 1 / 24),
    ],
)
def test_a_note_begins_at_its_sample(tempos: tuple[TempoChange, ...], beat: float, second: float) -> None:
    sound = play(midi({"piano": [Note(72, beat, 1, 100)]}, tempos))
    level = np.abs(sound.samples).max(axis=1)
    assert level[: int(second * RATE_HZ)].max(initial=0.0) < 1e-4, "silence before it"
    first = int(np.argmax(level > 0.05 * level.max()))
    assert 0 <= first - second * RATE_HZ < 0.01 * RATE_HZ
    assert level[-RATE_HZ // 10 :].max() < 1e-3, "it has rung out"
    assert sound.seconds == pytest.approx(second + 60 / tempos[-1].tempo_bpm + TAIL_S, abs=0.1)


def test_a_crowd_at_full_velocity_does_not_clip() -> None:
    crowd = [Note(pitch, beat, 1, 127) for beat in range(8) for pitch in range(36, 84, 2)]
    sound = play(midi({"piano": crowd, "pad": crowd, "bass": crowd, "counter": crowd, "lead": crowd, "more": crowd}))
    assert np.abs(sound.samples).max() <= 10 ** (CEILING_DBFS / 20) + 1e-4
    flat = (np.abs(np.diff(sound.samples[:, 0])) == 0) & (np.abs(sound.samples[1:, 0]) > 0.5)
    assert flat.sum() < 20, "no plateaus: the sampler itself did not clip"


def test_parts_sit_apart() -> None:
    note = [Note(60, 0, 2, 90)]
    left, right = (np.sqrt((play(midi({name: note})).samples ** 2).mean(axis=0)) for name in ("piano", "counter"))
    assert left[0] > 1.15 * left[1]
    assert right[1] > 1.5 * right[0]


@pytest.mark.parametrize(("kind", "head"), [("wav", b"RIFF"), ("flac", b"fLaC"), ("mp3", None)])
def test_files_of_each_kind(kind: str, head: bytes | None) -> None:
    sound = play(midi({"piano": [Note(60, 0, 2, 90)]}))
    data = encoded(sound, kind)
    samples, rate_hz = soundfile.read(io.BytesIO(data), always_2d=True)
    assert rate_hz == RATE_HZ
    assert samples.shape[1] == 2
    assert len(samples) / rate_hz == pytest.approx(sound.seconds, abs=0.1)
    assert np.abs(samples).max() < 1.0
    if head:
        assert data.startswith(head)
    else:
        assert data[:3] == b"ID3" or (data[0] == 0xFF and data[1] & 0xE0 == 0xE0)


def test_the_stage_adds_what_a_file_does_not_say_itself() -> None:
    file = mido.MidiFile(file=io.BytesIO(midi({"MELODY": [Note(72, 0, 1, 90)], "bass": [Note(36, 0, 1, 90)]})))
    file.tracks[1].insert(1, mido.Message("control_change", channel=0, control=7, value=33))
    out = io.BytesIO()
    file.save(file=out)
    ready = mido.MidiFile(file=io.BytesIO(staged(out.getvalue())))
    said = [(m.channel, m.control, m.value) for track in ready.tracks for m in track if m.type == "control_change"]
    assert (0, 7, 33) in said
    assert [c for c in said if c[:2] == (0, 7)] == [(0, 7, 33)]
    assert (0, 10, LEAD.pan) in said
    assert (1, 7, PLACES["bass"].volume) in said
    assert (1, 10, PLACES["bass"].pan) in said
    assert read_song(staged(out.getvalue())).tracks == read_song(out.getvalue()).tracks


def test_drums_alone_are_played() -> None:
    track = mido.MidiTrack([mido.Message("note_on", channel=9, note=38, velocity=99, time=0),
                            mido.Message("note_off", channel=9, note=38, time=240)])  # fmt: skip
    out = io.BytesIO()
    mido.MidiFile(tracks=[track]).save(file=out)
    assert play(out.getvalue()).levels.peak_dbfs > -60
    pans = [m.value for m in mido.MidiFile(file=io.BytesIO(staged(out.getvalue()))).tracks[0]
            if m.type == "control_change" and m.control == 10]  # fmt: skip
    assert pans == [DRUMS.pan]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "tune.mp3"
    assert main(["render", "god-rest-ye", "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "peak -" in said
    assert "LUFS" in said
    assert out.stat().st_size > 100_000


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("tune.ogg", r"written as \.wav, \.flac or \.mp3"), ("tune", r"written as \.wav")],
)
def test_another_kind_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        check_kind(Path(name))


@pytest.mark.parametrize(
    ("song", "font", "sentence"),
    [
        (b"", None, "the file is empty"),
        (b"MThd", None, "damaged|cut off"),
        (None, b"not a font", "the sampler cannot play this"),
    ],
)
def test_what_cannot_be_played_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], song: bytes | None, font: bytes | None, sentence: str
) -> None:
    source, samples, out = tmp_path / "song.mid", tmp_path / "font.sf2", tmp_path / "out.wav"
    source.write_bytes(lead_path("ode-to-joy").read_bytes() if song is None else song)
    samples.write_bytes(font or b"")
    extra = ["--soundfont", str(samples)] if font else []
    assert main(["render", str(source), "-o", str(out), *extra]) == 2
    assert re.search(sentence, capsys.readouterr().err)
    assert not out.exists()
