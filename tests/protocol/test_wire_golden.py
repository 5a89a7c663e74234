"""The golden files of the wire: what they say is what the codec does, and nothing is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import WIRE_ERRORS
from bridge.protocol.codec import Rejected, decode, decode_answers, encode
from bridge.protocol.osc import pack, unpack
from bridge.protocol.table import BRIDGE, BY_MESSAGE, ROWS

FILES = sorted((Path(__file__).parents[1] / "golden" / "wire").glob("*.json"))
GOLDEN: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FILES}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_packet_says_what_its_file_says(name: str) -> None:
    golden = GOLDEN[name]
    packet = bytes.fromhex(golden["packet"])
    [osc] = unpack(packet)
    assert (golden["name"], golden["address"], golden["typetags"]) == (name, osc.address, osc.tags)
    assert golden["args"] == list(osc.arguments)
    assert pack(osc.address, osc.tags, osc.arguments) == packet

    [decoded] = decode_answers(packet) if golden["direction"] == BRIDGE else decode(packet)
    if "message" not in golden:
        assert isinstance(decoded, Rejected)
        assert decoded.error.code == golden["error"]
        return
    row = BY_MESSAGE[type(decoded)]
    arguments, groups = row.taken(decoded)
    message = golden["message"]
    each = message.pop("each", [])
    assert message == {a.name: value for a, value in zip(row.arguments, arguments, strict=True)}
    assert each == [{a.name: v for a, v in zip(row.group, group, strict=True)} for group in groups]
    if set(osc.tags) <= set("ifs") and "as-pd" not in name:
        assert encode(decoded) == packet


@pytest.mark.parametrize("name", [name for name, golden in GOLDEN.items() if "answer" in golden])
def test_a_refusal_is_answered_with_its_code(name: str) -> None:
    answer = GOLDEN[name]["answer"]
    assert answer["address"] == "/error"
    assert answer["message"]["code"] == GOLDEN[name]["error"]
    [refusal] = decode_answers(bytes.fromhex(answer["packet"]))
    assert encode(refusal).hex() == answer["packet"]  # type: ignore[arg-type]


def test_every_row_and_every_error_code_has_a_file() -> None:
    understood = {(golden["direction"], golden["address"]) for golden in GOLDEN.values() if "message" in golden}
    assert understood >= {(row.sender, row.address) for row in ROWS}
    refused = {golden["error"] for golden in GOLDEN.values() if "error" in golden}
    assert refused == {error.code for error in WIRE_ERRORS}
    sent = {golden["message"]["code"] for golden in GOLDEN.values() if golden["address"] == "/error"}
    assert sent == refused
