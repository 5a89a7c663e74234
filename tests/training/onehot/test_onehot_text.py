import mido
import pytest

from bridge.music.metre import Metre
from training.onehot.text import lists_of, text_of


@pytest.fixture
def song(tmp_path):
    """Two bars of 3/4 at 90 beats a minute, then one of 4/4: a lead, an accompaniment and a track of neither."""
    file = mido.MidiFile(ticks_per_beat=480)
    conductor = mido.MidiTrack()
    conductor.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90)))
    conductor.append(mido.MetaMessage("time_signature", numerator=3, denominator=4))
    conductor.append(mido.MetaMessage("time_signature", numerator=4, denominator=4, time=6 * 480))
    file.tracks.append(conductor)
    for name, channel, notes in (
        ("MELODY", 0, [(60, 0, 1), (62, 3, 2), (64, 6, 1)]),
        ("PIANO", 1, [(48, 0, 3), (50, 4, 1)]),
        ("CHORDS", 2, [(36, 0, 9)]),
    ):
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        now = 0
        for pitch, start, length in notes:
            track.append(mido.Message("note_on", note=pitch, channel=channel, velocity=70, time=(start - now) * 480))
            track.append(mido.Message("note_off", note=pitch, channel=channel, time=length * 480))
            now = start + length
        file.tracks.append(track)
    file.save(tmp_path / "song.mid")
    return tmp_path / "song.mid"


def test_half_a_second_is_a_beat_whatever_the_tempo(song):
    lines = text_of(song, ["MELODY"], ["PIANO"]).splitlines()
    assert lines[:2] == ["metre 0.0 3 4", "metre 3.0 4 4"]
    assert lines[2:5] == ["lead 0.0 0.5 60 70", "lead 1.5 1.0 62 70", "lead 3.0 0.5 64 70"]
    assert lines[5:] == ["accompaniment 0.0 1.5 48 70", "accompaniment 2.0 0.5 50 70"]


def test_the_text_becomes_two_lists_in_bars(song):
    lists = lists_of(text_of(song, ["MELODY"], ["PIANO"]))
    assert lists.metres == (Metre(3, 4), Metre(3, 4), Metre(4, 4))
    assert [[(n.pitch_midi, n.onset_beats, n.duration_beats) for n in bar] for bar in lists.lead] == [
        [(60, 0.0, 1.0)],
        [(62, 0.0, 2.0)],
        [(64, 0.0, 1.0)],
    ]
    assert [[n.pitch_midi for n in bar] for bar in lists.accompaniment] == [[48], [50], []]
