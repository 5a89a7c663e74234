from __future__ import annotations

from pathlib import Path

import pytest
from duets import song

from bridge.cli import main
from bridge.errors import InputError
from bridge.leads import NAMES, lead_path
from bridge.model.progression import chords_at, parsed
from bridge.model.registry import load
from bridge.music.instruments import as_track
from bridge.music.metre import Metre
from bridge.music.midi import read_song
from bridge.music.midi_out import write_song
from bridge.music.note import Note
from bridge.music.song import Song
from bridge.offline.accompany import MODES, Mode, accompany
from bridge.offline.harmony import of_track, repeated

FOUR = Metre(4, 4)
WITH_PICKUP = song([(0, Metre(1, 4)), (4, FOUR)], [Note(60, 0, 1, 80)], 4 + 5 * 16)


def test_a_progression_begins_with_the_first_whole_bar() -> None:
    assert repeated("C Am F G", WITH_PICKUP) == ("| G |", "| C |", "| Am |", "| F |", "| G |", "| C |")
    whole = song([(0, FOUR)], [Note(60, 0, 1, 80)], 48)
    assert repeated("C Am | F/A", whole) == ("| C Am |", "| F/A |", "| C Am |")


def chord(start: float, length: float, *pitches: int) -> list[Note]:
    return [Note(pitch, start, length, 70) for pitch in pitches]


def test_a_track_of_chords_is_read_pulse_by_pulse() -> None:
    held = [*chord(0, 6, 60, 64, 67), *chord(6, 2, 57, 60, 64), *chord(12, 1, 65, 69, 72), *chord(13, 3, 67, 71, 74)]
    lead = song([(0, FOUR)], [Note(60, 0, 1, 80)], 80)
    both = Song(lead.bars, lead.tempos, (), (lead.tracks[0], as_track("CHORDS", held)))
    assert of_track(both, 1) == ("| C C C C |", "| C C Am Am |", "", "| F G G G |", "")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NAMES[1:3])
def test_every_bar_keeps_to_its_chords(name: str, mode: Mode) -> None:
    lead = read_song(lead_path(name).read_bytes())
    chords = repeated("C Am | F | G7", lead)
    played = accompany(lead, 0, load("chords"), mode, {"parts": "piano bass pad"}, chords=chords)
    for parts, bar, text in zip(played, lead.bars, chords, strict=True):
        given = chords_at(parsed(text), 0, bar.metre)
        for note in (note for part in parts for note in part.notes):
            here = max((c for c in given if c[0] <= note.onset_beats), key=lambda c: c[0])[1]
            assert note.pitch_class in here.pitch_classes


def test_the_commands_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lead = song([(0, FOUR)], [Note(60 + beat, beat, 1, 80) for beat in range(16)], 64)
    chords = as_track("CHORDS", [note for bar in range(4) for note in chord(4 * bar, 4, 60, 64, 67)])
    source, out = tmp_path / "lead.mid", tmp_path / "duet.mid"
    source.write_bytes(write_song(Song(lead.bars, lead.tempos, (), (lead.tracks[0], chords))))
    for options in (["--chords", "C"], ["--chord-track", "chords"], ["--chord-track", "2"]):
        assert main(["accompany", str(source), "-o", str(out), "--model", "chords", *options]) == 0
        duet = read_song(out.read_bytes())
        assert {n.pitch_class for n in duet.tracks[1].notes} == {0, 4, 7}
    capsys.readouterr()
    for options, sentence in (
        (["--chords", "C H"], "'H' is not a chord's name"),
        (["--chords", " "], "a progression is chords"),
        (["--chord-track", "9"], "no track is called '9'"),
        (["--chords", "C", "--chord-track", "2"], "use one"),
    ):
        assert main(["accompany", str(source), "-o", str(out), "--model", "chords", *options]) == 2
        assert sentence in capsys.readouterr().err


def test_what_is_no_progression() -> None:
    with pytest.raises(InputError, match="a progression is chords"):
        repeated("", WITH_PICKUP)
