"""Members leave, fall silent, are too many; who gets the heartbeat, and when everybody is forgotten."""

from __future__ import annotations

import pytest

from bridge.errors import BadArguments
from bridge.protocol.messages import Ack, Bye, Ping, Status, Welcome
from bridge.server.members import Limits, Sender
from tests.server.hub_doubles import Client, codes, play, ready_hub, to


def test_bye_is_acked_and_the_sessions_memory_is_kept() -> None:
    client = Client(ready_hub())
    client.hello()
    client.lead(1, ahead=-1)
    assert to(client, client.say(Bye("song"))) == [Ack("song", "/bye", -1)]
    assert client.say(Ping("song", 1)) == [], "a stranger again"
    assert client.hub.tick(1.0) == []
    client.now_s = 599.0
    (welcome,) = to(client, client.hello())
    assert isinstance(welcome, Welcome)
    assert welcome.bars == 1


def test_ten_minutes_after_the_last_member_left_the_session_is_forgotten() -> None:
    client = Client(ready_hub())
    client.hello()
    client.lead(1, ahead=-1)
    client.say(Bye("song"))
    client.hub.tick(599.9)
    assert client.hub.sessions == ("song",)
    client.hub.tick(600.0)
    assert client.hub.sessions == ()


def test_ten_minutes_after_the_last_member_fell_silent_the_session_is_forgotten() -> None:
    hub = ready_hub()
    first, second = Client(hub), Client(hub, ip="10.0.0.2")
    first.hello()
    second.hello()
    second.now_s = 100.0
    second.say(Ping("song", 1))
    hub.tick(650.0)
    assert hub.sessions == ("song",)
    assert not hub.knows(first.sender), "silent for ten minutes"
    hub.tick(700.0)
    assert hub.sessions == ()
    assert not hub.knows(second.sender)


def test_every_member_gets_status_once_a_second() -> None:
    hub = ready_hub()
    first, second = Client(hub), Client(hub, ip="10.0.0.2")
    first.hello()
    second.hello("play")
    first.lead(1)
    play(hub, now_s=0.02)
    sends = hub.tick(1.0)
    assert to(first, sends) == to(second, sends)
    (status,) = to(first, sends)
    assert isinstance(status, Status)
    assert (status.session, status.ready, status.bars, status.late) == ("song", 1, 1, 0)
    assert status.median_ms == status.p99_ms == pytest.approx(20.0)


def test_a_member_that_was_silent_for_30_s_gets_no_more_status() -> None:
    client = Client(ready_hub())
    client.hello()
    assert len(client.hub.tick(30.0)) == 1
    assert client.hub.tick(30.1) == []
    client.now_s = 31.0
    client.hello()
    assert len(client.hub.tick(32.0)) == 1


def test_a_broken_message_of_a_member_is_a_sign_of_life() -> None:
    client = Client(ready_hub())
    client.hello()
    client.hub.refuse(client.sender, BadArguments("nonsense", session="song"), 29.0)
    assert len(client.hub.tick(50.0)) == 1


def test_a_silent_member_still_gets_the_notes() -> None:
    hub = ready_hub()
    asker, silent = Client(hub), Client(hub, ip="10.0.0.2")
    silent.hello("play")
    asker.now_s = 100.0
    asker.hello("listen")
    asker.lead(1)
    assert len(to(silent, play(hub, 100.0))) == 1


def test_a_lost_connection_leaves() -> None:
    hub = ready_hub()
    over_tcp, over_udp = Client(hub, connection=1), Client(hub)
    over_tcp.hello()
    over_udp.hello()
    hub.lost(1, 5.0)
    hub.lost(2, 5.0)
    assert hub.tick(5.0) != []
    assert to(over_tcp, hub.tick(5.0)) == []
    assert not hub.knows(over_tcp.sender)


def test_on_closing_every_member_gets_bye() -> None:
    hub = ready_hub()
    clients = [Client(hub, session=name, ip=f"10.0.0.{n}") for n, name in enumerate(("a", "a", "b"))]
    for client in clients:
        client.hello()
    sends = hub.closing()
    assert [to(client, sends) for client in clients] == [[Bye("a")], [Bye("a")], [Bye("b")]]


def test_over_the_limit_of_sessions_a_hello_is_refused() -> None:
    hub = ready_hub(limits=Limits(sessions=2))
    for name in ("a", "b"):
        Client(hub, session=name).hello()
    assert codes(Client(hub, session="c").hello()) == ["too-many-sessions"]
    assert hub.sessions == ("a", "b")
    assert codes(Client(hub, session="a", ip="10.0.0.2").hello()) == [], "one that there is can be joined"


def test_a_session_that_everybody_left_gives_way_to_somebody_who_is_here() -> None:
    hub = ready_hub(limits=Limits(sessions=2))
    first, second = Client(hub, session="a"), Client(hub, session="b")
    first.hello()
    second.hello()
    second.say(Bye("b"))
    assert codes(Client(hub, session="c").hello()) == []
    assert hub.sessions == ("a", "c")


def test_a_session_where_everybody_is_silent_gives_way_after_the_heartbeat() -> None:
    hub = ready_hub(limits=Limits(sessions=1))
    Client(hub, session="a").hello()
    assert codes(Client(hub, session="b", now_s=30.0).hello()) == ["too-many-sessions"]
    assert codes(Client(hub, session="b", now_s=30.1).hello()) == []
    assert hub.sessions == ("b",)


def test_over_the_limit_of_members_a_hello_is_refused_until_one_is_silent() -> None:
    hub = ready_hub(limits=Limits(members=2))
    for ip in ("10.0.0.1", "10.0.0.2"):
        Client(hub, ip=ip).hello()
    newcomer = Client(hub, ip="10.0.0.3")
    assert codes(newcomer.hello()) == ["too-many-sessions"]
    Client(hub, ip="10.0.0.2", now_s=31.0).say(Ping("song", 1))
    newcomer.now_s = 31.0
    assert codes(newcomer.hello()) == []
    assert not hub.knows(Sender("10.0.0.1", 50_000))
    assert hub.knows(Sender("10.0.0.2", 50_000))
