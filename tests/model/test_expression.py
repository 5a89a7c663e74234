from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.leads import lead_path
from bridge.model.accompanist import LeadBar, Part, PlayedBar, Request, checked
from bridge.model.controls import Controls
from bridge.model.expression import FARTHEST_STEPS, Expressive, learned, place, straightened, swung_step, voices
from bridge.model.registry import load
from bridge.music.bar import Bar
from bridge.music.metre import Metre, beats_of, is_on_grid, step_of
from bridge.music.midi import read_song
from bridge.music.note import Note, by_onset
from bridge.offline.accompany import accompany

FOUR = Metre(4, 4)


class Plays:
    """Plays the same notes from `from_beats` on, and keeps what it was asked."""

    name = "plays"
    used_controls = frozenset({"low"})
    part_names = ("piano",)
    style_names = ("auto",)

    def __init__(self, *notes: Note) -> None:
        self.notes = notes
        self.asked: list[Request] = []

    def accompany(self, request: Request) -> tuple[Part, ...]:
        self.asked.append(request)
        return (Part("piano", tuple(n for n in self.notes if n.onset_beats >= request.from_beats)),)


def request(metre: Metre = FOUR, seed: int = 1, from_beats: float = 0.0, tempo_bpm: float = 100.0, **fields) -> Request:
    controls = Controls().changed("low", 0).changed("high", 127)
    for name in ("humanize", "swing"):
        controls = controls.changed(name, fields.pop(name, 0.0))
    lead = (LeadBar(0, Bar(metre), metre.length_beats),)
    values = {"history": (), "kept": (), **fields}
    return Request(0, metre, tempo_bpm, lead, from_beats=from_beats, controls=controls, seed=seed, **values)


def played(asked: Request, *notes: Note) -> tuple[Note, ...]:
    [part] = checked(asked, Expressive(Plays(*notes)).accompany(asked))
    return part.notes


EIGHTHS = tuple(Note(60 + i, i / 2, 0.5, 80) for i in range(8))
CHORD = tuple(Note(pitch, 1.0, 1.0, 80) for pitch in (48, 60, 64, 67))


def test_at_0_everything_is_as_it_was() -> None:
    assert played(request(), *EIGHTHS) == EIGHTHS


def test_it_differs_a_little_and_the_more_the_more() -> None:
    spreads = []
    for amount in (0.25, 0.5, 1.0):
        late, loud = [], []
        for seed in range(40):
            for note, meant in zip(played(request(humanize=amount, seed=seed), *EIGHTHS), EIGHTHS, strict=True):
                late.append(note.onset_beats - meant.onset_beats)
                loud.append(note.velocity_midi - meant.velocity_midi)
        spreads.append((np.std(late), np.std(loud)))
    assert spreads == sorted(spreads)
    assert spreads[0] < spreads[-1]
    late_ms = spreads[-1][0] * 60 / 100 * 1000
    assert 3 < late_ms < 12
    assert 8 < spreads[-1][1] < 14, "as the players' velocities vary"


def test_the_mean_loudness_stays() -> None:
    velocities = [n.velocity_midi for seed in range(60) for n in played(request(humanize=1.0, seed=seed), *EIGHTHS)]
    assert np.mean(velocities) == pytest.approx(80, abs=2.5)


def test_the_same_seed_the_same_performance_and_another_another() -> None:
    assert played(request(humanize=1.0), *EIGHTHS) == played(request(humanize=1.0), *EIGHTHS)
    assert played(request(humanize=1.0), *EIGHTHS) != played(request(humanize=1.0, seed=2), *EIGHTHS)


def test_asked_again_in_the_middle_the_rest_is_struck_the_same_way() -> None:
    whole = played(request(humanize=1.0), *EIGHTHS)
    kept = (Part("piano", tuple(n for n in whole if n.onset_beats < 2.0)),)
    again = played(request(humanize=1.0, from_beats=2.0, kept=kept), *EIGHTHS)
    late = [n for n in whole if n.onset_beats >= 2.02]
    assert [n.onset_beats for n in again][-len(late) :] == [n.onset_beats for n in late]


def test_what_was_struck_early_is_not_struck_again() -> None:
    for seed in range(40):
        whole = played(request(humanize=1.0, seed=seed), *EIGHTHS)
        kept = (Part("piano", tuple(n for n in whole if n.onset_beats < 2.0)),)
        again = played(request(humanize=1.0, seed=seed + 1000, from_beats=2.0, kept=kept), *EIGHTHS)
        steps = [step_of(note.onset_beats) for note in (*kept[0].notes, *again)]
        assert sorted(steps) == [step_of(note.onset_beats) for note in EIGHTHS]


def test_a_chord_stays_together() -> None:
    spans = [
        max(n.onset_beats for n in notes) - min(n.onset_beats for n in notes)
        for notes in (played(request(humanize=1.0, seed=seed), *CHORD) for seed in range(30))
    ]
    assert np.median(spans) * 600 < 12, "milliseconds"


@pytest.mark.parametrize(
    ("swing", "steps"),
    [
        (0.0, list(range(12))),
        (0.5, [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 10, 11]),
        (1.0, [0, 1, 3, 4, 5, 7, 8, 9, 9, 10, 11, 11]),
    ],
)
def test_where_swung_steps_fall(swing: float, steps: list[int]) -> None:
    assert [swung_step(step, swing) for step in range(12)] == steps


def test_swing_moves_the_second_eighth_to_the_third_triplet() -> None:
    assert [n.onset_beats for n in played(request(swing=1.0), *EIGHTHS)] == pytest.approx(
        [0, 2 / 3, 1, 5 / 3, 2, 8 / 3, 3, 11 / 3]
    )
    assert played(request(swing=1.0), *EIGHTHS)[-1].end_beats == 4.0


def test_six_eight_does_not_swing() -> None:
    six = Metre(6, 8)
    notes = tuple(Note(60, i / 2, 0.5, 80) for i in range(6))
    assert played(request(six, swing=1.0), *notes) == notes


@pytest.mark.parametrize("swing", [0.3, 0.5, 1.0])
@pytest.mark.parametrize("humanize", [0.0, 1.0])
def test_who_plays_hears_its_past_as_it_meant_it(swing: float, humanize: float) -> None:
    struck = (Part("piano", played(request(swing=swing, humanize=humanize), *EIGHTHS)),)
    inner = Plays(*EIGHTHS)
    kept = (Part("piano", tuple(n for n in struck[0].notes if n.onset_beats < 2.0)),)
    asked = request(swing=swing, humanize=humanize, history=(PlayedBar(-1, FOUR, struck),), kept=kept, from_beats=2.0)
    Expressive(inner).accompany(asked)
    [seen] = inner.asked
    assert [n.onset_beats for n in seen.history[0].parts[0].notes] == [n.onset_beats for n in EIGHTHS]
    assert all(n.onset_beats < 2.0 for n in seen.kept[0].notes)


def test_straight_parts_stay_what_they_are() -> None:
    parts = (Part("piano", EIGHTHS),)
    assert straightened(parts, FOUR) == parts


notes = st.builds(
    lambda pitch, step, length, velocity: Note(pitch, beats_of(step), beats_of(min(length, 48 - step)), velocity),
    st.integers(0, 127), st.integers(0, 47), st.integers(1, 48), st.integers(1, 127),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    drawn=st.lists(notes, max_size=10, unique_by=lambda n: (n.pitch_midi, n.onset_beats)),
    humanize=st.floats(0, 1),
    swing=st.floats(0, 1),
    seed=st.integers(0, 2**63 - 1),
    tempo_bpm=st.floats(5, 999),
    from_step=st.integers(0, 48),
)
def test_it_is_always_legal_and_never_leaves_its_place(
    drawn: list[Note], humanize: float, swing: float, seed: int, tempo_bpm: float, from_step: int
) -> None:
    asked = request(humanize=humanize, swing=swing, seed=seed, tempo_bpm=tempo_bpm, from_beats=beats_of(from_step))
    answer = played(asked, *drawn)
    assert answer == played(asked, *drawn)
    meant = played(request(swing=swing, seed=seed, tempo_bpm=tempo_bpm, from_beats=beats_of(from_step)), *drawn)
    for note in answer:
        assert any(
            abs(note.onset_beats - other.onset_beats) <= beats_of(1) * FARTHEST_STEPS + 1e-9
            and step_of(note.onset_beats) == step_of(other.onset_beats)
            for other in meant
            if other.pitch_midi == note.pitch_midi
        )


def test_what_was_counted_makes_sense() -> None:
    dynamics = learned()
    offsets = dynamics.offsets
    assert offsets["bar"]["alone"] > offsets["eighth"]["alone"], "the beat weighs more than what lies between"
    assert offsets["pulse"]["top"] > offsets["pulse"]["low"], "the top of a chord sings"
    assert 3 < dynamics.shared < 12
    assert 3 < dynamics.own < 12


def test_places_and_voices() -> None:
    assert [place(step, FOUR) for step in (0, 12, 6, 4)] == ["bar", "pulse", "eighth", "other"]
    assert list(voices((*CHORD, Note(72, 2.0, 1.0, 80))).values()) == ["low", "inner", "inner", "top", "alone"]


@pytest.mark.parametrize("mode", ["follow", "anticipate"])
def test_whole_songs_with_everything_at_once(mode: str) -> None:
    song = read_song(lead_path("god-rest-ye").read_bytes())
    settings: dict = {"parts": "piano bass pad counter", "humanize": 0.7, "swing": 0.6}
    loose = accompany(song, 0, load("chords"), mode, settings)  # type: ignore[arg-type]
    onsets = [n.onset_beats for parts in loose for part in parts for n in part.notes]
    assert sum(not is_on_grid(onset) for onset in onsets) > len(onsets) / 2
    exact = accompany(song, 0, load("chords"), mode, settings | {"humanize": 0.0})  # type: ignore[arg-type]
    assert all(is_on_grid(n.onset_beats) for parts in exact for part in parts for n in part.notes)
    plain = accompany(song, 0, load("chords"), mode, settings | {"humanize": 0.0, "swing": 0.0})  # type: ignore[arg-type]
    for bars in (loose, exact):
        assert [as_meant(parts) for parts in bars] == [as_meant(parts) for parts in plain]


def as_meant(parts: tuple[Part, ...]) -> list:
    return [(part.name, sorted(part.meant or part.notes, key=by_onset)) for part in parts]


def test_a_network_plays_the_same_notes_however_they_are_struck() -> None:
    song = read_song(lead_path("ah-vous-dirai-je").read_bytes())
    model = load("default")
    plain = accompany(song, 0, model)
    struck = accompany(song, 0, model, settings={"humanize": 1.0, "swing": 0.4})
    assert [as_meant(parts) for parts in struck] == [as_meant(parts) for parts in plain]
    assert struck != plain
