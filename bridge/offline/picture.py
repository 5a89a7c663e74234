"""A duet as a piano roll: lead and accompaniment in their colours, bar lines, bar numbers, metres and chord names.

Time runs from left to right in beats, so that bars of one metre are equally wide whatever the tempo; a song is broken
into systems, as in a score. matplotlib is loaded when a picture is drawn, through its objects alone: no window, no
global state, so that a server or a test may draw as well.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.music.midi_out import key_name
from bridge.music.song import Song, Track
from bridge.music.spelling import spell
from bridge.offline.systems import MARGIN_INCHES, WIDTH_INCHES, Layout, System, laid_out, pickup_beats

LEAD_COLOUR = "#C8401A"
PART_COLOURS = ("#2467A8", "#2F8F6B", "#8A5AA8", "#8C7A2B")
"""The first part's colour, the second's, ...; they and the lead's stay apart for the colour-blind."""
INK, FAINT, STAVE = "#333333", "#E7E7E7", "#F6F6F6"
DPI = 110
CHARACTER_INCHES = 0.088
FORMATS = ("png", "svg")


def draw(path: Path, song: Song, lead: Track, parts: Sequence[Track], title: str) -> None:
    """Write the picture as PNG or SVG, by the suffix of `path`. Raises InputError: another suffix, no such folder."""
    check_suffix(path)
    write_atomically(path, picture(song, lead, parts, title, path.suffix[1:].lower()))


def check_suffix(path: Path) -> None:
    """Raises InputError unless the picture can be of that kind."""
    if path.suffix[1:].lower() not in FORMATS:
        raise InputError(f"a picture is a .png or .svg file, not {path.name}")


def picture(song: Song, lead: Track, parts: Sequence[Track], title: str, kind: str = "png") -> bytes:
    """The bytes of the picture. `lead` and `parts`: onsets in beats from the start of the song; kind: png or svg."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    layout = laid_out(song, [lead, *parts])
    figure = Figure(figsize=(WIDTH_INCHES, layout.height_inches), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure) if kind == "png" else FigureCanvasSVG(figure)
    _head(figure, song, lead, parts, title, layout.height_inches)
    chords = _chords(song, parts)
    for system in layout.systems:
        axes = figure.add_axes((system.left, system.bottom, system.width, system.height))
        _stave(axes, song, system, layout)
        for part, colour in sorted(zip(parts, _colours(parts), strict=True), key=_in_front):
            _notes(axes, part, system, colour, layout.inches_per_beat)
        _notes(axes, lead, system, LEAD_COLOUR, layout.inches_per_beat)
        here = _changes([chord for chord in chords if system.start_beats <= chord[0] < system.end_beats])
        for (beats, name), level in zip(here, levels(here, layout.inches_per_beat), strict=True):
            place = (2, 4 + 11 * level)
            axes.annotate(
                name, (beats, layout.high), place, textcoords="offset points", fontsize=9, weight="bold", color=INK
            )
    out = io.BytesIO()
    canvas.print_figure(out, format=kind, dpi=DPI, metadata={"Date": None} if kind == "svg" else None)
    return out.getvalue()


def levels(chords: Sequence[tuple[float, str]], inches_per_beat: float) -> list[int]:
    """How far up each chord name goes, 0 to 2, so that it does not run into the one before it."""
    free_from = [0.0, 0.0, 0.0]
    placed: list[int] = []
    for beats, name in chords:
        left_inches = beats * inches_per_beat
        level = next((level for level in range(3) if free_from[level] <= left_inches), 0)
        free_from[level] = left_inches + len(name) * CHARACTER_INCHES + 0.06
        placed.append(level)
    return placed


def _colours(parts: Sequence[Track]) -> list[str]:
    return [PART_COLOURS[number % len(PART_COLOURS)] for number in range(len(parts))]


def _in_front(drawn: tuple[Track, str]) -> float:
    """The shorter a part's notes, the later it is drawn: a pad would hide what moves inside it."""
    notes = drawn[0].notes
    return -sum(note.duration_beats for note in notes) / max(len(notes), 1)


def _chords(song: Song, parts: Sequence[Track]) -> list[tuple[float, str]]:
    """(beats from the start, name) of each chord that the accompaniment spells, in every bar anew."""
    bars = song.in_bars(tuple(note for part in parts if not part.is_drum for note in part.notes))
    return [
        (place.start_beats + beat, name)
        for place, bar in zip(song.bars, bars, strict=True)
        for beat, name in spell(bar.notes, bar.metre)
    ]


def _changes(chords: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """The chords without those that only go on."""
    return [chord for before, chord in pairwise([(-1.0, ""), *chords]) if chord[1] != before[1]]


def _head(figure: Any, song: Song, lead: Track, parts: Sequence[Track], title: str, height_inches: float) -> None:
    from matplotlib.lines import Line2D

    left = MARGIN_INCHES / WIDTH_INCHES
    figure.text(left, 1 - 0.32 / height_inches, title, fontsize=17, fontweight="bold", color=INK, va="center")
    figure.text(left, 1 - 0.64 / height_inches, _facts(song), fontsize=10.5, color=INK, va="center")
    handles = [
        Line2D([], [], color=colour, linewidth=7, solid_capstyle="butt", label=label)
        for colour, label in [
            (LEAD_COLOUR, f"lead ({lead.name})" if lead.name else "lead"),
            *zip(_colours(parts), (part.name for part in parts), strict=True),
        ]
    ]
    figure.legend(
        handles=handles,
        loc="center right",
        bbox_to_anchor=(1 - left, 1 - 0.45 / height_inches),
        ncols=len(handles),
        frameon=False,
        fontsize=10.5,
        title="the darker, the louder",
        title_fontsize=8.5,
    )


def _facts(song: Song) -> str:
    minutes, seconds = divmod(round(song.seconds_at(song.length_beats)), 60)
    tempo = f"♩ = {song.tempo_at(0.0):.0f}" + (" and changing" if len(song.tempos) > 1 else "")
    facts = [tempo, f"{len(song.bars)} bars", f"{minutes}:{seconds:02d}"]
    if song.keys:
        name = key_name(song.keys[0]).replace("#", "♯").replace("b", "♭")
        facts.insert(0, name.removesuffix("m") + (" major" if song.keys[0].is_major else " minor"))
    return "   ".join(facts)


def _stave(axes: Any, song: Song, system: System, layout: Layout) -> None:
    start, end, low, high = system.start_beats, system.end_beats, layout.low, layout.high
    axes.set(xlim=(start, end), ylim=(low, high), facecolor=STAVE)
    axes.tick_params(length=0, labelsize=8, labelcolor=INK)
    octaves = [pitch for pitch in range(0, 128, 12) if low <= pitch <= high]
    axes.set_yticks(octaves, [f"C{pitch // 12 - 1}" for pitch in octaves])
    axes.set_xticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    for pitch in octaves:
        axes.axhline(pitch, color="#D5D5D5", linewidth=0.8, zorder=0.5)
    for number, bar in enumerate(system.bars, start=system.first_bar):
        pulse = bar.metre.pulse_beats
        for count in range(1, bar.metre.pulses):
            axes.axvline(bar.start_beats + count * pulse, color=FAINT, linewidth=0.8, zorder=0.4)
        axes.axvline(bar.start_beats, color="#8A8A8A", linewidth=1.1, zorder=0.6, clip_on=False)
        # a pickup is told by its place; its metre would run into the next bar's
        is_pickup = number == 0 and pickup_beats(song.bars) > 0
        is_new = not is_pickup and (number == 0 or song.bars[number - 1].metre != bar.metre)
        below = {"textcoords": "offset points", "annotation_clip": False, "va": "top"}
        axes.annotate(f"{number + 1}", (bar.start_beats, low), (2, -3), fontsize=8, color="#777777", **below)
        if is_new:
            place = (7 + 5 * len(f"{number + 1}"), -2)
            axes.annotate(
                f"{bar.metre}", (bar.start_beats, low), place, fontsize=9.5, weight="bold", color=INK, **below
            )
    axes.axvline(end, color="#8A8A8A", linewidth=1.1, zorder=0.6, clip_on=False)


def _notes(axes: Any, track: Track, system: System, colour: str, inches_per_beat: float) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    start, end = system.start_beats, system.end_beats
    bodies, shades = [], []
    for note in track.notes:
        if note.onset_beats >= end or note.end_beats <= start:
            continue
        left, right = max(note.onset_beats, start), min(note.end_beats, end)
        # a hairline between repeated notes, without which they read as one
        width = max(right - left - 0.025 / inches_per_beat, 0.02 / inches_per_beat)
        bodies.append(Rectangle((left, note.pitch_midi - 0.45), width, 0.9))
        shades.append(_shade(colour, note.velocity_midi))
    axes.add_collection(PatchCollection(bodies, facecolors=shades, edgecolors=colour, linewidths=0.5, zorder=2))


def _shade(colour: str, velocity_midi: int) -> tuple[float, float, float]:
    """The colour, the whiter the softer the note: a quarter of it at velocity 1, all of it from 110 on."""
    strength = 0.25 + 0.75 * min(velocity_midi, 110) / 110
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return tuple(1 - strength * (1 - channel) for channel in (red, green, blue))  # type: ignore[return-value]
