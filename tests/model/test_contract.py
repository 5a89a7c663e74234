"""What every built-in model has to keep, whatever it is asked for."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.model.accompanist import Accompanist, LeadBar, Part, PlayedBar, Request, checked
from bridge.model.controls import CONTROLS, Controls
from bridge.model.registry import BUILT_IN, load
from bridge.music.bar import Bar
from bridge.music.metre import Metre, beats_of
from bridge.music.note import Note

METRES = [Metre(n, 4) for n in range(2, 7)] + [Metre(n, 8) for n in (3, 5, 6, 7, 8, 9, 12)] + [Metre(2, 2), Metre(3, 2)]
EVERY_MODEL = pytest.mark.parametrize("name", list(BUILT_IN))
FOUR = Metre(4, 4)


@cache
def model_called(name: str) -> Accompanist:
    return load(name)


def tune(metre: Metre, number: int) -> Bar:
    """A bar of a scale, up and down, a note a beat."""
    scale = [60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 65, 64, 62]
    beats = range(int(np.ceil(metre.length_beats)))
    return Bar(metre, tuple(Note(scale[(number * 3 + beat) % len(scale)], float(beat), 1.0, 80) for beat in beats))


def request(
    metre=FOUR, target=4, ahead=0, history=(), kept=(), from_beats=0.0, seed=7, bars=None, **controls
) -> Request:
    values = Controls().changed("low", 0)  # so that no order of `low` and `high` clamps one by the other
    controls = {"low": 28, "high": 96} | controls
    for control, value in sorted(controls.items()):
        values = values.changed(control, value)
    bars = [tune(metre, number) for number in range(target + 1 - ahead)] if bars is None else bars
    lead = tuple(LeadBar(number, bar, bar.metre.length_beats) for number, bar in enumerate(bars))
    return Request(target, metre, 120.0, lead, tuple(history), tuple(kept), from_beats, values, seed)


def played(name: str, asked: Request) -> tuple[Note, ...]:
    model = model_called(name)
    return tuple(note for part in checked(asked, model.accompany(asked)) for note in part.notes)


def performance(name: str, bars: int = 8, **options) -> list[tuple[Note, ...]]:
    """Some bars one after another, own output as history."""
    history: list[PlayedBar] = []
    metre = options.pop("metre", FOUR)
    seed = options.pop("seed", 1)
    for number in range(bars):
        notes = played(name, request(metre, number, history=history, seed=seed * 1000 + number, **options))
        history.append(PlayedBar(number, metre, (Part("piano", notes),)))
    return [bar.notes for bar in history]


@EVERY_MODEL
def test_it_says_what_it_is(name):
    model = model_called(name)
    assert model.name == name
    assert model.used_controls <= set(CONTROLS)
    assert "piano" in model.part_names
    assert model.style_names[0] == "auto"


@EVERY_MODEL
@pytest.mark.parametrize("metre", METRES, ids=str)
@pytest.mark.parametrize("ahead", [0, 1])
def test_every_metre_gets_a_legal_bar_with_notes(name, metre, ahead):
    assert played(name, request(metre, ahead=ahead))


@EVERY_MODEL
@pytest.mark.parametrize(("low", "high"), [(60, 60), (61, 63), (0, 20), (110, 127), (48, 72), (0, 127)])
@pytest.mark.parametrize("density", [-1.0, 1.0])
def test_no_register_is_ever_left(name, low, high, density):
    asked = request(low=low, high=high, density=density)
    assert all(low <= note.pitch_midi <= high for note in played(name, asked))


@EVERY_MODEL
def test_the_same_request_gets_the_same_bar(name):
    assert performance(name) == performance(name)


@EVERY_MODEL
def test_another_seed_gives_another_performance(name):
    assert len({tuple(performance(name, seed=seed)) for seed in range(6)}) > 1


@EVERY_MODEL
def test_the_likeliest_bar_has_no_chance_in_its_pitches(name):
    def pitches(seed):
        return [(n.pitch_midi, n.onset_beats) for n in played(name, request(seed=seed, temperature=0.0))]

    assert pitches(1) == pitches(2)


@EVERY_MODEL
def test_denser_is_never_thinner(name):
    has_density = "density" in model_called(name).used_controls
    counts = [
        sum(len(played(name, request(target=target, density=density))) for target in range(1, 7))
        for density in (-1.0, -0.5, 0.0, 0.5, 1.0)
    ]
    assert counts == sorted(counts)
    assert (counts[0] < counts[-1]) == has_density  # a model that says it has none is not moved by it


@EVERY_MODEL
def test_nothing_heard_is_no_fault(name):
    played(name, request(bars=[]))
    played(name, request(bars=[Bar(FOUR)] * 5))


@EVERY_MODEL
@pytest.mark.parametrize("from_beats", [0.5, 1.0, 2.5, 3.75])
def test_what_was_promised_is_not_touched(name, from_beats):
    first = played(name, request())
    kept = (Part("piano", tuple(note for note in first if note.onset_beats < from_beats)),)
    again = played(name, request(kept=kept, from_beats=from_beats))
    assert all(note.onset_beats >= from_beats for note in again)


pieces = st.builds(
    lambda pitch, step, length: Note(pitch, beats_of(step), beats_of(length), 90),
    st.integers(0, 127),
    st.integers(0, 17),
    st.integers(1, 100),
)
bars = st.builds(lambda metre, notes: Bar(metre, tuple(notes)), st.sampled_from(METRES), st.lists(pieces, max_size=8))


@EVERY_MODEL
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_legal_request_gets_a_legal_bar(name, data):
    heard = data.draw(st.lists(bars, max_size=5))
    numbers = sorted(data.draw(st.sets(st.integers(-9, 9), min_size=len(heard), max_size=len(heard))))
    lead = tuple(
        LeadBar(number, bar.before(known), known)
        for number, bar in zip(numbers, heard, strict=True)
        for known in [data.draw(st.sampled_from([0.0, 0.5, bar.metre.length_beats]))]
    )
    target = (numbers[-1] if numbers else 0) + data.draw(st.integers(0, 4))
    metre = lead[-1].bar.metre if lead else data.draw(st.sampled_from(METRES))
    history = tuple(
        PlayedBar(number, bar.metre, (Part("piano", bar.notes),))
        for number, bar in zip(numbers, data.draw(st.lists(bars, max_size=len(numbers))), strict=False)
        if number < target
    )
    low = data.draw(st.integers(0, 127))
    controls = Controls().changed("low", 0).changed("high", data.draw(st.integers(low, 127))).changed("low", low)
    for control in ("density", "temperature"):
        span = CONTROLS[control]
        controls = controls.changed(control, data.draw(st.floats(span.low, span.high)))
    controls = controls.changed("style", data.draw(st.sampled_from([*model_called(name).style_names, "polka"])))
    from_beats = beats_of(data.draw(st.integers(0, metre.length_steps)))
    kept_notes = tuple(n for n in data.draw(st.lists(pieces, max_size=4)) if n.onset_beats < from_beats)
    tempo_bpm = data.draw(st.floats(5, 999))
    seed = data.draw(st.integers(0, 2**63 - 1))
    asked = Request(target, metre, tempo_bpm, lead, history, (Part("piano", kept_notes),), from_beats, controls, seed)
    answer = checked(asked, model_called(name).accompany(asked))
    assert answer == checked(asked, model_called(name).accompany(asked))
