"""`obbligato serve`: the bridge that plugins talk to, until it is interrupted."""

from __future__ import annotations

import argparse
import logging
import signal
import subprocess
from pathlib import Path
from types import FrameType

from bridge import __version__
from bridge.model.registry import BUILT_IN
from bridge.server.config import LOG_LEVELS, Config, merged
from bridge.server.process import started

_OPTIONS = ("host", "port", "token", "model", "max_sessions", "record", "log_level", "workers")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options. None is a default here, so that a config file can be told from what was typed."""
    parser.add_argument("--host", help=f"address to listen on ({Config.host}); another than loopback wants a token")
    parser.add_argument("--port", type=int, help=f"UDP and TCP port ({Config.port}); 0: one that is free")
    parser.add_argument("--token", help="a word that every client must say")
    parser.add_argument("--model", metavar="NAME|FOLDER", help=f"the default model ({Config.model})")
    parser.add_argument("--max-sessions", type=int, metavar="N", help=f"sessions at once ({Config.max_sessions})")
    parser.add_argument("--record", type=Path, metavar="DIR", help="record every session for `obbligato replay`")
    parser.add_argument("--log-level", choices=LOG_LEVELS, help=f"({Config.log_level}) debug: the wire as well")
    parser.add_argument("--workers", type=int, metavar="N", help=f"processes that play ({Config.workers})")
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file with these options; typed ones win")


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    config = merged({name: getattr(args, name) for name in _OPTIONS}, args.config)
    logging.getLogger("bridge").setLevel(config.log_level.upper())
    worker = started(*filter(None, [BUILT_IN.get(config.model)]))  # it loads what it needs while this process does
    try:
        return _serve(config, worker)
    finally:
        worker.kill()


def _serve(config: Config, worker: subprocess.Popen[bytes]) -> int:
    from bridge.server.app import Bridge
    from bridge.server.app import run as run_bridge

    bridge = Bridge(config, worker=worker)

    def stop(number: int, frame: FrameType | None) -> None:
        bridge.stop()

    # A plain handler, since not every system's event loop can take signals; the loop wakes once a second at the latest.
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)

    def ready() -> None:
        print(
            f"obbligato {__version__} listens on {bridge.address} (OSC over UDP and TCP), model {bridge.model}",
            flush=True,
        )

    run_bridge(bridge, ready)
    return 0
