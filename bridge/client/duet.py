"""The answers as notes: what comes in time sounds, each note in its place, and is kept for a file. Reads no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bridge.client.measured import Measured
from bridge.client.score import NoteEvent, NoteOn, Score
from bridge.music.instruments import as_track
from bridge.music.note import Note, by_onset
from bridge.music.song import Song, Track
from bridge.protocol.messages import Accompaniment


@dataclass(frozen=True, slots=True)
class PlayedNote:
    """A note of the duet: `note` counts from the bar line of bar `number`."""

    number: int
    part: str
    note: Note


class Duet:
    """The other half of one song, counting into `measured` what becomes of its notes."""

    def __init__(self, song: Song, measured: Measured) -> None:
        self._song = song
        self._measured = measured
        self._score = Score()
        self._kept: list[tuple[float, PlayedNote]] = []  # with the moment that each begins at

    @property
    def played(self) -> tuple[PlayedNote, ...]:
        """The notes that came in time, as they sounded."""
        return tuple(played for _, played in self._kept)

    @property
    def due_s(self) -> float | None:
        """When the next note begins or ends."""
        return self._score.due_s

    def take(self, piece: Accompaniment, origin_s: float | None, now_s: float) -> None:
        """Take in a piece of an answer to a bar of the song.

        origin_s   when the song's first bar line is or was; None: nobody plays in time, the notes are only kept
        """
        bar = self._song.bars[piece.bar]
        for note in piece.notes:
            if note.onset_beats >= bar.metre.length_beats:
                self._measured.outside_notes += 1
                continue
            # A note that would cross the bar line was made for a longer bar than this one turned out to be.
            end_beats = min(note.end_beats, bar.metre.length_beats)
            fitting = PlayedNote(piece.bar, piece.part, replace(note, duration_beats=end_beats - note.onset_beats))
            if origin_s is None:
                self._measured.notes += 1
                self._kept.append((now_s, fitting))
                continue
            on_s = origin_s + self._song.seconds_at(bar.start_beats + note.onset_beats)
            if on_s < now_s:
                self._measured.late_notes += 1
                continue
            off_s = origin_s + self._song.seconds_at(bar.start_beats + end_beats)
            self._score.add(piece.part, note.pitch_midi, note.velocity_midi, on_s, off_s)
            self._kept.append((on_s, fitting))

    def wake(self, now_s: float) -> list[NoteEvent]:
        """What begins and ends by now."""
        events = self._score.wake(now_s)
        for event in events:
            if isinstance(event, NoteOn):
                self._measured.notes += 1
                self._measured.lateness_ms.append((now_s - event.due_s) * 1000)
        return events

    def silence(self, now_s: float) -> Sequence[NoteEvent]:
        """End what sounds, and forget what has not begun."""
        events = self.wake(now_s)
        ends, forgotten = self._score.silence(now_s)
        self._measured.cut_notes += forgotten
        self._kept = [(on_s, played) for on_s, played in self._kept if on_s <= now_s]
        return [*events, *ends]


def tracks(song: Song, played: Iterable[PlayedNote]) -> tuple[Track, ...]:
    """A track for each part, its notes in beats from the song's start; none where nothing was played."""
    notes: dict[str, list[Note]] = {}
    for one in played:
        onset_beats = song.bars[one.number].start_beats + one.note.onset_beats
        notes.setdefault(one.part, []).append(replace(one.note, onset_beats=onset_beats))
    return tuple(as_track(part, sorted(inside, key=by_onset)) for part, inside in notes.items())
