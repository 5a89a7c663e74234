"""The made-up user of `training.adaptation`, who breaks every chord into eighths."""

from bridge.music.note import Note
from bridge.music.song import Song, Track
from training.adaptation import ACCENT_MIDI, SOFT_MIDI, broken, up_and_down
from training.sources.converted import ACCOMPANIMENT, CHORDS, LEAD


def block(pitches, onset_beats, duration_beats):
    return tuple(Note(pitch, onset_beats, duration_beats, 80) for pitch in pitches)


def test_a_chord_goes_up_from_its_bass_and_down_again():
    assert up_and_down([60, 64, 67]) == [36, 40, 43, 48, 43, 40]
    assert up_and_down([64, 67, 72]) == [40, 43, 48, 52, 48, 43]  # over its third


def test_a_song_is_broken_into_eighths_and_its_lead_stays():
    lead = Track(LEAD, 0, False, (Note(72, 0.0, 4.0, 90),))
    own = Track(ACCOMPANIMENT, 0, False, block((48, 52), 0.0, 4.0))
    chords = Track(CHORDS, 0, False, block((60, 64, 67), 0.0, 4.0) + block((65, 69, 72), 2.0, 1.0))
    song = broken(Song((), (), (), (lead, own, chords)))
    assert song.tracks[:2] == (lead, chords)
    notes = song.tracks[2].notes
    assert [note.onset_beats for note in notes] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]  # the next chord ends the first
    assert [note.pitch_midi for note in notes] == [36, 40, 43, 48, 41, 45]
    assert [note.velocity_midi for note in notes] == [ACCENT_MIDI, *[SOFT_MIDI] * 3, ACCENT_MIDI, SOFT_MIDI]
