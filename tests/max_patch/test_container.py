"""The device container: parts to bytes and back, and what a damaged file says."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from max_patch.build import container
from max_patch.build.container import ContainerError, Device, FrozenFile

PATCHER = json.dumps({"patcher": {"boxes": [], "lines": []}}).encode()
names = st.text("abcXYZ09 ._-", min_size=1, max_size=12).map(lambda text: text + ".js")
numbers = st.integers(0, 2**32 - 1)
files = st.builds(
    FrozenFile, names, st.binary(max_size=40), st.sampled_from([b"JSON", b"TEXT", b"PNG "]), numbers, numbers, numbers
)
devices = st.one_of(
    st.builds(Device, st.sampled_from(container.DEVICE_KINDS), st.just(PATCHER + b"\n\0"), st.none() | numbers),
    st.builds(
        lambda kind, meta, inside: Device(kind, inside[0].data, meta, tuple(inside)),
        st.sampled_from(container.DEVICE_KINDS),
        st.none() | numbers,
        st.lists(files, min_size=1, max_size=4),
    ),
)


@given(devices)
def test_what_was_written_is_read_back_equal_and_written_again_byte_for_byte(device: Device) -> None:
    data = container.write(device)
    assert container.read(data) == device
    assert container.write(container.read(data)) == data


@given(devices, st.data())
def test_a_damaged_file_is_read_or_refused_by_our_error(device: Device, data: st.DataObject) -> None:
    whole = bytearray(container.write(device))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for damaged in (bytes(whole), cut):
        try:
            container.read(damaged)
        except ContainerError:
            continue


def test_the_layout_is_the_one_that_live_reads() -> None:
    device = container.freeze(b"mmmm", "A.amxd", b"{}", {"engine.js": b"var a;"})
    data = container.write(device)
    assert data[:24] == b"ampf\x04\0\0\0mmmmmeta\x04\0\0\0\x07\0\0\0"
    assert data[24:28] == b"ptch"
    (size,) = struct.unpack("<I", data[28:32])
    block = data[32:]
    assert len(block) == size
    assert block[:16] == b"mx@c" + struct.pack(">IQ", 16, 16 + 2 + 6)
    assert block[16:24] == b"{}var a;"
    directory = block[24:]
    assert directory[:8] == b"dlst" + struct.pack(">I", len(directory))
    first = b"".join(
        (
            b"type" + struct.pack(">I", 12) + b"JSON",
            b"fnam" + struct.pack(">I", 16) + b"A.amxd\0\0",
            b"sz32" + struct.pack(">II", 12, 2),
            b"of32" + struct.pack(">II", 12, 16),
            b"vers" + struct.pack(">II", 12, 0),
            b"flag" + struct.pack(">II", 12, container.FLAG_DEVICE),
            b"mdat" + struct.pack(">II", 12, container.BUILT_AT),
        )
    )
    assert directory[8 : 8 + 8 + len(first)] == b"dire" + struct.pack(">I", 8 + len(first)) + first


def test_types_and_flags_of_what_is_frozen() -> None:
    device = container.freeze(b"nagg", "G.amxd", PATCHER, {"a.js": b"", "b.svg": b"<svg/>", "c.json": b"{}"})
    assert [(file.name, file.kind, file.flag) for file in device.files] == [
        ("G.amxd", b"JSON", 17),
        ("a.js", b"TEXT", 0),
        ("b.svg", b"svg ", 0),
        ("c.json", b"JSON", 0),
    ]
    assert device.frozen
    assert device.meta == 7
    assert device.patcher == {"patcher": {"boxes": [], "lines": []}}


def test_a_kind_as_the_number_that_the_indexer_reads() -> None:
    assert container.amxdtype(b"mmmm") == 1835887981
    assert container.amxdtype(b"nagg") == 1851877223
    assert container.amxdtype(b"natt") == 1851880564


def test_an_unfrozen_device_without_flag_word_is_read() -> None:
    data = b"ampf\x04\0\0\0aaaaptch" + struct.pack("<I", len(PATCHER) + 2) + PATCHER + b"\n\0"
    device = container.read(data)
    assert (device.kind, device.meta, device.frozen) == (b"aaaa", None, False)
    assert container.write(device) == data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no device kind"),
        (b"ampf\x04\0", "cut short"),
        (b"ampf\x04\0\0\0mm", "4 bytes expected, 2 there"),
        (b"ampf\x04\0\0\0mmmmciph\0\0\0\0", "encrypted"),
        (b"ampf\x04\0\0\0mmmmwhat\0\0\0\0", "unknown chunk"),
        (b"ampf\x04\0\0\0mmmmptch\x08\0\0\0mx@c\0\0\0\0", "cut short"),
    ],
)
def test_a_file_that_is_no_device_says_why(data: bytes, sentence: str) -> None:
    with pytest.raises(ContainerError, match=sentence):
        container.read(data)


@pytest.mark.parametrize(
    ("kind", "inside", "sentence"),
    [
        (b"xxxx", {}, "no kind of device"),
        (b"mmmm", {"code/a.js": b""}, "bare name"),
        (b"mmmm", {"a.exe": b""}, "no file type"),
        (b"mmmm", {"D.amxd": b""}, "one name"),
    ],
)
def test_what_cannot_be_frozen_is_refused(kind: bytes, inside: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(ContainerError, match=sentence):
        container.freeze(kind, "D.amxd", PATCHER, inside)
