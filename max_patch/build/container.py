"""The `.amxd` container: bytes to parts and back, byte for byte.

An `.amxd` is a row of little-endian chunks: `ampf` (what kind of device), `meta` (a flag word) and `ptch`. The `ptch`
of an unfrozen device is the patcher's JSON; that of a frozen one is an `mx@c` block, big-endian: the device's JSON and
every file it needs, back to back, and a directory of them. Max has no command line that freezes, so this does it.

Knows nothing of what the patcher says. The layout was read off a hundred public devices of six authors, all of which
survive parse and rebuild without one changed byte; `meta` is optional there and kept as found.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from pathlib import PurePath

AUDIO_EFFECT, INSTRUMENT, MIDI_EFFECT = b"aaaa", b"iiii", b"mmmm"
MIDI_GENERATOR, MIDI_TRANSFORMATION = b"nagg", b"natt"
DEVICE_KINDS = (AUDIO_EFFECT, INSTRUMENT, MIDI_EFFECT, MIDI_GENERATOR, MIDI_TRANSFORMATION)
"""The four letters of `ampf`, one a kind of device."""

META_UNFROZEN, META_FROZEN = 1, 7
"""The flag word that Live's own devices carry."""

FLAG_DEVICE, FLAG_DEPENDENCY, FLAG_ON_DISK = 17, 0, 8
"""A directory entry's flag: the device's own JSON, a file read from memory, a file that needs a path on disk."""

BUILT_AT = 3_786_912_000
"""`mdat` of all we write, in seconds since 1904 (2024-01-01, UTC): a fixed date, so that a rebuild changes no byte."""

_TYPES = {
    ".amxd": b"JSON", ".maxpat": b"JSON", ".json": b"JSON", ".js": b"TEXT", ".txt": b"TEXT", ".svg": b"svg ",
    ".png": b"PNG ", ".jpg": b"JPEG", ".gendsp": b"gDSP", ".genjit": b"gJIT", ".aif": b"AIFF",
}  # fmt: skip
_MAGIC = b"mx@c"
_HEADER_BYTES = 16
_ENTRY_FIELDS = (b"type", b"fnam", b"sz32", b"of32", b"vers", b"flag", b"mdat")


class ContainerError(ValueError):
    """These bytes are not an `.amxd` that this module can read; the message says where it went wrong."""


@dataclass(frozen=True)
class FrozenFile:
    """One file inside a frozen device. `kind` is the directory's four-letter type, `modified` seconds since 1904."""

    name: str
    data: bytes
    kind: bytes
    flag: int
    modified: int = BUILT_AT
    version: int = 0


@dataclass(frozen=True)
class Device:
    """A device as its parts. `files` is empty for an unfrozen one; of a frozen one the first file is the device."""

    kind: bytes
    patcher_bytes: bytes
    meta: int | None
    files: tuple[FrozenFile, ...] = field(default=())

    @property
    def frozen(self) -> bool:
        """Whether the files it needs travel inside it."""
        return bool(self.files)

    @property
    def patcher(self) -> dict[str, object]:
        """The patcher's JSON, without the newline and NUL that unfrozen devices end in."""
        loaded = json.loads(self.patcher_bytes.rstrip(b"\0").decode("utf-8"))
        if not isinstance(loaded, dict) or "patcher" not in loaded:
            raise ContainerError("the device's JSON has no patcher")
        return loaded


def amxdtype(kind: bytes) -> int:
    """`project.amxdtype`: the kind's four letters as a big-endian number; Live's indexer of MIDI Tools reads it."""
    return int.from_bytes(kind, "big")


def file_type(name: str) -> bytes:
    """The directory's type of a file of this name.

    Raises ContainerError: a kind of file that no device of ours carries.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in _TYPES:
        raise ContainerError(f"{name}: no file type is known for {suffix or 'a name without an ending'}")
    return _TYPES[suffix]


def freeze(kind: bytes, name: str, patcher: bytes, dependencies: dict[str, bytes]) -> Device:
    """A frozen device of this kind and file name, with the files it needs inside, in the order given."""
    if kind not in DEVICE_KINDS:
        raise ContainerError(f"{kind!r} is no kind of device")
    files = [FrozenFile(name, patcher, b"JSON", FLAG_DEVICE)]
    for file_name, data in dependencies.items():
        if PurePath(file_name).name != file_name or "\\" in file_name:
            raise ContainerError(f"{file_name!r}: a frozen file has a bare name, no folder")
        files.append(FrozenFile(file_name, data, file_type(file_name), FLAG_DEPENDENCY))
    if len({file.name for file in files}) != len(files):
        raise ContainerError("two frozen files have one name")
    return Device(kind, patcher, META_FROZEN, tuple(files))


def write(device: Device) -> bytes:
    """The bytes of the `.amxd`."""
    chunks = [_chunk(b"ampf", device.kind)]
    if device.meta is not None:
        chunks.append(_chunk(b"meta", struct.pack("<I", device.meta)))
    chunks.append(_chunk(b"ptch", _block(device.files) if device.frozen else device.patcher_bytes))
    return b"".join(chunks)


def read(data: bytes) -> Device:
    """The parts of an `.amxd`.

    Raises ContainerError: cut short, encrypted, or laid out otherwise than every device seen so far.
    """
    kind, meta, patch = b"", None, None
    for tag, payload in _chunks(data):
        if tag == b"ampf":
            kind = payload
        elif tag == b"meta":
            (meta,) = struct.unpack("<I", _exactly(payload, 4, "meta"))
        elif tag == b"ptch":
            patch = payload
        elif tag == b"ciph":
            raise ContainerError("the device is encrypted")
        else:
            raise ContainerError(f"unknown chunk {tag!r}")
    if patch is None or len(kind) != 4:
        raise ContainerError("no device kind or no patcher in it")
    if not patch.startswith(_MAGIC):
        return Device(kind, patch, meta)
    files = _files(patch)
    if not files:
        raise ContainerError("a frozen device without files")
    return Device(kind, files[0].data, meta, files)


def _chunk(tag: bytes, payload: bytes) -> bytes:
    return tag + struct.pack("<I", len(payload)) + payload


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 0
    while at < len(data):
        if at + 8 > len(data):
            raise ContainerError(f"cut short inside a chunk's header at byte {at}")
        tag, (size,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        found.append((tag, _exactly(data[at + 8 : at + 8 + size], size, repr(tag))))
        at += 8 + size
    return found


def _exactly(payload: bytes, size: int, what: str) -> bytes:
    if len(payload) != size:
        raise ContainerError(f"{what}: {size} bytes expected, {len(payload)} there")
    return payload


def _block(files: tuple[FrozenFile, ...]) -> bytes:
    body, entries, offset = b"", b"", _HEADER_BYTES
    for file in files:
        entries += _entry(file, offset)
        body += file.data
        offset += len(file.data)
    directory = b"dlst" + struct.pack(">I", 8 + len(entries)) + entries
    return _MAGIC + struct.pack(">IQ", _HEADER_BYTES, offset) + body + directory


def _entry(file: FrozenFile, offset: int) -> bytes:
    name = file.name.encode("utf-8") + b"\0"
    name += b"\0" * (-len(name) % 4)
    numbers = (len(file.data), offset, file.version, file.flag, file.modified)
    values = (file.kind, name, *(struct.pack(">I", number) for number in numbers))
    fields = b"".join(
        tag + struct.pack(">I", 8 + len(value)) + value for tag, value in zip(_ENTRY_FIELDS, values, strict=True)
    )
    return b"dire" + struct.pack(">I", 8 + len(fields)) + fields


def _sized(data: bytes, at: int, what: str) -> tuple[bytes, bytes, int]:
    """The tag and payload at a place, and where the next begins; sizes here count their own eight bytes."""
    if at + 8 > len(data):
        raise ContainerError(f"{what}: cut short at byte {at}")
    tag, (size,) = data[at : at + 4], struct.unpack_from(">I", data, at + 4)
    if size < 8:
        raise ContainerError(f"{what}: a field of {size} bytes")
    return tag, _exactly(data[at + 8 : at + size], size - 8, what), at + size


def _files(block: bytes) -> tuple[FrozenFile, ...]:
    if len(block) < _HEADER_BYTES:
        raise ContainerError("the frozen block is cut short")
    header, footer = struct.unpack_from(">IQ", block, 4)
    if header != _HEADER_BYTES:
        raise ContainerError(f"a frozen block's header of {header} bytes")
    tag, directory, end = _sized(block, footer, "directory")
    if tag != b"dlst" or end != len(block):
        raise ContainerError("the frozen block does not end in its directory")
    files, at, expected = [], 0, _HEADER_BYTES
    while at < len(directory):
        tag, entry, at = _sized(directory, at, "directory entry")
        if tag != b"dire":
            raise ContainerError(f"{tag!r} in the directory")
        file, offset = _read_entry(entry, block)
        if offset != expected:
            raise ContainerError(f"{file.name}: begins at {offset}, not at {expected}")
        expected += len(file.data)
        files.append(file)
    if expected != footer:
        raise ContainerError("there are bytes in the frozen block that belong to no file")
    return tuple(files)


def _read_entry(entry: bytes, block: bytes) -> tuple[FrozenFile, int]:
    values, at = [], 0
    for expected in _ENTRY_FIELDS:
        tag, value, at = _sized(entry, at, "directory entry")
        if tag != expected:
            raise ContainerError(f"{tag!r} where {expected!r} belongs")
        values.append(value)
    if at != len(entry):
        raise ContainerError("a directory entry has more fields than are known")
    try:
        kind, name = values[0], values[1].rstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContainerError("a file's name is not UTF-8") from error
    size, offset, version, flag, modified = (struct.unpack(">I", _exactly(v, 4, name))[0] for v in values[2:])
    data = _exactly(block[offset : offset + size], size, name)
    return FrozenFile(name, data, kind, flag, modified, version), offset
