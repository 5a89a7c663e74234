"""Every row of the protocol page and every refusal, over real sockets."""

from __future__ import annotations

import contextlib
import json
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.errors import WIRE_ERRORS
from bridge.model.controls import CONTROLS
from bridge.protocol import messages as m
from bridge.protocol.codec import encode
from bridge.server.app import Bridge
from bridge.server.background import BackgroundBridge
from bridge.server.config import Config
from bridge.session.events import Ask
from tests.server.accompanists import OBEDIENT, RAISES, SLEEPS, source
from tests.server.clients import PATIENCE_S, TRANSPORTS, Client, UdpClient

Join = Callable[..., Client]
GOLDEN = Path(__file__).parents[1] / "golden" / "wire"
REFUSED = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLDEN.glob("refused-*.json"))}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_row_is_answered_as_the_page_says(join: Join, transport: str) -> None:
    client = join(transport=transport)
    name = client.session
    welcome = client.hello()
    assert (welcome.protocol, welcome.session, welcome.model, welcome.ready) == (m.PROTOCOL, name, "obedient", 1)

    answer = client.ask(number=3, ahead=1)
    assert (answer.session, answer.index, answer.count, answer.part, len(answer.notes)) == (name, 0, 1, "piano", 4)
    client.say(client.lead(number=4, ahead=-1))
    assert client.hear(m.Ack) == m.Ack(name, "/lead", client.seq)
    client.say(m.Set(name, "temperature", 9))
    assert client.hear(m.Value) == m.Value(name, "temperature", 2.0)
    client.say(m.Get(name, "low"))
    assert client.hear(m.Control).name == "low"
    client.say(m.Get(name, "*"))
    assert [client.hear(m.Control).name for _ in CONTROLS] == list(CONTROLS)
    client.say(m.Set(name, "chords", 1))
    client.ask(number=5)
    assert client.hear(m.Chords).bar == 5
    client.say(m.Ping(name, 77))
    assert client.hear(m.Pong) == m.Pong(name, 77)
    status = client.hear(m.Status)
    assert (status.session, status.ready, status.bars) == (name, 1, 3)
    assert 0 < status.median_ms <= status.p99_ms
    client.say(m.Reset(name))
    assert client.hear(m.Ack) == m.Ack(name, "/reset", -1)
    assert client.hello().bars == 0
    client.say(m.Bye(name))
    assert client.hear(m.Ack) == m.Ack(name, "/bye", -1)


def test_a_bundle_is_handled_in_order_at_once_whatever_its_time_tag(join: Join) -> None:
    client = join()
    elements = [encode(m.Set(client.session, "seed", 3)), encode(m.Ping(client.session, 1)), encode(client.lead())]
    far_future = b"\xff" * 8
    client.put(b"#bundle\0" + far_future + b"".join(struct.pack(">i", len(e)) + e for e in elements))
    kinds = (m.Value, m.Pong, m.Accompaniment)
    assert tuple(type(client.hear(kinds)) for _ in kinds) == kinds


@pytest.mark.parametrize("name", [name for name, golden in REFUSED.items() if golden.get("when", "always") == "always"])
@pytest.mark.parametrize("transport", ["udp", "tcp-slip"])
def test_a_golden_refusal_is_what_the_bridge_answers(bridge: Bridge, join: Join, name: str, transport: str) -> None:
    golden = REFUSED[name]
    client = join("song-1", transport=transport)
    if golden["address"] == "/hello":  # a refused /hello over UDP is answered at the port that it names
        golden["packet"] = golden["packet"].replace((7771).to_bytes(4, "big").hex(), (0).to_bytes(4, "big").hex())
    client.put(bytes.fromhex(golden["packet"]))
    refusal, expected = client.hear(m.Refusal), golden["answer"]["message"]
    assert (refusal.session, refusal.seq, refusal.code) == (expected["session"], expected["seq"], expected["code"])


def test_unknown_session(join: Join) -> None:
    client = join()
    refusal = client.refused(m.Ping("somewhere-else", 1))
    assert (refusal.session, refusal.code) == ("somewhere-else", "unknown-session")


def test_superseded_and_busy(join: Join) -> None:
    client = join()
    client.say(client.lead(0, first_pitch=SLEEPS))
    older, newer = client.lead(1), client.lead(1)
    client.say(older, newer)
    refusal = client.hear(m.Refusal)
    assert (refusal.seq, refusal.code) == (older.ask.seq, "superseded")
    client.say(*(client.lead(number) for number in range(2, 18)))
    refusal = client.hear(m.Refusal)
    assert (refusal.seq, refusal.code) == (newer.ask.seq, "busy")


def test_internal_and_the_next_bar_plays(join: Join) -> None:
    client = join()
    lead = client.lead(first_pitch=RAISES)
    refusal = client.refused(lead)
    assert (refusal.seq, refusal.code) == (lead.ask.seq, "internal")
    assert client.ask(1).notes


def test_not_ready_until_the_model_is_loaded() -> None:
    slow = Bridge(Config(port=0, workers=1), {"slow": source("slow_to_load")})
    with BackgroundBridge(slow, wait_for_model=False):
        client = UdpClient(slow, "early")
        assert client.hello().ready == 0
        refusal = client.refused(client.lead())
        assert (refusal.seq, refusal.code) == (1, "not-ready")
        welcome = client.hear(m.Welcome)
        assert (welcome.ready, welcome.bars) == (1, 1)  # what was said in the meantime was heard
        assert client.ask(1).notes
        client.close()


def test_a_token_and_a_limit_of_sessions() -> None:
    with BackgroundBridge(Bridge(Config(port=0, workers=1, token="sesame", max_sessions=1), OBEDIENT)) as guarded:
        client, other = UdpClient(guarded, "first"), UdpClient(guarded, "second")
        for wrong in ("", "guess", "sesame2"):
            assert client.refused(m.Hello(m.PROTOCOL, "first", 0, "both", wrong)).code == "bad-token"
        assert client.refused(m.Hello(2, "first", 0, "both", "sesame")).code == "unsupported-protocol"
        client.say(m.Ping("first", 1))
        assert client.hears_nothing()  # still a stranger
        assert client.hello(token="sesame").session == "first"
        refusal = other.refused(m.Hello(m.PROTOCOL, "second", 0, "both", "sesame"))
        assert (refusal.session, refusal.code) == ("second", "too-many-sessions")
        client.close()
        other.close()


def test_every_code_was_provoked() -> None:
    by_context = {"bad-token", "too-many-sessions", "unknown-session", "superseded", "busy", "internal", "not-ready"}
    always = {golden["error"] for golden in REFUSED.values() if golden.get("when", "always") == "always"}
    assert always | by_context == {error.code for error in WIRE_ERRORS}


def test_the_same_request_again_is_answered_with_the_same_reply(join: Join) -> None:
    client = join()
    lead = client.lead()
    answers = []
    for _ in range(3):
        client.say(lead)
        answers.append(client.hear(m.Accompaniment))
    assert answers[0] == answers[1] == answers[2]
    changed = m.Lead(client.session, Ask(lead.ask.seq, 0, lead.ask.bar.before(2.0), 120.0, 0, 2.0))
    client.say(changed)  # the same number with other content: what begins before beat 2 was promised
    again = client.hear(m.Accompaniment)
    assert [n for n in again.notes if n.onset_beats < 2] == [n for n in answers[0].notes if n.onset_beats < 2]


def test_the_same_seed_gives_the_same_music(join: Join) -> None:
    heard = []
    for _ in range(2):
        client = join()
        client.say(m.Set(client.session, "seed", 11))
        heard.append([client.ask(number).notes for number in range(4)])
    assert heard[0] == heard[1]


def test_two_members_share_a_session(join: Join) -> None:
    listener, player = join("duo", "listen"), join("duo", "play")
    lead = listener.lead()
    listener.say(lead)
    assert listener.hear(m.Ack) == m.Ack("duo", "/lead", lead.ask.seq)
    assert player.hear(m.Accompaniment).seq == lead.ask.seq
    assert listener.hears_nothing()


def test_udp_and_tcp_meet_in_one_session(join: Join) -> None:
    over_udp, over_tcp = join("mixed", "play"), join("mixed", "listen", "tcp-prefix")
    over_tcp.say(over_tcp.lead())
    assert over_udp.hear(m.Accompaniment).session == "mixed"


def test_replies_go_to_the_port_that_hello_named(bridge: Bridge) -> None:
    speaker, listener = UdpClient(bridge, "two-ports"), UdpClient(bridge, "two-ports")
    speaker.say(m.Hello(m.PROTOCOL, "two-ports", listener.port, "both", ""))
    assert listener.hear(m.Welcome).session == "two-ports"
    speaker.say(speaker.lead())
    assert listener.hear(m.Accompaniment).session == "two-ports"
    assert speaker.hears_nothing(but=())
    speaker.close()
    listener.close()


def test_a_stranger_is_answered_to_hello_alone_and_never_with_more_than_he_may_cause() -> None:
    with BackgroundBridge(Bridge(Config(port=0, workers=1), OBEDIENT)) as lonely:
        stranger = UdpClient(lonely, "nowhere")
        stranger.say(m.Ping("nowhere", 1), stranger.lead(), m.Bye("nowhere"))
        stranger.put(b"/hello\0\0,\0\0\0")  # its refusal would be more than three times its size
        stranger.put(b"/nothing\0\0\0\0")
        assert stranger.hears_nothing(but=())
        element = struct.pack(">i", 12) + b"/hello\0\0,\0\0\0"
        bundle = b"#bundle\0" + b"\0" * 8 + element * 100
        stranger.put(bundle)
        with contextlib.suppress(TimeoutError):
            sizes = []
            while True:
                sizes += [len(packet) for packet in stranger.take(0.3 if sizes else PATIENCE_S)]
        assert 0 < sum(sizes) <= 3 * len(bundle)
        assert stranger.hello().session == "nowhere"
        stranger.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_bridge_that_is_started_again_is_joined_again(transport: str, join: Join) -> None:
    port = 0
    for run in (1, 2):
        with BackgroundBridge(Bridge(Config(port=port, workers=1), OBEDIENT)) as running:
            port = running.port
            client = join("encore", transport=transport, to=running)
            assert client.hello().bars == 0
            for number in range(run):
                client.say(client.lead(number, ahead=-1))
                client.hear(m.Ack)
            assert client.ask(run).notes
        assert client.hear(m.Bye) == m.Bye("encore")


def test_a_hundred_bars_at_once_are_each_answered_once(join: Join) -> None:
    clients = [join() for _ in range(20)]
    for number in range(5):
        for client in clients:
            client.say(client.lead(number))
        for client in clients:
            assert client.hear(m.Accompaniment).bar == number
    time.sleep(0.05)
    assert all(client.hears_nothing(for_s=0.01) for client in clients)
