"""What goes wrong inside: workers that die, hang or talk nonsense, and models that fail."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import BinaryIO

import pytest

from bridge.errors import InputError
from bridge.protocol import messages as m
from bridge.server import pool, workplace
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from bridge.server.handler import Handler
from bridge.server.process import started
from bridge.server.worker import Load
from bridge.session.choices import ModelInfo
from tests.server.accompanists import (
    DIES,
    LEAVES_THE_REGISTER,
    NAP_S,
    OBEDIENT,
    PRINTS,
    RAISES,
    RETURNS_NONSENSE,
    SLEEPS,
    Obedient,
    source,
)
from tests.server.clients import PATIENCE_S, Client, UdpClient

Join = Callable[..., Client]


def all_are_free(bridge: Bridge) -> None:
    """Wait until every worker has loaded its models."""
    assert bridge._pool is not None
    deadline_s = time.monotonic() + PATIENCE_S
    while bridge._pool._tasks:
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill -9")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_bar_whose_worker_is_killed_is_played_by_the_next_one(workers: int) -> None:
    with BackgroundBridge(Bridge(Config(port=0, workers=workers), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "killed")
        client.hello()
        all_are_free(bridge)
        client.say(client.lead(first_pitch=SLEEPS))
        time.sleep(NAP_S / 2)
        os.kill(bridge.worker_pids[0], signal.SIGKILL)  # bars go to the first worker that is free
        assert client.hear(m.Accompaniment).seq == client.seq
        for number in (1, 2):
            assert client.ask(number).notes
        client.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill -9")
def test_a_bar_is_played_though_the_next_workers_are_dead_before_it_reaches_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As it is when all of them are killed in one instant: only one of them had the bar."""
    given, send = [], workplace.send

    def given_to_the_dead(pipe: BinaryIO, task: object) -> None:
        if isinstance(task, tuple):
            given.append(task)
            if len(given) in (2, 3):
                raise BrokenPipeError
        send(pipe, task)

    monkeypatch.setattr(workplace, "send", given_to_the_dead)
    with BackgroundBridge(Bridge(Config(port=0, workers=3), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "unlucky")
        client.hello()
        all_are_free(bridge)
        client.say(client.lead(first_pitch=SLEEPS))
        time.sleep(NAP_S / 2)
        os.kill(bridge.worker_pids[0], signal.SIGKILL)
        assert isinstance(client.hear((m.Accompaniment, m.Refusal)), m.Accompaniment)
        assert len(given) == 4
        assert client.ask(1).notes
        client.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill -9")
def test_workers_that_die_in_their_sleep_are_started_again() -> None:
    with BackgroundBridge(Bridge(Config(port=0, workers=2), OBEDIENT)) as bridge:
        slow, quick = UdpClient(bridge, "slow"), UdpClient(bridge, "quick")
        slow.hello()
        quick.hello()
        all_are_free(bridge)
        pids = bridge.worker_pids
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        deadline_s = time.monotonic() + PATIENCE_S
        while not {*bridge.worker_pids}.isdisjoint(pids):
            assert time.monotonic() < deadline_s
        slow.say(slow.lead(first_pitch=SLEEPS))
        assert quick.ask().notes
        assert slow.hear(m.Accompaniment).notes
        slow.close()
        quick.close()


def test_a_bar_that_hangs_is_refused_and_the_next_one_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "BAR_LIMIT_S", 0.3 * NAP_S)
    with BackgroundBridge(Bridge(Config(port=0, workers=1), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "hangs")
        client.hello()
        pids = bridge.worker_pids
        assert client.refused(client.lead(first_pitch=SLEEPS)).code == "internal"
        monkeypatch.undo()
        assert client.ask(1).notes
        assert {*bridge.worker_pids}.isdisjoint(pids)
        client.close()


def test_a_bar_that_kills_its_workers_is_refused_and_the_next_one_plays(join: Join) -> None:
    client = join()
    refusal = client.refused(client.lead(first_pitch=DIES))
    assert (refusal.seq, refusal.code) == (client.seq, "internal")
    assert client.ask(1).notes


@pytest.mark.parametrize("order", [RAISES, LEAVES_THE_REGISTER, RETURNS_NONSENSE])
def test_a_model_that_fails_is_internal_and_the_next_bar_plays(join: Join, order: int) -> None:
    client = join()
    refusal = client.refused(client.lead(first_pitch=order))
    assert (refusal.seq, refusal.code) == (client.seq, "internal")
    assert client.ask(1).notes


def test_a_model_may_print(join: Join) -> None:
    assert join().ask(first_pitch=PRINTS).notes


@pytest.mark.parametrize(("function", "says"), [("broken", "its weights are gone"), ("deadly", "a worker died")])
def test_a_model_that_cannot_be_loaded_is_said_at_the_start(function: str, says: str) -> None:
    bridge = BackgroundBridge(Bridge(Config(port=0, workers=1), {"bad": source(function)}))
    with pytest.raises(InputError, match=f"the model bad could not be loaded: .*{says}"):
        bridge.__enter__()


def test_a_second_model_that_cannot_be_loaded_leaves_the_first_one_playing() -> None:
    models = OBEDIENT | {"broken": source("broken"), "deadly": source("deadly")}
    with BackgroundBridge(Bridge(Config(port=0, workers=1), models)) as bridge:
        client = UdpClient(bridge, "choosy")
        client.hello()
        for name in ("broken", "deadly"):
            client.say(m.Set("choosy", "model", name))
            assert client.hear(m.Value).value == name
            deadline_s = time.monotonic() + PATIENCE_S
            while "could not be loaded" not in client.refused(client.lead()).text:
                assert time.monotonic() < deadline_s
        client.say(m.Set("choosy", "model", ""))
        client.hear(m.Value)
        assert client.ask(1).notes
        client.close()


def test_a_model_that_takes_its_worker_with_it_is_told_once_and_kills_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures: list[str] = []
    failed = Handler.model_failed
    monkeypatch.setattr(Handler, "model_failed", lambda *about: (failures.append(about[1]), failed(*about)))
    deadly = {"deadly": source("deadly")}
    with BackgroundBridge(Bridge(Config(port=0, workers=2), OBEDIENT | deadly)) as bridge:
        client = UdpClient(bridge, "choosy")
        client.hello()
        deadline_s = time.monotonic() + PATIENCE_S
        while not failures:
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        all_are_free(bridge)
        assert client.ask().notes
        client.close()
    assert failures == ["deadly"]
    assert [record.name for record in caplog.records].count("bridge.server.pool") == 1
    assert not [record for record in caplog.records if record.name == "asyncio"]


def test_what_cannot_be_understood_from_a_worker_costs_a_worker_and_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    heard, receive = [], workplace.receive

    def garbled(pipe: BinaryIO) -> object:
        heard.append(receive(pipe))
        if isinstance(heard[-1], list) and len([one for one in heard if isinstance(one, list)]) == 1:
            raise AttributeError("no such class")
        return heard[-1]

    monkeypatch.setattr(workplace, "receive", garbled)
    with BackgroundBridge(Bridge(Config(port=0, workers=1), OBEDIENT)) as bridge:
        client = UdpClient(bridge, "garbled")
        client.hello()
        assert client.ask().notes
        client.close()


def test_a_worker_whose_server_is_gone_is_gone_too() -> None:
    with started() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        workplace.send(process.stdin, Load("obedient", OBEDIENT["obedient"]))
        assert workplace.receive(process.stdout) == ModelInfo.of(Obedient())
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0, "though it had nothing to do that it could fail at"
