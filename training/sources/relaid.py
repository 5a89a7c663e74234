"""A corpus's song with its barlines checked: the bars that `barlines` finds, instead of those of its file.

Everything moves to the right by what the first bar lacks, so that bar 1 begins at beat 0; nothing else about a note
changes. What was moved is told in `SourceSong.mended`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from bridge.music.metre import STEPS_PER_BEAT, Metre, beats_of, step_of
from bridge.music.note import Note
from bridge.music.song import Song, SongBar
from training.sources.barlines import find_bars, phase_steps
from training.sources.source import SourceSong

MOVED, SOME_MOVED = "barlines moved", "some barlines moved"
CLEARLY_MORE = 0.2
"""Another metre is believed where chords begin on so much more of its barlines (a share, 0..1) than of the file's."""


def checked(song: SourceSong) -> SourceSong:
    """The song as it is, unless it stands in a wrong metre throughout: most bars that its notes and chords speak for
    are of another length, and clearly more of them begin with a chord."""
    anew = relaid(song)
    if usual_metre(anew) == usual_metre(song) or on_chord(anew) < on_chord(song) + CLEARLY_MORE:
        return song
    return replace(anew, mended=(*song.mended, f"{usual_metre(song)} was {usual_metre(anew)}"))


def usual_metre(song: SourceSong) -> Metre:
    """The metre of most bars."""
    return Counter(bar.metre for bar in song.song.bars).most_common(1)[0][0]


def on_chord(song: SourceSong) -> float:
    """The share of barlines (0..1) on which a labelled chord begins."""
    begins = {step_of(note.onset_beats) for note in song.chords}
    return sum(step_of(bar.start_beats) in begins for bar in song.song.bars) / len(song.song.bars)


def relaid(song: SourceSong) -> SourceSong:
    """The song with the bars that its notes and chords speak for."""
    early = -phase_steps(song.accompaniment, song.chords) % STEPS_PER_BEAT
    on_beats = moved(song, beats_of(early)) if early else song
    notes = (*on_beats.lead, *on_beats.accompaniment)
    if not notes:
        return song
    steps = max(max(step_of(note.end_beats), step_of(note.onset_beats) + 1) for note in notes)
    beats = -(-steps // STEPS_PER_BEAT)
    found = find_bars(on_beats.lead, on_beats.accompaniment, on_beats.chords, beats)
    whole = moved(on_beats, float(found.missing_beats))
    bars = bars_of(found.lengths)
    own = {round(bar.start_beats, 3) for bar in whole.song.bars}
    new = [round(bar.start_beats, 3) for bar in bars[1:]]
    kept = sum(start in own for start in new)
    said = () if kept == len(new) else (SOME_MOVED,) if 2 * kept > len(new) else (MOVED,)
    return replace(whole, song=replace(whole.song, bars=bars), mended=(*song.mended, *said))


def bars_of(lengths_beats: Iterable[int]) -> tuple[SongBar, ...]:
    """Bars of so many quarter notes, from beat 0."""
    bars: list[SongBar] = []
    position = 0
    for length in lengths_beats:
        bars.append(SongBar(float(position), Metre(length, 4)))
        position += length
    return tuple(bars)


def moved(song: SourceSong, by_beats: float) -> SourceSong:
    """Everything later by so many beats; what held from the start on still does."""
    return replace(
        song,
        song=_song_moved(song.song, by_beats),
        lead=_notes_moved(song.lead, by_beats),
        accompaniment=_notes_moved(song.accompaniment, by_beats),
        chords=_notes_moved(song.chords, by_beats),
    )


def _notes_moved(notes: Iterable[Note], by_beats: float) -> tuple[Note, ...]:
    return tuple(replace(note, onset_beats=note.onset_beats + by_beats) for note in notes)


def _song_moved(song: Song, by_beats: float) -> Song:
    return replace(
        song,
        bars=tuple(replace(bar, start_beats=bar.start_beats + by_beats) for bar in song.bars),
        tempos=tuple(
            replace(change, at_beats=change.at_beats + by_beats if change.at_beats else 0.0) for change in song.tempos
        ),
        keys=tuple(
            replace(change, at_beats=change.at_beats + by_beats if change.at_beats else 0.0) for change in song.keys
        ),
        tracks=tuple(replace(track, notes=_notes_moved(track.notes, by_beats)) for track in song.tracks),
    )
