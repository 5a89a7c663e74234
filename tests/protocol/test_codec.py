"""The edge: every message survives the wire, everything else is refused by name."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import WIRE_ERRORS
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.protocol import messages as m
from bridge.protocol.codec import MAX_MESSAGE_BYTES, NotOsc, Rejected, decode, decode_answers, encode
from bridge.protocol.osc import pack, unpack
from bridge.protocol.table import ROWS
from bridge.session.events import Ask
from tests.protocol.strategies import bridge_messages, client_messages, osc_arguments

ADDRESSES = sorted({row.address for row in ROWS})
CODES = {error.code for error in WIRE_ERRORS}


@given(client_messages)
def test_what_a_client_says_survives_the_wire(message: m.ClientMessage) -> None:
    assert decode(encode(message)) == [message]


@given(bridge_messages)
def test_what_the_bridge_says_survives_the_wire(message: m.BridgeMessage) -> None:
    assert decode_answers(encode(message)) == [message]


@given(st.one_of(client_messages, bridge_messages))
def test_only_ints_floats_and_text_are_sent(message: m.Message) -> None:
    assert set(unpack(encode(message))[0].tags) <= set("ifs")


@given(st.sampled_from(ADDRESSES), osc_arguments)
def test_any_arguments_decode_or_are_refused_by_name(address: str, arguments: list[tuple[str, object]]) -> None:
    packet = pack(address, "".join(tag for tag, _ in arguments), [value for _, value in arguments])
    for decoded in (*decode(packet), *decode_answers(packet)):
        if isinstance(decoded, Rejected):
            assert decoded.error.code in CODES - {"internal"}
            encode(m.Refusal(decoded.error.session, decoded.error.seq, decoded.error.code, decoded.error.text))


@given(st.binary(max_size=200), st.sampled_from([b"", b"/lead\0\0\0,", b"#bundle\0", b"/set\0\0\0\0,ssf"]))
def test_any_bytes_decode_or_are_not_osc(tail: bytes, head: bytes) -> None:
    for read in (decode, decode_answers):
        try:
            read(head + tail)
        except NotOsc:
            continue


@given(client_messages, st.data())
def test_a_packet_cut_short_is_never_taken_for_a_whole_one(message: m.ClientMessage, data: st.DataObject) -> None:
    packet = encode(message)
    cut = packet[: data.draw(st.integers(1, len(packet) - 1))]
    try:
        [decoded] = decode(cut)
    except NotOsc:
        return
    assert isinstance(decoded, Rejected)


LEAD = ("s", "i", "i", "i", "i", "f", "i", "f", "i", "f", "f", "i")
GOOD = ["a", 7, 3, 4, 4, 120.0, 0, 4.0, 60, 1.0, 0.5, 90]
PLACES = ("session", "seq", "bar", "numerator", "denominator", "tempo", "ahead", "known", "pitch", "onset")
PLACES += ("duration", "velocity")


def lead_with(**changes: object) -> m.ClientMessage | Rejected:
    """A good /lead with some places changed: a value, or (tag, value)."""
    tags, values = list(LEAD), list(GOOD)
    for name, change in changes.items():
        place = PLACES.index(name)
        tags[place], values[place] = change if isinstance(change, tuple) else (LEAD[place], change)
    [decoded] = decode(pack("/lead", "".join(tags), values))
    return decoded


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"seq": -1}, "bad-arguments", "seq -1 is below 0"),
        ({"seq": ("h", 2**31)}, "bad-arguments", "32 bits"),
        ({"seq": ("f", 1.5)}, "bad-arguments", "whole number"),
        ({"bar": ("d", -3e9)}, "bad-arguments", "32 bits"),
        ({"bar": ("f", math.nan)}, "bad-arguments", "not nan"),
        ({"bar": ("s", "3")}, "bad-arguments", "`i bar` as argument 3"),
        ({"session": ("i", 4)}, "bad-arguments", "`s session`"),
        ({"session": "no blanks"}, "bad-arguments", "1 to 64"),
        ({"session": "x" * 65}, "bad-arguments", "1 to 64"),
        ({"session": ""}, "bad-arguments", "1 to 64"),
        ({"ahead": 5}, "bad-arguments", r"-1\.\.4"),
        ({"ahead": -2}, "bad-arguments", r"-1\.\.4"),
        ({"numerator": 0}, "invalid-bar", r"1\.\.32"),
        ({"denominator": 3}, "invalid-bar", "denominator 3"),
        ({"numerator": 32, "denominator": 4}, "invalid-bar", "longer than 16"),
        ({"tempo": 4.9}, "invalid-bar", r"5\.\.999"),
        ({"tempo": 1000.0}, "invalid-bar", r"5\.\.999"),
        ({"tempo": math.nan}, "invalid-bar", "not nan"),
        ({"tempo": math.inf}, "invalid-bar", "not inf"),
        ({"known": -0.5}, "invalid-bar", r"0\.\.4"),
        ({"known": 4.5}, "invalid-bar", r"0\.\.4"),
        ({"known": math.nan}, "invalid-bar", "not nan"),
        ({"pitch": 128}, "invalid-bar", r"0\.\.127"),
        ({"pitch": ("f", math.nan)}, "invalid-bar", "not nan"),
        ({"pitch": ("f", 60.5)}, "bad-arguments", "whole number"),
        ({"pitch": ("h", 2**40)}, "invalid-bar", "32 bits"),
        ({"onset": -0.25}, "invalid-bar", "onset -0.25"),
        ({"onset": 4.0}, "invalid-bar", "not inside"),
        ({"onset": math.inf}, "invalid-bar", "not inf"),
        ({"duration": 0.0}, "invalid-bar", "duration 0.0"),
        ({"duration": ("d", 1e300)}, "invalid-bar", "duration 1e"),
        ({"velocity": 0}, "invalid-bar", r"1\.\.127"),
    ],
)
def test_what_is_out_of_range_is_refused_by_name(changes: dict[str, object], code: str, says: str) -> None:
    rejected = lead_with(**changes)
    assert isinstance(rejected, Rejected)
    assert rejected.error.code == code
    with pytest.raises(type(rejected.error), match=says):
        raise rejected.error


def test_a_refusal_names_its_request_as_far_as_it_can_be_read() -> None:
    whole = lead_with(pitch=128)
    assert isinstance(whole, Rejected)
    assert (whole.error.session, whole.error.seq) == ("a", 7)
    nameless = lead_with(session="no blanks", seq=("f", 0.5))
    assert isinstance(nameless, Rejected)
    assert (nameless.error.session, nameless.error.seq) == ("", -1)


def test_the_edges_of_every_range_are_taken() -> None:
    for low in ({"pitch": 0, "onset": 0.0, "velocity": 1, "tempo": 5.0, "known": 0.0, "ahead": -1, "seq": 0},):
        assert isinstance(lead_with(**low), m.Lead)
    high = {"pitch": 127, "onset": 3.999, "velocity": 127, "tempo": 999.0, "known": 4.0, "ahead": 4, "seq": 2**31 - 1}
    assert isinstance(lead_with(**high), m.Lead)


@pytest.mark.parametrize("tag", ["i", "f", "h", "d"])
def test_a_whole_number_may_come_as_any_type(tag: str) -> None:
    value = 3.0 if tag in "fd" else 3
    assert decode(pack("/ping", "s" + tag, ["a", value])) == [m.Ping("a", 3)]


@pytest.mark.parametrize("tag", ["T", "F", "N", "I", "b", "c", "S", "[", "]", "t", "r", "m", "é"])
def test_other_types_are_refused_without_a_word_on_the_log(tag: str, caplog: pytest.LogCaptureFixture) -> None:
    tags = f",s{tag}".encode() + b"\0"
    packet = b"/ping\0\0\0" + tags + b"\0" * (-len(tags) % 4) + b"a\0\0\0" + b"\0\0\0\4abcd"
    [rejected] = decode(packet)
    assert isinstance(rejected, Rejected)
    assert (rejected.error.code, rejected.error.session) == ("bad-arguments", "a")
    assert not caplog.records


def test_a_control_of_a_type_that_no_control_has_is_an_invalid_value() -> None:
    [rejected] = decode(b"/set\0\0\0\0,ssT\0\0\0\0a\0\0\0low\0")
    assert isinstance(rejected, Rejected)
    assert rejected.error.code == "invalid-value"


def test_512_notes_are_taken_and_513_are_not() -> None:
    def lead(notes: int) -> m.ClientMessage | Rejected:
        [decoded] = decode(pack("/lead", "".join(LEAD[:8]) + "iffi" * notes, GOOD[:8] + GOOD[8:] * notes))
        return decoded

    assert isinstance(lead(512), m.Lead)
    for too_many in (513, 3000):
        rejected = lead(too_many)
        assert isinstance(rejected, Rejected)
        assert rejected.error.code == "invalid-bar"
        assert rejected.error.seq == 7


def test_another_protocols_hello_is_told_the_number_whatever_else_it_says() -> None:
    [rejected] = decode(pack("/hello", "isiii", [2, "a", 7771, 1, 2]))
    assert isinstance(rejected, Rejected)
    assert (rejected.error.code, rejected.error.session, rejected.reply_port) == ("unsupported-protocol", "a", 7771)


def test_the_bridge_never_sends_more_than_a_max_packet() -> None:
    long_text = m.Refusal("a", 1, "internal", "x" * 100_000)
    assert len(encode(long_text)) <= MAX_MESSAGE_BYTES
    with pytest.raises(ValueError, match="over 4096"):
        encode(m.Chords("a", 1, 1, tuple((0.0, "C") for _ in range(500))))


def test_a_number_that_does_not_fit_cannot_be_sent() -> None:
    for message in (m.Ping("a", 2**31), m.Set("a", "seed", 2**40), m.Set("a", "density", 1e300)):
        with pytest.raises(ValueError, match="cannot send"):
            encode(message)


def test_text_is_mended_and_not_cut_at_a_zero() -> None:
    [hello] = decode(encode(m.Hello(1, "a", 0, "both", "x\0y\ud800")))
    assert hello == m.Hello(1, "a", 0, "both", "x\N{REPLACEMENT CHARACTER}y?")


def test_a_bar_arrives_sorted() -> None:
    ask = Ask(1, 2, Bar(Metre(4, 4)), 120.0, 0, 4.0)
    packet = pack("/lead", "siiiifif" + "iffi" * 2, ["a", 1, 2, 4, 4, 120.0, 0, 4.0, 64, 2.0, 1.0, 9, 60, 0.0, 1.0, 9])
    [lead] = decode(packet)
    assert isinstance(lead, m.Lead)
    assert [note.pitch_midi for note in lead.ask.bar.notes] == [60, 64]
    assert lead.ask.target == ask.target


def test_a_log_of_the_wire_holds_no_token() -> None:
    assert "sesame" not in repr(decode(encode(m.Hello(1, "a", 0, "both", "sesame"))))
