"""Engraved songs: hand-written MusicXML, bar by bar."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import InputError
from bridge.music.metre import Metre
from bridge.music.song import SongBar
from training.sources import musicxml
from training.sources.musicxml import whole_bars
from training.sources.reading import files_of, read
from training.sources.relaid import bars_of
from training.sources.source import Dropped, Found, Source, SourceSong

VOICE = '<score-part id="P1"><part-name>Singstimme</part-name></score-part>'
PIANO = '<score-part id="P2"><part-name>Pianoforte</part-name></score-part>'


def measure(number: int, step: str, octave: int, quarters: int, extra: str = "") -> str:
    note = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return (
        f"<measure number='{number}'>{extra}" + (f"<note>{note}<duration>1</duration></note>" * quarters) + "</measure>"
    )


def part(name: str, octave: int) -> str:
    """A pickup of a quarter, a bar that is repeated, one cut in two by a repeat sign, and two more; in 3/4."""
    head = "<attributes><divisions>1</divisions><time><beats>3</beats><beat-type>4</beat-type></time></attributes>"
    again = '<barline location="right"><repeat direction="backward"/></barline>'
    measures = [
        measure(0, "C", octave, 1, head),
        measure(1, "D", octave, 3),
        measure(2, "E", octave, 2).replace("</measure>", again + "</measure>"),
        measure(3, "F", octave, 1),
        measure(4, "G", octave, 3),
        measure(5, "A", octave, 3),
    ]
    return f"<part id='{name}'>{''.join(measures)}</part>"


def score(*parts: tuple[str, str]) -> str:
    names = "".join(name for name, _ in parts)
    return (
        f"<score-partwise version='4.0'><part-list>{names}</part-list>{''.join(p for _, p in parts)}</score-partwise>"
    )


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    pytest.importorskip("music21")
    (tmp_path / "scores" / "Wolf").mkdir(parents=True)
    return tmp_path / "scores" / "Wolf" / "lc1.musicxml"


SCORES = {"kind": "musicxml", "folder": "scores", "corpus": "lieder", "style": 1}


def only(data: Path) -> Found:
    source = Source.of(SCORES, data)
    [path] = files_of(source)
    [found] = read(source, path)
    return found


def test_a_score_is_read_bar_by_bar_as_it_is_written(scores: Path) -> None:
    scores.write_text(score((VOICE, part("P1", 5)), (PIANO, part("P2", 3))))
    song = only(scores.parent.parent.parent)
    assert isinstance(song, SourceSong)
    assert (song.name, song.style) == ("lc1", 1)
    assert [bar.metre for bar in song.song.bars] == [Metre(3, 4)] * 5
    assert [note.onset_beats for note in song.lead] == [2.0, *map(float, range(3, 15))]
    assert {note.pitch_midi // 12 for note in song.lead} == {6}
    assert {note.pitch_midi // 12 for note in song.accompaniment} == {4}


def test_scores_without_a_voice_or_with_several_are_dropped(scores: Path) -> None:
    second = VOICE.replace("P1", "P3").replace("Singstimme", "Alto")
    for parts, says in (
        (((PIANO, part("P2", 3)),), "no voice beside the piano"),
        (((VOICE, part("P1", 5)),), "no piano part"),
        (((VOICE, part("P1", 5)), (second, part("P3", 4)), (PIANO, part("P2", 3))), "more than one part"),
    ):
        scores.write_text(score(*parts))
        dropped = only(scores.parent.parent.parent)
        assert isinstance(dropped, Dropped)
        assert says in dropped.reason
    scores.write_text("<?xml version='1.0'?><html/>")
    dropped = only(scores.parent.parent.parent)
    assert isinstance(dropped, Dropped)
    assert dropped.reason.startswith("cannot be read")


def test_pairs_of_short_bars_are_joined_only_between_whole_ones() -> None:
    def joined(*lengths: int) -> list[int]:
        return [int(bar.metre.length_beats) for bar in whole_bars(bars_of(lengths))[0]]

    assert joined(1, 4, 1, 3, 4, 4) == [4, 4, 4, 4, 4]
    assert joined(4, 4, 2, 2, 2, 2, 4) == [4, 4, 2, 2, 2, 2, 4]  # a section in 2/4
    assert joined(4, 3, 4) == [4, 3, 4]
    assert whole_bars((SongBar(0.0, Metre(3, 4)),)) == ((SongBar(0.0, Metre(3, 4)),), 0.0)


def test_without_music21_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(musicxml, "find_spec", lambda name: None)
    assert musicxml.paths(tmp_path) == []
    (tmp_path / "song.mxl").write_bytes(b"")
    with pytest.raises(InputError, match=r"pip install 'obbligato\[formats\]'"):
        musicxml.paths(tmp_path)
