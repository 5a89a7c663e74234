"""The client at a real bridge: sockets, processes, a model."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import mido
import pytest

from bridge import cli
from bridge.client.duet import PlayedNote
from bridge.client.leadfile import open_lead
from bridge.client.listen import listen
from bridge.client.network import Badness
from bridge.client.player import Action, Options, Player, Send
from bridge.client.realtime import open_socket, perform
from bridge.client.score import NoteOn
from bridge.client.timeline import at_tempo
from bridge.errors import InputError
from bridge.leads import lead_path
from bridge.model.registry import load
from bridge.music.midi import read_song
from bridge.offline.accompany import MODES, accompany
from bridge.protocol.messages import PROTOCOL, Bye, Hello
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from tests.client.test_score import hanging

MODEL = "onehot"
LEAD = lead_path("greensleeves")
SEED = 5
NUMBERS = count()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    config = Config(port=0, model=MODEL, workers=1)
    with BackgroundBridge(Bridge(config, {MODEL: MODEL})) as bridge:
        yield bridge.port


def played(
    port: int,
    lead: Path = LEAD,
    badness: Badness | None = None,
    bpm: float | None = None,
    bars: int | None = None,
    **options: Any,
) -> Player:
    file = open_lead(lead)
    song = at_tempo(file.song, bpm)
    song = replace(song, bars=song.bars[:bars])
    # A session of its own each time: nothing has to be forgotten first.
    player = Player(song, file.lead[:bars], Options(f"test-{next(NUMBERS)}", controls={"seed": SEED}, **options))
    perform(player, "127.0.0.1", port, badness=badness, network_seed=3)
    return player


def bars_of(player: Player) -> dict[int, list[PlayedNote]]:
    bars: dict[int, list[PlayedNote]] = {}
    for one in player.played:
        bars.setdefault(one.number, []).append(one)
    return bars


@pytest.mark.parametrize(("ahead", "lead"), [(0, LEAD), (1, lead_path("ode-to-joy")), (1, lead_path("greensleeves"))])
def test_what_plays_live_is_what_plays_a_file(port: int, ahead: int, lead: Path) -> None:
    player = played(port, lead, ahead=ahead, is_fast=True)
    assert player.measured.all_in_time
    file = open_lead(lead)
    offline = accompany(file.song, file.choice.track, load(MODEL), MODES[ahead], {"seed": SEED})
    live = [[(p.part, p.note) for p in player.played if p.number == n] for n in range(len(file.song.bars))]
    whole = [[(part.name, note) for part in parts for note in part.notes] for parts in offline]
    assert [len(bar) for bar in live] == [len(bar) for bar in whole]
    for bar, expected in zip(live, whole, strict=True):
        for (part, note), (part_name, wanted) in zip(bar, expected, strict=True):
            assert (part, note.pitch_midi, note.velocity_midi) == (part_name, wanted.pitch_midi, wanted.velocity_midi)
            assert note.onset_beats == pytest.approx(wanted.onset_beats, abs=1e-5)
            assert note.duration_beats == pytest.approx(wanted.duration_beats, abs=1e-5)


def test_a_bad_network_does_not_change_the_music(port: int) -> None:
    good, bad = played(port, is_fast=True), played(port, badness=Badness(0.2, 0.1, 0.1), is_fast=True)
    assert bad.measured.answered + bad.measured.lost == bad.measured.bars
    assert bad.measured.resent > 0
    assert bad.measured.lost == 0  # a bar is asked for again for ten seconds
    assert bars_of(bad) == bars_of(good)


def test_eight_bars_in_real_time(port: int) -> None:
    player = played(port, bpm=480, bars=8)
    measured = player.measured
    assert measured.answered + measured.lost == measured.bars == 8
    assert len(measured.lateness_ms) == measured.notes == len(player.played)
    assert min(measured.lateness_ms, default=0) >= 0  # never early
    assert player.is_finished


def test_ctrl_c_ends_what_sounds_and_says_goodbye(port: int) -> None:
    file = open_lead(LEAD)
    player = Player(at_tempo(file.song, 480), file.lead, Options(f"test-{next(NUMBERS)}"))
    actions: list[Action] = []

    def interrupted(action: Action) -> None:
        actions.append(action)
        if isinstance(action, NoteOn) and sum(isinstance(one, NoteOn) for one in actions) == 3:
            raise KeyboardInterrupt

    perform(player, "127.0.0.1", port, on_action=interrupted)
    assert player.is_finished
    assert hanging([action for action in actions if not isinstance(action, Send)]) == {}
    assert isinstance(actions[-1], Send)
    assert isinstance(actions[-1].message, Bye)
    assert player.measured.answered < player.measured.bars


def test_the_command_writes_the_duet_and_the_table(
    port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "duet.mid"
    arguments = ["client", str(LEAD), "--port", str(port), "--fast", "-o", str(out), "--seed", "3", "--high", "60"]
    assert cli.main([*arguments, "--loss", "0.1", "--network-seed", "1"]) == 0
    said = capsys.readouterr().out
    assert "answered" in said
    assert "p50 / p95 / p99 / max" in said
    song = read_song(out.read_bytes())
    lead = open_lead(LEAD)
    assert song.tracks[0].notes == lead.song.tracks[lead.choice.track].notes
    assert song.tracks[1].name == "piano"
    assert {note.pitch_midi for note in song.tracks[1].notes} <= set(range(28, 61))
    assert mido.MidiFile(out).ticks_per_beat == mido.MidiFile(LEAD).ticks_per_beat


def test_a_control_that_the_bridge_refuses_is_said_in_its_words(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["client", str(LEAD), "--port", str(port), "--fast", "--set", "model=nobody"]) == 2
    assert "nobody" in capsys.readouterr().err


def test_listening_prints_what_the_players_of_the_session_are_sent(port: int) -> None:
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        if "/status" in line:
            raise KeyboardInterrupt  # as Ctrl-C does

    sock, bridge = open_socket("127.0.0.1", port, 0)
    with sock:
        listen(sock, bridge, Hello(PROTOCOL, "listened", 0, "play", ""), say)
    assert "/welcome protocol=1" in lines[0]
    assert "median_ms=0 ms" in lines[-1]


def test_listening_where_nobody_lets_us_in() -> None:
    with BackgroundBridge(Bridge(Config(port=0, token="secret"), {MODEL: MODEL}), wait_for_model=False) as bridge:
        sock, address = open_socket("127.0.0.1", bridge.port, 0)
        with sock, pytest.raises(InputError, match="bad-token"):
            listen(sock, address, Hello(PROTOCOL, "listened", 0, "play", "guess"), print)


def test_no_bridge_at_that_port(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("bridge.client.player.ABSENT_S", 0.3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        assert cli.main(["client", str(LEAD), "--port", str(port)]) == 2
    assert f"start one with `obbligato serve --port {port}`" in capsys.readouterr().err
