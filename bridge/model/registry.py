"""Which models there are, by name, and how each is loaded. Nothing of a model is imported before it is asked for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bridge.errors import InputError

if TYPE_CHECKING:  # a server names the models in its options before it loads anything
    from bridge.model.accompanist import Accompanist

BUILT_IN: dict[str, str] = {
    "onehot": "bridge.model.onehot",
    "chords": "bridge.model.chords",
    "default": "bridge.model.neural",
}
"""Name -> module with a function `load(folder: Path | None) -> Accompanist`; None means the packaged weights."""

DEFAULT_MODEL = "default"


def load(name_or_path: str = DEFAULT_MODEL) -> Accompanist:
    """The accompanist of that name, or the one whose bundle lies in that folder.

    Raises InputError: no such model, or a bundle that does not fit this version.
    """
    if name_or_path in BUILT_IN:
        return _complete(import_module(BUILT_IN[name_or_path]).load(None))
    folder = folder_of(name_or_path)
    from bridge.model.bundle import kind_of  # only a folder needs it

    try:
        kind = kind_of(folder)
        if kind not in BUILT_IN:
            raise InputError(f"{folder} is a bundle of kind {kind!r}; this version knows {', '.join(BUILT_IN)}")
        return _complete(import_module(BUILT_IN[kind]).load(folder))
    except InputError:
        raise
    except Exception as error:  # a folder comes from anywhere: what fits the hash need not fit the network
        raise InputError(f"the bundle in {folder} is damaged: {type(error).__name__}: {error}") from error


def folder_of(name_or_path: str) -> Path:
    """Where the bundle of that name lies, or the folder that was named. Raises InputError: neither a name nor one."""
    if name_or_path in BUILT_IN:
        from bridge.model.bundle import packaged

        return packaged(name_or_path)
    folder = Path(name_or_path)
    if not folder.is_dir():
        known = ", ".join(BUILT_IN)
        raise InputError(f"no model is called {name_or_path!r}: there are {known}, or name a bundle's folder")
    return folder


def _complete(accompanist: object) -> Accompanist:
    """What every model can do beside playing the piano: keep to a given progression, be joined by a band, and be
    played with expression. With those controls at their defaults it plays what it always played."""
    from bridge.model.band import Band
    from bridge.model.expression import Expressive
    from bridge.model.progression import Reharmonised

    return Expressive(Band(Reharmonised(cast("Accompanist", accompanist))))
