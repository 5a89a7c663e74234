"""Corpora in the form in which their authors publish them: small ones written here, and the real songs where they are
beside the checkout, against the converted files of the same songs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import mido
import pytest

from bridge.errors import InputError
from bridge.music.metre import Metre
from bridge.music.song import KeyChange
from training.sources.agreement import raw_against_converted
from training.sources.harte import tones_of
from training.sources.pop909 import read_beats
from training.sources.pop909_cl import OWN_LABELS
from training.sources.reading import files_of, read
from training.sources.relaid import MOVED
from training.sources.source import SOURCES, Dropped, Found, Source, SourceSong

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

BEAT_S = 0.6
BARS = 12
ROOTS = (0, 9, 5, 7)
NAMES = ("C:maj", "A:min/b3", "F:maj", "G:7")


@pytest.mark.parametrize(
    ("label", "tones", "bass"),
    [
        ("C:maj", {0, 4, 7}, 0),
        ("C", {0, 4, 7}, 0),
        ("Bb:min7", {10, 1, 5, 8}, 10),
        ("F#:maj/3", {6, 10, 1}, 10),
        ("D:maj/2", {2, 6, 9, 4}, 4),
        ("A:min/b3", {9, 0, 4}, 0),
        ("F:maj(9)", {5, 9, 0, 7}, 5),
        ("G:sus4(b7)", {7, 0, 2, 5}, 7),
        ("C:7(*5)", {0, 4, 10}, 0),
        ("E:(1,5)", {4, 11}, 4),
        ("B:hdim7", {11, 2, 5, 9}, 11),
    ],
)
def test_chord_labels_are_read(label: str, tones: set[int], bass: int) -> None:
    assert tones_of(label) == (frozenset(tones), bass)


@pytest.mark.parametrize("label", ["N", "X", ""])
def test_no_chord_is_no_chord(label: str) -> None:
    assert tones_of(label) is None


@pytest.mark.parametrize("label", ["H:maj", "C:major", "C:maj/", "C:maj(x)", "C:maj/14"])
def test_what_is_no_chord_label_is_refused(label: str) -> None:
    with pytest.raises(InputError, match="is not a chord"):
        tones_of(label)


def write_midi(path: Path, tracks: dict[str, list[tuple[float, float, int]]], bpm: float = 120.0) -> None:
    """Tracks of (onset, end, pitch) in ticks; the file says 4/4 from its first tick."""
    file = mido.MidiFile(ticks_per_beat=480)
    file.tracks.append(
        mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)), mido.MetaMessage("time_signature")])
    )
    for name, notes in tracks.items():
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        events = [(round(on), 80, pitch) for on, _, pitch in notes] + [
            (round(off), 0, pitch) for _, off, pitch in notes
        ]
        now = 0
        for tick, velocity, pitch in sorted(events):
            track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=tick - now))
            now = tick
        file.tracks.append(track)
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(path)


def music(missing: int = 0) -> dict[str, list[tuple[float, float, int]]]:
    """Tracks in beats from the first bar line; the first bar lacks `missing` beats in front, so some lie before it."""
    lead, piano = [], []
    for bar in range(BARS):
        root = ROOTS[bar % 4]
        lead += [(4 * bar + beat, 4 * bar + beat + 1, 72 + (root + beat) % 12) for beat in range(4)]
        piano += [(4 * bar, 4 * bar + 4, 36 + root), (4 * bar + 2.5, 4 * bar + 3, 55)]
    return {
        "MELODY": [note for note in lead if note[0] >= missing],
        "BRIDGE": [],
        "PIANO": piano[1 if missing else 0 :],
    }


def write_pop909(folder: Path, name: str = "001", missing: int = 2, marks: int = 1) -> None:
    """A song whose beats begin 0.1 s into the file, at the beat `missing` of its first bar, at 100 quarters a minute
    while the file's own ticks say 120; `marks` beats after the true barlines its own are marked."""

    def seconds(beat: float) -> float:
        return 0.1 + (beat - missing) * BEAT_S

    ticks = {
        part: [(seconds(on) * 960, seconds(off) * 960, pitch) for on, off, pitch in notes]
        for part, notes in music(missing).items()
    }
    write_midi(folder / name / f"{name}.mid", ticks)
    beats = [
        f"{seconds(beat):.6f} {float(beat % 2 == 0)} {float((beat - marks) % 4 == 0)}"
        for beat in range(missing, 4 * BARS + 1)
    ]
    (folder / name / "beat_midi.txt").write_text("\n".join(beats) + "\n")
    chords = [
        f"{seconds(max(4 * bar, missing)):.6f}\t{seconds(4 * bar + 4):.6f}\t{NAMES[bar % 4]}" for bar in range(BARS)
    ]
    (folder / name / "chord_midi.txt").write_text("\n".join(chords) + "\n")
    (folder / name / "key_audio.txt").write_text("1.0\t30.0\tBb:min\n")


def only(table: dict[str, Any], data: Path) -> Found:
    source = Source.of(table, data)
    [path] = files_of(source)
    [found] = read(source, path)
    return found


POP909 = {"kind": "pop909", "folder": "POP909", "corpus": "pop909"}
POP909_CL = {"kind": "pop909-cl", "folder": "CL", "corpus": "pop909", "roles": "POP909"}


def test_pop909_is_read_by_its_beats_and_its_barlines_are_found(tmp_path: Path) -> None:
    write_pop909(tmp_path / "POP909")
    (tmp_path / "POP909" / "001" / "versions").mkdir()
    (tmp_path / "POP909" / "001" / "versions" / "001-v1.mid").write_bytes(b"another version")
    song = only(POP909, tmp_path)
    assert isinstance(song, SourceSong)
    assert song.name == "001"
    assert {bar.metre for bar in song.song.bars} == {Metre(4, 4)}
    assert song.mended == (MOVED,)
    notes = {(note.onset_beats, note.pitch_midi, round(note.duration_beats, 2)) for note in song.accompaniment}
    shift = min(note.onset_beats for note in song.accompaniment) - 2.5
    assert shift % 4 == 0
    assert notes == {(on + shift, pitch, off - on) for on, off, pitch in music(2)["PIANO"]}
    assert [note.onset_beats - shift for note in song.lead] == [on for on, _, _ in music(2)["MELODY"]]
    assert song.song.keys == (KeyChange(0.0, 10, False),)
    assert song.song.tempos[0].tempo_bpm == pytest.approx(100, rel=0.001)
    second = [note for note in song.chords if note.onset_beats == 4 + shift]
    assert {note.pitch_class for note in second} == {9, 0, 4}
    assert min(second, key=lambda note: note.pitch_midi).pitch_class == 0  # A:min/b3
    assert {note.duration_beats for note in second} == {4.0}


def test_barlines_may_be_kept(tmp_path: Path) -> None:
    write_pop909(tmp_path / "POP909", missing=0, marks=1)
    song = only(POP909 | {"barlines": "keep"}, tmp_path)
    assert isinstance(song, SourceSong)
    assert not song.mended
    first_bass = song.accompaniment[0].onset_beats
    assert first_bass % 4 == 3  # the marks come one beat late
    write_pop909(tmp_path / "POP909", missing=0, marks=0)
    marked_well = only(POP909, tmp_path)
    assert isinstance(marked_well, SourceSong)
    assert not marked_well.mended


def test_what_begins_before_the_first_beat_is_kept(tmp_path: Path) -> None:
    write_pop909(tmp_path / "POP909", missing=0)
    texts = tmp_path / "POP909" / "001" / "beat_midi.txt"
    texts.write_text("\n".join(texts.read_text().splitlines()[6:]))
    song = only(POP909, tmp_path)
    assert isinstance(song, SourceSong)
    assert len(song.lead) == 4 * BARS
    assert song.lead[0].onset_beats % 4 == 0


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("beat_midi.txt", None, "cannot be read"),
        ("beat_midi.txt", "1.0 1.0 1.0\n", "no two beats"),
        ("beat_midi.txt", "1.0\n2.0\n1.5\n", "not in order"),
        ("beat_midi.txt", "one\ntwo\n", "could not convert"),
        ("chord_midi.txt", "0.0 1.0\n", "cannot be read"),
        ("chord_midi.txt", "0.0 1.0 H:dur\n", "not a chord label"),
        ("key_audio.txt", "0.0 1.0 H:dur\n", "is no key"),
        ("001.mid", "MThd", "cannot be read"),
    ],
)
def test_a_song_that_is_broken_is_dropped_with_its_reason(
    tmp_path: Path, file: str, text: str | None, says: str
) -> None:
    write_pop909(tmp_path / "POP909")
    path = tmp_path / "POP909" / "001" / file
    path.unlink() if text is None else path.write_text(text)
    dropped = only(POP909, tmp_path)
    assert isinstance(dropped, Dropped)
    assert says in dropped.reason


def test_marks_that_make_no_bars_are_passed_over() -> None:
    beats = read_beats("\n".join(f"{beat / 2} 0 {float(beat in (1, 40))}" for beat in range(48)))
    assert beats.firsts == (1, 40)
    assert beats.at(0.25) == 0.5
    assert beats.at(-1.0) == -2.0
    assert beats.at(30.0) == 60.0


def write_cl(folder: Path, late_beats: float, name: str = "001", wrong: bool = False) -> None:
    """The same music in one track, so many beats late, and chords in another."""
    every = [
        ((on + late_beats) * 480, (off + late_beats) * 480, pitch + (bar % 5 if wrong else 0))
        for part in music(2).values()
        for bar, (on, off, pitch) in enumerate(part)
    ]
    chords = [
        ((4 * bar + late_beats) * 480, (4 * bar + 4 + late_beats) * 480, 48 + ROOTS[bar % 4] + tone)
        for bar in range(1, BARS)
        for tone in (0, 4, 7)
    ]
    write_midi(folder / f"{name}.mid", {"MIDI 00": every, "MIDI 01": chords})


@pytest.mark.parametrize("late_beats", [0.0, 1.0, 0.5])
def test_labels_of_pop909_cl_are_laid_upon_pop909(tmp_path: Path, late_beats: float) -> None:
    write_pop909(tmp_path / "POP909")
    write_cl(tmp_path / "CL" / "POP909_processed", late_beats)
    write_cl(tmp_path / "CL" / "POP909-24-bin-midi", late_beats)  # another version of it, in the same repository
    song = only(POP909_CL, tmp_path)
    own = only(POP909, tmp_path)
    assert isinstance(song, SourceSong)
    assert isinstance(own, SourceSong)
    assert song.lead == own.lead
    assert song.accompaniment == own.accompaniment
    assert OWN_LABELS not in song.mended
    starts = sorted({note.onset_beats for note in song.chords})
    assert starts[0] == own.lead[2].onset_beats
    assert {note.pitch_midi for note in song.chords if note.onset_beats == starts[0]} == {57, 61, 64}


def test_labels_that_fit_nowhere_are_not_taken(tmp_path: Path) -> None:
    write_pop909(tmp_path / "POP909")
    write_cl(tmp_path / "CL", 0.0, wrong=True)
    song = only(POP909_CL, tmp_path)
    own = only(POP909, tmp_path)
    assert isinstance(song, SourceSong)
    assert isinstance(own, SourceSong)
    assert song.chords == own.chords
    assert OWN_LABELS in song.mended
    write_cl(tmp_path / "CL2", 0.0, name="002")
    missing = only(POP909_CL | {"folder": "CL2"}, tmp_path)
    assert isinstance(missing, Dropped)
    assert missing.reason.startswith("not in POP909")
    with pytest.raises(InputError, match="has no roles"):
        Source.of({key: value for key, value in POP909_CL.items() if key != "roles"}, tmp_path)


def test_the_page_on_corpora_names_every_kind_and_its_table_is_one() -> None:
    page = (Path(__file__).parents[2] / "training" / "CORPORA.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE)) == set(SOURCES)
    [table] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    [source] = tomllib.loads(table)["sources"]
    assert Source.of(source, Path("data")).options == {"roles": "POP909"}


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("kind", "songs", "chords"),
    [
        ("pop909", ("003", "159", "469"), 0.9),
        ("pop909-cl", ("003", "159", "320"), 0.99),
        ("musicxml", ("lc5121134", "lc6030481"), None),
    ],
)
def test_real_songs_come_out_as_the_converted_ones(
    corpora: Path, kind: str, songs: tuple[str, ...], chords: float | None
) -> None:
    """Floors under some of what `python -m training.sources.agreement` prints."""
    if not (corpora / "raw").is_dir():
        pytest.skip("the corpora are not there as they were published")
    if kind == "musicxml":
        pytest.importorskip("music21")
    found = raw_against_converted(corpora, [kind], songs)
    assert len(found) == len(songs)
    for agreement in found.values():
        assert agreement.lead > 0.99
        assert agreement.accompaniment > 0.99
        assert agreement.barlines == 1.0
        assert chords is None or (agreement.chords or 0.0) > chords
