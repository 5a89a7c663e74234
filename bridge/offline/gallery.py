"""A gallery: one page on which leads and what is played to them stand side by side, to be heard and seen.

Plain HTML that needs no server. Here is what the page says; who makes the files is `bridge.commands.gallery`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from bridge.music.bar import Bar
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
class Exhibit:
    """One lead with one accompaniment: its files lie beside the page as `<stem>.mp3`, `.png` and `.mid`."""

    title: str
    text: str
    stem: str
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A lead and everything that was played to it."""

    name: str
    title: str
    origin: str
    facts: str
    exhibits: tuple[Exhibit, ...]


def ways(baseline: str, model: str) -> tuple[Way, ...]:
    """The ways that every lead is accompanied in: the half-second baseline, the model in both modes, and its band."""
    return (
        Way("baseline", f"{baseline}, following", "the half-second one-hot model: one note a beat", baseline, "follow"),
        Way("follow", f"{model}, following", "each bar of lead is known when it is played to", model, "follow"),
        Way("anticipate", f"{model}, anticipating", "no bar of lead is known before it is over", model, "anticipate"),
        Way("band", f"{model}, band", "piano, bass, pad, counter-melody", model, "follow", "piano bass pad counter"),
    )


def figures(lead: Sequence[Bar], played: Played) -> tuple[tuple[str, str], ...]:
    """(name, value) of what can be counted: see `variations.fit`; silence is the share of bars without a note."""
    beats = sum(bar.metre.length_beats for bar in lead)
    notes = [note for parts in played for part in parts for note in part.notes]
    silent = sum(not any(part.notes for part in parts) for parts in played)
    values = [
        ("notes a beat", f"{len(notes) / beats:.1f}"),
        ("lead inside the harmony", f"{fit(lead, played):.0%}"),
        ("silent bars", f"{silent / len(lead):.0%}"),
    ]
    if notes:
        pitches = [note.pitch_midi for note in notes]
        values.append(("pitches", f"{min(pitches)} to {max(pitches)}"))
    return tuple(values)


def page(rooms: Sequence[Room], intro: str) -> str:
    """The page as HTML."""
    links = " ".join(f'<a href="#{escape(room.name)}">{escape(room.title)}</a>' for room in rooms)
    body = "\n".join(_room(room) for room in rooms)
    return _PAGE.format(style=_STYLE, script=_SCRIPT, intro=escape(intro), links=links, body=body)


def _room(room: Room) -> str:
    exhibits = "\n".join(_exhibit(exhibit) for exhibit in room.exhibits)
    return (
        f'<section id="{escape(room.name)}">\n<h2>{escape(room.title)}</h2>\n'
        f"<p>{escape(room.origin)}. {escape(room.facts)}</p>\n{exhibits}\n</section>"
    )


def _exhibit(exhibit: Exhibit) -> str:
    stem = escape(exhibit.stem)
    cells = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in exhibit.figures)
    return (
        f'<article>\n<div class="about"><h3>{escape(exhibit.title)}</h3><p>{escape(exhibit.text)}</p>\n'
        f'<audio controls preload="none" src="{stem}.mp3"></audio>\n<dl>{cells}</dl>\n'
        f'<p><a href="{stem}.mid" download>MIDI</a> · <a href="{stem}.mp3" download>MP3</a></p></div>\n'
        f'<a class="roll" href="{stem}.png"><img loading="lazy" src="{stem}.png" '
        f'alt="Piano roll: {escape(exhibit.title)}"></a>\n</article>'
    )


_STYLE = """
:root { color-scheme: light dark; --ink: #222; --soft: #666; --paper: #fff; --line: #ddd; }
@media (prefers-color-scheme: dark) { :root { --ink: #eee; --soft: #aaa; --paper: #181818; --line: #444; } }
body { font: 16px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper);
       max-width: 1280px; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: .2rem } h2 { margin: 2.5rem 0 .2rem } h3 { margin: 0; font-size: 1.05rem }
p { color: var(--soft); margin: .3rem 0 } a { color: inherit }
nav a { margin-right: 1rem; white-space: nowrap }
article { display: grid; grid-template-columns: 300px 1fr; gap: 1.2rem; padding: 1rem 0;
          border-top: 1px solid var(--line) }
audio { width: 100%; margin: .5rem 0 }
dl { display: grid; grid-template-columns: auto auto; gap: 0 .8rem; margin: .4rem 0; font-size: .9rem }
dt { color: var(--soft) } dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums }
.roll { display: block; max-height: 330px; overflow: hidden; border-radius: 6px; background: #fff }
.roll img { width: 100%; display: block }
@media (max-width: 800px) { article { grid-template-columns: 1fr } }
"""
_SCRIPT = """
document.addEventListener("play", event => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
}, true);
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Obbligato: gallery</title>
<style>{style}</style>
</head>
<body>
<h1>Obbligato: gallery</h1>
<p>{intro}</p>
<nav>{links}</nav>
{body}
<script>{script}</script>
</body>
</html>
"""
