"""A finished duet as files: MIDI, picture and sound, all made before the first is written."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bridge.commands.files import STANDARD_STREAM, check_outputs, write_output
from bridge.errors import InputError
from bridge.music.midi_out import with_accompaniment
from bridge.music.song import Song, Track


def check(args: argparse.Namespace) -> None:
    """Whether every file that the options name can be written, and is of a kind that can be made. Raises InputError."""
    sources = [args.lead, args.earlier, args.soundfont and str(args.soundfont)]
    if args.variations > 1 and args.output == STANDARD_STREAM:
        raise InputError("several variations do not go into one stream: name a file, its name gets the numbers")
    for number in range(1, args.variations + 1):
        check_outputs([_named(path, args, number) for path in (args.output, args.picture, args.audio)], sources)
    if args.picture:
        from bridge.offline.picture import check_suffix

        check_suffix(Path(args.picture))
    if args.audio:
        from bridge.offline.sound import check_kind

        check_kind(Path(args.audio))


def write(
    args: argparse.Namespace, data: bytes, song: Song, lead_track: int, parts: Sequence[Track], number: int
) -> list[str]:
    """Write one duet, the `number`th (from 1) of `--variations`; a line for each file. Raises InputError."""
    duet = with_accompaniment(data, lead_track, parts)
    output, picture, audio = (_named(path, args, number) for path in (args.output, args.picture, args.audio))
    files: list[tuple[str, bytes, str]] = []
    with ThreadPoolExecutor(1) as beside:  # the encoder is not Python: the picture is drawn in the meantime
        sounding = beside.submit(_sound, audio, duet, args.soundfont) if audio else None
        if picture:
            from bridge.offline.picture import picture as drawn  # only a picture needs matplotlib

            title = "Lead and accompaniment" if args.lead == STANDARD_STREAM else Path(args.lead).stem
            kind = Path(picture).suffix[1:].lower()
            files.append((picture, drawn(song, song.tracks[lead_track], parts, title, kind), ""))
        if sounding is not None:
            files.insert(0, sounding.result())
    for name, content, _ in ((output, duet, ""), *files):
        write_output(name, content)
    first = [] if output == STANDARD_STREAM else [f"wrote {output}"]
    return first + [f"wrote {name}{text}" for name, _, text in files]


def _sound(name: str, duet: bytes, font: Path | None) -> tuple[str, bytes, str]:
    """The sound file's name, its bytes and what there is to say of it. Raises InputError."""
    from bridge.offline.sound import check_kind, described, encoded, play  # only sound needs a sampler

    sound = play(duet, font)
    return name, encoded(sound, check_kind(Path(name))), f": {described(sound)}"


def _named(path: str | None, args: argparse.Namespace, number: int) -> str:
    """The file's name for one of several variations: `duet.mid` becomes `duet-2.mid`. Empty where none is wanted."""
    if not path or path == STANDARD_STREAM or args.variations == 1:
        return path or ""
    return str(Path(path).with_name(f"{Path(path).stem}-{number}{Path(path).suffix}"))
