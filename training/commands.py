"""`obbligato train`: reads a configuration and hands it to the trainer of its kind."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from bridge.errors import InputError
from training import CORPORA_FOLDER

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

OWN = "own"
KINDS: dict[str, str] = {
    "onehot": "training.onehot.train",
    "chords": "training.hmm",
    "default": "training.train",
    OWN: "training.finetune",
}
"""A configuration's `kind` -> module with `train(config, data, out) -> exit code`, imported only when asked for."""

RUNS = Path(__file__).parent / "runs"
DEFAULT_CONFIG = RUNS / "default.toml"
OWN_CONFIG = RUNS / "own.toml"
"""For songs of one's own, with --from."""

Trainer = Callable[[dict[str, Any], Path, Path], int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    parser.add_argument(
        "--config",
        type=Path,
        help=f"what to train and how, a TOML file (default: {DEFAULT_CONFIG}; with --from: {OWN_CONFIG})",
    )
    parser.add_argument(
        "--data", type=Path, help=f"folder of the corpora (default: {CORPORA_FOLDER}), or with --from of your own songs"
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for checkpoints, losses and the bundle; with --from the bundle itself (default: runs/KIND)",
    )
    parser.add_argument(
        "--only",
        metavar="STAGE",
        help="train this network of the configuration only, so that several can be trained at once in one --out; "
        "the same command without it puts them together",
    )
    parser.add_argument(
        "--from",
        dest="start",
        metavar="MODEL",
        help="adapt this model (default, or the folder of a bundle made from it) to the songs in --data: MIDI files, "
        "MusicXML files, recorded sessions",
    )
    parser.add_argument(
        "--lead-track", metavar="TRACK", help="with --from: the lead's track in every MIDI file, by name or number"
    )


def run(args: argparse.Namespace) -> int:
    """Train. Raises InputError: no TensorFlow, no such file, a configuration or options that do not go together."""
    path = args.config or (DEFAULT_CONFIG if args.start is None else OWN_CONFIG)
    config = read_config(path)
    kind = config.get("kind")
    if kind not in KINDS:
        raise InputError(f"{path} is of kind {kind!r}; it can be {', '.join(KINDS)}")
    if (kind == OWN) != (args.start is not None):
        raise InputError(f"{path} is of kind {kind!r}: kind {OWN!r} and the option --from MODEL go together")
    if args.lead_track is not None and kind != OWN:
        raise InputError("--lead-track is for your own songs, with --from MODEL; a configuration has `lead_track`")
    if kind == OWN and args.data is None:
        raise InputError("--from MODEL adapts a model to your songs: name their folder with --data")
    data = args.data or CORPORA_FOLDER
    if not data.is_dir():
        what = "your songs'" if kind == OWN else "the corpora's"
        raise InputError(f"there is no folder {data}: name {what} folder with --data")
    try:
        trainer = cast(Trainer, import_module(KINDS[kind]).train)
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] not in ("keras", "tensorflow"):
            raise
        raise InputError('training needs TensorFlow: pip install "obbligato[train]"') from missing
    if args.only is not None:
        if kind != "default" or not isinstance(config.get(args.only), dict) or "network" not in config[args.only]:
            raise InputError(f"{path} has no network {args.only!r} to train")
        config["only"] = args.only
    if kind == OWN:
        config |= {"from": args.start, "lead_track": args.lead_track}
    return trainer(config, data, args.out or Path("runs") / kind)


def read_config(path: Path) -> dict[str, Any]:
    """A TOML file. Raises InputError, naming the file and what is wrong."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
