"""A whole song through one session: the same path that a bar takes live, without a clock.

follow       each bar of lead is known whole before its own bar is played to: a file, a clip, a score.
anticipate   nothing of a bar's lead is known when the bar is thought of: as if somebody were playing. A sixteenth
             before the bar line the lead so far is told and the next bar asked for; at the bar line the whole bar is
             told. Notes are told no longer than they have sounded.

The first bar, and a bar whose metre is not that of the bar before, cannot be asked for in that way: nothing goes
before it, or the wire would take it to be in the old metre. They are asked for themselves, a sixteenth before their
bar line too, with nothing known but their metre, so that a song does not begin with a silent bar and a change of
metre is filled to its end. A live client tells and asks the same
(`bridge.session.anticipating`).

Following, an introduction (bars before the lead's first note) is played in the harmony of the first bars with lead: the
file holds what a player would have rehearsed, and nothing else says which key it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from bridge.errors import InputError, InvalidValue
from bridge.model.accompanist import Accompanist, Part
from bridge.model.controls import CONTROLS, ControlValue
from bridge.music.bar import Bar
from bridge.music.instruments import as_track
from bridge.music.note import Note
from bridge.music.song import Song, Track
from bridge.offline.harmony import summed_up
from bridge.offline.keeping import as_history
from bridge.offline.ties import SUSTAINED, tied
from bridge.session.anticipating import anticipating
from bridge.session.choices import ModelInfo
from bridge.session.events import Ask
from bridge.session.local import LOCAL, answer
from bridge.session.session import Session

Mode = Literal["follow", "anticipate"]
MODES: tuple[Mode, ...] = ("follow", "anticipate")
INTRODUCTION_BARS = 4
"""An introduction goes through the chords of so many bars, and ends with the last of them."""
FILE_SEED = 0
"""A file is accompanied the same way each time unless another seed is asked for."""


def accompany(
    song: Song,
    lead_track: int,
    accompanist: Accompanist,
    mode: Mode = "follow",
    settings: Mapping[str, ControlValue] | None = None,
    on_bar: Callable[[int, tuple[Part, ...]], None] | None = None,
    kept: Mapping[int, tuple[Part, ...]] | None = None,
    chords: Sequence[str] = (),
) -> tuple[tuple[Part, ...], ...]:
    """The accompaniment of every bar of the song, onsets in beats from the bar line.

    lead_track   the lead's number among the song's tracks
    settings     controls by name; the rest at their defaults, `seed` at 0
    on_bar       called after each bar with its number (from 0) and its parts
    kept         bars that stand already, by number: they come back untouched, and the others are played from them
    chords       the harmony of each bar as text for the control `progression`, empty where it is the model's to choose

    Bars in which the lead rests are asked for like any other. Raises InputError: a setting that cannot be.
    """
    settings = {"seed": FILE_SEED, **(settings or {})}
    session = _session(accompanist, settings)
    played: list[tuple[Part, ...]] = []
    kept = kept or {}
    lead = song.in_bars(song.tracks[lead_track].notes)
    if mode == "follow" and not chords and not settings.get("progression"):
        chords = introduction(song, lead, accompanist, settings)
    for ask in asks(song, lead, mode):
        if ask.ahead < 0:
            session.ask(LOCAL, ask, now_s=0.0)
            continue
        if ask.target in kept:
            session.ask(LOCAL, replace(ask, ahead=-1), now_s=0.0)
            metre = song.bars[ask.target].metre
            session.recall(ask.target, metre, as_history(kept[ask.target], metre))
            played.append(kept[ask.target])
        else:
            if chords:
                session.set("progression", chords[ask.target])
            played.append(answer(session, ask, accompanist).parts)
        if on_bar is not None:
            on_bar(ask.target, played[-1])
    return tuple(played)


def introduction(
    song: Song, lead: Sequence[Bar], accompanist: Accompanist, settings: Mapping[str, ControlValue]
) -> tuple[str, ...]:
    """The harmony of each bar as text for the control `progression`, empty from the first bar with lead on. Nothing
    where the lead begins at once, or for a model that keeps to no progression."""
    first = next((number for number, bar in enumerate(lead) if bar.notes), 0)
    if first == 0 or "progression" not in accompanist.used_controls:
        return ()
    session = _session(accompanist, settings)
    found: list[str] = []
    for ask in asks(song, lead[: first + INTRODUCTION_BARS], "follow"):
        if ask.number < first:
            session.ask(LOCAL, replace(ask, ahead=-1), now_s=0.0)
        else:
            notes = [note for part in answer(session, ask, accompanist).parts for note in part.notes]
            found.append(summed_up(notes, song.bars[ask.number].metre))
    known = [text for text in found if text]
    if not known:
        return ()
    return tuple(known[(number - first) % len(known)] if number < first else "" for number in range(len(lead)))


def asks(song: Song, lead: Sequence[Bar], mode: Mode) -> Iterator[Ask]:
    """What a session is told and asked, in order: every bar of the song is the target of exactly one ask."""
    steps = _following(lead) if mode == "follow" else anticipating(lead)
    for seq, (number, bar, ahead, known_beats) in enumerate(steps):
        tempo_bpm = song.tempo_at(song.bars[number].start_beats)
        yield Ask(seq, number, bar, tempo_bpm, ahead, known_beats)


def _following(lead: Sequence[Bar]) -> Iterator[tuple[int, Bar, int, float]]:
    for number, bar in enumerate(lead):
        yield number, bar, 0, bar.metre.length_beats


def as_tracks(song: Song, played: tuple[tuple[Part, ...], ...], kept: Collection[int] = ()) -> tuple[Track, ...]:
    """A track for each part that any bar has, in the order of their first appearance; onsets from the song's start.
    What a pad holds over a bar line is one note. `kept`: bars out of an earlier file, by number."""
    notes: dict[str, list[Note]] = {}
    for bar, parts in zip(song.bars, played, strict=True):
        for part in parts:
            held = notes.setdefault(part.name, [])
            held.extend(replace(note, onset_beats=bar.start_beats + note.onset_beats) for note in part.notes)
    return tuple(
        as_track(name, tied(held, song.bars, kept) if name in SUSTAINED else held) for name, held in notes.items()
    )


def _session(accompanist: Accompanist, settings: Mapping[str, ControlValue]) -> Session:
    for name, value in settings.items():
        spec = CONTROLS.get(name)
        if spec is not None and spec.kind != "s" and not isinstance(value, str) and not spec.low <= value <= spec.high:
            raise InputError(f"{name} {value:g} is outside {spec.low:g}..{spec.high:g}")
    low, high = settings.get("low", CONTROLS["low"].default), settings.get("high", CONTROLS["high"].default)
    if low > high:  # type: ignore[operator]
        raise InputError(f"the lowest pitch {low} is above the highest, {high}")
    session = Session(accompanist.name, accompanist.name, known_models={accompanist.name: ModelInfo.of(accompanist)})
    try:
        # twice: `low` cannot be set above the old `high`, nor `high` below the old `low`
        for name, value in (*settings.items(), *settings.items()):
            session.set(name, value)
    except InvalidValue as error:
        raise InputError(error.text) from error
    return session
