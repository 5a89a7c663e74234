"""`obbligato accompany LEAD.mid -o OUT.mid`: a lead in, the same lead with its accompaniment out."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

from bridge.commands import duet_files
from bridge.commands.files import STANDARD_STREAM, read_music
from bridge.commands.render import add_font_argument
from bridge.errors import InputError
from bridge.leads import NAMES
from bridge.model.accompanist import Accompanist
from bridge.model.controls import CONTROLS, ControlValue
from bridge.model.registry import BUILT_IN, DEFAULT_MODEL, load
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from bridge.music.song import Song
from bridge.offline.accompany import FILE_SEED, MODES, accompany, as_tracks
from bridge.offline.ending import with_ending
from bridge.offline.harmony import of_track, repeated
from bridge.offline.keeping import bars_named, kept_bars
from bridge.offline.variations import Played, variations

SETTINGS: dict[str, type[int] | type[float] | type[str]] = {
    "parts": str,
    "style": str,
    "seed": int,
    "temperature": float,
    "density": float,
    "low": int,
    "high": int,
    "variation": int,
    "humanize": float,
    "swing": float,
}
"""The controls that have an option of their own, and their types."""
MOST_VARIATIONS = 32


@dataclass(frozen=True)
class _Task:
    """What is to be played: the lead as MIDI, the song in it, the settings, and the bars that are kept."""

    data: bytes
    song: Song
    lead_track: int
    accompanist: Accompanist
    settings: dict[str, ControlValue]
    earlier: Played | None
    kept: frozenset[int]
    chords: tuple[str, ...]


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
        span = "" if kind is str else f"; {spec.low:g} to {spec.high:g}"
        text = f"{spec.text}{span} (default: {default})"
        if name == "seed":
            text = f"same file, same options, same notes; -1: different each time (default: {default})"
        parser.add_argument(f"--{name}", type=kind, help=text)
    parser.add_argument(
        "--chords", metavar="'C G Am F'", help="keep to these chords, a bar each or C Am | F G, repeated"
    )
    parser.add_argument(
        "--chord-track", metavar="NAME|NUMBER", help="keep to the chords that this track of LEAD.mid holds"
    )
    parser.add_argument(
        "--variations",
        metavar="N",
        type=int,
        default=1,
        help=f"write N accompaniments that differ, as OUT-1.mid, OUT-2.mid, ...; 1 to {MOST_VARIATIONS}",
    )
    parser.add_argument(
        "--keep", metavar="BARS", help="keep these bars of an earlier duet (1-8,13), make the rest anew"
    )
    parser.add_argument(
        "--from", dest="earlier", metavar="EARLIER.mid", help="the duet that --keep takes its bars from"
    )
    parser.add_argument(
        "--no-ending", action="store_true", help="following, do not come to rest with the song's last bar"
    )
    parser.add_argument("--picture", metavar="FILE.png|.svg", help="also draw lead and accompaniment as a piano roll")
    parser.add_argument("--audio", metavar="FILE.wav|mp3|flac", help="also play both into a sound file")
    add_font_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Accompany one file. Raises InputError; no duet is written unless everything about it went well."""
    # what belongs to a person goes to stderr when the music goes to stdout
    out: TextIO = sys.stderr if args.output == STANDARD_STREAM else sys.stdout
    if not 1 <= args.variations <= MOST_VARIATIONS:
        raise InputError(f"{args.variations} variations are outside 1..{MOST_VARIATIONS}")
    if (args.keep is None) != (args.earlier is None):
        raise InputError("--keep and --from belong together: --keep 1-8 --from EARLIER.mid")
    if args.chords is not None and args.chord_track is not None:
        raise InputError("--chords and --chord-track both say what the harmony is: use one")
    duet_files.check(args)
    task = _prepared(args, out)
    written = 0
    for lines in _made(args, task):
        written += 1
        print(*lines, sep="\n", file=out, flush=True)
    if not written:
        raise InputError("nothing came of it that differs enough from the earlier duet; try another --temperature")
    if written < args.variations:
        print(f"note: only {written} of {args.variations} variations differ enough and fit as well", file=out)
    return 0


def _prepared(args: argparse.Namespace, out: TextIO) -> _Task:
    """Read what there is to read, and tell what will be done."""
    data = read_music(args.lead)
    song = read_song(data)
    if args.audio:
        from bridge.offline.sound import check_length  # only sound needs it, and before minutes are spent on notes

        check_length(song)
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
    chords: tuple[str, ...] = ()
    if args.chords is not None:
        chords = repeated(args.chords, song)
    elif args.chord_track is not None:
        chords = of_track(song, find_lead(song, args.chord_track).track)
    if args.keep is None:
        return _Task(data, song, lead.track, accompanist, settings, None, frozenset(), chords)
    bars = bars_named(args.keep, len(song.bars))
    if len(bars) == len(song.bars):
        raise InputError("every bar is kept: nothing is left to be made anew")
    earlier = kept_bars(song, read_song(read_music(args.earlier)), frozenset(range(len(song.bars))), track)
    standing = tuple(earlier[number] for number in range(len(earlier)))
    return _Task(data, song, lead.track, accompanist, settings, standing, bars, chords)


def _made(args: argparse.Namespace, task: _Task) -> Iterator[list[str]]:
    """One duet after the other, each written; the lines about it."""
    song = task.song
    lead = song.in_bars(song.tracks[task.lead_track].notes)
    began_s = time.monotonic()

    def make(number: int) -> Played:
        settings = {**task.settings, "variation": number}
        kept = {n: task.earlier[n] for n in task.kept} if task.earlier else {}
        played = _with_progress(
            len(song.bars),
            lambda advance: accompany(
                song, task.lead_track, task.accompanist, args.mode, settings, lambda *_: advance(), kept, task.chords
            ),
        )
        if args.mode != "follow" or args.no_ending or len(song.bars) - 1 in kept:
            return played
        return with_ending(lead, played, task.chords[-1] if task.chords else "")

    first = int(task.settings.get("variation", 0))
    unlike = [task.earlier] if task.earlier else []
    anew = frozenset(range(len(song.bars))) - task.kept
    for count, made in enumerate(variations(make, lead, args.variations, first, unlike, anew), start=1):
        parts = as_tracks(song, made.played, task.kept)
        written = duet_files.write(args, task.data, song, task.lead_track, parts, count)
        notes = ", ".join(f"{part.name} {len(part.notes)} notes" for part in parts) or "no notes"
        line = (
            f"{task.accompanist.name}, {args.mode}: {len(song.bars)} bars, {notes}, {time.monotonic() - began_s:.1f} s"
        )
        about = (
            f"variation {made.number}: {made.difference:.0%} of its notes are its own, fits {made.fit:.0%} of the lead"
        )
        compared = args.variations > 1 or task.earlier is not None
        yield [line, *([about] if compared else []), *written]


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
