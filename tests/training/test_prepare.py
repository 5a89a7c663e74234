"""From files to arrays: the grid, the labels, the cache, what is dropped, and which songs are whose."""

import mido
import numpy as np
import pytest

from bridge.errors import InputError
from bridge.model.plan import NO_BASS, NO_CHORD, class_of
from bridge.music.metre import Metre
from tests.training.toy_songs import PROGRESSION, toy_song, toy_songs
from training import labels
from training.prepare import prepare
from training.sources import Dropped, Source, files_of, read

SOURCE = {"kind": "converted", "folder": "toy", "corpus": "toy", "style": 0}


def midi(path, names=("MELODY", "PIANO"), bars=12, numerator=4):
    """A file with a track of quarter notes for each name."""
    file = mido.MidiFile(ticks_per_beat=480)
    for number, name in enumerate(names):
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        if number == 0:
            track.insert(0, mido.MetaMessage("time_signature", numerator=numerator, denominator=4))
        for note in range(bars * numerator):
            track.append(mido.Message("note_on", note=60 + note % 5, velocity=80))
            track.append(mido.Message("note_off", note=60 + note % 5, time=480))
        file.tracks.append(track)
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(path)


def test_songs_are_read_once_and_split_by_name(tmp_path):
    for number in range(20):
        midi(tmp_path / "toy" / f"{number}.mid")
    everything = frozenset({"train", "validation", "test"})
    songs, dropped = prepare([SOURCE], tmp_path, tmp_path / "cache", everything)
    again, _ = prepare([SOURCE], tmp_path, tmp_path / "cache", everything)
    learned, _ = prepare([SOURCE], tmp_path, tmp_path / "cache", frozenset({"train"}))
    assert not dropped
    assert len(songs) == 20
    assert {song.name for song in learned} == {song.name for song in songs if song.split == "train"}
    assert [song.name for song in again] == [song.name for song in songs]
    np.testing.assert_array_equal(again[0].piece.lead, songs[0].piece.lead)
    np.testing.assert_array_equal(again[0].classes, songs[0].classes)
    assert songs[0].first_bar == 0
    assert not songs[0].has_dynamics


def test_what_is_dropped_is_counted_by_reason(tmp_path):
    midi(tmp_path / "toy" / "short.mid", bars=3)
    midi(tmp_path / "toy" / "alone.mid", names=("MELODY",))
    midi(tmp_path / "toy" / "long.mid", numerator=7)
    (tmp_path / "toy" / "broken.mid").write_bytes(b"no music")
    songs, dropped = prepare([SOURCE], tmp_path, tmp_path / "cache", frozenset({"train", "validation", "test"}))
    assert not songs
    assert dropped == {
        "toy: shorter than 8 bars": 1,
        "toy: no notes in a track called PIANO": 1,
        "toy: a bar longer than 6 beats": 1,
        "toy: cannot be read": 1,
    }


def test_an_unknown_source_or_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="no source is of kind 'vinyl'"):
        Source.of(SOURCE | {"kind": "vinyl"}, tmp_path)
    with pytest.raises(InputError, match="there is no folder"):
        files_of(Source.of(SOURCE, tmp_path))
    (tmp_path / "toy").mkdir()
    with pytest.raises(InputError, match="there is no song"):
        files_of(Source.of(SOURCE, tmp_path))


def test_any_folder_of_midi_files_has_leads(tmp_path):
    midi(tmp_path / "mine" / "song.mid", names=("Vocals", "Piano"))
    source = Source.of({"kind": "midi", "folder": "mine", "corpus": "mine"}, tmp_path)
    [path] = files_of(source)
    [song] = read(source, path)
    assert not isinstance(song, Dropped)
    assert song.name == "mine/song"
    assert len(song.lead) == len(song.accompaniment) == 48


def test_labels_are_the_chord_that_holds_longest():
    song = toy_song("x", Metre(4, 4), 0)
    expected = [class_of(frozenset(tones), tones[0]) for tones in PROGRESSION for _ in range(2)]
    assert song.classes[:8].tolist() == expected
    assert song.basses[:8].tolist() == [0, 0, 0, 0, 0, 0, 2, 2]  # the lowest pitch of each block


def test_no_label_is_no_chord():
    song = toy_song("x", Metre(4, 4), 0)
    classes, basses = labels.from_labels(song.piece, song.chords[song.chords[:, 0] > 0])
    assert classes[:2].tolist() == [NO_CHORD, NO_CHORD]
    assert basses[:2].tolist() == [NO_BASS, NO_BASS]


@pytest.mark.parametrize("song", toy_songs(), ids=lambda song: song.name)
def test_what_the_notes_spell_is_what_the_labels_say(song):
    inferred, _ = labels.inferred(song.piece)
    assert np.mean(inferred == song.classes) > 0.7
