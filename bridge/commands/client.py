"""`obbligato client`: play a MIDI file at a running bridge as a plugin would, and tell what was measured."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bridge.client.duet import tracks
from bridge.client.leadfile import LeadFile, read_lead
from bridge.client.listen import listen
from bridge.client.network import Badness
from bridge.client.player import Action, Options, Player, Send
from bridge.client.realtime import open_socket, perform
from bridge.client.report import table
from bridge.client.timeline import at_tempo
from bridge.commands.files import STANDARD_STREAM, check_outputs, read_music
from bridge.errors import InputError, InvalidValue
from bridge.files import write_atomically
from bridge.leads import NAMES
from bridge.model.controls import CONTROLS, Controls, ControlValue
from bridge.music.metre import MAX_TEMPO_BPM, MIN_TEMPO_BPM
from bridge.music.midi_out import with_accompaniment
from bridge.protocol import DEFAULT_PORT
from bridge.protocol.messages import PROTOCOL, Bye, Hello

COMMON_CONTROLS = ("seed", "temperature", "density", "low", "high", "variation")
"""Controls with an option of their own; the others are set by `--set NAME=VALUE`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "lead",
        nargs="?",
        metavar="LEAD.mid",
        help=f"what to play: a MIDI, MusicXML or ABC file, '-', or a bundled lead: {', '.join(NAMES)}",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where the bridge runs (this machine)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"its port ({DEFAULT_PORT})")
    parser.add_argument("--token", default="", help="the token that the bridge was started with")
    parser.add_argument("--session", default="", help="the session to join (one of its own)")
    parser.add_argument("--reply-port", type=int, default=0, help="where to be answered (any free port)")
    parser.add_argument(
        "--ahead", type=int, choices=(0, 1), default=0, help="0: the lead is known beforehand; 1: somebody plays it"
    )
    parser.add_argument("--fast", action="store_true", help="one bar after the other as fast as the bridge answers")
    parser.add_argument("--bpm", type=float, help="quarter notes a minute throughout (the file's own tempi)")
    parser.add_argument("--track", help="name or number of the lead's track (found by itself)")
    parser.add_argument("-o", "--out", type=Path, metavar="DUET.mid", help="write lead and accompaniment here")
    parser.add_argument("--listen", action="store_true", help="play nothing: print what the session's players are sent")
    controls = parser.add_argument_group("controls of the session")
    for name in COMMON_CONTROLS:
        controls.add_argument(f"--{name}", metavar="VALUE", help=CONTROLS[name].text)
    controls.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="any control, repeatable")
    network = parser.add_argument_group("a bad network, in both directions")
    network.add_argument("--loss", type=float, default=0.0, help="the chance that a packet is lost, 0 to 1")
    network.add_argument("--duplicate", type=float, default=0.0, help="the chance that it comes twice")
    network.add_argument("--reorder", type=float, default=0.0, help="the chance that later ones overtake it")
    network.add_argument("--jitter-ms", type=float, default=0.0, help="each is late by a random time up to this")
    network.add_argument("--network-seed", type=int, default=0, help="the same seed, the same accidents")


def run(args: argparse.Namespace) -> int:
    """0 when every bar was answered in time, 1 if not. Raises InputError for what cannot be used."""
    if not 0 < args.port < 65536 or not 0 <= args.reply_port < 65536:
        raise InputError("a port is a number from 1 to 65535")
    session = args.session or f"client-{secrets.token_hex(3)}"
    if args.listen:
        return _listen(args, session)
    if args.lead is None:
        raise InputError("name a MIDI file to play, or say --listen")
    if args.bpm is not None and not MIN_TEMPO_BPM <= args.bpm <= MAX_TEMPO_BPM:
        raise InputError(f"--bpm is {MIN_TEMPO_BPM:g} to {MAX_TEMPO_BPM:g} quarter notes a minute, not {args.bpm:g}")
    if args.out is not None:
        check_outputs([str(args.out)], [args.lead])
    badness = Badness(args.loss, args.duplicate, args.reorder, args.jitter_ms)
    options = Options(
        session=session,
        token=args.token,
        reply_port=args.reply_port,
        ahead=args.ahead,
        is_fast=args.fast,
        # Rising from one run to the next, so that answers to an earlier run in the same session are not taken for ours.
        first_seq=time.time_ns() // 1_000_000 % 2**30,
        controls=wanted_controls(args),
    )
    file = read_lead(read_music(args.lead), args.lead, args.track)
    player = Player(at_tempo(file.song, args.bpm), file.lead, options)
    console = Console()
    for line in (file.summary, *(f"note: {remark}" for remark in file.song.remarks)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    perform(player, args.host, args.port, args.reply_port, badness, args.network_seed, progress(player))
    return _told(args, file, player, console)


def _told(args: argparse.Namespace, file: LeadFile, player: Player, console: Console) -> int:
    if not player.has_begun:
        raise InputError(_failure(player, args.host, args.port) or "broken off before the song began")
    if args.out is not None:
        parts = tracks(file.song, player.played)
        write_atomically(args.out, with_accompaniment(file.data, file.choice.track, parts))
        console.print(f"wrote {args.out}", markup=False, highlight=False, soft_wrap=True)
    tempo = "its own tempo" if args.bpm is None else f"{args.bpm:g} bpm"
    how = "as fast as it can" if args.fast else f"in real time at {tempo}"
    name = "the lead" if args.lead == STANDARD_STREAM else Path(args.lead).name
    title = f"{name} through {args.host}:{args.port}, {how}, ahead {args.ahead}:"
    console.print(title, markup=False, highlight=False, soft_wrap=True)
    console.print(table(player.measured, args.fast))
    if player.failure:
        print(f"obbligato client: {_failure(player, args.host, args.port)}", file=sys.stderr)
    return 0 if player.measured.all_in_time and not player.failure else 1


def _failure(player: Player, host: str, port: int) -> str:
    if player.membership.welcome is None and not player.membership.failure and player.failure:
        option = "" if port == DEFAULT_PORT else f" --port {port}"
        return f"no bridge answers at {host} port {port}: start one with `obbligato serve{option}`"
    return player.failure


def _listen(args: argparse.Namespace, session: str) -> int:
    if not args.session:
        raise InputError("--listen needs --session NAME: the session whose notes are to be printed")
    sock, bridge = open_socket(args.host, args.port, args.reply_port)
    with sock:
        print(f"listening to session {session} of the bridge at {args.host} port {args.port}; Ctrl-C ends")
        hello = Hello(PROTOCOL, session, args.reply_port, "play", args.token)
        listen(sock, bridge, hello, lambda line: print(line, flush=True))
    return 0


def wanted_controls(args: argparse.Namespace) -> dict[str, ControlValue]:
    """The controls named on the command line, checked as the bridge will check them.

    Raises InputError: no such control, a value of the wrong type or out of its range.
    """
    named = [(name, getattr(args, name)) for name in COMMON_CONTROLS if getattr(args, name) is not None]
    for text in args.set:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"--set wants NAME=VALUE, not {text!r}")
        named.append((name.strip(), value.strip()))
    wanted = {name: control_value(name, text) for name, text in named}
    if wanted.get("low", 0) > wanted.get("high", 127):  # type: ignore[operator]  # both are numbers by their kind
        raise InputError(f"--low {wanted['low']} is above --high {wanted['high']}")
    return wanted


def control_value(name: str, text: str) -> ControlValue:
    """One control's value from text. Raises InputError, naming the range."""
    spec = CONTROLS.get(name)
    if spec is None:
        raise InputError(f"no control is called {name!r}: there are {', '.join(CONTROLS)}")
    value: ControlValue = text
    if spec.kind != "s":
        try:
            value = int(text) if spec.kind == "i" else float(text)
        except ValueError:
            kind = "a whole number" if spec.kind == "i" else "a number"
            raise InputError(f"{name} wants {kind} from {spec.low} to {spec.high}, not {text!r}") from None
        if not spec.low <= value <= spec.high:
            raise InputError(f"{name} is {spec.low} to {spec.high}, not {text}")
    try:
        Controls().changed(name, value)
    except InvalidValue as refusal:
        raise InputError(refusal.text) from refusal
    return value


def progress(player: Player) -> Callable[[Action], None]:
    """Says on a terminal how far the song is. Silent where nobody watches."""
    is_watched = sys.stderr.isatty()

    def say(action: Action) -> None:
        if is_watched and isinstance(action, Send):
            gone, total = player.progress
            is_last = isinstance(action.message, Bye)
            print(f"\r{gone} of {total} requests", end="\n" if is_last else "", file=sys.stderr, flush=True)

    return say
