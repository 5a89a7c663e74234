"""What nobody may do to a bridge. What strangers send is in test_corpus.py, damaged bundles in tests/model, recordings
in tests/server."""

from __future__ import annotations

import hmac
import plistlib
import shlex
from configparser import RawConfigParser
from pathlib import Path

import pytest
from faults.evenings import INFO
from faults.fuzz_target import STRANGER

from bridge.commands.serve import add_arguments
from bridge.protocol import messages as m
from bridge.protocol.codec import Rejected, decode, encode
from bridge.server import hub as hub_module
from bridge.server.hub import Hub
from bridge.server.members import Limits, Sender
from bridge.session.session import BARS_REMEMBERED, MAX_WAITING

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.mark.parametrize("said", ["", "s", "sesam", "sesame2", "sesamf", "\u017fesame", "\ud800", "x" * 10_000])
def test_every_wrong_token_is_compared_in_constant_time(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    class Watched:
        @staticmethod
        def compare_digest(one: bytes, other: bytes) -> bool:
            compared.append(other)
            return hmac.compare_digest(one, other)

    monkeypatch.setattr(hub_module, "hmac", Watched)
    hub = Hub("1", {"fake": INFO}, "fake", token="sesame")
    [send] = hub.receive(STRANGER, m.Hello(1, "s", 0, "both", said), 0.0)
    assert compared == [b"sesame"]
    assert isinstance(send.message, m.Refusal)
    assert send.message.code == "bad-token"
    assert "sesame" not in send.message.text
    assert hub.sessions == ()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "a\\b", "", "x" * 65, "a b", "nul\0", "ä", "%2e%2e", "~"])
def test_a_sessions_name_is_no_path(name: str) -> None:
    [rejected] = decode(encode(m.Hello(1, name, 0, "both", "")))
    assert isinstance(rejected, Rejected)
    assert rejected.error.code == "bad-arguments"


def test_a_reply_goes_to_the_senders_own_address_whatever_port_it_names() -> None:
    hub = Hub("1", {"fake": INFO}, "fake")
    for reply_port in (0, 1, 7771, 65_535):
        [send] = hub.receive(STRANGER, m.Hello(1, "s", reply_port, "both", ""), 0.0)
        assert send.destination == (STRANGER.ip, reply_port or STRANGER.port)


def test_one_who_opens_sessions_without_end_is_refused_and_the_others_stay() -> None:
    hub = Hub("1", {"fake": INFO}, "fake", limits=Limits(sessions=8, members=4))
    hub.receive(Sender("10.0.0.1", 1), m.Hello(1, "here-first", 0, "both", ""), 0.0)
    codes = []
    for number in range(200):
        [send] = hub.receive(Sender("10.0.0.2", number + 1), m.Hello(1, f"s{number}", 0, "both", ""), 1.0)
        codes.append(getattr(send.message, "code", "welcome"))
        hub.receive(Sender("10.0.0.3", number + 1), m.Hello(1, "here-first", 0, "both", ""), 1.0)
    assert codes.count("welcome") == 7
    assert codes.count("too-many-sessions") == 193
    assert "here-first" in hub.sessions
    told = [send.destination for send in hub.closing() if send.message.session == "here-first"]
    assert len(told) == 4
    assert ("10.0.0.1", 1) in told


def test_every_queue_and_memory_has_a_bound() -> None:
    limits = Limits()
    assert (limits.sessions, limits.members, limits.bars, MAX_WAITING) == (64, 16, BARS_REMEMBERED, 16)


def _options(command: str) -> list[str]:
    words = shlex.split(command)
    return [word for word in words[words.index("serve") + 1 :] if word.startswith("--")]


def _known_options() -> set[str]:
    from argparse import ArgumentParser

    parser = ArgumentParser()
    add_arguments(parser)
    return {option for action in parser._actions for option in action.option_strings}


def test_the_systemd_unit_runs_without_root() -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "obbligato.service")
    service = unit["Service"]
    assert service["ExecStart"].startswith("%h/")
    assert "User" not in service, "a user's unit runs as the user"
    assert service["NoNewPrivileges"] == "yes"
    assert set(_options(service["ExecStart"])) <= _known_options()


def test_the_launchd_agent_runs_without_root() -> None:
    agent = plistlib.loads((DEPLOY / "org.obbligato.bridge.plist").read_bytes())
    command = agent["ProgramArguments"][-1]
    assert command.startswith('exec "$HOME/')
    assert "UserName" not in agent
    assert set(_options(command)) <= _known_options()
