"""`obbligato accompany LEAD.mid -o OUT.mid`: a MIDI file in, the same lead with its accompaniment out."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from bridge.commands.files import STANDARD_STREAM, check_outputs, read_music, write_output
from bridge.commands.render import add_font_argument
from bridge.leads import NAMES
from bridge.model.accompanist import Part
from bridge.model.controls import CONTROLS, ControlValue
from bridge.model.registry import BUILT_IN, DEFAULT_MODEL, load
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from bridge.music.midi_out import with_accompaniment
from bridge.offline.accompany import FILE_SEED, MODES, accompany, as_tracks

SETTINGS: dict[str, type[int] | type[float]] = {
    "seed": int,
    "temperature": float,
    "density": float,
    "low": int,
    "high": int,
    "variation": int,
}
"""The controls that have an option of their own, and their types."""
Played = tuple[tuple[Part, ...], ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `obbligato accompany`."""
    parser.add_argument(
        "lead", metavar="LEAD.mid", help=f"a MIDI, MusicXML or ABC file, '-', or a bundled lead: {', '.join(NAMES)}"
    )
    parser.add_argument("-o", "--output", metavar="OUT.mid", required=True, help="the new MIDI file, or '-'")
    parser.add_argument("--track", metavar="NAME|NUMBER", help="which track is the lead (default: it is looked for)")
    parser.add_argument(
        "--mode",
        choices=MODES,
        default=MODES[0],
        help="follow: each bar of lead is known when it is played to; anticipate: none is, as if somebody were playing",
    )
    parser.add_argument(
        "--model", default=DEFAULT_MODEL, help=f"{', '.join(BUILT_IN)}, or a bundle's folder (default: %(default)s)"
    )
    for name, kind in SETTINGS.items():
        spec = CONTROLS[name]
        default = FILE_SEED if name == "seed" else spec.default
        text = f"{spec.text}; {spec.low:g} to {spec.high:g} (default: {default})"
        if name == "seed":
            text = f"same file, same options, same notes; -1: different each time (default: {default})"
        parser.add_argument(f"--{name}", type=kind, help=text)
    parser.add_argument("--picture", metavar="FILE.png|.svg", help="also draw lead and accompaniment as a piano roll")
    parser.add_argument(
        "--audio", metavar="FILE.wav|mp3|flac", help="also play lead and accompaniment into a sound file"
    )
    add_font_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Accompany one file. Raises InputError; nothing is written unless everything went well."""
    began_s = time.monotonic()
    # what belongs to a person goes to stderr when the music goes to stdout
    out: TextIO = sys.stderr if args.output == STANDARD_STREAM else sys.stdout
    _check_outputs(args)
    data = read_music(args.lead)
    song = read_song(data)
    lead = find_lead(song, args.track)
    track = song.tracks[lead.track]
    name = f"{track.name!r}" if track.name else "without a name"
    print(f"lead: track {lead.track + 1}, {name}, {len(track.notes)} notes ({lead.reason})", file=out, flush=True)
    for remark in song.remarks:
        print(f"note: {remark}", file=out)
    accompanist = load(args.model)
    settings: dict[str, ControlValue] = {
        name: getattr(args, name) for name in SETTINGS if getattr(args, name) is not None
    }
    for name in settings:
        if name != "seed" and name not in accompanist.used_controls:
            print(f"note: the model {accompanist.name} does not use {name}", file=out)
    played = _with_progress(
        len(song.bars),
        lambda advance: accompany(song, lead.track, accompanist, args.mode, settings, lambda *_: advance()),
    )
    parts = as_tracks(song, played)
    result = with_accompaniment(data, lead.track, parts)
    sound = None
    if args.audio:
        from bridge.offline.sound import write_sound

        sound = write_sound(Path(args.audio), result, args.soundfont)
    write_output(args.output, result)
    if args.picture:
        from bridge.offline.picture import draw  # only a picture needs matplotlib

        title = "Lead and accompaniment" if args.lead == STANDARD_STREAM else Path(args.lead).stem
        draw(Path(args.picture), song, track, parts, title)
    notes = ", ".join(f"{part.name} {len(part.notes)} notes" for part in parts) or "no notes"
    took_s = time.monotonic() - began_s
    print(f"{accompanist.name}, {args.mode}: {len(song.bars)} bars, {notes}, {took_s:.1f} s", file=out)
    if args.output != STANDARD_STREAM:
        print(f"wrote {args.output}", file=out)
    if sound is not None:
        from bridge.offline.sound import described

        print(f"wrote {args.audio}: {described(sound)}", file=out)
    return 0


def _check_outputs(args: argparse.Namespace) -> None:
    check_outputs([args.output, args.picture, args.audio], [args.lead, args.soundfont and str(args.soundfont)])
    if args.picture:
        from bridge.offline.picture import check_suffix

        check_suffix(Path(args.picture))
    if args.audio:
        from bridge.offline.sound import check_kind

        check_kind(Path(args.audio))


def _with_progress(bars: int, work: Callable[[Callable[[], None]], Played]) -> Played:
    """Do the work with a bar on stderr that moves on with each call; nothing is shown where nobody looks."""
    if not sys.stderr.isatty():
        return work(lambda: None)
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("accompanying"), BarColumn(), MofNCompleteColumn(), TextColumn("bars"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=bars)
        return work(lambda: progress.advance(task))
