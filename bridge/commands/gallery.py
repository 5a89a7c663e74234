"""`obbligato gallery`: every bundled lead, accompanied in every way, as a page to look at and listen to."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.leads import NAMES, lead_path
from bridge.leads.tunes import TUNES, Tune
from bridge.model.accompanist import Accompanist
from bridge.model.registry import BUILT_IN, load
from bridge.music.midi import read_song
from bridge.music.midi_out import with_accompaniment
from bridge.music.song import Song, Track
from bridge.offline.accompany import accompany, as_tracks
from bridge.offline.gallery import Exhibit, Room, Way, figures, page, ways
from bridge.offline.picture import picture
from bridge.offline.sound import check_kind, encoded, play

BASELINE = "onehot"
SHOWN = "default"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--out", type=Path, default=Path("gallery"), help="the folder (./gallery); index.html is in it")
    parser.add_argument("--model", default=SHOWN, help=f"{', '.join(BUILT_IN)}, or a bundle's folder (%(default)s)")
    parser.add_argument("--lead", choices=NAMES, action="append", help="only this lead; may be said again")


def run(args: argparse.Namespace) -> int:
    """Make the gallery. Raises InputError."""
    began_s = time.monotonic()
    check_kind(Path("x.mp3"))
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {args.out}: {error.strerror or error}") from error
    players = {BASELINE: load(BASELINE), args.model: load(args.model)}
    rooms = []
    for tune in TUNES:
        if args.lead and tune.name not in args.lead:
            continue
        rooms.append(_room(args.out, tune, ways(BASELINE, args.model), players))
        print(f"{tune.name}: {len(rooms[-1].exhibits)} exhibits, {time.monotonic() - began_s:.0f} s", flush=True)
    intro = (
        "Each melody alone, and as it is accompanied bar by bar, with default settings, seed 0 and no hand on the "
        'result. The darker a note, the louder. Everything here is made by "make gallery".'
    )
    index = args.out / "index.html"
    write_atomically(index, page(rooms, intro).encode())
    print(f"wrote {index}; open it in a browser")
    return 0


def _room(folder: Path, tune: Tune, all_ways: tuple[Way, ...], players: dict[str, Accompanist]) -> Room:
    data = lead_path(tune.name).read_bytes()
    song = read_song(data)
    exhibits = [_exhibit(folder, f"{tune.name}-lead", data, song, (), "the lead", "as it is sent, bar by bar", ())]
    for way in all_ways:
        played = accompany(song, 0, players[way.model], way.mode, {"parts": way.parts})
        parts = as_tracks(song, played)
        duet = with_accompaniment(data, 0, parts)
        about = figures(song.in_bars(song.tracks[0].notes), played)
        exhibits.append(_exhibit(folder, f"{tune.name}-{way.slug}", duet, song, parts, way.title, way.text, about))
    facts = f"{tune.metre}, {tune.tempo_bpm:g} quarter notes a minute, {len(song.bars)} bars."
    return Room(tune.name, tune.title, tune.origin, facts, tuple(exhibits))


def _exhibit(
    folder: Path,
    stem: str,
    midi: bytes,
    song: Song,
    parts: tuple[Track, ...],
    title: str,
    text: str,
    about: tuple[tuple[str, str], ...],
) -> Exhibit:
    sound = play(midi)
    write_atomically(folder / f"{stem}.mid", midi)
    write_atomically(folder / f"{stem}.mp3", encoded(sound, "mp3"))
    write_atomically(folder / f"{stem}.png", picture(song, song.tracks[0], parts, title))
    levels = (
        ("peak", f"{sound.levels.peak_dbfs:.1f} dBFS"),
        ("loudness", f"{sound.levels.loudness_lufs:.1f} LUFS"),
    )
    return Exhibit(title, text, stem, (*about, *levels))
