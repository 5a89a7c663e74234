from __future__ import annotations

import pytest
from duets import Pulses, song

from bridge.errors import InputError
from bridge.leads import NAMES, lead_path
from bridge.model.accompanist import Part, Request
from bridge.music.metre import Metre, is_on_grid
from bridge.music.midi import read_song
from bridge.music.note import Note
from bridge.music.song import Song
from bridge.offline.accompany import MODES, Mode, accompany, as_tracks, asks

# a pickup, three bars of 3/4, two of 4/4, back to 3/4; the lead rests in the fourth bar and holds over a bar line
CHANGING = song(
    [(0, Metre(1, 4)), (4, Metre(3, 4)), (40, Metre(4, 4)), (72, Metre(3, 4))],
    [Note(60, 0, 1, 80), Note(62, 1, 2.5, 80), Note(64, 3.5, 3.5, 80), Note(65, 10, 4, 80), Note(67, 18, 3, 80)],
    84,
)


@pytest.mark.parametrize("mode", MODES)
def test_every_bar_is_the_target_of_one_request_in_its_own_metre(mode: Mode) -> None:
    pulses = Pulses()
    told: list[int] = []
    played = accompany(CHANGING, 0, pulses, mode, on_bar=lambda number, parts: told.append(number))
    assert [request.target for request in pulses.requests] == list(range(len(CHANGING.bars))) == told
    assert [request.metre for request in pulses.requests] == [bar.metre for bar in CHANGING.bars]
    assert len(played) == len(CHANGING.bars)
    # to the end of every bar, the one after a change of metre and one without lead among them
    for parts, bar in zip(played, CHANGING.bars, strict=True):
        assert parts[0].notes[-1].end_beats == bar.metre.length_beats
    # anticipating, the tempo is the asking bar's, which is all that the wire knows
    changed = 3 if mode == "follow" else 4
    assert [request.tempo_bpm for request in pulses.requests] == [100] * changed + [140] * (7 - changed)


def test_following_knows_the_whole_bar_and_what_hangs_over() -> None:
    pulses = Pulses()
    accompany(CHANGING, 0, pulses, "follow")
    for number, request in enumerate(pulses.requests):
        assert request.target_lead is not None
        assert request.target_lead.is_whole
        assert [bar.number for bar in request.lead] == list(range(number + 1))
    assert pulses.requests[1].target_lead.bar.notes[-1].duration_beats == 3.5  # type: ignore[union-attr]


def test_anticipating_knows_nothing_of_the_bar() -> None:
    pulses = Pulses()
    accompany(CHANGING, 0, pulses, "anticipate")
    for number, request in enumerate(pulses.requests):
        assert request.target_lead is None or request.target_lead.bar.notes == ()
        before = [bar for bar in request.lead if bar.number < number]
        assert [bar.number for bar in before] == list(range(number))
        for bar in before:
            length_beats = bar.bar.metre.length_beats
            assert bar.known_beats in (length_beats, length_beats - 0.25)
            assert all(note.end_beats <= bar.known_beats for note in bar.bar.notes), "no longer than it has sounded"
        assert [bar.known_beats == bar.bar.metre.length_beats for bar in before[:-1]] == [True] * len(before[:-1])


def test_anticipating_asks_a_sixteenth_early_and_for_the_bar_itself_where_it_has_to() -> None:
    steps = [(ask.number, ask.ahead, ask.known_beats) for ask in asks(CHANGING, CHANGING.in_bars(()), "anticipate")]
    assert steps == [
        (0, 0, 0.0),
        (0, -1, 0.75), (1, 0, 0.0), (0, -1, 1.0),
        (1, 1, 2.75), (1, -1, 3.0),
        (2, 1, 2.75), (2, -1, 3.0),
        (3, -1, 2.75), (4, 0, 0.0), (3, -1, 3.0),
        (4, 1, 3.75), (4, -1, 4.0),
        (5, -1, 3.75), (6, 0, 0.0), (5, -1, 4.0),
    ]  # fmt: skip


def test_the_own_bars_become_history() -> None:
    pulses = Pulses()
    played = accompany(CHANGING, 0, pulses, "anticipate")
    last = pulses.requests[-1]
    assert [bar.parts for bar in last.history] == list(played[:-1])


@pytest.mark.parametrize("mode", MODES)
def test_the_same_file_gives_the_same_notes_and_a_variation_others(mode: Mode) -> None:
    first = accompany(CHANGING, 0, Pulses(), mode)
    assert accompany(CHANGING, 0, Pulses(), mode) == first
    assert accompany(CHANGING, 0, Pulses(), mode, {"seed": 0}) == first
    assert accompany(CHANGING, 0, Pulses(), mode, {"seed": 1}) != first
    assert accompany(CHANGING, 0, Pulses(), mode, {"variation": 1}) != first


@pytest.mark.parametrize(("low", "high"), [(100, 110), (3, 9), (60, 60), (0, 127)])
def test_any_register_can_be_set(low: int, high: int) -> None:
    played = accompany(CHANGING, 0, Pulses(), "follow", {"low": low, "high": high})
    pitches = {note.pitch_midi for parts in played for part in parts for note in part.notes}
    assert low <= min(pitches) <= max(pitches) <= high


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"temperature": 2.5}, r"temperature 2\.5 is outside 0\.\.2"),
        ({"density": -2}, r"density -2 is outside -1\.\.1"),
        ({"low": 60, "high": 50}, "the lowest pitch 60 is above the highest, 50"),
        ({"high": 20}, "the lowest pitch 28 is above the highest, 20"),
        ({"seed": 0.5}, "seed wants a whole number"),
        ({"parts": "drums"}, "pulses plays no drums"),
        ({"loudness": 3}, "no control is called 'loudness'"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_before_anything_is_played(settings: dict, sentence: str) -> None:
    pulses = Pulses()
    with pytest.raises(InputError, match=sentence):
        accompany(CHANGING, 0, pulses, "follow", settings)
    assert pulses.requests == []


class Obedient(Pulses):
    """Plays C major whatever it hears, and notes which harmony it was to keep to."""

    used_controls = Pulses.used_controls | {"progression"}

    def accompany(self, request: Request) -> tuple[Part, ...]:
        self.requests.append(request)
        notes = (Note(60 + request.target % 4 + pitch, 0.0, request.metre.length_beats, 70) for pitch in (0, 4, 7))
        return (Part("piano", tuple(notes)),)


def late(first_beat: int, bars: int) -> Song:
    return song([(0, Metre(4, 4))], [Note(72, beat, 1, 80) for beat in range(first_beat, 4 * bars)], 16 * bars)


def test_an_introduction_ends_where_the_first_bars_with_lead_begin() -> None:
    player = Obedient()
    played = accompany(late(12, 9), 0, player, "follow")
    asked = [request.controls.text("progression") for request in player.requests]
    # bars 3 to 6 are played first, to know their harmony: E♭, C, D♭ and D; then all in order
    assert [request.target for request in player.requests] == [3, 4, 5, 6, *range(9)]
    assert asked[4:] == ["| C C C C |", "| D♭ D♭ D♭ D♭ |", "| D D D D |", *[""] * 6]
    assert len(played) == 9


@pytest.mark.parametrize(
    ("tune", "mode", "settings", "chords"),
    [
        (late(0, 3), "follow", {}, ()),
        (late(4, 3), "anticipate", {}, ()),
        (late(4, 3), "follow", {"progression": "Am"}, ()),
        (late(4, 3), "follow", {}, ("| G |",) * 3),
    ],
)
def test_no_introduction_is_made_up_where_there_is_none_or_its_harmony_is_told(
    tune: Song, mode: Mode, settings: dict, chords: tuple[str, ...]
) -> None:
    player = Obedient()
    accompany(tune, 0, player, mode, settings, chords=chords)
    expected = chords[:1] or (settings.get("progression", ""),)
    assert [request.controls.text("progression") for request in player.requests] == [*expected] * 3


def test_parts_become_tracks_in_beats_from_the_start() -> None:
    played = (
        (Part("piano", (Note(48, 0, 1, 80),)),),
        (Part("piano", (Note(50, 0.5, 1, 80),)), Part("bass", (Note(36, 0, 2, 80),))),
        *(((),) * (len(CHANGING.bars) - 2)),
    )
    piano, bass = as_tracks(CHANGING, played)
    assert (piano.name, piano.program) == ("piano", 0)
    assert [n.onset_beats for n in piano.notes] == [0, 1.5]
    assert (bass.name, bass.program) == ("bass", 32)
    assert [n.onset_beats for n in bass.notes] == [1]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NAMES)
def test_the_bundled_leads_are_accompanied_on_the_grid(name: str, mode: Mode) -> None:
    lead = read_song(lead_path(name).read_bytes())
    played = accompany(lead, 0, Pulses(), mode)
    for parts, bar in zip(played, lead.bars, strict=True):
        for note in parts[0].notes:
            assert is_on_grid(note.onset_beats)
            assert note.end_beats <= bar.metre.length_beats
