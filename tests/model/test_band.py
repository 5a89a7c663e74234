"""A band plays what its pianist means, each in its own register, and whatever it is asked for."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.leads import NAMES, lead_path
from bridge.model.accompanist import Accompanist, LeadBar, Part, PlayedBar, Request, checked
from bridge.model.band import PART_NAMES, Band
from bridge.model.band_rules import BASS_RANGE, PAD_RANGE, ROOM, below, harmony_of, register_of
from bridge.model.controls import Controls
from bridge.model.countermelody import counted, fullness, lead_state, place
from bridge.model.registry import load
from bridge.music.bar import Bar
from bridge.music.chords import parse
from bridge.music.metre import Metre, beats_of
from bridge.music.midi import read_song
from bridge.music.note import Note
from bridge.music.song import Song
from bridge.music.spelling import spell
from bridge.offline.accompany import MODES, accompany, as_tracks

FOUR = Metre(4, 4)
SUBSETS = [" ".join(some) for count in range(1, 5) for some in combinations(PART_NAMES, count)]
METRES = [FOUR, Metre(3, 4), Metre(6, 8), Metre(7, 8), Metre(2, 2), Metre(3, 8), Metre(5, 4), Metre(1, 16)]


class Pianist:
    """Plays what it is given for each target, clipped into the register, and keeps what it was asked."""

    name = "pianist"
    used_controls = frozenset({"low", "high"})
    part_names = ("piano",)
    style_names = ("auto", "plain")

    def __init__(self, *bars: tuple[Note, ...]) -> None:
        self.bars = bars
        self.asked: list[Request] = []

    def accompany(self, request: Request) -> tuple[Part, ...]:
        self.asked.append(request)
        low, high = request.controls.register
        notes = self.bars[request.target % len(self.bars)]
        inside = (n for n in notes if low <= n.pitch_midi <= high and request.from_beats <= n.onset_beats)
        kept = tuple(n for n in inside if n.end_beats <= request.metre.length_beats)
        return (Part("piano", kept),)


def chord(*pitches: int, onset: float = 0.0, length: float = 4.0, velocity: int = 70) -> tuple[Note, ...]:
    return tuple(Note(pitch, onset, length, velocity) for pitch in pitches)


C, G_IN_B = chord(36, 55, 60, 64), chord(47, 55, 62, 67)
HALVES = chord(36, 60, 64, 67, length=2.0) + chord(41, 60, 65, 69, onset=2.0, length=2.0)


def request(parts: str, target: int = 0, lead: tuple[Note, ...] = (), **fields: object) -> Request:
    controls = Controls().changed("parts", parts)
    for name in ("low", "high", "density", "temperature"):
        if name in fields:
            controls = controls.changed(name, fields.pop(name))
    heard = (LeadBar(target, Bar(FOUR, lead), 4.0),)
    values = {"metre": FOUR, "tempo_bpm": 100.0, "lead": heard, "history": (), "kept": (), "from_beats": 0.0, "seed": 1}
    return Request(target=target, controls=controls, **{**values, **fields})  # type: ignore[arg-type]


def parts_of(accompanist: Accompanist, asked: Request) -> dict[str, tuple[Note, ...]]:
    return {part.name: part.notes for part in checked(asked, accompanist.accompany(asked))}


def test_the_pianist_alone_is_not_touched() -> None:
    pianist = Pianist(C)
    asked = request("piano")
    assert Band(pianist).accompany(asked) == pianist.accompany(asked)
    assert pianist.asked[0] is asked, "not even looked at"


def test_it_is_who_its_pianist_is() -> None:
    band: Accompanist = Band(Pianist(C))
    assert (band.name, band.style_names) == ("pianist", ("auto", "plain"))
    assert band.part_names == PART_NAMES
    assert band.used_controls == {"low", "high", "parts"}


@pytest.mark.parametrize("subset", SUBSETS)
def test_who_is_wanted_answers_and_nobody_else(subset: str) -> None:
    band = Band(Pianist(HALVES))
    assert " ".join(parts_of(band, request(subset))) == subset
    for name, notes in parts_of(band, request(subset)).items():
        assert notes or name == "counter"


def test_the_bass_plays_the_roots_where_the_chords_begin() -> None:
    bass = parts_of(Band(Pianist(HALVES)), request("bass"))["bass"]
    assert [(n.pitch_midi % 12, n.onset_beats, n.end_beats) for n in bass] == [(0, 0.0, 2.0), (5, 2.0, 4.0)]
    [inverted] = parts_of(Band(Pianist(G_IN_B)), request("bass"))["bass"]
    assert inverted.pitch_midi % 12 == 11, "a chord over its third keeps it in the bass"


def test_the_bass_follows_the_piano_s_low_tones() -> None:
    oom_pah = (
        *chord(36, length=1.0), *chord(60, 64, onset=1.0, length=1.0),
        *chord(43, onset=2.0, length=1.0), *chord(60, 64, onset=3.0, length=1.0),
    )  # fmt: skip
    bass = parts_of(Band(Pianist(oom_pah)), request("bass"))["bass"]
    assert [(n.pitch_midi % 12, n.onset_beats) for n in bass] == [(0, 0.0), (7, 2.0)]


def test_the_piano_leaves_room_only_where_a_bass_plays() -> None:
    band = Band(Pianist(C))
    assert [n.pitch_midi for n in parts_of(band, request("piano bass"))["piano"]] == [55, 60, 64]
    assert [n.pitch_midi for n in parts_of(band, request("piano pad"))["piano"]] == [36, 55, 60, 64]
    low_only = Band(Pianist(chord(36, 43)))
    assert [n.pitch_midi for n in parts_of(low_only, request("piano bass"))["piano"]] == [48, 55], "raised, not silent"
    assert [n.pitch_midi for n in parts_of(low_only, request("piano bass", high=50))["piano"]] == [36, 43]


def test_a_pad_holds_what_two_chords_share() -> None:
    pad = parts_of(Band(Pianist(HALVES)), request("pad"))["pad"]
    common = [n for n in pad if n.pitch_class == 0]
    assert [(n.onset_beats, n.end_beats) for n in common] == [(0.0, 4.0)]
    assert {n.pitch_class for n in pad if n.onset_beats == 0} == {0, 4, 7}
    assert {n.pitch_class for n in pad if n.end_beats == 4.0} == {0, 5, 9}


def test_a_single_line_gets_a_harmony_with_the_help_of_the_lead() -> None:
    line = (Note(48, 0.0, 4.0, 70),)
    lead = (Note(64, 0.0, 2.0, 80), Note(67, 2.0, 2.0, 80))
    pad = parts_of(Band(Pianist(line)), request("pad", lead=lead))["pad"]
    assert {n.pitch_class for n in pad} == {0, 4, 7}
    alone = parts_of(Band(Pianist(line)), request("pad"))["pad"]
    assert {n.pitch_class for n in alone} == {0, 7}


def test_no_notes_no_band() -> None:
    assert parts_of(Band(Pianist(())), request(" ".join(PART_NAMES))) == dict.fromkeys(PART_NAMES, ())


def test_the_pianist_sees_a_piano_s_past() -> None:
    pianist = Pianist(C)
    played = (Part("piano", chord(60, 64)), Part("bass", chord(36)), Part("pad", chord(67)), Part("counter", chord(76)))
    asked = request("piano bass", 1, history=(PlayedBar(0, FOUR, played),), kept=played, from_beats=1.0)
    Band(pianist).accompany(asked)
    [seen] = pianist.asked
    [part] = seen.history[0].parts
    assert (part.name, [n.pitch_midi for n in part.notes]) == ("piano", [36, 60, 64])
    assert [n.pitch_midi for n in seen.kept[0].notes] == [36, 60, 64]
    assert seen.controls.text("parts") == "piano"


@pytest.mark.parametrize("from_beats", [1.0, 2.0, 2.5, 4.0])
def test_asked_again_inside_the_bar_only_the_rest_is_new(from_beats: float) -> None:
    band = Band(Pianist(HALVES))
    everybody = " ".join(PART_NAMES)
    first = parts_of(band, request(everybody))
    kept = tuple(Part(name, tuple(n for n in notes if n.onset_beats < from_beats)) for name, notes in first.items())
    again = parts_of(band, request(everybody, kept=kept, from_beats=from_beats))
    assert all(note.onset_beats >= from_beats for notes in again.values() for note in notes)
    assert [n.pitch_class for n in again["bass"]] == ([5] if from_beats <= 2.0 else [])


def test_asked_for_the_first_time_inside_the_bar_it_comes_in() -> None:
    again = parts_of(Band(Pianist(C + chord(60, 64, 67, onset=2.0, length=2.0))), request("bass pad", from_beats=2.0))
    assert [n.onset_beats for n in again["bass"]] == [2.0]
    assert {n.onset_beats for n in again["pad"]} == {2.0}


notes = st.builds(
    lambda pitch, step, length, velocity: Note(pitch, beats_of(step), beats_of(length), velocity),
    st.integers(0, 127), st.integers(0, 23), st.integers(1, 60), st.integers(1, 127),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_request_gets_a_legal_bar(data: st.DataObject) -> None:
    metre = data.draw(st.sampled_from(METRES))

    def inside(limit: float) -> tuple[Note, ...]:
        drawn = data.draw(st.lists(notes, max_size=10))
        return tuple(n for n in drawn if n.onset_beats < limit)

    low = data.draw(st.integers(0, 127))
    controls = Controls().changed("low", 0).changed("high", data.draw(st.integers(low, 127))).changed("low", low)
    controls = controls.changed("parts", data.draw(st.sampled_from(SUBSETS)))
    controls = controls.changed("density", data.draw(st.floats(-1, 1)))
    controls = controls.changed("temperature", data.draw(st.floats(0, 2)))
    from_beats = beats_of(data.draw(st.integers(0, metre.length_steps)))
    length = metre.length_beats

    def band_parts(limit: float) -> tuple[Part, ...]:
        return tuple(Part(name, inside(limit)) for name in data.draw(st.sets(st.sampled_from(PART_NAMES))))

    asked = Request(
        target=3,
        metre=metre,
        tempo_bpm=100.0,
        lead=(LeadBar(3, Bar(metre, inside(length)), length),) if data.draw(st.booleans()) else (),
        history=(PlayedBar(2, metre, band_parts(length)),),
        kept=band_parts(from_beats),
        from_beats=from_beats,
        controls=controls,
        seed=data.draw(st.integers(0, 2**63 - 1)),
    )
    band = Band(Pianist(inside(length)))
    answer = checked(asked, band.accompany(asked))
    assert answer == checked(asked, band.accompany(asked))


def band_song(name: str, model: str, mode: str, **settings: object) -> tuple[Song, dict[str, tuple[Note, ...]], list]:
    song = read_song(lead_path(name).read_bytes())
    played = accompany(song, 0, load(model), mode, {"parts": " ".join(PART_NAMES), **settings})  # type: ignore[arg-type, dict-item]
    return song, {track.name: track.notes for track in as_tracks(song, played)}, list(played)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("model", ["chords", "onehot"])
@pytest.mark.parametrize("name", NAMES[:2])
def test_whole_songs_are_in_one_harmony_and_each_part_in_its_register(name: str, model: str, mode: str) -> None:
    _, tracks, played = band_song(name, model, mode)
    assert set(tracks) == set(PART_NAMES)
    assert all(BASS_RANGE[0] <= n.pitch_midi <= BASS_RANGE[1] for n in tracks["bass"])
    assert all(PAD_RANGE[0] <= n.pitch_midi <= PAD_RANGE[1] for n in tracks["pad"])
    assert all(n.pitch_midi >= ROOM for n in tracks["piano"])
    inside = total = 0
    for parts in played:
        by_name = {part.name: part.notes for part in parts}
        for note in by_name["bass"]:
            sounding = {p.pitch_class for p in by_name["pad"] if p.onset_beats < note.end_beats > note.onset_beats}
            total += 1
            inside += note.pitch_class in sounding
    assert inside / total > 0.95, "the bass is a tone of the pad's chord"


def test_the_counter_melody_speaks_and_stays_out_of_the_way() -> None:
    speaking, rubbing = 0, 0
    for name in NAMES:
        song, tracks, _ = band_song(name, "chords", "follow")
        for note in tracks["counter"]:
            speaking += 1
            rubbing += any(
                abs(note.pitch_midi - sung.pitch_midi) < 3
                for sung in song.tracks[0].notes
                if sung.onset_beats < note.end_beats and note.onset_beats < sung.end_beats
            )
    assert speaking > 40
    assert rubbing / speaking < 0.03, "neither a second nor a unison, struck or run into"


def test_counts_make_sense() -> None:
    learned = counted()
    assert learned.striking["pulse"]["rest"] > learned.striking["pulse"]["struck"]
    assert learned.playing["empty"][1] > learned.playing["full"][0]
    assert all(row[1] > row[0] for row in learned.chord_tone.values())
    assert learned.to_lead[1] < learned.to_lead[3]


def test_what_the_lead_does_at_a_place() -> None:
    lead = (Note(60, 0.0, 1.5, 80), Note(62, 2.5, 0.5, 80))
    states = [lead_state(step, lead, 3.5) for step in range(0, 48, 6)]
    assert states == ["struck", "held", "held", "rest", "rest", "struck", "rest", "unknown"]
    assert [place(step, FOUR) for step in (0, 6, 12, 18)] == ["bar", "between", "pulse", "between"]
    assert [place(step, Metre(6, 8)) for step in (0, 6, 12, 18)] == ["bar", "between", "between", "pulse"]
    assert [fullness(n, FOUR, known) for n, known in (((), 0.0), ((), 4.0), (lead, 4.0), (chord(60), 4.0))] == [
        "unknown", "empty", "full", "full",
    ]  # fmt: skip


def test_harmony_is_what_the_notes_spell() -> None:
    stretches = harmony_of(request("pad"), HALVES)
    assert [(s.start_beats, s.end_beats) for s in stretches] == [(0.0, 2.0), (2.0, 4.0)]
    assert [s.chord for s in stretches] == [parse(name) for _, name in spell(HALVES, FOUR)]


def test_the_bass_lies_below_the_piano() -> None:
    piano = (Note(48, 0.0, 2.0, 80), Note(55, 2.0, 2.0, 80))
    bass = (Note(50, 0.0, 2.0, 80), Note(50, 2.0, 2.0, 80), Note(48, 0.0, 1.0, 80))
    assert [n.pitch_midi for n in below(bass, piano, request("bass"))] == [38, 50, 36]
    assert below(bass, piano, request("bass", low=45)) == bass, "there is no lower octave"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(28, 96, (60, 84)), (84, 108, (84, 95)),
     (28, 62, (51, 62)), (90, 96, (90, 96)), (28, 40, (29, 40)), (70, 73, (70, 73))],
)  # fmt: skip
def test_an_instrument_has_an_octave_where_the_register_has_one(low: int, high: int, expected: tuple) -> None:
    assert register_of(request("counter", low=low, high=high), (60, 84)) == expected
