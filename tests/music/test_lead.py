from __future__ import annotations

import pytest

from bridge.errors import InputError
from bridge.music.lead import find_lead, list_tracks, melodiousness
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.music.song import Song, SongBar, Track

BEATS = 32
SCALE = (0, 2, 4, 5, 7, 9, 11, 12)


def line(name: str, base: int = 67, program: int = 0) -> Track:
    """A tune in quarters."""
    notes = (Note(base + SCALE[beat * 3 % 8], float(beat), 1.0, 80) for beat in range(BEATS))
    return Track(name, program, False, tuple(notes))


def chords(name: str) -> Track:
    notes = (Note(pitch, float(beat), 2.0, 80) for beat in range(0, BEATS, 2) for pitch in (60, 64, 67))
    return Track(name, 0, False, tuple(notes))


def bass(name: str) -> Track:
    return Track(name, 33, False, tuple(Note(36 + beat % 3, float(beat), 1.0, 80) for beat in range(BEATS)))


def fill(name: str) -> Track:
    return Track(name, 0, False, tuple(Note(72 + SCALE[step], 28 + step / 2, 0.5, 80) for step in range(8)))


def drums(name: str = "") -> Track:
    return Track(name, 0, True, tuple(Note(38, float(beat), 0.25, 100) for beat in range(BEATS)))


def song(*tracks: Track) -> Song:
    return Song(tuple(SongBar(4.0 * bar, Metre(4, 4)) for bar in range(BEATS // 4)), (), (), tracks)


@pytest.mark.parametrize(
    "name",
    [
        "Melody", "MELODY 1", "lead-vocal", "Lead Synth", "Vocals", "Voice", "Soprano", "solo flute", "Melodía",
        "Gesang", "Voix", "Canto", "主旋律", "メロディ", "Мелодия", "Singstimme", "melodie", "Thema_1",
    ],
)  # fmt: skip
def test_a_name_that_says_so(name: str) -> None:
    choice = find_lead(song(drums(), chords("Piano"), line("Strings"), bass(name)))
    assert (choice.track, choice.reason) == (3, "its name says so")


def test_the_surer_name_goes_first() -> None:
    tracks = [line("Solo Guitar"), line("Soprano"), line("Lead"), line("Vocal"), bass("Melody")]
    for last in range(1, len(tracks)):
        assert find_lead(song(*tracks[: last + 1])).track == last


def test_of_two_such_names_the_more_melodic() -> None:
    assert find_lead(song(fill("Voice 2"), line("Voice 1"))).track == 1


@pytest.mark.parametrize("name", ["Backing Vocals", "Choir Voice", "bass voice", "Lead chords"])
def test_a_name_that_means_somebody_else(name: str) -> None:
    assert find_lead(song(line(name), line("Flute", base=60))).track == 1


def test_without_names_the_most_melodic() -> None:
    choice = find_lead(song(drums(), chords(""), fill(""), bass(""), line("")))
    assert choice.track == 4
    assert choice.reason == "no track's name says so, and it is the most melodic of 4"


def test_a_drum_track_is_never_a_lead_whatever_its_name() -> None:
    assert find_lead(song(drums("Lead"), chords("Keys"))).reason == "the only track with pitches"
    with pytest.raises(InputError, match=r"no track can be a lead; the file has\n  1  Lead: 32 notes, drums"):
        find_lead(song(drums("Lead")))


def test_what_is_asked_for() -> None:
    tracks = song(chords("Piano"), line("Flute"), line("Flute 2"), drums("Kit"), chords("3"))
    assert find_lead(tracks, "piano").track == 0
    assert find_lead(tracks, "FLUTE").track == 1, "the whole name goes before a part of one"
    assert find_lead(tracks, "2").track == 1
    assert find_lead(tracks, "3").track == 4, "a name goes before a number"
    assert find_lead(tracks, "ian").track == 0
    assert find_lead(tracks, "1").reason == "you asked for it"


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [("flu", "2 tracks are called 'flu'"), ("oboe", "no track is called 'oboe'"), ("9", "no track"), ("", "no track"),
     ("kit", "track 4 is drums and cannot be a lead"), ("4", "track 4 is drums")],
)  # fmt: skip
def test_what_is_asked_for_and_not_there(wanted: str, sentence: str) -> None:
    tracks = song(chords("Piano"), line("Flute"), line("Flute 2"), drums("Kit"))
    with pytest.raises(InputError, match=sentence) as refusal:
        find_lead(tracks, wanted)
    assert list_tracks(tracks) in refusal.value.text


def test_the_list_of_tracks() -> None:
    assert list_tracks(song(line("Flute", program=73), drums(), chords(""))) == (
        "  1  Flute: 32 notes, program 74\n  2  (no name): 32 notes, drums\n  3  (no name): 48 notes, program 1"
    )


def test_melodiousness_is_a_share_and_orders_as_a_listener_would() -> None:
    tune, *others = [melodiousness(track, BEATS) for track in (line(""), fill(""), bass(""), chords(""))]
    assert all(0 < score < tune <= 1 for score in others)
    assert min(others) == others[-1], "block chords are the least of a melody"
    assert melodiousness(line("", program=119), BEATS) == 0, "a reverse cymbal plays no tune"
    assert melodiousness(Track("", 0, False, ()), BEATS) == 0
