"""`obbligato gallery`: every bundled lead, accompanied in every way, as a page to look at and listen to."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
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
from bridge.offline.ending import with_ending
from bridge.offline.gallery import Exhibit, Figures, Room, Way, figures, page, places_of, ways
from bridge.offline.picture import picture
from bridge.offline.sound import Sound, check_kind, encoded, equally_loud, play
from bridge.offline.systems import laid_out

BASELINE = "onehot"
SHOWN = "default"


@dataclass(frozen=True)
class _Duet:
    """A lead with what is played to it; `slug`, `title`, `text` as of its way, `shown` as of an exhibit."""

    slug: str
    title: str
    text: str
    midi: bytes
    parts: tuple[Track, ...]
    shown: tuple[tuple[str, str], ...]


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
    all_ways = ways(BASELINE, args.model)
    rooms: list[Room] = []
    counted: dict[str, list[Figures]] = {way.title: [] for way in all_ways}
    for tune in TUNES:
        if args.lead and tune.name not in args.lead:
            continue
        rooms.append(_room(args.out, tune, all_ways, players, counted))
        print(f"{tune.name}: {len(rooms[-1].exhibits)} exhibits, {time.monotonic() - began_s:.0f} s", flush=True)
    intro = (
        "Each melody alone, and as it is accompanied bar by bar, with default settings, seed 0 and no hand on the "
        "result. Everything about one melody is equally loud; the darker a note, the louder. A click in a picture "
        'plays from there. "Lead inside the harmony" is the share of the lead, by time, that is a tone of what sounds '
        'in the same beat; a bar is silent if nothing begins in it. All of it is made by "make gallery".'
    )
    index = args.out / "index.html"
    write_atomically(index, page(rooms, intro, tuple(counted.items())).encode())
    print(f"wrote {index}; open it in a browser")
    return 0


def _room(
    folder: Path,
    tune: Tune,
    all_ways: tuple[Way, ...],
    players: dict[str, Accompanist],
    counted: dict[str, list[Figures]],
) -> Room:
    """Play a lead in every way, write what comes of it, and add what was counted under each way's title."""
    data = lead_path(tune.name).read_bytes()
    song = read_song(data)
    lead = song.in_bars(song.tracks[0].notes)
    duets = [_Duet("lead", "the lead", "as it is sent, bar by bar", data, (), ())]
    for way in all_ways:
        played = accompany(song, 0, players[way.model], way.mode, {"parts": way.parts})
        if way.mode == "follow":
            played = with_ending(lead, played)
        parts = as_tracks(song, played)
        found = figures(lead, played)
        counted[way.title].append(found)
        duets.append(_Duet(way.slug, way.title, way.text, with_accompaniment(data, 0, parts), parts, found.shown()))
    sounds = equally_loud([play(duet.midi) for duet in duets])
    exhibits = tuple(
        _exhibit(folder, f"{tune.name}-{duet.slug}", song, duet, sound)
        for duet, sound in zip(duets, sounds, strict=True)
    )
    text = f"{tune.origin}. {tune.metre}, {tune.tempo_bpm:g} quarter notes a minute, {len(song.bars)} bars."
    return Room(tune.name, tune.title, text, exhibits)


def _exhibit(folder: Path, stem: str, song: Song, duet: _Duet, sound: Sound) -> Exhibit:
    write_atomically(folder / f"{stem}.mid", duet.midi)
    write_atomically(folder / f"{stem}.mp3", encoded(sound, "mp3"))
    write_atomically(folder / f"{stem}.png", picture(song, song.tracks[0], duet.parts, duet.title))
    levels = (
        ("peak", f"{sound.levels.peak_dbfs:.1f} dBFS"),
        ("loudness", f"{sound.levels.loudness_lufs:.1f} LUFS"),
    )
    places = places_of(song, laid_out(song, [song.tracks[0], *duet.parts]))
    return Exhibit(duet.title, duet.text, stem, (*duet.shown, *levels), places)
