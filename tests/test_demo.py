"""The demo from end to end, and that no bridge outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from bridge import cli
from bridge.client.leadfile import open_lead
from bridge.commands import demo
from bridge.errors import InputError
from bridge.leads import lead_path
from bridge.music.midi import read_song

LEAD = "god-rest-ye"  # the shortest, with a pickup
MODEL = "onehot"


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[str]]:
    """The bridges that were started."""
    started: list[subprocess.Popen[str]] = []
    real = subprocess.Popen

    def popen(*args, **options):
        started.append(real(*args, **options))
        return started[-1]

    monkeypatch.setattr(demo.subprocess, "Popen", popen)
    return started


def test_the_demo_leaves_a_duet_and_no_process(
    processes: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "LONGEST_S", 5.0)
    out = tmp_path / "new" / "demo"
    code = cli.main(["demo", "--lead", LEAD, "--out", str(out), "--model", MODEL])
    assert code in (0, 1)  # 1: a bar was late, on a busy machine
    said = capsys.readouterr().out
    assert "in real time at 6.42 times its own tempo" in said
    assert "round trip p50 / p95 / p99 / max" in said
    assert str(out / "duet.mid") in said
    lead = open_lead(lead_path(LEAD))
    duet = read_song((out / "duet.mid").read_bytes())
    assert duet.tracks[0].notes == lead.song.tracks[0].notes
    assert duet.tempos == lead.song.tempos
    assert len(duet.tracks[1].notes) > 10
    assert (out / "duet.png").read_bytes().startswith(b"\x89PNG")
    if (out / "duet.mp3").exists():
        assert "the same as sound: 0:35, peak -" in said
    else:
        assert "was not made: sound needs the package" in said
    assert [process.returncode is not None for process in processes] == [True]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), InputError("x")])
def test_the_bridge_ends_whatever_happens(processes: list, error: BaseException) -> None:
    def break_off() -> None:
        with demo.serving(MODEL) as port:
            assert 0 < port < 65536
            raise error

    with pytest.raises(type(error)):
        break_off()
    assert processes[0].returncode is not None


@pytest.mark.skipif(os.name == "nt", reason="this system knows no SIGTERM to oneself")
def test_being_terminated_ends_the_bridge_too(processes: list) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def be_terminated() -> None:
        with demo.serving(MODEL):
            os.kill(os.getpid(), signal.SIGTERM)
            signal.pause()

    with pytest.raises(KeyboardInterrupt):
        be_terminated()
    assert processes[0].returncode is not None
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_model_that_is_none(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--out", str(tmp_path), "--model", "nobody"]) == 2
    said = capfd.readouterr().err
    assert "no model is called 'nobody'" in said  # the bridge's own words
    assert "the bridge did not come up" in said
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert cli.main(["demo", "--out", str(tmp_path / "file" / "demo")]) == 2
    assert "cannot make the folder" in capsys.readouterr().err
