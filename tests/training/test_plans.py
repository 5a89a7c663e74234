"""Plans as block chords, and how dense songs are."""

from dataclasses import replace

import numpy as np
import pytest

from bridge.model import neural
from bridge.model.features import Piece
from bridge.music.metre import Metre
from tests.training.toy_songs import PROGRESSION, toy_song
from training.density import densities
from training.plans import LOWEST, ToAnnotated, annotated, blocks, counted, planned
from training.play import play

BARS, METRE = 12, Metre(4, 4)
TOY = toy_song("toy", METRE, 0)


def song(own_per_bar):
    onsets = np.arange(0, BARS * METRE.length_steps, 12)
    tune = np.tile([60, 64, 67, 64], BARS)
    lead = np.column_stack([onsets, np.full_like(onsets, 12), tune])
    bar = np.array([(6 * n, 48, 6, 80) for n in range(own_per_bar)], np.int64).reshape(-1, 4)
    return Piece((METRE,) * BARS, lead, [bar] * BARS)


def test_a_plan_is_played_as_blocks():
    c_major, silence = np.eye(12)[[0, 4, 7]].sum(axis=0), np.zeros(12)
    assert blocks([(48, 24, c_major), (72, 24, silence)]).tolist() == [[48, 24, LOWEST + pc] for pc in (0, 4, 7)]
    assert blocks([]).shape == (0, 3)


@pytest.mark.parametrize("power", [0.0, 0.6])
def test_a_tune_on_one_chord_is_planned_in_it(power):
    piece = song(4)
    model = neural.load(None)
    for plan in (planned(model, piece, 8, 8 * 48 + 48, power), counted(piece, 8, 8 * 48 + 48)):
        assert [(start, length) for start, length, _ in plan] == [(384, 24), (408, 24)]
        assert all(np.flatnonzero(tones).tolist() == [0, 4, 7] for _, _, tones in plan)


def test_densities_are_notes_and_onsets_a_beat():
    assert densities(replace(TOY, piece=song(8))) == (1.0, 2.0)
    assert densities(replace(TOY, piece=song(0))) is None


def test_annotated_chords_are_those_of_the_labels():
    plan = annotated(TOY, 1)
    assert [np.flatnonzero(tones).tolist() for _, _, tones in plan] == [[0, 4, 9], [0, 4, 9]]


def test_notes_to_annotated_chords_keep_to_them():
    own = play(TOY.piece, ToAnnotated(neural.load(None), TOY), "follow", {"seed": 0})
    bars = own[:, 0] // METRE.length_steps
    inside = [pitch % 12 in PROGRESSION[bar % 4] for bar, pitch in zip(bars, own[:, 2], strict=True)]
    assert np.mean(inside) > 0.85
