"""Bits a note: of counts by hand, of the network as its training loss has them; nothing unheard makes them fewer."""

import math
import os

import numpy as np
import pytest

from bridge.model.decoding import Decoding
from bridge.model.features import MAX_BAR_STEPS, Piece
from bridge.model.neural import Neural
from bridge.model.note_rows import DURATIONS, FIGURES, PITCHES
from bridge.model.registry import load
from bridge.music.metre import Metre
from tests.training.toy_songs import toy_song, toy_songs
from training import note_bits
from training.note_bits import PARTS, Tally
from training.play import innermost
from training.prepare import Prepared

SONG = toy_song("four", Metre(4, 4), 0)


def test_the_cost_of_a_choice():
    assert note_bits.cost(np.zeros(8, np.float32), 3) == pytest.approx(3)
    assert note_bits.cost(np.log(np.array([0.25, 0.75])), 1) == pytest.approx(math.log2(4 / 3))
    assert note_bits.cost(np.array([0.0, 0.0, -1e9]), 0) == pytest.approx(1)


def test_bits_are_summed_over_bars_and_divided_by_notes():
    tally = Tally(2, 0, 2, 1, bits={"figure": 1.0, "onset": 3.0, "pitch": 4.0, "duration": 1.0, "velocity": 0.0})
    tally.add(Tally(2, 2, 2, 2, bits={"figure": 0.0, "onset": 1.0, "pitch": 2.0, "duration": 1.0, "velocity": 5.0}))
    found = tally.a_note()
    assert [found[part] for part in PARTS] == [0.25, 1, 1.5, 0.5, 2.5]  # only two notes have a loudness
    assert found["all"] == 5.75
    assert found["root"] == 0.75
    assert all(math.isnan(value) for value in Tally().a_note().values())


def test_a_unigram_is_how_often_each_class_comes():
    """The toy song has 36 notes in 12 bars: a third at each of three beats, each a quarter note long."""
    found = note_bits.unigram([SONG], [SONG])
    in_all = 36 + len(DURATIONS)
    assert found["duration"] == pytest.approx(-math.log2(37 / in_all))
    counted, ends = 48 + MAX_BAR_STEPS + 1, 13 / (48 + MAX_BAR_STEPS + 1)
    assert found["onset"] == pytest.approx(-(36 * math.log2(13 / counted) + 12 * math.log2(ends)) / 36)
    assert found["pitch"] < math.log2(PITCHES)
    assert 0 < found["figure"] < math.log2(len(FIGURES)) * 12 / 36  # at most all figures alike, three notes a bar


def song_with_other_lead(first_step: int) -> Prepared:
    """The toy song, its lead from a step on another one."""
    lead = np.array([row if row[0] < first_step else (row[0], 6, row[2] + 5) for row in SONG.piece.lead.tolist()])
    lead[:, 1] = np.where(lead[:, 0] + lead[:, 1] > first_step, first_step - lead[:, 0] + 5, lead[:, 1])
    piece = Piece(SONG.piece.metres, lead, SONG.piece.own)
    return Prepared(SONG.corpus, SONG.name, SONG.style, piece, SONG.chords, SONG.classes, SONG.basses)


def test_up_to_the_bar_line_nothing_of_the_bar_is_known():
    model, bar = innermost(load("default")), 7
    start = int(SONG.piece.starts[bar])
    plan = note_bits.labelled_plan(SONG, bar)
    one, other = (note_bits.bar_tally(model, song, bar, start, plan) for song in (SONG, song_with_other_lead(start)))
    assert one == other
    assert one != note_bits.bar_tally(model, SONG, bar, start + 48, plan)


def test_the_rows_of_a_model_and_whose_plan_names_the_root():
    found = note_bits.rows([SONG], "default", 1)
    assert [label.removeprefix("default, ") for label in found] == [
        "bar known, labelled plan",
        "bar known, own plan",
        "to the bar line, labelled plan",
        "to the bar line, own plan",
    ]
    labelled, own, *_ = found.values()
    assert labelled["root"] == 1
    assert own["root"] < 1
    assert labelled["all"] > 0
    assert not note_bits.has_bits(load("chords"))


@pytest.mark.tensorflow
@pytest.mark.timeout(600)
def test_they_are_what_the_keras_network_loses():
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    from bridge.model.network import NoteNetwork, Sizes, named_weights
    from bridge.model.runtime import NoteRuntime
    from training.batches import note_batch

    network = NoteNetwork(Sizes(width=16, layers=1, heads=2, states=12, dropout=0.0), embedding=8)
    bars = [(song, bar) for song in toy_songs() for bar in (2, 7)]
    x, y = note_batch(bars, 12, None)
    said = {part: np.asarray(logits) for part, logits in network(x).items()}
    model = Neural(None, NoteRuntime(named_weights(network), heads=2), Decoding())
    for number, (song, bar) in enumerate(bars):
        end = int(song.piece.starts[bar] + song.piece.lengths[bar])
        tally = note_bits.bar_tally(model, song, bar, end, note_bits.labelled_plan(song, bar))
        for part, counted in (("onset", "step"), ("pitch", "note"), ("duration", "note"), ("velocity", "loud")):
            places = np.flatnonzero(y[counted][number])
            lost = sum(note_bits.cost(said[part][number, place], y[part][number, place]) for place in places)
            assert tally.bits[part] == pytest.approx(lost, rel=1e-4), part
        assert y["figured"][number] == 1
        lost = note_bits.cost(said["figure"][number], y["figure"][number])
        assert tally.bits["figure"] == pytest.approx(lost, rel=1e-4)
