from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InputError
from bridge.leads import NAMES, lead_path
from bridge.music.barlines import lay_bars
from bridge.music.instruments import as_track
from bridge.music.metre import Metre
from bridge.music.midi import read_song
from bridge.music.note import Note
from bridge.music.song import Song, SongBar, Track
from bridge.offline.picture import draw, levels, picture
from bridge.offline.systems import MAX_SYSTEMS, systems_of


def chords_of(song: Song) -> Track:
    notes = (Note(pitch, bar.start_beats, bar.metre.length_beats, 70) for bar in song.bars for pitch in (48, 55, 64))
    return as_track("piano", notes)


def bars(metre: Metre, count: int, pickup: Metre | None = None) -> tuple[SongBar, ...]:
    start = pickup.length_beats if pickup else 0.0
    laid = [SongBar(0.0, pickup)] if pickup else []
    return (*laid, *(SongBar(start + number * metre.length_beats, metre) for number in range(count)))


@pytest.mark.parametrize(
    ("song_bars", "sizes"),
    [
        (bars(Metre(4, 4), 24), [8, 8, 8]),
        (bars(Metre(6, 8), 10), [8, 2]),
        (bars(Metre(2, 4), 20), [16, 4]),
        (bars(Metre(12, 8), 9), [4, 4, 1]),
        (bars(Metre(4, 1), 3), [2, 1]),
        (bars(Metre(3, 4), 16, pickup=Metre(1, 4)), [9, 8]),
        (bars(Metre(4, 4), 1), [1]),
    ],
)
def test_systems_are_phrases_long(song_bars: tuple[SongBar, ...], sizes: list[int]) -> None:
    assert [len(system) for system in systems_of(song_bars)] == sizes


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.sampled_from([Metre(4, 4), Metre(3, 8), Metre(7, 8)])), max_size=6),
    st.integers(1, 8000),
)
def test_every_bar_is_in_one_system(changes: list, end: int) -> None:
    song_bars, _ = lay_bars(sorted(changes, key=lambda change: change[0]), end)
    systems = systems_of(song_bars)
    assert [bar for system in systems for bar in system] == list(song_bars)
    assert all(systems)
    assert len(systems) <= 2 * MAX_SYSTEMS


def test_neighbouring_names_stand_at_different_heights_when_they_would_touch() -> None:
    far = [(0.0, "C"), (4.0, "Am"), (8.0, "F")]
    assert levels(far, inches_per_beat=0.4) == [0, 0, 0]
    close = [(0.0, "C♯m(add9)/E"), (1.0, "F♯m7♭5/C"), (2.0, "Gsus4"), (4.0, "C")]
    assert levels(close, inches_per_beat=0.4) == [0, 1, 2, 0]


@pytest.mark.parametrize("name", NAMES)
def test_png_and_svg_of_the_bundled_leads(name: str, tmp_path: Path) -> None:
    song = read_song(lead_path(name).read_bytes())
    parts = [chords_of(song), as_track("bass", [Note(36, 0.0, 1.0, 20)])]
    draw(tmp_path / "duet.png", song, song.tracks[0], parts, name)
    assert (tmp_path / "duet.png").read_bytes().startswith(b"\x89PNG")
    svg = picture(song, song.tracks[0], parts, name, "svg")
    assert ElementTree.fromstring(svg).tag.endswith("svg")


def test_an_empty_accompaniment_and_a_lead_without_a_name_are_drawn() -> None:
    song = Song(bars(Metre(5, 8), 3), (), (), (Track("", 0, False, (Note(60, 0.0, 7.0, 127),)),))
    assert picture(song, song.tracks[0], [], "").startswith(b"\x89PNG")
    assert picture(song, song.tracks[0], [as_track("piano", [])], "").startswith(b"\x89PNG")


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    song = Song(bars(Metre(4, 4), 1), (), (), (Track("", 0, False, ()),))
    with pytest.raises(InputError, match=r"a picture is a \.png or \.svg file, not duet\.jpg"):
        draw(tmp_path / "duet.jpg", song, song.tracks[0], [], "")
