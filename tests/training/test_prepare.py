"""From files to arrays: the grid, the labels, the cache, what is dropped, and which songs are whose."""

import io
from dataclasses import replace

import mido
import numpy as np
import pytest

from bridge.errors import InputError
from bridge.model.plan import NO_BASS, NO_CHORD, class_of
from bridge.music.metre import Metre
from tests.training.toy_songs import PROGRESSION, toy_song, toy_songs
from training import labels
from training.prepare import Job, entries_of, packed, prepare, unpacked
from training.sources.reading import files_of, read
from training.sources.source import Dropped, Source
from training.split import split_of

SOURCE = {"kind": "converted", "folder": "toy", "corpus": "toy", "style": 0}
EVERYTHING = frozenset({"train", "validation", "test"})


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
    songs, dropped = prepare([SOURCE], tmp_path, tmp_path / "cache", EVERYTHING)
    again, _ = prepare([SOURCE], tmp_path, tmp_path / "cache", EVERYTHING)
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


def test_the_lead_of_any_folder_may_be_named(tmp_path):
    midi(tmp_path / "mine" / "song.mid", names=("Vocals", "Piano", "Flute"))
    midi(tmp_path / "mine" / "other.mid", names=("Vocals", "Piano"))
    table = {"kind": "midi", "folder": "mine", "corpus": "mine", "lead_track": "flute"}
    source = Source.of(table, tmp_path)
    found = {path.stem: read(source, path)[0] for path in files_of(source)}
    assert len(found["song"].accompaniment) == 96
    assert found["other"].reason.startswith("no lead track 'flute': no track is called 'flute'")
    _, dropped = prepare([table], tmp_path, tmp_path / "cache", EVERYTHING)
    assert dropped == {"mine: no lead track 'flute'": 1}


def test_a_table_that_is_wrong_is_refused_by_what_is_wrong_with_it(tmp_path):
    for change, says in (
        ({"folders": "toy"}, "has no use for 'folders'"),
        ({"lead_track": "flute"}, "has no use for 'lead_track'"),
        ({"style": "pop"}, "style is a number"),
        ({"barlines": "seek"}, "barlines is keep, check or find, not 'seek'"),
    ):
        with pytest.raises(InputError, match=says):
            Source.of(SOURCE | change, tmp_path)
    with pytest.raises(InputError, match="no kind and no corpus"):
        Source.of({"folder": "toy"}, tmp_path)


def test_one_file_that_cannot_be_read_costs_only_itself(tmp_path, monkeypatch):
    for number in range(12):
        midi(tmp_path / "toy" / f"{number}.mid")
    (tmp_path / "toy" / "gone.mid").symlink_to(tmp_path / "nowhere.mid")
    (tmp_path / "toy" / "folder.mid").mkdir()
    (tmp_path / "toy" / "cut.mid").write_bytes((tmp_path / "toy" / "0.mid").read_bytes()[:200])
    for workers in (1, 0):
        songs, dropped = prepare([SOURCE], tmp_path, tmp_path / "cache", EVERYTHING, workers)
        assert len(songs) == 12
        assert dropped == {"toy: cannot be read": 3}

    def fault(*_):
        raise RecursionError("a parser's own fault")

    monkeypatch.setattr("training.sources.converted.read_song", fault)
    source = Source.of(SOURCE, tmp_path)
    [dropped] = read(source, tmp_path / "toy" / "0.mid")
    assert isinstance(dropped, Dropped)
    assert dropped.reason == 'cannot be read: RecursionError("a parser\'s own fault")'


def test_what_was_read_is_not_read_again_and_what_was_spoilt_is(tmp_path, monkeypatch):
    midi(tmp_path / "toy" / "long.mid")
    midi(tmp_path / "toy" / "short.mid", bars=3)
    (tmp_path / "toy" / "broken.mid").write_bytes(b"no music")
    source = Source.of(SOURCE, tmp_path)
    jobs = {path.stem: Job(source, path, tmp_path / "cache") for path in files_of(source)}
    first = {name: entries_of(job) for name, job in jobs.items()}
    assert len(list((tmp_path / "cache").iterdir())) == 2  # why a file cannot be read may be another reason tomorrow
    for kept in (tmp_path / "cache").iterdir():
        if kept.stat().st_size > 600:  # the song
            kept.write_bytes(kept.read_bytes()[:300])
    again = {name: entries_of(job) for name, job in jobs.items()}
    assert [again[name][0].name for name in ("broken", "long", "short")] == ["broken", "long", "short"]
    np.testing.assert_array_equal(again["long"][0].piece.lead, first["long"][0].piece.lead)
    monkeypatch.setattr("training.sources.converted.read_song", None)
    assert entries_of(jobs["short"]) == first["short"]
    np.testing.assert_array_equal(entries_of(jobs["long"])[0].classes, first["long"][0].classes)


def test_songs_are_packed_and_unpacked():
    song = toy_song("x", Metre(4, 4), 0)
    mended = replace(song, mended=("barlines moved", "another thing"))
    dropped = Dropped("toy", "y", "shorter than 8 bars")
    for entries in ([song], [mended], [dropped], [song, dropped, mended]):
        with np.load(io.BytesIO(packed(entries))) as archive:
            back = unpacked(archive, "toy", song.style)
        assert [entry.name for entry in back] == [entry.name for entry in entries]
        for entry, was in zip(back, entries, strict=True):
            if isinstance(was, Dropped):
                assert entry == was
                continue
            assert entry.mended == was.mended
            assert entry.piece.metres == was.piece.metres
            np.testing.assert_array_equal(entry.piece.lead, was.piece.lead)
            for mine, its in zip(entry.piece.own, was.piece.own, strict=True):
                np.testing.assert_array_equal(mine, its)
            np.testing.assert_array_equal(entry.basses, was.basses)


def test_barlines_that_are_found_anew_are_told(tmp_path, capsys):
    file = mido.MidiFile(ticks_per_beat=480)
    lead, piano = (mido.MidiTrack([mido.MetaMessage("track_name", name=name)]) for name in ("MELODY", "PIANO"))
    for beat in range(64):  # the first bar line comes after a beat
        lead += [mido.Message("note_on", note=72 + beat % 3), mido.Message("note_off", note=72 + beat % 3, time=480)]
    for bar in range(16):
        bass, wait = 36 + bar % 5, 0 if bar else 480
        piano += [mido.Message("note_on", note=bass, time=wait), mido.Message("note_off", note=bass, time=4 * 480)]
    file.tracks += [lead, piano]
    (tmp_path / "toy").mkdir()
    file.save(tmp_path / "toy" / "late.mid")
    [song], _ = prepare([SOURCE | {"barlines": "find"}], tmp_path, tmp_path / "cache", EVERYTHING)
    assert song.mended == ("barlines moved",)
    assert song.piece.lead[0, 0] == 36
    assert "1  toy: barlines moved" in capsys.readouterr().out
    [kept], _ = prepare([SOURCE], tmp_path, tmp_path / "cache", EVERYTHING)
    assert kept.piece.lead[0, 0] == 0
    assert "mended" not in capsys.readouterr().out


def test_takes_of_one_recording_are_split_alike():
    assert len({split_of("mine", f"evening#{number}") for number in range(40)}) == 1
    assert len({split_of("mine", f"evening-{number}") for number in range(40)}) > 1
    assert split_of("pop909", "003") == "test"  # as it always was


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
