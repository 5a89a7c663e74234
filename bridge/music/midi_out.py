"""MIDI bytes out: a song as a file, or a lead as it was with an accompaniment beside it. It opens no file."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import mido

from bridge.errors import InputError
from bridge.music.metre import STEPS_PER_BEAT
from bridge.music.midi import DRUM_CHANNEL, Event, Voice, read_events
from bridge.music.note import Note, by_onset
from bridge.music.song import KeyChange, Song, Track

DEFAULT_DIVISION = 480
"""Ticks a beat; a whole number of ticks a step."""
MAX_DIVISION = 32_767
CONDUCTOR_TYPES = frozenset(
    {"set_tempo", "time_signature", "key_signature", "smpte_offset", "marker", "cue_marker", "copyright"}
)
MAJOR_KEYS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR_KEYS = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")


def write_song(song: Song, division: int = DEFAULT_DIVISION) -> bytes:
    """The song as a MIDI file of type 1: a conductor track, then a track each, on a channel of its own.

    `division` is in ticks a beat. Raises InputError: more than 15 tracks that are no drums.
    """
    conductor: list[Event] = []
    metre = None
    for bar in song.bars:
        if bar.metre != metre:
            metre = bar.metre
            signature = mido.MetaMessage("time_signature", numerator=metre.numerator, denominator=metre.denominator)
            conductor.append((round(bar.start_beats * division), signature))
    for key in song.keys:
        conductor.append((round(key.at_beats * division), mido.MetaMessage("key_signature", key=key_name(key))))
    for change in song.tempos:
        tempo = mido.MetaMessage("set_tempo", tempo=round(60e6 / change.tempo_bpm))
        conductor.append((round(change.at_beats * division), tempo))
    conductor.sort(key=lambda event: event[0])
    channels = _channels(song.tracks, taken=set())
    tracks = [_track(track, channel, division) for track, channel in zip(song.tracks, channels, strict=True)]
    return encode([conductor, *tracks], division)


def with_accompaniment(data: bytes, lead_track: int, parts: Sequence[Track]) -> bytes:
    """A new MIDI file of type 1: tempo, metre, key and markers of the old one, its lead, and the parts.

    data         the MIDI file that the lead comes from
    lead_track   the lead's number among the tracks of `read_song(data)`
    parts        the accompaniment, each on a track and a channel of its own; onsets in beats from the song's start

    Everything on the lead's channel of the lead's track comes out at its old tick, in its old order, and so do the
    words and system messages of that track. The ticks a beat stay as they were if a step of the grid is a whole
    number of them; if not, all ticks are multiplied by the smallest number that makes it so (or, where the format
    has no room for that, stay, and the parts are at the nearest tick, less than 1/10,000 of a beat off).

    Raises InputError: no MIDI file, no such track, or too many parts.
    """
    events = read_events(data)
    if not 0 <= lead_track < len(events.voices):
        raise InputError(f"the file has no track {lead_track + 1}")
    voice = events.voices[lead_track]
    factor = STEPS_PER_BEAT // math.gcd(STEPS_PER_BEAT, events.division)
    if events.division * factor > MAX_DIVISION:
        factor = 1
    division = events.division * factor
    conductor: list[Event] = []
    lead: list[Event] = []
    for number, chunk in enumerate(events.chunks):
        for tick, message in chunk:
            if message.type in CONDUCTOR_TYPES:
                conductor.append((tick * factor, message))
            elif number == voice.chunk and _belongs(message, voice):
                lead.append((tick * factor, message))
            elif number == 0 and message.type == "track_name" and all(other.chunk for other in events.voices):
                conductor.append((tick * factor, message))  # a track without notes carries the song's title
    conductor = _once(conductor)
    conductor.sort(key=lambda event: event[0])
    channels = _channels(parts, taken={voice.channel})
    tracks = [_track(part, channel, division) for part, channel in zip(parts, channels, strict=True)]
    return encode([conductor, lead, *tracks], division)


def key_name(key: KeyChange) -> str:
    """The key as MIDI files name it: `F#`, `Ebm`. Of two names for one sound, the one with fewer signs."""
    return (MAJOR_KEYS if key.is_major else MINOR_KEYS)[key.tonic]


def _once(events: list[Event]) -> list[Event]:
    """The events without those that say again, at the same tick, what another track's copy said already."""
    return list({(tick, *message.bytes()): (tick, message) for tick, message in events}.values())


def _belongs(message: Any, voice: Voice) -> bool:
    if message.is_meta:
        return True
    # a stray clock or sensing byte is no part of the music, and no file may hold it
    return bool(not message.is_realtime and getattr(message, "channel", voice.channel) == voice.channel)


def _channels(tracks: Sequence[Track], taken: set[int]) -> list[int]:
    free = (channel for channel in count() if channel not in taken and channel != DRUM_CHANNEL)
    channels = [DRUM_CHANNEL if track.is_drum else next(free) for track in tracks]
    if any(channel > 15 for channel in channels):
        raise InputError(f"{len(tracks)} tracks do not fit beside each other: MIDI has 15 channels for them")
    return channels


def _track(track: Track, channel: int, division: int) -> list[Event]:
    """A track's events. At one tick, what ends comes before what begins."""
    ranked: list[tuple[int, int, int, Any]] = []
    for note in clear_of_itself(track.notes):
        on_tick = round(note.onset_beats * division)
        off_tick = max(round(note.end_beats * division), on_tick + 1)
        on = mido.Message("note_on", channel=channel, note=note.pitch_midi, velocity=note.velocity_midi)
        off = mido.Message("note_off", channel=channel, note=note.pitch_midi, velocity=0)
        ranked += [(off_tick, 0, note.pitch_midi, off), (on_tick, 1, note.pitch_midi, on)]
    ranked.sort(key=lambda event: event[:3])
    head: list[Event] = [
        (0, mido.MetaMessage("track_name", name=track.name.encode().decode("latin1"))),
        (0, mido.Message("program_change", channel=channel, program=track.program)),
    ]
    return head + [(tick, message) for tick, _, _, message in ranked]


def clear_of_itself(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes by onset, each over before its own pitch begins again; of two that begin together the longer stays.

    One channel cannot sound a pitch twice: without this the first end would silence both.
    """
    kept: list[Note] = []
    latest: dict[int, int] = {}
    for note in sorted(notes, key=by_onset):
        index = latest.get(note.pitch_midi, -1)
        if index >= 0 and kept[index].end_beats > note.onset_beats:
            if kept[index].onset_beats == note.onset_beats:
                kept[index] = note  # sorted by duration: this one is the longer
                continue
            kept[index] = replace(kept[index], duration_beats=note.onset_beats - kept[index].onset_beats)
        latest[note.pitch_midi] = len(kept)
        kept.append(note)
    return tuple(kept)


def encode(tracks: list[list[Event]], division: int) -> bytes:
    """Tracks of events at absolute ticks, in order, as the bytes of a MIDI file of type 1."""
    file = mido.MidiFile(type=1, ticks_per_beat=division)
    for events in tracks:
        track = mido.MidiTrack()
        now = 0
        for tick, message in events:
            track.append(message.copy(time=tick - now))
            now = tick
        file.tracks.append(track)
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()
