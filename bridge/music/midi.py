"""MIDI bytes in: a Song. Ticks become beats here, once. It opens no file.

mido decodes the events; what they mean together (which on belongs to which off, where the bars lie, what is too
broken to be played) is decided here.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import mido

from bridge.errors import InputError, InvalidBar
from bridge.music.barlines import SIXTEENTHS_PER_BEAT, equal_metre, lay_bars
from bridge.music.metre import MAX_TEMPO_BPM, MIN_TEMPO_BPM, STEPS_PER_BEAT, Metre, step_of
from bridge.music.note import MAX_DURATION_BEATS, Note, by_onset
from bridge.music.song import DEFAULT_TEMPO_BPM, KeyChange, Song, TempoChange, Track

DRUM_CHANNEL = 9
"""The tenth channel, counted from 0 as in the bytes."""
MAX_TRACKS = 128
MAX_SECONDS = 2 * 3600.0
MAX_BYTES = 16 * 2**20
TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

Event = tuple[int, Any]
"""Ticks from the start of the file, and mido's message."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Where a track of the song lies in the file: which chunk, and which channel of it (0..15)."""

    chunk: int
    channel: int


@dataclass(frozen=True, slots=True)
class MidiEvents:
    """A file's events at absolute ticks. `voices` are the chunk and channel of each track of its song."""

    division: int
    chunks: tuple[tuple[Event, ...], ...]
    voices: tuple[Voice, ...]


def read_song(data: bytes) -> Song:
    """The song in a MIDI file of type 0 or 1.

    A track is one channel of one chunk that has notes: a type 0 file is split by channel. Beats are ticks divided
    by the file's division, exactly. Of two notes of the same pitch that overlap, the first to begin is the first to
    end; a note without an end sounds to the end of its track, a note without length one tick. Text and lyrics are
    passed over. What had to be bent (a bar line off the sixteenths, a cut bar) is told in `Song.remarks`.

    Raises InputError, with what is wrong and what can be done: no MIDI file, cut off, type 2, time code instead of
    beats, no notes, a tempo or metre that cannot be played, over 128 tracks or 2 hours.
    """
    events = read_events(data)
    if not events.voices:
        raise InputError("the file has no notes")
    tracks = tuple(_track(events, voice) for voice in events.voices)
    merged = sorted((event for chunk in events.chunks for event in chunk), key=lambda event: event[0])
    end_beats = max(note.end_beats for track in tracks for note in track.notes)
    metres, bent = _metres(merged, events.division)
    bars, cut = lay_bars(metres, _end_sixteenths(tracks))
    song = Song(bars, _tempos(merged, events.division), _keys(merged, events.division), tracks, (*bent, *cut))
    if song.seconds_at(end_beats) > MAX_SECONDS:
        hours = song.seconds_at(end_beats) / 3600
        raise InputError(f"the song is {hours:.1f} hours long; at most {MAX_SECONDS / 3600:g} can be played")
    return song


def _end_sixteenths(tracks: tuple[Track, ...]) -> int:
    """Where the last bar may end: every note's place on the grid is before it, and no bar is added for a release
    that comes a hair late."""
    notes = (note for track in tracks for note in track.notes)
    steps = max(max(step_of(note.end_beats), step_of(note.onset_beats) + 1) for note in notes)
    return -(-steps * SIXTEENTHS_PER_BEAT // STEPS_PER_BEAT)


def read_events(data: bytes) -> MidiEvents:
    """The events of a MIDI file, checked as far as they can be without knowing what they mean. Raises InputError."""
    if not data:
        raise InputError("the file is empty")
    if len(data) > MAX_BYTES:
        raise InputError(f"the file is {len(data) / 2**20:.0f} MiB long; a MIDI file has at most {MAX_BYTES >> 20}")
    if not data.startswith(b"MThd"):
        raise InputError("this is not a MIDI file: it does not begin with MThd")
    file = _decoded(data)
    if file.type == 2:
        raise InputError("the file is of type 2, a set of separate patterns; save it as type 1")
    if file.ticks_per_beat < 0:
        raise InputError("the file counts time code (SMPTE) instead of beats; save it with ticks per quarter note")
    if file.ticks_per_beat == 0:
        raise InputError("the file says that a beat has no ticks: its header is damaged")
    if len(file.tracks) > MAX_TRACKS:
        raise InputError(f"the file has {len(file.tracks)} tracks; at most {MAX_TRACKS} can be read")
    chunks = tuple(tuple(_absolute(track)) for track in file.tracks)
    voices = tuple(
        Voice(number, channel)
        for number, chunk in enumerate(chunks)
        for channel in sorted({message.channel for _, message in chunk if _is_on(message)})
    )
    return MidiEvents(file.ticks_per_beat, chunks, voices)


def _decoded(data: bytes) -> Any:
    try:
        try:
            return mido.MidiFile(file=io.BytesIO(data), clip=True)
        except mido.KeySignatureError:
            # seen in the wild, and no reason to refuse the music: read again as C major
            return mido.MidiFile(file=io.BytesIO(_without_impossible_keys(data)), clip=True)
    except EOFError as error:
        raise InputError("the file is cut off: it ends in the middle of a track") from error
    except Exception as error:  # mido raises whatever its parsing stumbles over: OSError, ValueError, IndexError, ...
        raise InputError(f"the file is damaged: {error}") from error


def _without_impossible_keys(data: bytes) -> bytes:
    def mended(match: re.Match[bytes]) -> bytes:
        sharps, mode = match[1][0], match[1][1]
        possible = (sharps <= 7 or sharps >= 249) and mode <= 1
        return match[0] if possible else b"\xff\x59\x02\x00\x00"

    return re.sub(rb"\xff\x59\x02(..)", mended, data, flags=re.DOTALL)


def _absolute(track: Any) -> Iterator[Event]:
    tick = 0
    for message in track:
        tick += message.time
        yield tick, message


def _is_on(message: Any) -> bool:
    return bool(message.type == "note_on" and message.velocity > 0)


def _track(events: MidiEvents, voice: Voice) -> Track:
    sounding: dict[int, deque[tuple[int, int]]] = defaultdict(deque)
    notes: list[Note] = []

    def close(pitch: int, end_tick: int) -> None:
        on_tick, velocity = sounding[pitch].popleft()
        length_beats = max(end_tick - on_tick, 1) / events.division
        notes.append(Note(pitch, on_tick / events.division, min(length_beats, MAX_DURATION_BEATS), velocity))

    program: int | None = None
    for tick, message in events.chunks[voice.chunk]:
        if getattr(message, "channel", None) != voice.channel or message.is_meta:
            continue
        if _is_on(message):
            sounding[message.note].append((tick, message.velocity))
        elif message.type in ("note_on", "note_off"):
            if sounding[message.note]:
                close(message.note, tick)
        elif message.type == "program_change" and program is None:
            program = message.program
    for pitch, held in sounding.items():
        while held:
            close(pitch, events.chunks[voice.chunk][-1][0])
    is_drum = voice.channel == DRUM_CHANNEL
    return Track(_name(events, voice), program or 0, is_drum, tuple(sorted(notes, key=by_onset)))


def _name(events: MidiEvents, voice: Voice) -> str:
    """The chunk's name, or else its instrument's; with the channel where a chunk holds several."""
    said = {"track_name": "", "instrument_name": ""}
    for _, message in events.chunks[voice.chunk]:
        if message.type in said:
            said[message.type] = said[message.type] or _text(message.name)
    name = said["track_name"] or said["instrument_name"]
    if sum(other.chunk == voice.chunk for other in events.voices) > 1:
        # the name is the song's or the group's, not this channel's
        return f"{name} channel {voice.channel + 1}".strip()
    return name


def _text(latin1: str) -> str:
    """A name as people wrote it: mido reads Latin-1, most programs write UTF-8."""
    try:
        text = latin1.encode("latin1").decode("utf-8")
    except UnicodeDecodeError:
        text = latin1
    return "".join(character for character in text if character.isprintable()).strip()


def _metres(merged: list[Event], division: int) -> tuple[list[tuple[int, Metre]], tuple[str, ...]]:
    """(position in sixteenths, metre) for each time signature, and remarks about those that had to be moved."""
    found: dict[int, Metre] = {}
    remarks: list[str] = []
    for tick, message in merged:
        if message.type != "time_signature":
            continue
        beats = tick / division
        numerator, denominator = message.numerator, message.denominator
        try:
            metre: Metre | None = Metre(numerator, denominator)
        except InvalidBar:
            metre = equal_metre(numerator, denominator)
        if metre is None:
            raise InputError(
                f"the metre {numerator}/{denominator} at beat {beats:g} cannot be played: "
                "a bar has to be a whole number of sixteenths and at most 16 beats long"
            )
        if (metre.numerator, metre.denominator) != (numerator, denominator):
            remarks.append(f"{numerator}/{denominator} is counted as {metre}, which is as long")
        at = int(beats * SIXTEENTHS_PER_BEAT + 0.5)
        if at != beats * SIXTEENTHS_PER_BEAT:
            remarks.append(f"the change to {metre} at beat {beats:g} is taken at the nearest sixteenth")
        found[at] = metre
    return list(found.items()), tuple(remarks)


def _tempos(merged: list[Event], division: int) -> tuple[TempoChange, ...]:
    tempos = [TempoChange(0.0, DEFAULT_TEMPO_BPM)]
    for tick, message in merged:
        if message.type != "set_tempo":
            continue
        beats = tick / division
        if message.tempo == 0:
            raise InputError(f"the tempo at beat {beats:g} is 0 microseconds a beat: the file is damaged")
        tempo_bpm = 60e6 / message.tempo
        if not MIN_TEMPO_BPM <= tempo_bpm <= MAX_TEMPO_BPM:
            raise InputError(
                f"the tempo at beat {beats:g} is {tempo_bpm:,.1f} bpm; "
                f"{MIN_TEMPO_BPM:g} to {MAX_TEMPO_BPM:g} can be played"
            )
        if tempos[-1].at_beats == beats:
            tempos.pop()
        if not tempos or tempos[-1].tempo_bpm != tempo_bpm:
            tempos.append(TempoChange(beats, tempo_bpm))
    return tuple(tempos)


def _keys(merged: list[Event], division: int) -> tuple[KeyChange, ...]:
    keys: list[KeyChange] = []
    for tick, message in merged:
        if message.type != "key_signature":
            continue
        name = message.key.removesuffix("m")
        tonic = (TONICS[name[0]] + name.count("#") - name.count("b")) % 12
        key = KeyChange(tick / division, tonic, not message.key.endswith("m"))
        if keys and keys[-1].at_beats == key.at_beats:
            keys.pop()
        if not keys or (keys[-1].tonic, keys[-1].is_major) != (key.tonic, key.is_major):
            keys.append(key)
    return tuple(keys)
