"""The command line of the client: what it refuses, and how it says what it heard and measured."""

from __future__ import annotations

import argparse
import socket
from pathlib import Path

import pytest

from bridge import cli
from bridge.client.leadfile import open_lead
from bridge.client.listen import described
from bridge.client.measured import Measured, percentile
from bridge.client.realtime import open_socket
from bridge.client.report import rows
from bridge.commands import client
from bridge.errors import InputError
from bridge.leads import lead_path
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.protocol.codec import Rejected, decode_answers
from bridge.protocol.messages import Accompaniment, Chords, Status, Value

LEAD = str(lead_path("ode-to-joy"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a MIDI file to play, or say --listen"),
        (["--listen"], "--listen needs --session"),
        (["none.mid"], "cannot read none.mid"),
        ([__file__], "test_command.py"),
        ([LEAD, "--track", "9"], "no track is called '9'"),
        ([LEAD, "--port", "0"], "a port is a number from 1 to 65535"),
        ([LEAD, "--bpm", "2"], "--bpm is 5 to 999"),
        ([LEAD, "--bpm", "nan"], "--bpm is 5 to 999"),
        ([LEAD, "-o", "no/such/folder/duet.mid"], "there is no folder no/such/folder"),
        ([LEAD, "-o", LEAD], "is what is read here"),
        ([LEAD, "--loss", "2"], "--loss is a chance from 0 to 1"),
        ([LEAD, "--density", "3"], "density is -1 to 1, not 3"),
        ([LEAD, "--temperature", "hot"], "temperature wants a number from 0 to 2, not 'hot'"),
        ([LEAD, "--seed", "1.5"], "seed wants a whole number from -1 to 2147483647, not '1.5'"),
        ([LEAD, "--low", "80", "--high", "40"], "--low 80 is above --high 40"),
        ([LEAD, "--set", "chords"], "--set wants NAME=VALUE, not 'chords'"),
        ([LEAD, "--set", "volume=3"], "no control is called 'volume'"),
        ([LEAD, "--host", "no host of that name"], "there is no host"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["client", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_the_controls_of_the_command_line() -> None:
    parser = argparse.ArgumentParser()
    client.add_arguments(parser)
    args = parser.parse_args(
        ["x.mid", "--seed", "4", "--density", "-0.5", "--set", "style=ballad", "--set", "chords=1"]
    )
    assert client.wanted_controls(args) == {"seed": 4, "density": -0.5, "style": "ballad", "chords": 1}


def test_a_reply_port_that_is_taken() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(InputError, match="try --reply-port 0"):
            open_socket("127.0.0.1", 7770, taken.getsockname()[1])


def test_a_bundled_lead_goes_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["client", "ode-to-joy", "--port", "9"]) == 2
    said = capsys.readouterr()
    assert "24 bars of 4/4" in said.out
    assert "no bridge answers at 127.0.0.1 port 9" in said.err


def test_a_lead_is_summed_up_in_a_line() -> None:
    assert open_lead(Path(LEAD)).summary.endswith("24 bars of 4/4, 120 bpm")


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        (Value("s", "density", 0.25), ['/value session="s" name="density" value=0.25']),
        (
            Status("s", 1, 7, 0, 12.345, 20.0),
            ['/status session="s" ready=1 bars=7 late=0 answers median_ms=12.35 ms p99_ms=20 ms'],
        ),
        (Chords("s", 3, 7, ((0.0, "Am"),)), ['/chords session="s" seq=3 bar=7', '    beat=0 beats name="Am"']),
        (
            Accompaniment("s", 3, 7, 0, 1, "piano", Metre(6, 8), (Note(60, 1.5, 0.5, 80),)),
            [
                '/accompaniment session="s" seq=3 bar=7 index=0 count=1 part="piano" numerator=6 denominator=8',
                "    pitch=60 onset=1.5 beats duration=0.5 beats velocity=80",
            ],
        ),
    ],
)
def test_what_is_heard_is_printed_with_units(message, lines: list[str]) -> None:
    assert described(message) == lines


def test_what_is_not_understood_is_printed_too() -> None:
    [rejected] = decode_answers(b"/nonsense\0\0\0,\0\0\0")
    assert isinstance(rejected, Rejected)
    assert described(rejected)[0].startswith("/nonsense not understood")


def test_the_table_shows_faults_only_where_there_were_any() -> None:
    measured = Measured(bars=4, answered=3, lost=1, round_trips_ms=[10.0, 20.0, 30.0])
    plain = dict(rows(measured))
    assert plain["round trip p50 / p95 / p99 / max"] == "20.0 / 29.0 / 29.8 / 30.0 ms"
    assert plain["note lateness p50 / p99 / max"] == "-"
    assert plain["errors"] == "none"
    assert "bridge greeted again" not in plain
    measured.rejoined, measured.answered = 2, 2
    measured.errors["busy"] += 3
    full = dict(rows(measured, is_fast=True))
    assert (full["bridge greeted again"], full["bars not reached"], full["error busy"]) == ("2", "1", "3")
    assert "late" not in full


def test_a_percentile_of_nothing() -> None:
    assert percentile([], 50) is None
