from dataclasses import replace

import numpy as np

from bridge.model.lstm import SILENCE
from bridge.music.metre import Metre
from bridge.music.note import Note
from training.onehot.matrices import Settings, batch_of, batches, one_hot, pieces_of, rows_of
from training.onehot.text import Lists

PLAIN = Settings(
    steps=6,
    hidden_share=0.0,
    partly_hidden_share=0.0,
    cold_share=0.0,
    hole_share=0.0,
    held_weight=0.25,
    past_weight=0.5,
)


def crotchets(*pitches) -> tuple[Note, ...]:
    return tuple(Note(pitch, float(beat), 1.0, 80) for beat, pitch in enumerate(pitches) if pitch is not None)


SONG = rows_of(
    Lists(
        (Metre(4, 4), Metre(4, 4), Metre(4, 4)),
        (crotchets(60, 62, 64, 65), crotchets(67, None, 69, 69), ()),
        (crotchets(40, 40, 43, 45), crotchets(48, 47, None, 45), crotchets(43)),
    )
)


def pitches(matrix) -> list[int]:
    return [int(row.argmax()) if row.any() else SILENCE for row in matrix]


def test_rows_hold_one_pitch_a_step():
    assert SONG.lead.tolist() == [60, 62, 64, 65, 67, SILENCE, 69, 69, *[SILENCE] * 4]
    assert SONG.accompaniment.tolist() == [40, 40, 43, 45, 48, 47, SILENCE, 45, 43, *[SILENCE] * 3]
    assert SONG.bars == ((0, 4), (4, 8), (8, 12))


def test_matrices_are_zero_then_one_hot():
    matrix = one_hot(np.array([60, SILENCE], np.int16))
    assert matrix.shape == (2, 128)
    assert matrix.sum() == matrix[0, 60] == 1


def test_only_bars_where_both_sound_are_pieces():
    assert pieces_of([SONG]) == [(0, 0), (0, 1)]


def test_the_three_matrices_of_a_piece():
    batch = batch_of([SONG], [(0, 1)], PLAIN, None)
    assert batch.encoder_input.shape == batch.decoder_input.shape == batch.decoder_target.shape == (1, 6, 128)
    assert pitches(batch.encoder_input[0]) == [64, 65, 67, SILENCE, 69, 69]
    assert pitches(batch.decoder_target[0]) == [43, 45, 48, 47, SILENCE, 45]
    assert pitches(batch.decoder_input[0]) == [SILENCE, 43, 45, 48, 47, SILENCE]
    assert batch.weights.tolist() == [[0.5, 0.5, 1, 1, 1, 1]]


def test_a_piece_at_the_start_begins_with_silence_and_repeats_count_less():
    batch = batch_of([SONG], [(0, 0)], PLAIN, None)
    assert pitches(batch.decoder_target[0]) == [SILENCE, SILENCE, 40, 40, 43, 45]
    assert batch.weights.tolist() == [[0.5, 0.5, 1, 0.25, 1, 1]]


def test_a_hidden_bar_is_hidden_from_the_encoder_alone():
    batch = batch_of([SONG], [(0, 1)], replace(PLAIN, hidden_share=1.0), np.random.default_rng(0))
    assert not batch.encoder_input[0, 2:].any()
    assert batch.encoder_input[0, :2].any()
    assert batch.decoder_target[0, 2:].any()


def test_a_cold_start_has_no_past_but_the_bar_s_own():
    batch = batch_of([SONG], [(0, 1)], replace(PLAIN, cold_share=1.0), np.random.default_rng(0))
    assert not batch.decoder_input[0, :3].any()
    assert batch.decoder_input[0, 3:5].any()


def test_everything_is_moved_together():
    plain, moved = (batch_of([SONG], [(0, 1)], PLAIN, rng) for rng in (None, np.random.default_rng(3)))
    shifts = {
        after - before
        for one, other in ((plain.encoder_input, moved.encoder_input), (plain.decoder_target, moved.decoder_target))
        for before, after in zip(pitches(one[0]), pitches(other[0]), strict=True)
        if before != SILENCE
    }
    assert len(shifts) == 1


def test_batches_go_through_every_piece_before_any_again():
    songs = [SONG, SONG]
    drawn = batches(songs, PLAIN, 2, np.random.default_rng(0))
    assert sum(next(drawn).encoder_input.shape[0] for _ in range(2)) == len(pieces_of(songs))
