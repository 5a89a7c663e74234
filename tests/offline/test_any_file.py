"""Files that people have, good and bad: played, or refused with a sentence, and then nothing is written."""

from __future__ import annotations

import io
import re
from pathlib import Path

import mido
import pytest
from duets import accompanist

from bridge.cli import main
from bridge.commands import accompany as command
from bridge.leads import lead_path
from bridge.music.midi import read_song

ABC = b"X:1\nT:Tune\nM:3/4\nL:1/4\nK:G\nD|G2B|B2A|G2E|D2|]\n"


@pytest.fixture(autouse=True)
def _quick_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "load", lambda name: accompanist())


def midi(*tracks: list[mido.Message], kind: int = 1, division: int = 480) -> bytes:
    file = mido.MidiFile(type=kind, ticks_per_beat=division, tracks=[mido.MidiTrack(track) for track in tracks])
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def note(pitch: int = 67, time: int = 480, channel: int = 0) -> list[mido.Message]:
    return [
        mido.Message("note_on", note=pitch, velocity=90, channel=channel, time=0),
        mido.Message("note_off", note=pitch, channel=channel, time=time),
    ]


TUNE = [message for pitch in (67, 69, 71, 72, 74, 72, 71, 67) for message in note(pitch)]
CHORDS = [
    m for _ in range(2) for p in (48, 52, 55)
    for m in (mido.Message("note_on", note=p, velocity=60, channel=1, time=0),)
] + [mido.Message("note_off", note=p, channel=1, time=1920 if p == 48 else 0) for p in (48, 52, 55)]  # fmt: skip
LYRICS = [mido.MetaMessage("track_name", name="Words"), *(mido.MetaMessage("lyrics", text="la ", time=480),) * 8]
CONDUCTOR = [
    mido.MetaMessage("track_name", name="My Song"),
    mido.MetaMessage("time_signature", numerator=3, denominator=4),
    mido.MetaMessage("set_tempo", tempo=600_000),
    mido.MetaMessage("set_tempo", tempo=500_000, time=960),
    mido.MetaMessage("marker", text="verse", time=0),
]


@pytest.mark.parametrize(
    ("data", "metre"),
    [
        pytest.param(midi(TUNE, kind=0), "4/4", id="type 0"),
        pytest.param(midi(TUNE + CHORDS, kind=0), "4/4", id="type 0 with two channels"),
        pytest.param(midi(CONDUCTOR, TUNE), "3/4", id="type 1 with a conductor track"),
        pytest.param(midi(CONDUCTOR, LYRICS, TUNE, CHORDS), "3/4", id="karaoke with words on a track of their own"),
        pytest.param(midi([*LYRICS, *TUNE]), "4/4", id="karaoke with words on the melody's track"),
        pytest.param(midi(TUNE, division=96), "4/4", id="96 ticks"),
        pytest.param(midi(TUNE, division=100), "4/4", id="100 ticks, in which no triplet fits"),
        pytest.param(ABC, "1/4", id="ABC"),
    ],
)
def test_files_that_people_have(data: bytes, metre: str, tmp_path: Path) -> None:
    if data == ABC:
        pytest.importorskip("music21", reason="music21 reads scores: the extra `formats`")
    source, out = tmp_path / "lead.bin", tmp_path / "duet.mid"
    source.write_bytes(data)
    assert main(["accompany", str(source), "-o", str(out)]) == 0
    duet = read_song(out.read_bytes())
    assert str(duet.bars[0].metre) == metre
    assert [track.name for track in duet.tracks][1:] == ["piano"]
    if data != ABC:
        given = read_song(data)
        before = next(t for t in given.tracks if t.notes[0].pitch_midi == 67)
        assert duet.tracks[0].notes == before.notes, "the lead, tick for tick"
        assert duet.tempos == given.tempos


def without_an_end(data: bytes) -> bytes:
    return data[:-7]


BAD = {
    "empty": (b"", "the file is empty"),
    "text": (b"dear diary", "not a MIDI file"),
    "a header alone": (b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0", "no notes|cut off|damaged"),
    "truncated": (without_an_end(lead_path("ode-to-joy").read_bytes()), "cut off"),
    "no notes": (midi(CONDUCTOR, LYRICS), "the file has no notes"),
    "drums only": (midi([m for _ in range(4) for m in note(38, channel=9)]), "no track can be a lead"),
    "three hours": (midi([*note(60, 480 * 120 * 180), *note(62)]), "3.0 hours long"),
    "200 tracks": (midi(*[TUNE] * 200), "the file has 200 tracks; at most 128"),
    "zero tempo": (midi([mido.MetaMessage("set_tempo", tempo=0), *TUNE]), "0 microseconds a beat"),
    "absurd tempo": (midi([mido.MetaMessage("set_tempo", tempo=1), *TUNE]), "can be played"),
    "type 2": (midi(TUNE, TUNE, kind=2), "of type 2"),
    "no ticks": (midi(TUNE)[:12] + b"\x00\x00" + midi(TUNE)[14:], "a beat has no ticks"),
    "time code": (midi(TUNE)[:12] + b"\xe7\x28" + midi(TUNE)[14:], "time code"),
    "archive": (b"PK\x03\x04 and no more", "damaged"),
    "cut MusicXML": (b"<?xml version='1.0'?><score-partwise><part-list>", "damaged|needs music21"),
    "ABC without notes": (b"X:1\nK:C\n", "no notes|damaged|needs music21"),
}


@pytest.mark.parametrize(
    ("verb", "name"),
    # drums alone can be heard, though nobody can accompany them
    [*(("accompany", name) for name in BAD), *(("render", name) for name in BAD if name != "drums only")],
)
def test_a_bad_file_is_refused_and_nothing_is_written(
    verb: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, sentence = BAD[name]
    if verb == "render":
        pytest.importorskip("midirenderer")
        sentence = {"three hours": "minutes long|hours long"}.get(name, sentence)
    source = tmp_path / "bad.mid"
    source.write_bytes(data)
    outputs = [tmp_path / ("out.mid" if verb == "accompany" else "out.wav")]
    extra = []
    if verb == "accompany":
        outputs += [tmp_path / "out.png", tmp_path / "out.mp3"]
        extra = ["--picture", str(outputs[1])]
    assert main([verb, str(source), "-o", str(outputs[0]), *extra]) == 2
    said = capsys.readouterr().err
    assert re.search(sentence, said), said
    assert said.startswith(f"obbligato {verb}: ")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.mid"]
