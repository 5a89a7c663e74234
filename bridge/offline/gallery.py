"""A gallery: one page on which leads and what is played to them stand side by side, to be heard and seen.

Plain HTML that needs no server: styles and the few lines of script (`gallery.css`, `gallery.js`) are inside it. Here is
what the page says; who makes the sounds and pictures is `bridge.commands.gallery`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from statistics import fmean
from typing import Literal

from bridge.music.bar import Bar
from bridge.music.song import Song
from bridge.offline.systems import Layout
from bridge.offline.variations import Played, fit

Mode = Literal["follow", "anticipate"]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to accompany: `slug` names its files, `title` and `text` are for people."""

    slug: str
    title: str
    text: str
    model: str
    mode: Mode
    parts: str = "piano"


@dataclass(frozen=True, slots=True)
class Figures:
    """What can be counted of one accompaniment.

    notes_a_beat  of all parts together
    fit           share of the lead inside the harmony under it, see `variations.fit`
    silent        share of bars without a note
    pitches       the lowest and the highest, None of silence
    """

    notes_a_beat: float
    fit: float
    silent: float
    pitches: tuple[int, int] | None

    def shown(self) -> tuple[tuple[str, str], ...]:
        """(name, value) for people."""
        counted = (
            ("notes a beat", f"{self.notes_a_beat:.1f}"),
            ("lead inside the harmony", f"{self.fit:.0%}"),
            ("silent bars", f"{self.silent:.0%}"),
        )
        return (*counted, ("pitches", f"{self.pitches[0]} to {self.pitches[1]}")) if self.pitches else counted


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One lead with one accompaniment: its files lie beside the page as `<stem>.mp3`, `.png` and `.mid`.

    shown   (name, value) of what was counted and measured
    places  where the music is in the picture, see `places_of`
    """

    title: str
    text: str
    stem: str
    shown: tuple[tuple[str, str], ...]
    places: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """A lead and everything that was played to it."""

    name: str
    title: str
    text: str
    exhibits: tuple[Exhibit, ...]


def ways(baseline: str, model: str) -> tuple[Way, ...]:
    """The ways that every lead is accompanied in: the half-second baseline, the model in both modes, and its band."""
    return (
        Way("baseline", f"{baseline}, following", "the baseline: a half-second one-hot model", baseline, "follow"),
        Way("follow", f"{model}, following", "each bar of lead is known, and which is the last", model, "follow"),
        Way("anticipate", f"{model}, anticipating", "as live: no bar is known before it is over", model, "anticipate"),
        Way("band", f"{model}, band", "piano, bass, pad, counter-melody", model, "follow", "piano bass pad counter"),
    )


def figures(lead: Sequence[Bar], played: Played) -> Figures:
    """Count what was played to a lead."""
    beats = sum(bar.metre.length_beats for bar in lead)
    pitches = [note.pitch_midi for parts in played for part in parts for note in part.notes]
    silent = sum(not any(part.notes for part in parts) for parts in played)
    return Figures(
        len(pitches) / beats, fit(lead, played), silent / len(lead), (min(pitches), max(pitches)) if pitches else None
    )


def places_of(song: Song, layout: Layout) -> tuple[tuple[float, ...], ...]:
    """Of every bar: start and end in seconds; left, right, top and height in per cent of the picture."""
    return tuple(
        (
            round(song.seconds_at(bar.start_beats), 3),
            round(song.seconds_at(bar.end_beats), 3),
            round(100 * system.across(bar.start_beats), 2),
            round(100 * system.across(bar.end_beats), 2),
            round(100 * (1 - system.bottom - system.height), 2),
            round(100 * system.height, 2),
        )
        for system in layout.systems
        for bar in system.bars
    )


def page(rooms: Sequence[Room], intro: str, counted: Sequence[tuple[str, Sequence[Figures]]] = ()) -> str:
    """The page as HTML. `counted`: of each way its title and the figures of every lead, shown as means on top."""
    source = files("bridge.offline")
    return _PAGE.format(
        style=(source / "gallery.css").read_text("utf-8"),
        script=(source / "gallery.js").read_text("utf-8"),
        intro=escape(intro),
        links="\n".join(f'<a href="#{escape(room.name)}">{escape(room.title)}</a>' for room in rooms),
        means=_means(counted),
        body="\n".join(_room(room) for room in rooms),
    )


def _means(counted: Sequence[tuple[str, Sequence[Figures]]]) -> str:
    if not counted:
        return ""
    rows = "\n".join(
        f"<tr><th>{escape(title)}</th>{_cells(value for _, value in _mean(every).shown())}</tr>"
        for title, every in counted
    )
    names = "".join(f"<th>{escape(name)}</th>" for name, _ in _mean(counted[0][1]).shown())
    return f"<table>\n<tr><th>mean of all leads</th>{names}</tr>\n{rows}\n</table>"


def _mean(every: Sequence[Figures]) -> Figures:
    return Figures(
        fmean(one.notes_a_beat for one in every),
        fmean(one.fit for one in every),
        fmean(one.silent for one in every),
        None,
    )


def _cells(values: Iterable[str]) -> str:
    return "".join(f"<td>{escape(value)}</td>" for value in values)


def _room(room: Room) -> str:
    exhibits = "\n".join(_exhibit(exhibit) for exhibit in room.exhibits)
    return (
        f'<section id="{escape(room.name)}">\n<h2>{escape(room.title)}</h2>\n<p>{escape(room.text)}</p>\n'
        f"{exhibits}\n</section>"
    )


def _exhibit(exhibit: Exhibit) -> str:
    stem = escape(exhibit.stem)
    cells = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in exhibit.shown)
    places = json.dumps(exhibit.places, separators=(",", ":"))
    return (
        f'<article data-places="{places}">\n<div class="about"><h3>{escape(exhibit.title)}</h3>\n'
        f'<p>{escape(exhibit.text)}</p>\n<audio controls preload="none" src="{stem}.mp3"></audio>\n<dl>{cells}</dl>\n'
        f'<p><a href="{stem}.mid" download>MIDI</a> · <a href="{stem}.mp3" download>MP3</a> · '
        f'<a href="{stem}.png">picture</a></p></div>\n'
        f'<div class="roll"><div class="sheet"><img loading="lazy" src="{stem}.png" '
        f'alt="Piano roll: {escape(exhibit.title)}"><i class="head"></i></div></div>\n</article>'
    )


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Obbligato: gallery</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>Obbligato: gallery</h1>
<p>{intro}</p>
{means}
</header>
<nav>
{links}
</nav>
{body}
<script>
{script}</script>
</body>
</html>
"""
