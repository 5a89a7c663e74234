"""Sessions that `obbligato serve --record` wrote: the lead bars that were heard and the bars that were answered.

A recording holds every message as a line of JSON (`bridge.server.record`); of these, the requests `/lead` and `/reset`
and the answers `/accompaniment` are read. Where the player goes back, jumps or says `/reset`, another take begins. Of
each bar counts what was said of it last, lead and answer alike. A take's bars that were answered one after the other
are a song; where a bar was not answered, the song ends. So one recording gives a song, several, or none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bridge.errors import BridgeError, InputError
from bridge.music.metre import Metre
from bridge.music.note import Note, by_onset
from bridge.music.song import Song, SongBar, TempoChange
from training.sources.source import Dropped, Found, Source, SourceSong

VERSION = 1
FORMAT = 1
"""Of the recordings that are read."""
LONGEST_GAP_BARS = 4
"""A player who jumps further ahead plays something else."""
OVERTAKEN_S = 1.0
"""A request with a lower seq than one within that time before it was overtaken on the network: nobody jumped."""

Line = dict[str, Any]


@dataclass(frozen=True)
class HeardBar:
    """One bar of lead as it was told last. `known_beats`: how far it was known then."""

    metre: Metre
    notes: tuple[Note, ...]
    known_beats: float
    tempo_bpm: float

    @property
    def is_whole(self) -> bool:
        """Whether it was known to its end."""
        return self.known_beats >= self.metre.length_beats


@dataclass
class Answer:
    """One bar's answer: its pieces by their index."""

    seq: int
    metre: Metre
    count: int
    pieces: dict[int, tuple[Note, ...]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether every piece is there."""
        return len(self.pieces) == self.count


@dataclass
class Take:
    """Bars by their number, as they were played in one go."""

    heard: dict[int, HeardBar] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    last: int = 0

    def goes_on_with(self, number: int, bar: HeardBar) -> bool:
        """Whether that bar comes next, is told again, or is the one before, told whole at its bar line."""
        if not self.heard or self.last <= number <= self.last + LONGEST_GAP_BARS:
            return True
        return number == self.last - 1 and bar.is_whole and not self.heard[self.last].is_whole

    def hear(self, number: int, bar: HeardBar) -> None:
        """Take a bar of lead in."""
        self.last = max(number, self.last) if self.heard else number
        self.heard[number] = bar

    def answer(self, number: int, index: int, notes: tuple[Note, ...], whole: Answer) -> None:
        """Take a piece of an answer in; one of another request takes its place."""
        if number not in self.answers or self.answers[number].seq != whole.seq:
            self.answers[number] = whole
        self.answers[number].pieces[index] = notes


def paths(folder: Path) -> list[Path]:
    """The recordings in the folder and the folders below it."""
    return sorted(folder.rglob("*.jsonl"))


def name_of(path: Path) -> str:
    """The recording's name; its takes are called after it, `#1`, `#2` and so on."""
    return path.stem


def read(path: Path, source: Source) -> list[Found]:
    """The songs of one recording."""
    try:
        lines = list(_lines(path))
        every = [song for take in takes(lines) for song in songs_of(take)]
    except (InputError, OSError, UnicodeDecodeError) as fault:
        return [Dropped(source.corpus, path.stem, f"cannot be read: {fault}")]
    except (BridgeError, KeyError, IndexError, TypeError, ValueError) as fault:
        return [Dropped(source.corpus, path.stem, f"cannot be read: no message of a recording: {fault!r}")]
    if not every:
        return [Dropped(source.corpus, path.stem, "a recording in which no bar was answered")]
    return [
        SourceSong(source.corpus, f"{path.stem}#{number}", source.style, song, lead, accompaniment)
        if lead and accompaniment
        else Dropped(source.corpus, f"{path.stem}#{number}", "a take without lead or without accompaniment")
        for number, (song, lead, accompaniment) in enumerate(every, start=1)
    ]


def takes(lines: Iterable[Line]) -> list[Take]:
    """What was played, take by take."""
    found = [Take()]
    newest: dict[str, tuple[int, float]] = {}
    told: dict[tuple[str, int], int] = {}
    for line in lines:
        address, arguments, groups = line.get("address"), line.get("args", ()), line.get("each", ())
        if "from" in line and address == "/reset":
            found.append(Take())
        elif "from" in line and address == "/lead":
            _, seq, number, numerator, denominator, tempo_bpm, _, known_beats = arguments
            sender, at_s = str(line["from"]), float(line["at"])
            newest_seq, newest_s = newest.get(sender, (-1, at_s))
            is_overtaken = seq < newest_seq and at_s - newest_s < OVERTAKEN_S
            before = told.get((sender, number), -1)
            if seq == before or (is_overtaken and seq < before):
                continue  # said again, or an older word about that bar
            told[sender, number] = seq
            notes = tuple(note for note in _notes(groups) if note.onset_beats < known_beats)
            bar = HeardBar(Metre(numerator, denominator), notes, known_beats, tempo_bpm)
            if not is_overtaken:
                newest[sender] = seq, at_s
                if not found[-1].goes_on_with(number, bar):
                    found.append(Take())
            found[-1].hear(number, bar)
        elif "to" in line and address == "/accompaniment":
            _, seq, number, index, count, _, numerator, denominator = arguments
            found[-1].answer(number, index, _notes(groups), Answer(seq, Metre(numerator, denominator), count))
    return found


def songs_of(take: Take) -> Iterator[tuple[Song, tuple[Note, ...], tuple[Note, ...]]]:
    """Each run of answered bars between the first and the last bar of lead: song, lead and accompaniment."""
    run: list[int] = []
    for number in range(min(take.heard), max(take.heard) + 1) if take.heard else ():
        if number in take.answers and take.answers[number].is_complete:
            run.append(number)
        elif run:
            yield _song(take, run)
            run = []
    if run:
        yield _song(take, run)


def _song(take: Take, numbers: list[int]) -> tuple[Song, tuple[Note, ...], tuple[Note, ...]]:
    bars: list[SongBar] = []
    tempos: list[TempoChange] = []
    lead: list[Note] = []
    accompaniment: list[Note] = []
    position = 0.0
    for number in numbers:
        heard, answer = take.heard.get(number), take.answers[number]
        if heard is not None:
            if not tempos or tempos[-1].tempo_bpm != heard.tempo_bpm:
                tempos.append(TempoChange(position if tempos else 0.0, heard.tempo_bpm))
            lead += _moved(heard.notes, position)
        accompaniment += _moved((note for notes in answer.pieces.values() for note in notes), position)
        bars.append(SongBar(position, heard.metre if heard is not None else answer.metre))
        position = bars[-1].end_beats
    return (
        Song(tuple(bars), tuple(tempos), (), ()),
        tuple(sorted(lead, key=by_onset)),
        tuple(sorted(accompaniment, key=by_onset)),
    )


def _moved(notes: Iterable[Note], by_beats: float) -> Iterator[Note]:
    return (replace(note, onset_beats=note.onset_beats + by_beats) for note in notes)


def _notes(groups: Iterable[Iterable[Any]]) -> tuple[Note, ...]:
    return tuple(Note(*group) for group in groups)


def _lines(path: Path) -> Iterator[Line]:
    """The messages after the header; half a line at the end is what a server that was killed leaves, and nothing.

    Raises InputError: no recording, or of another format. Raises ValueError: a line that is not JSON.
    """
    lines = path.read_text("utf-8").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines.pop()
    header = json.loads(lines[0]) if lines else None
    if not isinstance(header, dict) or "obbligato" not in header:
        raise InputError("its first line is no header of a recording")
    if header.get("format") != FORMAT:
        raise InputError(f"a recording of format {header.get('format')}; this version reads {FORMAT}")
    for line in lines[1:]:
        parsed = json.loads(line)
        if not isinstance(parsed, dict):
            raise InputError("a line of it is not an object")
        yield parsed
