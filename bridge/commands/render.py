"""`obbligato render SONG.mid -o OUT.mp3`: a MIDI file as sound, without a DAW."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bridge.commands.files import STANDARD_STREAM, check_outputs, read_music, write_output
from bridge.leads import NAMES
from bridge.music.midi import read_song
from bridge.offline.listening import listen, told
from bridge.offline.sound import check_kind, decoded, described, encoded, levels_of_tracks, play


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `obbligato render`."""
    parser.add_argument(
        "song", metavar="SONG.mid", help=f"a MIDI, MusicXML or ABC file, '-', or a bundled lead: {', '.join(NAMES)}"
    )
    parser.add_argument("-o", "--output", metavar="OUT.wav|mp3|flac", required=True, help="the sound; '-' is WAV")
    parser.add_argument(
        "--report", action="store_true", help="also measure what came out: levels, silence, clipping, tempo, balance"
    )
    add_font_argument(parser)


def add_font_argument(parser: argparse.ArgumentParser) -> None:
    """Which samples are played."""
    parser.add_argument(
        "--soundfont", metavar="FILE.sf2", type=Path, help="the samples (default: TimGM6mb, which pretty_midi brings)"
    )


def run(args: argparse.Namespace) -> int:
    """Render one file. Raises InputError; nothing is written unless everything went well."""
    began_s = time.monotonic()
    kind = "wav" if args.output == STANDARD_STREAM else check_kind(Path(args.output))
    check_outputs([args.output], [args.song, args.soundfont and str(args.soundfont)])
    data = read_music(args.song)
    sound = play(data, args.soundfont)
    file = encoded(sound, kind)
    write_output(args.output, file)
    took_s = time.monotonic() - began_s
    out = sys.stderr if args.output == STANDARD_STREAM else sys.stdout
    print(f"wrote {args.output}: {described(sound)} ({took_s:.1f} s)", file=out)
    if args.report:
        # of the file as it is, decoded again, and not of what was meant to be in it
        lines = told(listen(decoded(file)), read_song(data), levels_of_tracks(data, args.soundfont, sound.lead_gain_db))
        print(*lines, sep="\n", file=out)
    return 0
