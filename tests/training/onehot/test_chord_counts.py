import mido
import numpy as np
import pytest

from bridge.cli import main
from bridge.model.bundle import load_bundle
from bridge.model.harmony import triad_of
from bridge.music.chords import Chord
from bridge.music.midi import read_song
from training.hmm import count, empty_tables
from training.split import split_of

INTERVALS = {"": (0, 4, 7), "m": (0, 3, 7)}
MAJOR, MINOR = 0, 1
CONFIG = {"lead": ["MELODY"], "labels": ["CHORDS"], "accompaniment": ["PIANO"]}


TWO_BARS = ((67, "", 4), (60, "", 2), (62, "", 2))
"""Two bars of 4/4 in G major: G for a bar, then C and D for half a bar each: (root, quality, beats)."""


def write_song(path, chords_track: str, harmony=TWO_BARS) -> None:
    """The chords as a MIDI file with the key signature of G major; the lead sings the roots."""
    file = mido.MidiFile(ticks_per_beat=480)
    conductor = mido.MidiTrack([mido.MetaMessage("key_signature", key="G")])
    lead = mido.MidiTrack([mido.MetaMessage("track_name", name="MELODY")])
    chords = mido.MidiTrack([mido.MetaMessage("track_name", name=chords_track)])
    for root, quality, beats in harmony:
        lead.append(mido.Message("note_on", note=root, velocity=70))
        lead.append(mido.Message("note_off", note=root, time=beats * 480))
        for interval in INTERVALS[quality]:
            chords.append(mido.Message("note_on", note=root - 12 + interval, channel=1, velocity=70))
        for place, interval in enumerate(INTERVALS[quality]):
            time = 0 if place else beats * 480
            chords.append(mido.Message("note_off", note=root - 12 + interval, channel=1, time=time))
    file.tracks.extend([conductor, lead, chords])
    file.save(path)


@pytest.mark.parametrize("chords_track", ["CHORDS", "PIANO"])
def test_chords_are_counted_relative_to_the_key(tmp_path, chords_track):
    write_song(tmp_path / "song.mid", chords_track)
    tables = empty_tables()
    count(read_song((tmp_path / "song.mid").read_bytes()), CONFIG, tables)
    one, four, five = 0, 5, 7
    counted = tables["chords"][MAJOR]
    assert {place: counted[place] for place in np.flatnonzero(counted)} == {one: 2, four: 1, five: 1}
    assert tables["transitions"][MAJOR, 1, one, one] == 1  # inside the first bar
    assert tables["transitions"][MAJOR, 0, one, four] == 1  # over the bar line
    assert tables["transitions"][MAJOR, 1, four, five] == 1
    assert tables["emissions"][MAJOR, five, five] == 2  # two beats of the dominant's root
    first, second = 0, 2  # the places of the bars' first half bars in the phrase
    assert tables["places"][MAJOR, first, one] == tables["places"][MAJOR, second, four] == 1
    assert not tables["chords"][MINOR].any()


def test_a_song_in_the_minor_of_its_key_signature_is_counted_apart(tmp_path):
    write_song(tmp_path / "song.mid", "CHORDS", ((64, "m", 4), (69, "m", 2), (71, "", 2), (64, "m", 4)))  # E minor
    tables = empty_tables()
    count(read_song((tmp_path / "song.mid").read_bytes()), CONFIG, tables)
    tonic, dominant = 12 + 9, 4  # relative to the major key of the signature
    assert tables["chords"][MINOR, tonic] == 4
    assert tables["transitions"][MINOR, 0, dominant, tonic] == 1
    assert not tables["chords"][MAJOR].any()


@pytest.mark.parametrize(
    ("chord", "triad"),
    [
        (Chord(0, "maj7"), 0),
        (Chord(9, "m7"), 21),
        (Chord(11, "dim"), 7),
        (Chord(11, "m7♭5"), 14),
        (Chord(2, "sus4"), 2),
    ],
)
def test_every_chord_is_counted_as_a_triad(chord, triad):
    assert triad_of(chord) == triad


def test_the_command_counts_the_songs_that_are_learned_from(tmp_path, capsys):
    folder = tmp_path / "data" / "toy"
    folder.mkdir(parents=True)
    for number in range(12):
        write_song(folder / f"{number}.mid", "CHORDS")
    learned = sum(split_of("toy", str(number)) == "train" for number in range(12))
    config = tmp_path / "chords.toml"
    config.write_text(
        'kind = "chords"\n[data]\ncorpora = ["toy"]\nlead = ["MELODY"]\nlabels = ["CHORDS"]\naccompaniment = []'
    )
    assert main(["train", "--config", str(config), "--data", str(tmp_path / "data"), "--out", str(tmp_path / "b")]) == 0
    bundle = load_bundle(tmp_path / "b", "chords")
    assert bundle.training["songs"] == {"toy": learned}
    assert bundle.arrays["chords"].sum() == 4 * learned
