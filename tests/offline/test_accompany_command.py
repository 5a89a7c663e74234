from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from duets import accompanist, song

from bridge.cli import main
from bridge.commands import accompany as command
from bridge.leads import lead_path
from bridge.music.metre import Metre
from bridge.music.midi import read_song
from bridge.music.midi_out import write_song
from bridge.music.note import Note


@pytest.fixture(autouse=True)
def _quick_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "load", lambda name: accompanist())


@pytest.fixture
def lead(tmp_path: Path) -> Path:
    path = tmp_path / "lead.mid"
    path.write_bytes(lead_path("amazing-grace").read_bytes())
    return path


def test_a_file_in_a_duet_out(lead: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "duet.mid"
    assert main(["accompany", str(lead), "-o", str(out)]) == 0
    duet = read_song(out.read_bytes())
    assert [track.name for track in duet.tracks] == ["MELODY", "piano"]
    assert duet.tracks[0] == read_song(lead.read_bytes()).tracks[0]
    said = capsys.readouterr()
    assert "lead: track 1, 'MELODY', 70 notes (the only track with pitches)" in said.out
    assert "pulses, follow: 33 bars, piano 97 notes, " in said.out
    assert said.err == "", "no progress where nobody looks"


def test_the_same_command_writes_the_same_bytes(lead: Path, tmp_path: Path) -> None:
    one, two, other = (tmp_path / name for name in ("one.mid", "two.mid", "other.mid"))
    for out, extra in ((one, []), (two, ["--seed", "0"]), (other, ["--seed", "1", "--mode", "anticipate"])):
        assert main(["accompany", str(lead), "-o", str(out), *extra]) == 0
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()


def test_a_bundled_lead_by_its_name(tmp_path: Path) -> None:
    assert main(["accompany", "greensleeves", "-o", str(tmp_path / "duet.mid")]) == 0


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_picture_on_the_side(lead: Path, tmp_path: Path, kind: str) -> None:
    picture = tmp_path / f"duet.{kind}"
    assert main(["accompany", str(lead), "-o", str(tmp_path / "duet.mid"), "--picture", str(picture)]) == 0
    assert picture.stat().st_size > 10_000


def test_through_standard_streams(lead: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, said = SimpleNamespace(buffer=io.BytesIO()), io.StringIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(lead.read_bytes())))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", said)
    assert main(["accompany", "-", "-o", "-"]) == 0
    assert [track.name for track in read_song(out.buffer.getvalue()).tracks] == ["MELODY", "piano"]
    assert "lead: track 1" in said.getvalue(), "what is for people stays out of the music"


def test_a_control_that_the_model_does_not_use_is_said(
    lead: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accompany", str(lead), "-o", str(tmp_path / "duet.mid"), "--density", "0.5", "--low", "40"]) == 0
    said = capsys.readouterr().out
    assert "the model pulses does not use density" in said
    assert "does not use low" not in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.mid", "-o", "{out}"], "cannot read nowhere.mid: No such file"),
        (["{folder}", "-o", "{out}"], "cannot read"),
        (["{lead}", "-o", "{lead}"], "is what is read here; write to another file"),
        (["{lead}", "-o", "{folder}"], "is a folder"),
        (["{lead}", "-o", "{folder}/nowhere/duet.mid"], "there is no folder"),
        (["{lead}", "-o", "{out}", "--picture", "{folder}/duet.gif"], "a picture is a .png or .svg file"),
        (["{lead}", "-o", "{folder}/a.wav", "--audio", "{folder}/a.wav"], "a.wav would be written twice"),
        (["{lead}", "-o", "{out}", "--track", "7"], "no track is called '7'; the file has\n  1  MELODY: 70 notes"),
        (["{lead}", "-o", "{out}", "--temperature", "9"], "temperature 9 is outside 0..2"),
        (["{bad}", "-o", "{out}"], "the file is cut off"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    lead: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    bad, out = tmp_path / "bad.mid", tmp_path / "duet.mid"
    bad.write_bytes(lead.read_bytes()[:-20])
    before = {path: path.read_bytes() for path in (lead, bad)}
    filled = [text.format(lead=lead, out=out, folder=tmp_path, bad=bad) for text in arguments]
    assert main(["accompany", *filled]) == 2
    assert sentence in capsys.readouterr().err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_song_too_long_for_sound_is_refused_before_it_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "load", pytest.fail)
    hours = song([(0, Metre(4, 4))], [Note(60, 0.0, 1.0, 80), Note(60, 5000.0, 1.0, 80)], 4 * 5004)
    (tmp_path / "long.mid").write_bytes(write_song(hours))
    out = tmp_path / "duet.mid"
    assert main(["accompany", str(tmp_path / "long.mid"), "-o", str(out), "--audio", str(tmp_path / "duet.wav")]) == 2
    assert "sound is made of at most 30" in capsys.readouterr().err
    assert not out.exists()
