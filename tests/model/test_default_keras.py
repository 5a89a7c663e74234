"""The shipped default bundle: NumPy says what the Keras networks with its weights say, and plays the same notes.

Real bars of bundled leads, in several metres, followed and anticipated. The Keras note network is asked once a bar,
with the notes that NumPy drew as its past; what it says is drawn from again with the same random numbers. As every draw
agrees, these are the notes that it would have written alone.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from bridge.leads import lead_path
from bridge.model import note_rows, plan_rows
from bridge.model.bundle import load_bundle, packaged
from bridge.model.features import MAX_BAR_STEPS
from bridge.model.neural import KIND, Neural, accompanist_of
from bridge.model.note_rows import PLACED
from bridge.model.runtime import HINTS, weights_of
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from bridge.offline.accompany import MODES, accompany

pytestmark = [pytest.mark.tensorflow, pytest.mark.timeout(600)]  # importing TensorFlow on a busy machine takes long

LEADS = ("ode-to-joy", "amazing-grace", "greensleeves")
BARS = (1, 9)
CLOSE = {"rtol": 1e-4, "atol": 2e-4}
"""float32 through a hundred thousand products, added up in another order."""


class Bar:
    """What the note network was asked in one bar, and what it said: a list of logits for each part."""

    def __init__(self, columns, relations, summary):
        self.columns, self.relations, self.summary = columns, relations, summary
        self.marks = np.zeros((MAX_BAR_STEPS, 4), np.float32)
        self.notes, self.plan, self.lead, self.hints = [], [], [], []
        self.figures = None
        self.said = {"onset": [], "pitch": [], "duration": [], "velocity": []}

    def inputs(self):
        """As the Keras network reads a batch of one bar."""
        places, used = len(self.said["onset"]), len(self.relations)
        x = {
            "columns": np.zeros((1, note_rows.MAX_ROWS, note_rows.COLUMNS), np.float32),
            "relations": np.zeros((1, note_rows.MAX_ROWS), np.int32),
            "mask": np.zeros((1, note_rows.MAX_ROWS), bool),
            "summary": self.summary[None],
            "marks": self.marks[None],
            "plan": np.zeros((1, places, note_rows.PLAN), np.float32),
            "lead": np.zeros((1, places, note_rows.LEAD_AT), np.float32),
        }
        x["columns"][0, :used], x["relations"][0, :used], x["mask"][0, :used] = self.columns, self.relations, True
        hints = np.zeros((places, HINTS, note_rows.PITCHES), np.float32)
        for number, (plan, lead, hint) in enumerate(zip(self.plan, self.lead, self.hints, strict=True)):
            x["plan"][0, number], x["lead"][0, number], hints[number] = plan, lead, hint
        x |= {"before_at": hints[None, :, 3], "memory_at": hints[None, :, 4], "before": hints[None, 0, 5]}
        notes = np.zeros((4, 1, places), np.int32)
        notes[:, 0, : len(self.notes)] = np.array(self.notes, np.int32).reshape(-1, 4).T
        notes[0, 0, len(self.notes) :] = MAX_BAR_STEPS
        return x | dict(zip(self.said, notes, strict=True))


class Recorded:
    """The note network in NumPy, writing down every bar."""

    def __init__(self, runtime):
        self.runtime, self.bars = runtime, []

    def hear(self, columns, relations, summary):
        self.bars.append(Bar(columns, relations, summary))
        heard = self.runtime.hear(columns, relations, summary)
        self.bars[-1].figures = heard.figures
        return heard

    def told(self, heard, figure):
        self.bars[-1].summary = self.bars[-1].summary + np.eye(note_rows.SUMMARY, dtype=np.float32)[PLACED + figure]
        return self.runtime.told(heard, figure)

    def begin(self, heard):
        return self.runtime.begin(heard)

    def follow(self, heard, states, *note):
        self.bars[-1].notes.append(note)
        return self.runtime.follow(heard, states, *note)

    def onset_logits(self, state, last_onset, marks):
        self.bars[-1].marks = np.zeros((MAX_BAR_STEPS, 4), np.float32)
        self.bars[-1].marks[: len(marks)] = np.column_stack([marks, np.ones(len(marks))])
        return self._said("onset", self.runtime.onset_logits(state, last_onset, marks))

    def place(self, onset, plan, lead):
        return plan, lead, self.runtime.place(onset, plan, lead)

    def pitch_state(self, state, place):
        plan, lead, told = place
        self.bars[-1].plan.append(plan)
        self.bars[-1].lead.append(lead)
        return self.runtime.pitch_state(state, told)

    def pitch_logits(self, pitch_state, hints, last_pitch, is_together):
        self.bars[-1].hints.append(hints)
        return self._said("pitch", self.runtime.pitch_logits(pitch_state, hints, last_pitch, is_together))

    def duration_logits(self, pitch_state, pitch):
        return self._said("duration", self.runtime.duration_logits(pitch_state, pitch))

    def velocity_logits(self, pitch_state, pitch, duration):
        return self._said("velocity", self.runtime.velocity_logits(pitch_state, pitch, duration))

    def _said(self, part, logits):
        self.bars[-1].said[part].append(logits.copy())
        return logits


class Keras:
    """What the Keras note network said in the bars that were recorded, in the order in which they are played."""

    def __init__(self, said):
        self.said = iter(said)

    def hear(self, columns, relations, summary):
        self.bar, self.at = next(self.said), 0
        return SimpleNamespace(figures=self.bar["figure"])

    def told(self, heard, figure):
        return heard

    def begin(self, heard):
        return None, None

    def follow(self, heard, states, *note):
        self.at += 1
        return None, None

    def onset_logits(self, state, last_onset, marks):
        return self.bar["onset"][self.at].copy()

    def place(self, onset, plan, lead):
        return None

    def pitch_state(self, state, place):
        return None

    def pitch_logits(self, pitch_state, hints, last_pitch, is_together):
        return self.bar["pitch"][self.at].copy()

    def duration_logits(self, pitch_state, pitch):
        return self.bar["duration"][self.at].copy()

    def velocity_logits(self, pitch_state, pitch, duration):
        return self.bar["velocity"][self.at].copy()


class KerasPlanner:
    """The Keras plan network as the runtime is called: views (views, rows, columns) of one bar."""

    def __init__(self, network):
        self.network = network

    def __call__(self, columns, relations, targets):
        views, used = columns.shape[:2]
        x = {
            "columns": np.zeros((views, plan_rows.MAX_ROWS, plan_rows.COLUMNS), np.float32),
            "relations": np.zeros((views, plan_rows.MAX_ROWS), np.int32),
            "mask": np.zeros((views, plan_rows.MAX_ROWS), bool),
        }
        x["columns"][:, :used], x["relations"][:, :used], x["mask"][:, :used] = columns, relations, True
        said = {name: np.asarray(values) for name, values in self.network(x).items()}
        return said["chord"][:, used - targets : used], said["bass"][:, used - targets : used], said["style"]


class Asked:
    """Plays as the model does and keeps the requests."""

    name, used_controls = KIND, Neural.used_controls
    part_names, style_names = Neural.part_names, Neural.style_names

    def __init__(self, model):
        self.model, self.requests = model, []

    def accompany(self, request):
        self.requests.append(request)
        return self.model.accompany(request)


@pytest.fixture(scope="module")
def bundle():
    return load_bundle(packaged(KIND), KIND)


@pytest.fixture(scope="module")
def networks(bundle):
    """The plan network and the note network in Keras, with the shipped weights."""
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    from bridge.model import network

    plan_sizes, note_sizes = (network.Sizes(**bundle.network[name]) for name in ("plan", "notes"))
    planner, player = network.PlanNetwork(plan_sizes), network.NoteNetwork(note_sizes)
    rows = np.zeros((1, plan_rows.MAX_ROWS, plan_rows.COLUMNS), np.float32)
    nothing = np.zeros((1, plan_rows.MAX_ROWS), np.int32)
    planner({"columns": rows, "relations": nothing, "mask": nothing == 0})
    empty = Bar(np.zeros((1, note_rows.COLUMNS)), np.array([2]), np.zeros(note_rows.SUMMARY, np.float32))
    empty.said["onset"].append(None)
    player(empty.inputs())
    network.set_named_weights(planner, weights_of(bundle, "plan."))
    network.set_named_weights(player, weights_of(bundle, "notes."))
    return planner, player


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("mode", MODES)
def test_the_shipped_weights_say_and_play_the_same_in_keras(bundle, networks, lead, mode):
    planner, player = networks
    model = accompanist_of(bundle)
    asked = Asked(model)
    song = read_song(lead_path(lead).read_bytes())
    accompany(song, find_lead(song).track, asked, mode)
    for request in (asked.requests[bar] for bar in BARS):
        recorded = Recorded(model.player)
        played = Neural(model.planner, recorded, model.decoding).accompany(request)
        in_keras = []
        for bar in recorded.bars:
            said = {part: np.asarray(logits)[0] for part, logits in player(bar.inputs()).items()}
            in_keras.append(said)
            np.testing.assert_allclose(bar.figures, said["figure"], **CLOSE)
            for part, all_logits in bar.said.items():
                for logits, expected in zip(all_logits, said[part], strict=False):
                    possible = logits > -1e8
                    np.testing.assert_array_equal(possible, expected > -1e8)
                    np.testing.assert_allclose(logits[possible], expected[possible], **CLOSE)
        assert Neural(KerasPlanner(planner), Keras(in_keras), model.decoding).accompany(request) == played
        assert played[0].notes
