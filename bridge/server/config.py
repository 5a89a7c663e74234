"""What a bridge is started with: the options of `obbligato serve`, from the command line and a TOML file.

It imports little: the first worker is started when the options are known, before anything else is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from bridge.errors import InputError
from bridge.model.registry import DEFAULT_MODEL
from bridge.protocol import DEFAULT_PORT

LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True)
class Config:
    """Field names are the option names, `_` for `-`.

    host          the address to listen on; another one than loopback wants a token
    port          UDP and TCP, 0..65535; 0: one that is free
    token         what every /hello must carry, empty for no token
    model         the default model: a name, or a bundle's folder
    max_sessions  1 or more
    record        the folder for recordings, None for none
    log_level     one of LOG_LEVELS
    workers       processes that play, 1 or more

    Raises InputError, naming the option and the range.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    token: str = ""
    model: str = DEFAULT_MODEL
    max_sessions: int = 64
    record: Path | None = None
    log_level: str = "info"
    workers: int = max(1, min(2, os.cpu_count() or 1))

    def __post_init__(self) -> None:
        for name, low, high in (("port", 0, 65535), ("max_sessions", 1, 10_000), ("workers", 1, 64)):
            if not low <= getattr(self, name) <= high:
                raise InputError(f"{option(name)} {getattr(self, name)} is outside {low}..{high}")
        if self.log_level not in LOG_LEVELS:
            raise InputError(f"log-level {self.log_level!r} is not one of {', '.join(LOG_LEVELS)}")


def option(field: str) -> str:
    """A field's name as it is typed: `max-sessions`."""
    return field.replace("_", "-")


def merged(command_line: Mapping[str, object], file: Path | None) -> Config:
    """The options of the command line (None where nothing was typed), else the file's, else the defaults.

    Raises InputError: a file that cannot be read, a key that is no option, a value of the wrong type or range.
    """
    values = _from_file(file) if file is not None else {}
    values |= {name: value for name, value in command_line.items() if value is not None}
    return Config(**values)  # type: ignore[arg-type]


def _from_file(path: Path) -> dict[str, object]:
    if sys.version_info >= (3, 11):  # here, since most bridges are started without a file
        import tomllib
    else:
        import tomli as tomllib
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Windows editors put a mark at the beginning
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not TOML: {error}") from error
    known = {option(field.name): field.name for field in fields(Config)}
    for key in table:
        if key not in known:
            raise InputError(f"{path}: {key!r} is no option: there are {', '.join(known)}")
    return {known[key]: _typed(path, key, value) for key, value in table.items()}


def _typed(path: Path, key: str, value: object) -> object:
    wanted = int if key in ("port", "max-sessions", "workers") else str
    if type(value) is not wanted:  # bool is an int that nobody means
        raise InputError(f"{path}: {key} wants {'a whole number' if wanted is int else 'text'}, not {value!r}")
    return path.parent / str(value) if key == "record" else value
