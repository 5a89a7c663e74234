"""What nobody may do to a bridge. What strangers send is in test_corpus.py, damaged bundles in tests/model, recordings
in tests/server."""

from __future__ import annotations

import hmac
import logging
import plistlib
import shlex
from configparser import RawConfigParser
from pathlib import Path
from unittest import mock

import pytest
from faults.evenings import INFO
from faults.fuzz_target import STRANGER
from hypothesis import example, given
from hypothesis import strategies as st
from protocol.strategies import bridge_messages
from server.accompanists import OBEDIENT
from server.clients import UdpClient

from bridge.commands.serve import add_arguments
from bridge.protocol import messages as m
from bridge.protocol.codec import Rejected, decode, encode
from bridge.protocol.osc import pack
from bridge.server import hub as hub_module
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from bridge.server.handler import Handler
from bridge.server.hub import Hub
from bridge.server.members import Destination, Limits, Sender
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


@given(bridge_messages)
def test_what_a_bridge_says_is_answered_by_no_bridge(message: m.BridgeMessage) -> None:
    """Or two of them, or one with itself, would answer each other for ever."""
    if isinstance(message, m.Bye):
        return  # a client says it, too
    sent: list[tuple[Destination, bytes]] = []
    hub = Hub("1", {"fake": INFO}, "fake")
    handler = Handler(hub, lambda to, packet: sent.append((to, packet)), None)
    for session in {"s", message.session} - {""}:
        handler.received(STRANGER, encode(m.Hello(1, session, 0, "both", "")))
    sent.clear()
    handler.received(STRANGER, encode(message))
    assert sent == []


def test_a_client_that_names_the_bridges_own_port_is_told_nothing_else_than_the_heartbeat() -> None:
    with BackgroundBridge(Bridge(Config(port=0, workers=1), OBEDIENT)) as bridge:
        confused, calm = UdpClient(bridge, "confused"), UdpClient(bridge, "calm")
        calm.hello()
        heard = bridge._handler.turns
        packets: list[bytes] = []
        bridge._handler.turns = lambda sender, packet: (packets.append(packet), heard(sender, packet))[1]  # type: ignore[method-assign]
        confused.say(m.Hello(1, "confused", bridge.port, "both", ""))
        calm.hear(m.Status)
        calm.hear(m.Status)
        assert calm.ask().notes
        assert len(packets) < 8, "a hello, what it is answered, the heartbeats, and the lead"
        confused.close()
        calm.close()


@pytest.mark.parametrize("packet", [b"/anything\0\0\0", encode(m.Ping("elsewhere", 1)), b"/lead\0\0\0,f\0\0\0\0\0\0"])
def test_what_other_programs_on_a_members_machine_say_is_not_answered_to_the_member(packet: bytes) -> None:
    sent: list[tuple[Destination, bytes]] = []
    handler = Handler(Hub("1", {"fake": INFO}, "fake"), lambda to, packet: sent.append((to, packet)), None)
    for session in ("here", "elsewhere"):
        ip = "10.0.0.1" if session == "here" else "10.0.0.2"
        handler.received(Sender(ip, 1), encode(m.Hello(1, session, 7771, "both", "")))
    sent.clear()
    handler.received(Sender("10.0.0.1", 2), packet)
    assert sent == []
    handler.received(Sender("10.0.0.1", 1), packet)
    assert [to for to, _ in sent] == [("10.0.0.1", 7771)], "the member itself is told what is wrong"
    handler.received(Sender("10.0.0.1", 2), encode(m.Ping("here", 1)))
    assert len(sent) == 2, "and may speak from another port of what is its own"


def test_a_refused_hello_of_a_members_neighbour_is_no_larger_than_that_of_any_stranger() -> None:
    sent: list[bytes] = []
    handler = Handler(Hub("1", {"fake": INFO}, "fake"), lambda to, packet: sent.append(packet), None)
    handler.received(Sender("10.0.0.1", 1), encode(m.Hello(1, "here", 7771, "both", "")))
    sent.clear()
    handler.received(Sender("10.0.0.1", 2), b"/hello\0\0,\0\0\0")
    assert sent == []


@given(st.text(st.characters(exclude_characters="\0")), st.sampled_from([STRANGER, Sender("10.0.0.1", 1)]))
@example("x\n2026-01-01 ERROR all is lost\x1b[2J", STRANGER)
def test_what_somebody_sends_makes_no_line_of_its_own_in_the_log_and_no_long_one(said: str, sender: Sender) -> None:
    handler = Handler(Hub("1", {"fake": INFO}, "fake"), lambda to, packet: None, None)
    handler.received(Sender("10.0.0.1", 1), encode(m.Hello(1, "here", 0, "both", "")))
    text = said.encode(errors="replace").decode()
    told: list[logging.LogRecord] = []
    log = logging.getLogger("bridge.server.handler")
    with mock.patch.multiple(log, isEnabledFor=lambda level: level >= logging.INFO, handle=told.append):
        handler.received(sender, pack(f"/{text}", "s", ["here"]))
        handler.received(sender, pack("/set", "sss", ["here", text, text]))
        handler.received(sender, pack("/hello", "isiss", [1, text, 0, text, text]))
    assert told
    for record in told:
        assert record.getMessage().isprintable()
        assert len(record.getMessage()) < 1_000


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
    assert (service["Restart"], unit["Unit"]["StartLimitIntervalSec"]) == ("always", "0"), "whatever happens"
    assert set(_options(service["ExecStart"])) <= _known_options()


def test_the_launchd_agent_runs_without_root() -> None:
    agent = plistlib.loads((DEPLOY / "org.obbligato.bridge.plist").read_bytes())
    command = agent["ProgramArguments"][-1]
    assert command.startswith('exec "$HOME/')
    assert "UserName" not in agent
    assert agent["KeepAlive"] is True
    assert set(_options(command)) <= _known_options()
