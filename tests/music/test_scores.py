from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InputError
from bridge.leads.notation import song_of
from bridge.leads.tunes import AMAZING_GRACE
from bridge.music.midi import read_song
from bridge.music.midi_out import write_song
from bridge.music.scores import kind_of, read_score
from bridge.music.song import KeyChange

pytest.importorskip("music21", reason="music21 reads scores: the extra `formats`")

ABC = b"""X:1
T:Greensleeves
M:6/8
L:1/8
Q:3/8=60
K:Ador
A|:"Am"c2d e>fe|"G"d2B G>AB|1 c2A {B}A>^GA|B2^G E2A:|2 A3 A3|]
"""
XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="3.1"><part-list><score-part id="P1"><part-name>Violin</part-name></score-part></part-list>
<part id="P1">
<measure number="0" implicit="yes"><attributes><divisions>2</divisions><key><fifths>-1</fifths></key>
<time><beats>3</beats><beat-type>4</beat-type></time></attributes><direction><sound tempo="90"/></direction>
<note><pitch><step>C</step><octave>5</octave></pitch><duration>2</duration></note></measure>
<measure number="1"><note><pitch><step>F</step><octave>5</octave></pitch><duration>6</duration>
<tie type="start"/></note></measure>
<measure number="2"><note><pitch><step>F</step><octave>5</octave></pitch><duration>3</duration><tie type="stop"/></note>
<note><pitch><step>B</step><alter>-1</alter><octave>4</octave></pitch><duration>1</duration></note>
<note><rest/><duration>2</duration></note></measure>
</part></score-partwise>
"""


def packed(data: bytes, name: str = "score.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        root = f'<container><rootfiles><rootfile full-path="{name}"/></rootfiles></container>'
        archive.writestr("META-INF/container.xml", root)
        archive.writestr(name, data)
    return out.getvalue()


def test_abc_with_a_pickup_and_a_repeat() -> None:
    song = read_score(ABC)
    assert [str(bar.metre) for bar in song.bars] == ["1/8", *["6/8"] * 7]
    assert song.tempo_at(0) == 90
    assert song.keys == (KeyChange(0.0, 9, False),)
    [track] = song.tracks
    assert [(n.pitch_midi, n.onset_beats, n.duration_beats) for n in track.notes[:5]] == [
        (69, 0.0, 0.5), (72, 0.5, 1.0), (74, 1.5, 0.5), (76, 2.0, 0.75), (78, 2.75, 0.25),
    ]  # fmt: skip
    assert len(track.notes) == 1 + 5 + 5 + 5 + 4 + 5 + 5 + 2, "played out; no grace notes, no chord symbols"
    assert track.notes[-1].end_beats == song.length_beats == 21.5


@pytest.mark.parametrize("data", [XML, b"\xef\xbb\xbf" + XML, packed(XML), packed(XML, "inner/a.musicxml")])
def test_musicxml_plain_and_compressed(data: bytes) -> None:
    song = read_score(data)
    assert [str(bar.metre) for bar in song.bars] == ["1/4", "3/4", "3/4"]
    assert song.tempo_at(0) == 90
    assert song.keys == (KeyChange(0.0, 5, True),)
    [violin] = song.tracks
    assert violin.name == "Violin"
    assert [(n.pitch_midi, n.onset_beats, n.duration_beats) for n in violin.notes] == [
        (72, 0.0, 1.0), (77, 1.0, 4.5), (70, 5.5, 0.5),
    ]  # fmt: skip


def test_a_score_as_midi_reads_as_the_same_song() -> None:
    for data in (ABC, XML):
        song = read_score(data)
        again = read_song(write_song(song))
        assert again.bars == song.bars
        assert [t.notes for t in again.tracks] == [t.notes for t in song.tracks]


def test_the_kind_is_seen_in_the_content() -> None:
    assert kind_of(ABC) == kind_of(b"% a comment\n" + ABC) == "abc"
    assert kind_of(XML) == kind_of(packed(XML)) == kind_of(XML.decode().encode("utf-16")) == "musicxml"
    assert kind_of(write_song(song_of(AMAZING_GRACE))) is None
    assert kind_of(b"") is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"X:1\nT:nothing\nK:C\n", "no notes|damaged"),
        (XML[:300], "the score is damaged"),
        (packed(XML)[:200], "the compressed score is damaged"),
        (packed(b"", "readme.txt"), "damaged|without a score"),
        (b"<?xml version='1.0'?><html/>", "damaged|no notes"),
        (
            XML.replace(b"<beats>3</beats><beat-type>4<", b"<beats>7</beats><beat-type>64<"),
            "metre 7/64 cannot be played",
        ),
        (XML.replace(b'tempo="90"', b'tempo="1500"'), "1500 bpm cannot be played"),
        (b"just text", "neither MusicXML nor ABC"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_score(data)


@given(st.integers(0, len(XML) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_score_is_read_or_refused(at: int, damage: bytes) -> None:
    with contextlib.suppress(InputError):
        read_score(XML[:at] + damage + XML[at + len(damage) :])


@pytest.mark.corpus
def test_scores_as_their_editors_publish_them(corpora: Path) -> None:
    for path in sorted((corpora / "raw" / "lieder").glob("*.mxl"))[3:4]:
        song = read_score(path.read_bytes())
        converted = read_song((corpora / "lieder" / f"{path.stem}.mid").read_bytes())
        padding = converted.bars[0].metre.length_beats - song.bars[0].metre.length_beats
        lead = [(n.pitch_midi, round(n.onset_beats + padding, 3)) for n in song.tracks[0].notes]
        assert lead == [(n.pitch_midi, round(n.onset_beats, 3)) for n in converted.tracks[0].notes]
