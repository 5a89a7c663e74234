"""PROTOCOL.md against the code, in both directions: messages, error codes, controls, and the worked exchange."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import bridge
from bridge.errors import WIRE_ERRORS
from bridge.model.controls import CONTROLS
from bridge.protocol.codec import Rejected, decode, decode_answers, encode
from bridge.protocol.messages import PROTOCOL
from bridge.protocol.osc import pack
from bridge.protocol.table import BRIDGE, CLIENT, ROWS, Row

PAGE = (Path(bridge.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    _, _, section = PAGE.partition(f"## {heading}")
    rows = [line for line in section.split("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]


def places(cell: str) -> tuple[list[str], list[str]]:
    """The arguments that a cell names, and those that repeat after the word `then`."""
    fixed, _, group = cell.partition(" then ")
    return tuple(re.findall(r"`[ifs] \w+`|\bvalue\b", part) for part in (fixed, group))  # type: ignore[return-value]


def as_on_the_page(row: Row) -> tuple[str, list[str], list[str]]:
    return f"`{row.address}`", [str(a) for a in row.arguments], [str(a) for a in row.group]


@pytest.mark.parametrize(("heading", "sender"), [("From the client", CLIENT), ("From the bridge", BRIDGE)])
def test_the_messages_are_those_of_the_table(heading: str, sender: str) -> None:
    on_the_page = [(cells[0], *places(cells[1])) for cells in table(heading)]
    assert on_the_page == [as_on_the_page(row) for row in ROWS if row.sender == sender]


def test_every_request_names_its_answer() -> None:
    for cells, row in zip(table("From the client"), ROWS, strict=False):
        assert cells[3].startswith(f"`{row.answer}`")
        assert row.answer in {answer.address for answer in ROWS if answer.sender == BRIDGE}


def test_the_error_codes_are_those_of_the_code() -> None:
    assert [cells[0] for cells in table("Error codes")] == [f"`{error.code}`" for error in WIRE_ERRORS]


def test_the_controls_are_those_of_the_code() -> None:
    rows = table("Controls")
    assert [cells[0] for cells in rows] == [f"`{name}`" for name in CONTROLS]
    for cells, spec in zip(rows, CONTROLS.values(), strict=True):
        default = f"`{spec.default}`" if spec.kind == "s" else f"{spec.default:g}"
        if spec.name == "model":
            default = "the default model"
        span = "" if spec.kind == "s" else f"{int(spec.low)} to {int(spec.high)}"
        assert cells[1:4] == [spec.kind, span, default]


def test_the_protocols_number_is_the_pages() -> None:
    assert PAGE.startswith(f"# The wire: protocol {PROTOCOL}\n")


def exchange() -> list[tuple[str, str, str, list[str]]]:
    """(who, address, type tags, arguments) of each line of the worked exchange."""
    _, _, section = PAGE.partition("## A worked exchange")
    lines = section.split("```")[1].strip().splitlines()
    return [(who, address, tags.lstrip(","), args) for who, address, tags, *args in map(shlex.split, lines)]


def test_the_worked_exchange_is_what_the_codec_does() -> None:
    types = {"i": int, "f": float, "s": str}
    for who, address, tags, texts in exchange():
        packet = pack(address, tags, [types[tag](text) for tag, text in zip(tags, texts, strict=True)])
        [decoded] = decode(packet) if who == ">" else decode_answers(packet)
        if isinstance(decoded, Rejected):
            answer = next(args for _, to, _, args in exchange() if to == "/error")
            assert [decoded.error.session, str(decoded.error.seq), decoded.error.code, decoded.error.text] == answer
        else:
            assert encode(decoded) == packet


def test_the_bytes_on_the_page_are_those_of_a_bye() -> None:
    shown = re.findall(r"`([0-9a-f]{2}(?: [0-9a-f]{2})+)`", PAGE.partition("as bytes")[2])
    assert bytes.fromhex("".join(shown)) == pack("/bye", "s", ["song-1"])
