"""Recordings play through again with the same answers; what differs, and what is no recording, is said."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from bridge.cli import main
from bridge.errors import InputError
from bridge.model.accompanist import Accompanist
from bridge.protocol import messages as m
from bridge.server import record
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from bridge.server.replay import replay
from tests.server.accompanists import NAP_S, OBEDIENT, RAISES, SLEEPS, Obedient
from tests.server.clients import TcpClient, UdpClient


def load(source: str) -> Accompanist:
    assert source in OBEDIENT.values()
    return Obedient()


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of two members, on both transports, with everything that can happen to a session."""
    folder = tmp_path_factory.mktemp("tapes") / "made"
    config = Config(port=0, workers=2, token="sesame", record=folder)
    with BackgroundBridge(Bridge(config, OBEDIENT)) as bridge:
        client, other = UdpClient(bridge, "a:tape"), TcpClient(bridge, "a:tape")
        client.hello(token="sesame")
        other.hello("play", token="sesame")
        for number in range(4):
            client.ask(number)
        client.say(m.Set("a:tape", "seed", 5), m.Set("a:tape", "chords", 1), m.Get("a:tape", "*"))
        client.ask(4, ahead=1)
        client.say(client.lead(5, ahead=-1), m.Set("a:tape", "low", "deep"), m.Ping("a:tape", 2))
        client.refused(client.lead(6, first_pitch=RAISES))
        client.say(client.lead(7, first_pitch=SLEEPS))
        older = client.lead(8)
        client.say(older, client.lead(8), older)
        client.hear(m.Accompaniment)
        client.hear(m.Accompaniment)
        if hasattr(signal, "SIGKILL"):
            client.say(client.lead(9, first_pitch=SLEEPS))
            time.sleep(NAP_S / 2)
            os.kill(bridge.worker_pids[0], signal.SIGKILL)
            client.hear(m.Accompaniment)
        other.close()
        client.say(m.Ping("not-mine", 1), m.Reset("a:tape"))
        client.ask(0)
        client.say(m.Bye("a:tape"))
        client.hear(m.Ack)
        client.close()
    [file] = folder.iterdir()
    return file


def test_a_recording_plays_through_again_with_the_same_answers(tape: Path) -> None:
    replayed = replay(tape, load)
    assert replayed.differences == []
    assert replayed.session == "a:tape"
    assert replayed.bars >= 9
    assert replayed.answers > 30


def test_its_name_is_safe_and_no_token_is_in_it(tape: Path) -> None:
    assert tape.name.endswith("-a_tape.jsonl")
    assert "sesame" not in tape.read_text()


def test_another_model_plays_something_else_and_that_is_found(tape: Path) -> None:
    class Silent(Obedient):
        def accompany(self, request: object) -> tuple[()]:
            return ()

    differences = replay(tape, lambda source: Silent()).differences
    assert len(differences) >= 8
    assert "/accompaniment" in differences[0]


def test_a_recording_that_was_cut_off_plays_as_far_as_it_goes(tape: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(tape.read_bytes()[:-20])
    assert replay(cut, load).differences == []


def test_the_command_compares_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with BackgroundBridge(Bridge(Config(port=0, workers=1, model="chords", record=tmp_path))) as bridge:
        client = UdpClient(bridge, "song")
        client.hello()
        for number in range(5):
            client.ask(number)
        client.close()
    [file] = tmp_path.iterdir()
    assert main(["replay", str(file)]) == 0
    assert "session song: 6 requests, 5 bars, 6 answers, none different" in capsys.readouterr().out

    lines = file.read_text().splitlines()
    changed = next(i for i, line in enumerate(lines) if "/accompaniment" in line)
    line = json.loads(lines[changed])
    line["args"][5] = "tuba"
    lines[changed] = json.dumps(line)
    file.write_text("\n".join(lines) + "\n")
    assert main(["replay", str(file)]) == 1
    said = capsys.readouterr().out
    assert "1 different" in said
    assert "tuba" in said


HEADER = (
    '{"obbligato": "0", "format": 1, "protocol": 1, "session": "s", "model": "x", "models": {"x": "x"}, "ready": []}'
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot read"),
        ("", "its first line is no header"),
        ("{}\n", "its first line is no header"),
        ("MThd\n", "line 1"),
        (HEADER.replace('"format": 1', '"format": 2') + "\n", "of format 2"),
        (HEADER + "\n[]\n", "line 2: not an object"),
        (HEADER + '\n{"at": 0, "from": [1], "address": "/hello", "args": []}\n', "line 2: this cannot be played"),
        (HEADER + '\n{"at": 0, "from": ["a", 1, null], "address": "/no", "args": []}\n', "line 2"),
        (HEADER.replace('"ready": []', '"ready": ["y"]') + "\n", "is no recording"),
    ],
)
def test_what_is_no_recording_is_said(tmp_path: Path, text: str | None, says: str) -> None:
    file = tmp_path / "tape.jsonl"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InputError, match=says):
        replay(file, load)


def test_two_recordings_never_share_a_file_and_stay_in_their_folder(tmp_path: Path) -> None:
    for _ in range(2):
        with BackgroundBridge(Bridge(Config(port=0, workers=1, record=tmp_path / "tapes"), OBEDIENT)) as bridge:
            for name in ("..", "same", "SAME"):
                client = UdpClient(bridge, name)
                client.hello()
                client.close()
    assert [path.name for path in tmp_path.iterdir()] == ["tapes"]
    assert len(list((tmp_path / "tapes").iterdir())) == 6


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_recording_is_written_over_no_file_and_through_no_link(tmp_path: Path) -> None:
    folder, outside = tmp_path / "tapes", tmp_path / "outside"
    folder.mkdir()
    outside.write_text("mine")
    (folder / "tape.jsonl").write_text("an older one")
    (folder / "tape-2.jsonl").symlink_to(outside)
    (folder / "tape-3.jsonl").symlink_to(tmp_path / "not-there")
    with record._new_file(folder, "tape") as file:
        file.write("new")
    assert (folder / "tape-4.jsonl").read_text() == "new"
    assert (folder / "tape.jsonl").read_text() == "an older one"
    assert outside.read_text() == "mine"
    assert not (tmp_path / "not-there").exists()
