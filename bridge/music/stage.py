"""A MIDI file made ready to be heard: every instrument at its place and its level, and time for the last note to ring.

What the file says itself stays: a channel with a volume, pan or expression of its own keeps it. No sound is made here.
"""

from __future__ import annotations

from dataclasses import dataclass

import mido

from bridge.music.lead import find_lead
from bridge.music.midi import DRUM_CHANNEL, Event, MidiEvents, read_events, read_song
from bridge.music.midi_out import encode
from bridge.music.song import Song

VOLUME, PAN, EXPRESSION = 7, 10, 11
TAIL_S = 2.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instrument sits: `pan` 0 left to 127 right, `volume` 0..127 (its square is the gain)."""

    pan: int
    volume: int


LEAD = Place(64, 96)
DRUMS = Place(64, 88)
PLACES: dict[str, Place] = {
    "piano": Place(48, 120),
    "bass": Place(60, 114),
    "pad": Place(84, 88),
    "counter": Place(92, 88),
}
"""By part name. The volumes were set by the measured level of each part of a band alone: piano, bass and counter-melody
within some decibels of one another; the pad behind them. The lead is brought in front of them when it is heard."""
OTHERS = (Place(40, 86), Place(88, 86), Place(26, 82), Place(102, 82), Place(14, 78), Place(114, 78))
"""For tracks of any other name, in turn."""


def staged(data: bytes, expression: int = 127) -> bytes:
    """The file as type 1 with a place for every channel at its start, and silence at its end.

    expression  1..127, the level of everything that does not set its own: lower where the sum would be too loud

    Raises InputError, as `read_song`.
    """
    song, events = read_song(data), read_events(data)
    places = _places(song, events)
    own: dict[int, set[int]] = {}
    first_chunk: dict[int, int] = {}
    for number, chunk in enumerate(events.chunks):
        for _, message in chunk:
            channel = getattr(message, "channel", None)
            if channel is None or message.is_meta:
                continue
            first_chunk.setdefault(channel, number)
            if message.type == "control_change":
                own.setdefault(channel, set()).add(message.control)
    tracks: list[list[Event]] = []
    for number, chunk in enumerate(events.chunks):
        head: list[Event] = []
        for channel, place in places.items():
            if first_chunk.get(channel) != number:
                continue
            for control, value in ((VOLUME, place.volume), (PAN, place.pan), (EXPRESSION, expression)):
                if control not in own.get(channel, set()):
                    head.append((0, mido.Message("control_change", channel=channel, control=control, value=value)))
        tracks.append(head + [(tick, m) for tick, m in chunk if not m.is_realtime and m.type != "end_of_track"])
    last_tick = max((events[-1][0] for events in tracks if events), default=0)
    tail_beats = TAIL_S * song.tempo_at(last_tick / events.division) / 60
    tracks[0].append((last_tick + round(tail_beats * events.division), mido.MetaMessage("end_of_track")))
    return encode(tracks, events.division)


def lead_to_balance(data: bytes) -> int | None:
    """The number of the lead among the tracks, if there are parts of ours beside it and the file leaves its level to
    us: how loud a lead is depends on its instrument and its player. Raises InputError, as `read_song`."""
    song, events = read_song(data), read_events(data)
    if not any(track.name in PLACES for track in song.tracks):
        return None
    lead = find_lead(song).track
    voice = events.voices[lead]
    sets_own = any(
        message.type == "control_change"
        and message.channel == voice.channel
        and message.control in (VOLUME, EXPRESSION)
        for chunk in events.chunks
        for _, message in chunk
    )
    return None if sets_own or song.tracks[lead].name in PLACES else lead


def alone(data: bytes, track: int) -> bytes:
    """The file with the notes of one track only, by its number among the tracks of `read_song(data)`; everything else
    stays, so that after `staged` it sounds as it does among the others. Raises InputError, as `read_song`."""
    events = read_events(data)
    voice = events.voices[track]
    tracks = [
        [
            (tick, message)
            for tick, message in chunk
            if message.type not in ("note_on", "note_off") or (number, message.channel) == (voice.chunk, voice.channel)
        ]
        for number, chunk in enumerate(events.chunks)
    ]
    return encode(tracks, events.division)


def _places(song: Song, events: MidiEvents) -> dict[int, Place]:
    """Channel -> its place: by the name of the first of its tracks that has one; the lead in the middle."""
    voices = events.voices
    pitched = any(not track.is_drum and track.notes for track in song.tracks)
    lead = find_lead(song).track if pitched else -1
    places: dict[int, Place] = {}
    strangers = 0
    for number, (track, voice) in enumerate(zip(song.tracks, voices, strict=True)):
        if voice.channel in places:
            continue
        if voice.channel == DRUM_CHANNEL:
            places[voice.channel] = DRUMS
        elif track.name in PLACES:
            places[voice.channel] = PLACES[track.name]
        elif number == lead:
            places[voice.channel] = LEAD
        else:
            places[voice.channel] = OTHERS[strangers % len(OTHERS)]
            strangers += 1
    return places
