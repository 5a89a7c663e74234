from __future__ import annotations

import io
from typing import Any

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from midi_files import ONE_NOTE, encoded, meta, metre, off, on, songs

from bridge.errors import InputError
from bridge.music.instruments import as_track
from bridge.music.metre import STEPS_PER_BEAT
from bridge.music.midi import read_song
from bridge.music.midi_out import CONDUCTOR_TYPES, clear_of_itself, key_name, with_accompaniment, write_song
from bridge.music.note import Note
from bridge.music.song import KeyChange, Song, Track

PIANO = as_track("piano", (Note(48, 0.0, 1.0, 70), Note(52, 1 / 3, 1 / 12, 60), Note(48, 1.0, 0.25, 50)))


def absolute(data: bytes) -> list[list[tuple[int, Any]]]:
    """Every track's messages at absolute ticks, without their delta times."""
    tracks = []
    for track in mido.MidiFile(file=io.BytesIO(data)).tracks:
        now, events = 0, []
        for message in track:
            now += message.time
            events.append((now, message.copy(time=0)))
        tracks.append(events)
    return tracks


@settings(max_examples=80)
@given(songs(), st.sampled_from([96, 120, 480, 960]))
def test_what_is_written_is_read_again(song: Song, division: int) -> None:
    read = read_song(write_song(song, division))
    assert read.bars[: len(song.bars)] == song.bars
    assert [t.tempo_bpm for t in read.tempos] == pytest.approx([t.tempo_bpm for t in song.tempos], rel=1e-5)
    assert read.keys == song.keys
    assert [(t.name, t.program, t.is_drum) for t in read.tracks] == [
        (t.name, t.program, t.is_drum) for t in song.tracks
    ]
    for one, other in zip(read.tracks, song.tracks, strict=True):
        for note, meant in zip(one.notes, other.notes, strict=True):
            assert note.onset_beats == pytest.approx(meant.onset_beats, abs=1e-9)
            assert note.duration_beats == pytest.approx(meant.duration_beats, abs=1e-9)
            assert (note.pitch_midi, note.velocity_midi) == (meant.pitch_midi, meant.velocity_midi)


seven_bits = st.integers(0, 127)
ticks = st.integers(0, 700)


def on_the_leads_channel(kind: str, **fields: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return st.builds(lambda time, **values: mido.Message(kind, channel=3, time=time, **values), ticks, **fields)


expressive = st.one_of(
    on_the_leads_channel("note_on", note=seven_bits, velocity=seven_bits),
    on_the_leads_channel("note_off", note=seven_bits, velocity=seven_bits),
    on_the_leads_channel("control_change", control=seven_bits, value=seven_bits),
    on_the_leads_channel("pitchwheel", pitch=st.integers(-8192, 8191)),
    on_the_leads_channel("program_change", program=seven_bits),
    on_the_leads_channel("aftertouch", value=seven_bits),
    st.builds(lambda time, data: mido.Message("sysex", time=time, data=data), ticks, st.lists(seven_bits, max_size=5)),
    st.builds(lambda time: meta("lyrics", time, text="la"), ticks),
    st.builds(lambda time, tempo: meta("set_tempo", time, tempo=tempo), ticks, st.integers(200_000, 2_000_000)),
    st.builds(lambda time: meta("marker", time, text="B"), ticks),
)


@settings(max_examples=80)
@given(st.lists(expressive, max_size=40), st.sampled_from([24, 96, 100, 480, 1000, 32_000]))
def test_the_lead_comes_out_tick_for_tick(messages: list[Any], division: int) -> None:
    other = [meta("set_tempo", 5, tempo=600_000), *ONE_NOTE]
    lead = [meta("track_name", name="Voice"), *messages, on(60, 10, channel=3), off(60, 480, channel=3)]
    data = encoded([other, lead], division=division)
    song = read_song(data)
    duet = with_accompaniment(data, 1, [PIANO])
    factor = mido.MidiFile(file=io.BytesIO(duet)).ticks_per_beat // division
    before, after = absolute(data), absolute(duet)
    expected = [(tick * factor, m) for tick, m in before[1] if m.type not in CONDUCTOR_TYPES]
    assert after[1] == expected
    # and the clock of the whole file goes with it
    tempi = {(tick * factor, m.tempo) for track in before for tick, m in track if m.type == "set_tempo"}
    assert {(tick, m.tempo) for tick, m in after[0] if m.type == "set_tempo"} == tempi
    read = read_song(duet)
    assert read.tracks[0].notes == song.tracks[1].notes
    assert read.tempos == song.tempos
    assert len(after) == 3


@pytest.mark.parametrize(
    ("division", "expected"), [(480, 480), (96, 96), (100, 300), (10, 60), (1, 12), (32_767, 32_767)]
)
def test_the_division_holds_the_grid_where_it_can(division: int, expected: int) -> None:
    duet = with_accompaniment(encoded([[on(60), off(60, division)]], division=division), 0, [PIANO])
    assert mido.MidiFile(file=io.BytesIO(duet)).ticks_per_beat == expected
    if expected < 32_000:
        assert expected % STEPS_PER_BEAT == 0
    onsets = [note.onset_beats for note in read_song(duet).tracks[1].notes]
    assert onsets == pytest.approx([0, 1 / 3, 1], abs=1e-4)


def test_each_part_has_its_own_track_channel_name_and_program_and_none_is_drums_or_the_leads() -> None:
    data = encoded([[on(60, channel=1), off(60, 480, channel=1)]])
    parts = [as_track(f"part {number}", PIANO.notes) for number in range(13)] + [as_track("bass", PIANO.notes)]
    tracks = absolute(with_accompaniment(data, 0, parts))[2:]
    channels = []
    for part, track in zip(parts, tracks, strict=True):
        assert track[0][1].name == part.name
        assert track[1][1].type == "program_change"
        assert track[1][1].program == part.program
        [channel] = {message.channel for _, message in track if hasattr(message, "channel")}
        channels.append(channel)
    assert channels == [0, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15]
    with pytest.raises(InputError, match="15 tracks do not fit"):
        with_accompaniment(data, 0, [*parts, PIANO])


def test_a_drum_part_goes_to_the_tenth_channel() -> None:
    tracks = absolute(with_accompaniment(encoded([ONE_NOTE]), 0, [Track("drums", 0, True, PIANO.notes)]))
    assert {message.channel for _, message in tracks[2] if hasattr(message, "channel")} == {9}


def test_what_ends_comes_before_what_begins() -> None:
    repeated = as_track("piano", [Note(60, beat, 1.0, 80) for beat in range(3)])
    [_, _, track] = absolute(with_accompaniment(encoded([ONE_NOTE]), 0, [repeated]))
    kinds = [(tick, m.type) for tick, m in track if m.type.startswith("note")]
    assert kinds == [
        (0, "note_on"), (480, "note_off"), (480, "note_on"), (960, "note_off"), (960, "note_on"), (1440, "note_off"),
    ]  # fmt: skip


def test_a_pitch_is_never_struck_while_it_sounds() -> None:
    long, again, shorter = Note(60, 0.0, 4.0, 80), Note(60, 1.0, 1.0, 90), Note(60, 1.0, 0.5, 70)
    other = Note(64, 0.5, 4.0, 80)
    assert clear_of_itself([again, shorter, long, other]) == (Note(60, 0.0, 1.0, 80), other, again)


def test_a_file_of_type_0_gives_up_only_the_leads_channel() -> None:
    track = [meta("track_name", name="Song"), metre(3, 4), on(60), on(40, channel=1), off(60, 480), off(40, channel=1)]
    data = encoded([track], kind=0)
    [conductor, lead, part] = absolute(with_accompaniment(data, 1, [PIANO]))
    assert mido.MidiFile(file=io.BytesIO(with_accompaniment(data, 1, [PIANO]))).type == 1
    assert [m.type for _, m in conductor] == ["time_signature", "end_of_track"]
    assert [(tick, m.note) for tick, m in lead if m.type.startswith("note")] == [(0, 40), (480, 40)]
    assert {m.channel for _, m in part if hasattr(m, "channel")} == {0}


def test_the_song_keeps_its_title_and_what_two_tracks_say_alike_is_said_once() -> None:
    tempo = meta("set_tempo", tempo=400_000)
    data = encoded([[meta("track_name", name="A Song"), tempo], [tempo, *ONE_NOTE], [tempo, *ONE_NOTE]])
    conductor = absolute(with_accompaniment(data, 0, []))[0]
    assert [m.type for _, m in conductor] == ["track_name", "set_tempo", "end_of_track"]
    # the name of another instrument is not the song's title
    data = encoded([[meta("track_name", name="Piano"), *ONE_NOTE], ONE_NOTE])
    assert [m.type for _, m in absolute(with_accompaniment(data, 1, []))[0]] == ["end_of_track"]


def test_a_track_that_is_not_there() -> None:
    with pytest.raises(InputError, match="no track 3"):
        with_accompaniment(encoded([ONE_NOTE]), 2, [])


@pytest.mark.parametrize(
    ("key", "name"), [(KeyChange(0, 6, True), "F#"), (KeyChange(0, 10, True), "Bb"), (KeyChange(0, 3, False), "Ebm")]
)
def test_keys_have_names(key: KeyChange, name: str) -> None:
    assert key_name(key) == name
