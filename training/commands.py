"""`obbligato train`: reads a configuration and hands it to the trainer of its kind."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from bridge.errors import InputError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KINDS: dict[str, str] = {
    "onehot": "training.onehot.train",
    "chords": "training.hmm",
    "default": "training.train",
}
"""A configuration's `kind` -> module with `train(config, data, out) -> exit code`, imported only when asked for."""

DEFAULT_CONFIG = Path(__file__).parent / "runs" / "onehot.toml"

Trainer = Callable[[dict[str, Any], Path, Path], int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    parser.add_argument(
        "--config", type=Path, default=DEFAULT_CONFIG, help="what to train and how, a TOML file (default: %(default)s)"
    )
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder of the corpora (default: %(default)s)"
    )
    parser.add_argument(
        "--out", type=Path, help="folder for checkpoints, losses and the bundle (default: runs/ and the kind)"
    )
    parser.add_argument(
        "--only",
        metavar="STAGE",
        help="train this network of the configuration only, so that several can be trained at once in one --out; "
        "the same command without it puts them together",
    )


def run(args: argparse.Namespace) -> int:
    """Train. Raises InputError: no TensorFlow, no such file, a configuration that says nothing."""
    config = read_config(args.config)
    kind = config.get("kind")
    if kind not in KINDS:
        raise InputError(f"{args.config} is of kind {kind!r}; it can be {', '.join(KINDS)}")
    if not args.data.is_dir():
        raise InputError(f"there is no folder {args.data}: name the corpora's folder with --data")
    try:
        trainer = cast(Trainer, import_module(KINDS[kind]).train)
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] not in ("keras", "tensorflow"):
            raise
        raise InputError('training needs TensorFlow: pip install "obbligato[train]"') from missing
    if args.only is not None:
        if not isinstance(config.get(args.only), dict) or "network" not in config[args.only]:
            raise InputError(f"{args.config} has no network {args.only!r} to train")
        config["only"] = args.only
    return trainer(config, args.data, args.out or Path("runs") / kind)


def read_config(path: Path) -> dict[str, Any]:
    """A TOML file. Raises InputError, naming the file and what is wrong."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
