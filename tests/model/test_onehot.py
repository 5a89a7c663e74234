import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InputError
from bridge.model.accompanist import LeadBar, Part, PlayedBar, Request, checked
from bridge.model.bundle import Bundle
from bridge.model.controls import Controls
from bridge.model.lstm import PITCHES, SILENCE, Choice, Network
from bridge.model.onehot import OneHot, accompaniment_rows, lead_rows, metric_weight, step_onsets
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note

FOUR = Metre(4, 4)
LATENT, STEPS = 3, 8


def toy_arrays(seed: int, latent: int = LATENT) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = {"output_kernel": (latent, PITCHES), "output_bias": (PITCHES,)}
    for layer in ("encoder", "decoder"):
        shapes |= {
            f"{layer}_kernel": (PITCHES, 4 * latent),
            f"{layer}_recurrent": (latent, 4 * latent),
            f"{layer}_bias": (4 * latent,),
        }
    return {name: rng.normal(0, 1.5, shape).astype(np.float32) for name, shape in shapes.items()}


def toy_network(seed: int = 0) -> Network:
    return Network.of(Bundle("onehot", {"steps": STEPS, "latent": LATENT}, {}, toy_arrays(seed)))


def request(lead, history=(), kept=(), from_beats=0.0, metre=FOUR, target=None, **controls) -> Request:
    values = Controls()
    for name, value in controls.items():
        values = values.changed(name, value)
    lead = tuple(LeadBar(number, bar, bar.metre.length_beats) for number, bar in enumerate(lead))
    target = len(lead) - 1 if target is None else target
    return Request(target, metre, 120.0, lead, tuple(history), tuple(kept), from_beats, values, 5)


def crotchets(*pitches) -> tuple[Note, ...]:
    return tuple(Note(pitch, float(beat), 1.0, 80) for beat, pitch in enumerate(pitches))


def test_the_lead_row_is_what_sounds_longest():
    notes = [Note(60, 0.0, 0.25, 80), Note(62, 0.25, 0.75, 80), Note(64, 1.0, 2.0, 80), Note(67, 1.0, 1.0, 80)]
    assert lead_rows(notes, FOUR) == [62, 67, 64, SILENCE]


def test_the_accompaniment_row_is_the_lowest_that_begins_else_the_lowest_that_sounds():
    notes = [Note(36, 0.0, 3.0, 80), Note(60, 0.0, 1.0, 80), Note(55, 1.5, 0.5, 80)]
    assert accompaniment_rows(notes, FOUR) == [36, 55, 36, SILENCE]


@pytest.mark.parametrize(("metre", "count"), [((4, 4), 4), ((6, 8), 3), ((3, 8), 2), ((7, 8), 4), ((1, 16), 1)])
def test_a_bar_has_a_step_a_beat(metre, count):
    assert len(step_onsets(Metre(*metre))) == count


def test_metric_weights_fall_from_the_bar_line():
    assert [metric_weight(beat, FOUR) for beat in (0.0, 1.0, 2.0, 3.0)] == [1.0, 0.5, 0.75, 0.5]
    assert [metric_weight(beat, Metre(6, 8)) for beat in (0.0, 1.0, 1.5, 2.0)] == [1.0, 0.25, 0.75, 0.25]


@given(st.integers(0, 127), st.integers(0, 127), st.floats(0, 2), st.floats(0, 1, exclude_max=True), st.integers(0, 99))
def test_a_choice_never_leaves_the_register(one, other, temperature, draw, seed):
    low, high = sorted((one, other))
    logits = np.random.default_rng(seed).normal(0, 8, PITCHES).astype(np.float32)
    assert low <= Choice(low, high, temperature)(logits, draw) <= high


def test_a_choice_follows_the_shares():
    logits = np.full(PITCHES, -np.inf, np.float32)
    logits[60], logits[64] = np.log(0.25), np.log(0.75)
    choose = Choice(0, 127, 1.0)
    assert [choose(logits, draw) for draw in (0.0, 0.2, 0.3, 0.999999)] == [60, 60, 64, 64]
    assert Choice(0, 127, 0.0)(logits, 0.0) == 64
    assert Choice(70, 90, 0.0)(logits, 0.0) == 76


def test_it_plays_while_the_lead_sounds_and_rests_when_it_has_been_silent_for_a_piece():
    model = OneHot(toy_network(), 1.0)
    silent = Bar(FOUR)
    assert model.accompany(request([Bar(FOUR, crotchets(60, 62)), silent]))[0].notes
    assert not model.accompany(request([Bar(FOUR, crotchets(60, 62)), silent, silent]))[0].notes
    assert not model.accompany(request([]))[0].notes


def test_its_own_past_and_promises_are_what_the_decoder_is_fed():
    network = toy_network()
    fed = []

    class Spy(OneHot):
        def __init__(self):
            class Listening:
                steps = STEPS

                def write(self, lead, own, draws, choose):
                    fed.append((list(lead), list(own), len(draws)))
                    return network.write(lead, own, draws, choose)

            super().__init__(Listening(), 1.0)

    lead = [Bar(FOUR, crotchets(60, 62, 64, 65)), Bar(FOUR, crotchets(67))]
    history = [PlayedBar(0, FOUR, (Part("piano", crotchets(40, 41, 42, 43)),))]
    kept = [Part("piano", crotchets(50, 51))]
    Spy().accompany(request(lead, history, kept, from_beats=2.0))
    assert fed == [([60, 62, 64, 65, 67, SILENCE, SILENCE, SILENCE], [40, 41, 42, 43, 50, 51], 2)]


def test_neighbours_of_one_pitch_are_one_note_unless_denser():
    network = toy_network()

    class Held:
        steps = STEPS

        def write(self, lead, own, draws, choose):
            return [48] * len(draws)

    lead = [Bar(FOUR, crotchets(60, 60, 60, 60))]
    model = OneHot(Held(), 1.0)
    durations = {
        density: [n.duration_beats for n in model.accompany(request(lead, density=density))[0].notes]
        for density in (-1.0, 0.0, 0.4, 1.0)
    }
    assert durations == {-1.0: [4.0], 0.0: [4.0], 0.4: [2.0, 2.0], 1.0: [0.5] * 8}
    assert network.steps == STEPS


def test_bars_never_heard_are_silence():
    model = OneHot(toy_network(), 1.0)
    asked = request([Bar(FOUR, crotchets(60))], target=3)
    assert checked(asked, model.accompany(asked)) == (Part("piano"),)  # two bars of silence fill the piece
    nearer = request([Bar(FOUR, crotchets(60))], target=1)
    assert model.accompany(nearer)[0].notes


def test_a_network_without_its_size_is_refused():
    with pytest.raises(InputError, match="does not say its network's size"):
        Network.of(Bundle("onehot", {"steps": 8}, {}, toy_arrays(0)))
    with pytest.raises(InputError, match="the network needs"):
        Network.of(Bundle("onehot", {"steps": 8, "latent": 4}, {}, toy_arrays(0)))
