"""Who may come in, who is heard and meant, and the controls of a session."""

from __future__ import annotations

import pytest

from bridge.errors import BadArguments, InputError, Internal, InvalidBar
from bridge.model.controls import CONTROLS
from bridge.protocol.messages import Ack, Bye, Get, Lead, Ping, Pong, Refusal, Reset, Set, Status, Value, Welcome
from bridge.server.hub import Hub
from bridge.server.members import Sender
from tests.server.hub_doubles import MODELS, Client, codes, play, ready_hub, to
from tests.session.doubles import ask


def test_a_strangers_hello_is_answered_with_welcome() -> None:
    client = Client(ready_hub())
    assert to(client, client.hello()) == [Welcome(1, "song", "1.2.3", "counting", 1, 0)]


def test_replies_go_to_the_port_that_hello_named() -> None:
    client = Client(ready_hub(), reply_port=9000)
    assert [send.destination for send in client.hello()] == [("10.0.0.1", 9000)]


def test_reply_port_0_means_the_port_that_the_datagram_came_from() -> None:
    client = Client(ready_hub(), reply_port=0, source_port=40_123)
    assert [send.destination for send in client.hello()] == [("10.0.0.1", 40_123)]


def test_over_tcp_replies_go_to_the_connection() -> None:
    client = Client(ready_hub(), connection=7)
    assert [send.destination for send in client.hello()] == [7]
    assert [send.destination for send in client.say(Ping("song", 1))] == [7]


def test_a_hello_with_another_protocol_is_refused() -> None:
    client = Client(ready_hub())
    assert codes(client.hello(protocol=2)) == ["unsupported-protocol"]
    assert client.say(Ping("song", 1)) == []


@pytest.mark.parametrize("token", ["", "wrong", "s3cret ", "ß", "\ud800"])
def test_a_hello_without_the_token_is_refused(token: str) -> None:
    client = Client(ready_hub(token="s3cret"))
    assert to(client, client.hello(token=token)) == [
        Refusal("song", -1, "bad-token", "not the token this bridge was started with")
    ]
    assert client.hub.sessions == ()


def test_a_hello_with_the_token_is_welcome() -> None:
    client = Client(ready_hub(token="s3crét"))
    assert isinstance(client.hello(token="s3crét")[0].message, Welcome)


def test_a_bridge_without_a_token_takes_any() -> None:
    client = Client(ready_hub())
    assert isinstance(client.hello(token="whatever")[0].message, Welcome)


def test_anything_else_from_a_stranger_gets_nothing() -> None:
    hub = ready_hub()
    Client(hub).hello()
    stranger = Client(hub, ip="10.0.0.2")
    said = (Ping("song", 1), Get("song", "*"), Reset("song"), Bye("song"), Set("song", "seed", 1), Lead("song", ask(1)))
    assert [stranger.say(message) for message in said] == [[]] * len(said)
    assert hub.refuse(stranger.sender, BadArguments("nonsense"), 0.0, "/lead") == []
    assert not hub.knows(stranger.sender)


def test_a_stranger_over_tcp_gets_nothing_even_from_the_address_of_a_member() -> None:
    hub = ready_hub()
    Client(hub).hello()
    assert Client(hub, connection=3).say(Ping("song", 1)) == []
    assert not hub.knows(Sender("10.0.0.1", 50_000, 3))


def test_a_strangers_hello_that_cannot_be_read_is_refused_where_it_wanted_its_answer() -> None:
    hub = ready_hub()
    sender = Sender("10.0.0.9", 1234)
    (send,) = hub.refuse(sender, BadArguments("/hello takes 5 arguments", session="song"), 0.0, "/hello", 7771)
    assert send.destination == ("10.0.0.9", 7771)
    assert send.message == Refusal("song", -1, "bad-arguments", "/hello takes 5 arguments")
    (send,) = hub.refuse(sender, BadArguments("x" * 500), 0.0, "/hello")
    assert send.destination == ("10.0.0.9", 1234)
    assert isinstance(send.message, Refusal)
    assert len(send.message.text) == 68, "so short that nobody can multiply what he sends"


def test_a_members_message_that_cannot_be_read_is_refused_at_its_reply_port() -> None:
    client = Client(ready_hub())
    client.hello()
    error = InvalidBar("pitch 200 is outside 0..127", session="song", seq=5)
    assert to(client, client.hub.refuse(client.sender, error, 0.0, "/lead")) == [
        Refusal("song", 5, "invalid-bar", "pitch 200 is outside 0..127")
    ]
    assert codes(client.hub.refuse(client.sender, Internal("a fault"), 0.0)) == ["internal"]


def test_a_member_of_another_session_is_told_unknown_session() -> None:
    hub = ready_hub()
    client, other = Client(hub), Client(hub, session="elsewhere", ip="10.0.0.2")
    client.hello()
    other.hello()
    client.session = "elsewhere"
    (refusal,) = to(client, client.lead(9))
    assert isinstance(refusal, Refusal)
    assert (refusal.session, refusal.seq, refusal.code) == ("elsewhere", 9, "unknown-session")
    client.session = "nowhere"
    assert codes(client.say(Ping("nowhere", 1))) == ["unknown-session"]


def test_saying_hello_again_renews_and_may_change_the_role() -> None:
    client = Client(ready_hub())
    client.hello("listen")
    client.lead(1)
    assert to(client, play(client.hub)) == [Ack("song", "/lead", 1)]
    client.hello("both")
    client.lead(2, number=1)
    assert client.hub.sessions == ("song",)
    assert len(to(client, play(client.hub))) == 1


def test_a_hello_says_how_many_bars_are_remembered() -> None:
    client = Client(ready_hub())
    client.hello()
    for number in range(3):
        client.lead(number, number=number, ahead=-1)
    (welcome,) = to(client, client.hello())
    assert isinstance(welcome, Welcome)
    assert welcome.bars == 3


def test_the_member_is_told_by_the_port_it_sends_from() -> None:
    hub = ready_hub()
    first = Client(hub, source_port=1001, reply_port=7771)
    second = Client(hub, source_port=1002, reply_port=7772)
    first.hello()
    second.hello()
    assert to(first, first.say(Ping("song", 1))) == [Pong("song", 1)]
    assert to(second, second.say(Ping("song", 2))) == [Pong("song", 2)]


def test_from_a_port_that_said_no_hello_the_member_that_joined_last_is_meant() -> None:
    hub = ready_hub()
    first = Client(hub, source_port=1001, reply_port=7771)
    second = Client(hub, source_port=1002, reply_port=7772)
    first.hello()
    second.hello()
    sends = hub.receive(Sender("10.0.0.1", 1003), Ping("song", 5), 0.0)
    assert to(second, sends) == [Pong("song", 5)]


def test_a_client_that_is_known_from_another_session_is_not_taken_for_its_neighbour() -> None:
    hub = ready_hub()
    first = Client(hub, session="a", source_port=1001, reply_port=7771)
    second = Client(hub, session="b", source_port=1002, reply_port=7772)
    first.hello()
    second.hello()
    sends = first.say(Bye("b"))
    assert codes(sends) == ["unknown-session"]
    assert [send.destination for send in sends] == [first.address]
    assert to(second, second.say(Ping("b", 1))) == [Pong("b", 1)]


def test_the_same_client_may_be_in_several_sessions() -> None:
    hub = ready_hub()
    client = Client(hub, session="a")
    client.hello()
    client.session = "b"
    client.hello()
    assert to(client, client.say(Ping("a", 1))) == [Pong("a", 1)]
    assert to(client, client.say(Ping("b", 2))) == [Pong("b", 2)]
    assert [type(m) for m in to(client, hub.tick(0.5))] == [Status, Status]
    client.say(Bye("a"))
    assert codes(client.say(Ping("a", 3))) == ["unknown-session"]
    assert to(client, client.say(Ping("b", 4))) == [Pong("b", 4)]


def test_a_client_that_was_started_again_counts_from_the_beginning() -> None:
    client = Client(ready_hub())
    client.hello()
    client.lead(0, known=1.0)
    play(client.hub)
    client.hello()
    client.lead(0, known=1.0)
    assert client.hub.begin(0.0, 0) is None, "renewed: answered from memory"
    client.source_port += 1
    client.hello()
    client.lead(0, known=1.0)
    assert client.hub.begin(0.0, 0) is not None


def test_controls_are_set_told_and_refused() -> None:
    client = Client(ready_hub())
    client.hello()
    assert to(client, client.say(Set("song", "temperature", 9))) == [Value("song", "temperature", 2.0)]
    assert codes(client.say(Set("song", "temperature", "hot"))) == ["invalid-value"]
    assert codes(client.say(Set("song", "colour", 1))) == ["invalid-value"]
    assert codes(client.say(Get("song", "colour"))) == ["invalid-value"]
    (control,) = to(client, client.say(Get("song", "temperature")))
    assert (control.name, control.kind, control.low, control.high, control.value) == ("temperature", "f", 0, 2, 2.0)  # type: ignore[union-attr]
    assert len(client.say(Get("song", "*"))) == len(CONTROLS)


def test_a_session_keeps_its_controls_from_the_others() -> None:
    hub = ready_hub()
    first, second = Client(hub, session="a"), Client(hub, session="b", ip="10.0.0.2")
    first.hello()
    second.hello()
    first.say(Set("a", "density", 1.0))
    (control,) = to(second, second.say(Get("b", "density")))
    assert control.value == 0.0  # type: ignore[union-attr]


def test_a_hub_needs_its_default_model() -> None:
    with pytest.raises(InputError, match="no model is called 'nobody': there are counting, other"):
        Hub("1", MODELS, "nobody")
