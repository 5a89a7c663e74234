"""A trained model on disk: a folder with `weights.npz` and the `bundle.json` that explains them.

    kind        which built-in model reads it
    format      of this folder, FORMAT
    network     what the network is rebuilt from
    vocabulary  name and version of how music becomes numbers
    training    data, settings, time
    figures     what was measured
    commit      of the project that trained it
    weights     sha256 of weights.npz, so that two halves of different bundles are never one model

It knows nothing of any network, nor which models there are. A bundle that is damaged, missing or does not fit is
refused by name before the first bar, never in the middle of a song.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from bridge.errors import InputError
from bridge.files import write_atomically

FORMAT = 1
WEIGHTS = "weights.npz"
DESCRIPTION = "bundle.json"
MAX_WEIGHTS_BYTES = 1 << 30
"""Weights in memory: hundreds of times the packaged ones."""

Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Bundle:
    """A bundle in memory. The mappings are plain JSON values; `arrays` are the weights by name."""

    kind: str
    network: Mapping[str, Any]
    vocabulary: Mapping[str, Any]
    arrays: Arrays = field(repr=False)
    training: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    commit: str = ""

    def array(self, name: str, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
        """One array of the weights as float32. Raises InputError: not there, or of another shape."""
        values = self.arrays.get(name)
        if values is None:
            raise InputError(f"the {self.kind} bundle has no weights called {name!r}")
        if values.shape != shape:
            raise InputError(f"the {self.kind} bundle's {name} has the shape {values.shape}, the network needs {shape}")
        return np.ascontiguousarray(values, np.float32)


def packaged(name: str) -> Path:
    """Where the package keeps the bundle of that name."""
    return Path(str(files("bridge.model") / "bundles" / name))


def kind_of(folder: Path) -> str:
    """Which kind of model the bundle in a folder says it is. Raises InputError: not a bundle, or a damaged one."""
    return str(described(folder)["kind"])


def load_bundle(folder: Path, kind: str, vocabulary: Mapping[str, Any] | None = None) -> Bundle:
    """The bundle in a folder.

    kind        what it has to be
    vocabulary  what its vocabulary has to be (None: whoever asks looks at it himself)

    Raises InputError: missing, damaged, of another kind, format or vocabulary.
    """
    description = described(folder)
    if description["kind"] != kind:
        raise InputError(f"{folder} is a bundle of kind {description['kind']!r}, not {kind!r}")
    if vocabulary is not None and description["vocabulary"] != dict(vocabulary):
        raise InputError(
            f"{folder} was trained with the vocabulary {description['vocabulary']}, "
            f"this version has {dict(vocabulary)}: train it again"
        )
    return Bundle(
        kind=kind,
        network=description["network"],
        vocabulary=description["vocabulary"],
        arrays=_weights(folder / WEIGHTS, str(description["weights"])),
        training=description["training"],
        figures=description["figures"],
        commit=str(description["commit"]),
    )


def save_bundle(folder: Path, bundle: Bundle) -> None:
    """Write a bundle into a folder, made if need be. The weights go first, and the description names their hash:
    a reader in between is told that they do not belong together. Raises InputError."""
    buffer = io.BytesIO()
    # not compressed: weights as float16 lose a fourteenth of their size by it, and every start would pay for it
    np.savez(buffer, **dict(bundle.arrays))  # type: ignore[arg-type]
    description = {
        "kind": bundle.kind,
        "format": FORMAT,
        "network": dict(bundle.network),
        "vocabulary": dict(bundle.vocabulary),
        "training": dict(bundle.training),
        "figures": dict(bundle.figures),
        "commit": bundle.commit,
        "weights": hashlib.sha256(buffer.getvalue()).hexdigest(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {folder}: {error.strerror or error}") from error
    write_atomically(folder / WEIGHTS, buffer.getvalue())
    _describe(folder, description)


def describe_figures(folder: Path, figures: Mapping[str, Any]) -> None:
    """Exchange what the bundle in a folder says was measured, and nothing else. Raises InputError."""
    _describe(folder, {**described(folder), "figures": dict(figures)})


def _describe(folder: Path, description: Mapping[str, Any]) -> None:
    text = json.dumps(description, indent=2, ensure_ascii=False, allow_nan=False)
    write_atomically(folder / DESCRIPTION, f"{text}\n".encode())


_FIELDS: Mapping[str, type] = {
    "kind": str,
    "network": dict,
    "vocabulary": dict,
    "training": dict,
    "figures": dict,
    "commit": str,
    "weights": str,
}


def described(folder: Path) -> dict[str, Any]:
    """The description in a bundle's folder, without a look at the weights. Raises InputError: none, or damaged."""
    path = folder / DESCRIPTION
    try:
        description = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"{folder} is not a model bundle: it has no {DESCRIPTION}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if not isinstance(description, dict):
        raise InputError(f"{path} is damaged: it is no JSON object")
    if description.get("format") != FORMAT:
        found = description.get("format")
        raise InputError(
            f"{folder} is a bundle of format {found!r}, this version reads {FORMAT}: update the older side"
        )
    for name, kind in _FIELDS.items():
        if not isinstance(description.get(name), kind):
            raise InputError(f"{path} is damaged: {name!r} is missing or no {kind.__name__}")
    return description


def _weights(path: Path, digest: str) -> Arrays:
    try:
        with path.open("rb") as file:  # one open file, whatever is moved into its place in the meantime
            return _read_weights(path, file, digest)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error


def _read_weights(path: Path, file: BinaryIO, digest: str) -> Arrays:
    """Piece by piece: the whole file in memory, beside what is made of it, would stay with a worker for good."""
    hashed = hashlib.sha256()
    while piece := file.read(1 << 16):
        hashed.update(piece)
    if hashed.hexdigest() != digest:
        raise InputError(f"{path} is damaged or belongs to another {DESCRIPTION}: its hash is not the one named there")
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > MAX_WEIGHTS_BYTES:
            raise InputError(f"{path} would unpack to {size >> 20} MiB: more than {MAX_WEIGHTS_BYTES >> 20}")
        file.seek(0)
        with np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except InputError:
        raise
    except Exception as error:  # whatever zipfile, zlib and the parser of an array's header make of hostile bytes
        raise InputError(f"{path} is damaged: {error}") from error
    for name, values in arrays.items():
        if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
            raise InputError(f"{path} is damaged: {name} holds a value that is not a number")
    return arrays
