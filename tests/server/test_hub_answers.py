"""Who is answered what: notes, acks, refusals, the models' state, whose turn it is."""

from __future__ import annotations

from bridge.errors import Internal
from bridge.model.accompanist import Part
from bridge.protocol.messages import Accompaniment, Ack, Chords, Refusal, Reset, Set, Status, Welcome
from bridge.server.hub import Hub
from bridge.session.session import MAX_WAITING
from tests.server.hub_doubles import INFO, MODELS, Client, codes, notes_to, play, ready_hub, to


def test_a_bar_that_wants_nothing_is_acked() -> None:
    client = Client(ready_hub())
    client.hello()
    assert to(client, client.lead(3, ahead=-1)) == [Ack("song", "/lead", 3)]


def test_the_accompaniment_goes_to_every_member_that_wants_notes() -> None:
    hub = ready_hub()
    both, listen, play_only = (Client(hub, ip=f"10.0.0.{n}") for n in (1, 2, 3))
    both.hello("both")
    listen.hello("listen")
    play_only.hello("play")
    assert both.lead(5, number=2, ahead=1) == []
    sends = play(hub)
    assert to(both, sends) == to(play_only, sends)
    (piece,) = to(both, sends)
    assert isinstance(piece, Accompaniment)
    assert (piece.session, piece.seq, piece.bar, piece.index, piece.count, piece.part) == ("song", 5, 3, 0, 1, "piano")
    assert len(piece.notes) == 4
    assert to(listen, sends) == []


def test_a_member_that_listens_and_asked_gets_an_ack_when_the_answer_is_done() -> None:
    hub = ready_hub()
    listen, play_only = Client(hub), Client(hub, ip="10.0.0.2")
    listen.hello("listen")
    play_only.hello("play")
    assert listen.lead(5) == []
    sends = play(hub)
    assert to(listen, sends) == [Ack("song", "/lead", 5)]
    assert len(notes_to(play_only, sends)) == 4


def test_a_member_that_plays_may_ask_too() -> None:
    client = Client(ready_hub())
    client.hello("play")
    client.lead(1)
    assert len(notes_to(client, play(client.hub))) == 4


def test_errors_go_to_the_asker_only() -> None:
    hub = ready_hub()
    asker, other = Client(hub), Client(hub, ip="10.0.0.2")
    asker.hello()
    other.hello()
    asker.lead(1, known=1.0)
    sends = asker.lead(2, known=2.0)
    assert codes(sends) == ["superseded"]
    (refusal,) = to(asker, sends)
    assert isinstance(refusal, Refusal)
    assert refusal.seq == 1
    work = hub.begin(0.0, 0)
    assert work is not None
    sends = hub.finish(work, Internal("the worker died"), 0.1)
    assert to(asker, sends) == [Refusal("song", 2, "internal", "the worker died")]
    assert to(other, sends) == []


def test_a_resend_is_answered_again_to_all_that_want_notes() -> None:
    hub = ready_hub()
    asker, player = Client(hub), Client(hub, ip="10.0.0.2")
    asker.hello()
    player.hello("play")
    asker.lead(1)
    first = play(hub)
    again = asker.lead(1)
    assert to(asker, again) == to(asker, first)
    assert to(player, again) == to(player, first)
    assert hub.begin(0.0, 0) is None


def test_a_resend_by_a_member_that_listens_is_acked_again() -> None:
    hub = ready_hub()
    asker, player = Client(hub), Client(hub, ip="10.0.0.2")
    asker.hello("listen")
    player.hello("play")
    asker.lead(1)
    play(hub)
    again = asker.lead(1)
    assert to(asker, again) == [Ack("song", "/lead", 1)]
    assert len(notes_to(player, again)) == 4


def test_an_asker_that_left_is_not_answered_but_the_others_are() -> None:
    hub = ready_hub()
    asker, player = Client(hub, connection=1), Client(hub, ip="10.0.0.2")
    asker.hello()
    player.hello("play")
    asker.lead(1)
    hub.lost(1, 0.0)
    sends = play(hub)
    assert to(asker, sends) == []
    assert len(notes_to(player, sends)) == 4


def test_nothing_crosses_sessions() -> None:
    hub = ready_hub()
    first, second = Client(hub, session="a"), Client(hub, session="b", ip="10.0.0.2")
    first.hello()
    second.hello()
    first.lead(1)
    sends = play(hub)
    assert {send.destination for send in sends} == {first.address}
    session = hub.session("b")
    assert session is not None
    assert session.bars == 0


def test_a_bar_of_silence_is_one_piece_without_notes_of_the_first_part() -> None:
    client = Client(ready_hub())
    client.hello()
    client.say(Set("song", "parts", "bass piano"))
    client.lead(1)
    (piece,) = to(client, play(client.hub, notes=0))
    assert isinstance(piece, Accompaniment)
    assert (piece.index, piece.count, piece.part, piece.notes) == (0, 1, "bass", ())


def test_chords_come_after_the_last_piece_only_while_the_control_is_1() -> None:
    client = Client(ready_hub())
    client.hello()
    client.lead(1)
    assert [type(m) for m in to(client, play(client.hub))] == [Accompaniment]
    client.say(Set("song", "chords", 1))
    client.lead(2, number=1)
    assert [type(m) for m in to(client, play(client.hub, notes=500))] == [
        Accompaniment,
        Accompaniment,
        Accompaniment,
        Chords,
    ]
    client.lead(3, number=2)
    assert to(client, play(client.hub, notes=0))[-1] == Chords("song", 3, 2, ())
    client.say(Set("song", "chords", 0))
    client.lead(4, number=3)
    assert [type(m) for m in to(client, play(client.hub))] == [Accompaniment]


def test_reset_is_acked_and_what_waits_is_superseded_and_replies_are_forgotten() -> None:
    client = Client(ready_hub())
    client.hello()
    client.lead(1, number=0)
    play(client.hub)
    client.lead(2, number=1)
    sends = client.say(Reset("song"))
    assert codes(sends) == ["superseded"]
    assert to(client, sends)[-1] == Ack("song", "/reset", -1)
    assert client.lead(1, number=0) == [], "asked anew"
    assert len(play(client.hub)) == 1


def test_until_the_model_is_ready_a_request_is_refused_and_its_bar_remembered() -> None:
    hub = Hub("1", {"counting": None}, "counting")
    client = Client(hub)
    assert to(client, client.hello()) == [Welcome(1, "song", "1", "counting", 0, 0)]
    assert to(client, client.lead(1)) == [Refusal("song", 1, "not-ready", "the model counting is still loading")]
    assert to(client, client.lead(2, number=1, ahead=-1)) == [Ack("song", "/lead", 2)]
    (status,) = to(client, hub.tick(0.5))
    assert isinstance(status, Status)
    assert (status.ready, status.bars) == (0, 2)


def test_when_the_model_is_ready_another_welcome_follows() -> None:
    hub = Hub("1", {"counting": None}, "counting")
    client = Client(hub)
    client.hello()
    client.lead(1, ahead=-1)
    assert to(client, hub.model_ready("counting", INFO)) == [Welcome(1, "song", "1", "counting", 1, 1)]
    client.lead(2, number=1)
    assert len(notes_to(client, play(hub))) == 4


def test_a_model_that_cannot_be_loaded_is_told_to_its_sessions_and_at_every_request() -> None:
    hub = Hub("1", dict(MODELS), "counting")
    hub.model_ready("other")
    client, other = Client(hub), Client(hub, session="fine", ip="10.0.0.2")
    client.hello()
    other.hello()
    other.say(Set("fine", "model", "other"))
    sends = hub.model_failed("counting", "no weights")
    assert to(client, sends) == [Refusal("song", -1, "not-ready", "the model counting could not be loaded: no weights")]
    assert to(other, sends) == []
    assert codes(client.lead(1)) == ["not-ready"]


def test_a_model_that_breaks_for_good_has_its_waiting_requests_refused() -> None:
    client = Client(ready_hub())
    client.hello()
    client.lead(1)
    assert codes(client.hub.model_failed("counting", "gone")) == ["not-ready", "not-ready"]
    assert client.hub.begin(0.0, 0) is None
    client.hub.model_ready("counting")
    client.lead(2)
    assert client.hub.begin(0.0, 0) is not None


def test_what_waits_for_a_model_that_is_still_loading_is_begun_when_it_is_ready() -> None:
    hub = Hub("1", {"counting": INFO, "slow": None}, "counting")
    hub.model_ready("counting")
    client = Client(hub)
    client.hello()
    client.lead(1)
    client.say(Set("song", "model", "slow"))
    assert hub.begin(0.0, 0) is None
    hub.model_ready("slow", INFO)
    work = hub.begin(0.0, 0)
    assert work is not None
    assert work.job.model == "slow"


def test_the_session_plays_with_the_model_that_was_set() -> None:
    client = Client(ready_hub())
    client.hello()
    client.say(Set("song", "model", "other"))
    client.lead(1)
    work = client.hub.begin(0.0, 0)
    assert work is not None
    assert work.job.model == "other"


def test_sessions_take_turns_and_each_ones_newest_request_is_first() -> None:
    hub = ready_hub()
    clients = [Client(hub, session=name, ip=f"10.0.0.{n}") for n, name in enumerate(("a", "b", "c"))]
    for client in clients:
        client.hello()
    for number in range(5):
        clients[0].lead(number, number=number)
    clients[1].lead(0)
    clients[2].lead(0)
    turns = []
    while (work := hub.begin(0.0, 0)) is not None:
        turns.append((work.session, work.job.ask.number))
        hub.finish(work, (), 0.0)
    assert turns == [("a", 4), ("b", 0), ("c", 0), ("a", 3), ("a", 2), ("a", 1), ("a", 0)]


def test_several_sessions_are_played_at_the_same_time_but_of_each_one_bar() -> None:
    hub = ready_hub()
    for name in ("a", "b"):
        client = Client(hub, session=name)
        client.hello()
        client.lead(1, number=0)
        client.lead(2, number=1)
    first, second = hub.begin(0.0, 0), hub.begin(0.0, 0)
    assert first is not None
    assert second is not None
    assert {first.session, second.session} == {"a", "b"}
    assert hub.begin(0.0, 0) is None
    hub.finish(first, (Part("piano"),), 0.0)
    third = hub.begin(0.0, 0)
    assert third is not None
    assert third.session == first.session


def test_a_flood_gets_busy_and_the_other_session_keeps_its_turn() -> None:
    hub = ready_hub()
    flood, calm = Client(hub, session="flood"), Client(hub, session="calm", ip="10.0.0.2")
    flood.hello()
    calm.hello()
    sends = [send for seq in range(1000) for send in flood.lead(seq, number=seq)]
    assert codes(sends) == ["busy"] * (1000 - MAX_WAITING)
    calm.lead(1)
    begun = {work.session for work in (hub.begin(0.0, 0), hub.begin(0.0, 0)) if work is not None}
    assert begun == {"flood", "calm"}


def test_work_of_a_session_that_is_forgotten_gives_nothing() -> None:
    client = Client(ready_hub())
    client.hello()
    client.lead(1)
    work = client.hub.begin(0.0, 0)
    assert work is not None
    client.hub.tick(600.0)
    assert client.hub.finish(work, (), 600.0) == []
    client.now_s = 601.0
    client.hello()
    assert client.hub.finish(work, (), 601.0) == [], "nor in another session of the same name"


def test_work_that_is_finished_twice_is_answered_once() -> None:
    client = Client(ready_hub())
    client.hello()
    client.lead(1)
    work = client.hub.begin(0.0, 0)
    assert work is not None
    assert len(client.hub.finish(work, (), 0.0)) == 1
    assert client.hub.finish(work, Internal("the worker died"), 0.0) == []
