from __future__ import annotations

import io
import struct

import mido
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from midi_files import ONE_NOTE, encoded, meta, metre, off, on, songs

from bridge.errors import InputError
from bridge.music.metre import Metre
from bridge.music.midi import MAX_TRACKS, read_song
from bridge.music.midi_out import write_song
from bridge.music.note import Note
from bridge.music.song import KeyChange, Song, TempoChange


def only_notes(song: Song) -> list[tuple[int, float, float, int]]:
    [track] = song.tracks
    return [(n.pitch_midi, n.onset_beats, n.duration_beats, n.velocity_midi) for n in track.notes]


def metres_of(song: Song) -> str:
    return " ".join(str(bar.metre) for bar in song.bars)


# what a file holds


def test_ticks_become_beats_exactly() -> None:
    song = read_song(encoded([[on(60, 160), off(60, 80), on(64, 1), off(64, 479)]]))
    assert only_notes(song) == [(60, 160 / 480, 80 / 480, 80), (64, 241 / 480, 479 / 480, 80)]


def test_a_note_on_without_velocity_is_an_end_and_running_status_is_read() -> None:
    track = b"\x00\x90\x3c\x50" + b"\x83\x60\x3c\x00" + b"\x00\x40\x51" + b"\x83\x60\x40\x00" + b"\x00\xff\x2f\x00"
    data = b"MThd" + struct.pack(">LHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">L", len(track)) + track
    assert only_notes(read_song(data)) == [(60, 0.0, 1.0, 80), (64, 1.0, 1.0, 81)]


def test_of_two_overlapping_notes_of_a_pitch_the_first_ends_first() -> None:
    song = read_song(encoded([[on(60), on(60, 480, velocity=90), off(60, 480), off(60, 480)]]))
    assert only_notes(song) == [(60, 0.0, 2.0, 80), (60, 1.0, 2.0, 90)]


def test_a_repeated_note_whose_end_is_written_after_the_new_beginning() -> None:
    song = read_song(encoded([[on(60), on(60, 480), off(60), off(60, 240)]]))
    assert only_notes(song) == [(60, 0.0, 1.0, 80), (60, 1.0, 0.5, 80)]


def test_a_note_without_an_end_sounds_to_the_end_of_its_track_and_a_stray_end_is_nothing() -> None:
    song = read_song(encoded([[off(50), on(60), on(62, 480), off(62, 480), meta("text", 960, text="fin")]]))
    assert only_notes(song) == [(60, 0.0, 4.0, 80), (62, 1.0, 1.0, 80)]


def test_a_note_without_length_lasts_a_tick_and_none_lasts_over_1024_beats() -> None:
    assert only_notes(read_song(encoded([[on(60), off(60)]]))) == [(60, 0.0, 1 / 480, 80)]
    assert only_notes(read_song(encoded([[on(60), off(60, 2000 * 480)]])))[0][2] == 1024


def test_type_0_is_split_by_channel_and_the_tenth_is_drums() -> None:
    track = [meta("track_name", name="Song"), mido.Message("program_change", channel=2, program=41)]
    track += [on(60, channel=2), on(36, channel=9), off(60, 480, channel=2), off(36, channel=9)]
    song = read_song(encoded([track], kind=0))
    assert [(t.name, t.program, t.is_drum) for t in song.tracks] == [
        ("Song channel 3", 41, False),
        ("Song channel 10", 0, True),
    ]


def test_tracks_are_named_by_themselves_or_by_their_instrument_in_any_script() -> None:
    utf8 = "Mélodie ♪".encode().decode("latin1")
    tracks = [
        [meta("track_name", name="Tempo"), meta("set_tempo", tempo=500_000)],
        [meta("track_name", name=utf8), *ONE_NOTE],
        [meta("track_name", name="Violí".encode("latin1").decode("latin1")), *ONE_NOTE],
        [meta("instrument_name", name="Oboe\x00"), *ONE_NOTE],
        ONE_NOTE,
    ]
    assert [track.name for track in read_song(encoded(tracks)).tracks] == ["Mélodie ♪", "Violí", "Oboe", ""]


def test_karaoke_text_is_passed_over() -> None:
    track = [meta("text", text="@KMIDI KARAOKE FILE"), meta("lyrics", text="A-"), *ONE_NOTE]
    assert len(read_song(encoded([track])).tracks) == 1


def test_tempo_and_key_are_read_wherever_they_stand_and_repeats_are_dropped() -> None:
    first = [meta("set_tempo", tempo=500_000), meta("key_signature", key="F#m"), *ONE_NOTE]
    second = [meta("set_tempo", 480, tempo=500_000), meta("set_tempo", 480, tempo=1_000_000)]
    second += [meta("key_signature", key="Bb")]
    song = read_song(encoded([first, second]))
    assert song.tempos == (TempoChange(0.0, 120.0), TempoChange(2.0, 60.0))
    assert song.keys == (KeyChange(0.0, 6, False), KeyChange(2.0, 10, True))


def test_an_impossible_key_signature_does_not_cost_the_song() -> None:
    data = encoded([[meta("key_signature", key="C"), *ONE_NOTE]])
    broken = data.replace(b"\xff\x59\x02\x00\x00", b"\xff\x59\x02\x00\xff")
    assert broken != data
    assert read_song(broken).tracks == read_song(data).tracks


# bars


def test_every_metre_change_and_a_pickup() -> None:
    changes = [metre(1, 4), metre(3, 4, 480), metre(6, 8, 1440 * 2), *[on(60, 1440), off(60, 480)]]
    song = read_song(encoded([changes]))
    assert metres_of(song) == "1/4 3/4 3/4 6/8 6/8"
    assert song.remarks == ()


def test_a_change_inside_a_bar_makes_a_short_bar_and_is_said() -> None:
    song = read_song(encoded([[metre(4, 4), metre(3, 4, 3 * 480), on(60), off(60, 3 * 480)]]))
    assert metres_of(song) == "3/4 3/4"
    assert song.remarks == ("bar 1 is cut short to 3/4: the metre changes to 3/4 inside it",)


def test_a_bar_line_off_the_sixteenths_is_moved_and_said() -> None:
    song = read_song(encoded([[metre(4, 4), metre(3, 4, 1925), on(60, 0), off(60, 480)]]))
    assert metres_of(song) == "4/4 3/4"
    assert song.remarks == ("the change to 3/4 at beat 4.01042 is taken at the nearest sixteenth",)


def test_a_metre_in_thirty_seconds_is_counted_as_one_as_long() -> None:
    song = read_song(encoded([[metre(6, 32), *ONE_NOTE]]))
    assert song.bars[0].metre == Metre(3, 16)
    assert song.remarks == ("6/32 is counted as 3/16, which is as long",)


def test_bars_reach_to_the_last_end_but_not_for_a_late_release() -> None:
    assert len(read_song(encoded([[on(60), off(60, 1920 + 15)]])).bars) == 1
    assert len(read_song(encoded([[on(60), off(60, 1920 + 60)]])).bars) == 2
    # a note a hair before the bar line is meant for the next bar, so there has to be one
    assert len(read_song(encoded([[on(60, 1915), off(60, 2)]])).bars) == 2


# what is refused


def with_division(data: bytes, division: int) -> bytes:
    return data[:12] + struct.pack(">H", division) + data[14:]


GOOD = encoded([ONE_NOTE])
LONG = encoded([[meta("set_tempo", tempo=6_000_000), *([on(60), off(60, 480)] * 1900)]])
BAD_FILES = {
    "empty": (b"", "the file is empty"),
    "text": (b"hello", "not a MIDI file"),
    "header only": (GOOD[:14], "cut off"),
    "truncated": (GOOD[:-6], "cut off"),
    "no tracks": (encoded([]), "no notes"),
    "no notes": (encoded([[meta("set_tempo", tempo=500_000)]]), "the file has no notes"),
    "type 2": (encoded([ONE_NOTE, ONE_NOTE], kind=2), "type 2.*save it as type 1"),
    "time code": (with_division(GOOD, 0xE728), "SMPTE"),
    "no division": (with_division(GOOD, 0), "a beat has no ticks"),
    "zero tempo": (encoded([[meta("set_tempo", tempo=0), *ONE_NOTE]]), "tempo at beat 0 is 0 microseconds"),
    "absurd tempo": (encoded([[meta("set_tempo", tempo=10), *ONE_NOTE]]), r"6,000,000\.0 bpm; 5 to 999"),
    "three hours": (LONG, r"3\.2 hours long; at most 2"),
    "200 tracks": (encoded([ONE_NOTE] * 200), f"200 tracks; at most {MAX_TRACKS}"),
    "metre": (encoded([[metre(7, 32), *ONE_NOTE]]), "metre 7/32 at beat 0 cannot be played"),
    "metre of nothing": (encoded([[metre(4, 4), *ONE_NOTE]]).replace(b"\x04\x04\x02", b"\x04\x00\x02"), "metre 0/4"),
    "stray note": (encoded([[metre(1, 16), on(60, 480 * 3000), off(60, 480)]]), "10,000 bars"),
    "too large": (GOOD + b"\x00" * (17 * 2**20), "17 MiB"),
    "damaged": (GOOD.replace(b"\x90", b"\xf4"), "damaged"),
}


@pytest.mark.parametrize(("data", "sentence"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_song(data)


@settings(max_examples=150)
@given(songs(), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8), st.data())
def test_any_bytes_are_a_song_or_are_refused(song: Song, pokes: list[tuple[int, int]], data: st.DataObject) -> None:
    mutated = bytearray(write_song(song))
    for place, value in pokes:
        mutated[place % len(mutated)] = value
    cut = data.draw(st.integers(0, len(mutated)))
    for candidate in (bytes(mutated), bytes(mutated[:cut])):
        try:
            read = read_song(candidate)
        except InputError:
            continue
        for track in read.tracks:
            assert sum(len(bar.notes) for bar in read.in_bars(track.notes)) == len(track.notes)


# against an independent reader


@settings(max_examples=60)
@given(songs())
def test_seconds_agree_with_pretty_midi(song: Song) -> None:
    data = write_song(song)
    ours = [
        sorted((n.pitch_midi, song.seconds_at(n.onset_beats), song.seconds_at(n.end_beats)) for n in track.notes)
        for track in read_song(data).tracks
    ]
    theirs = [
        sorted((n.pitch, n.start, n.end) for n in instrument.notes)
        for instrument in pretty_midi.PrettyMIDI(io.BytesIO(data)).instruments
    ]
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert left == pytest.approx(right, abs=1e-5)


def test_tempo_changes_agree_with_pretty_midi() -> None:
    track = [meta("set_tempo", tempo=400_000), on(60), off(60, 700), meta("set_tempo", 100, tempo=900_000)]
    track += [on(62, 333), off(62, 500), meta("set_tempo", 10, tempo=300_000), on(64, 7), off(64, 77)]
    data = encoded([track])
    song = read_song(data)
    theirs = pretty_midi.PrettyMIDI(io.BytesIO(data)).instruments[0].notes
    for note, other in zip(song.tracks[0].notes, theirs, strict=True):
        assert song.seconds_at(note.onset_beats) == pytest.approx(other.start, abs=1e-9)
        assert song.seconds_at(note.end_beats) == pytest.approx(other.end, abs=1e-9)
    assert song.tracks[0].notes[0] == Note(60, 0.0, 700 / 480, 80)
