"""Every metric against a case that was counted by hand."""

import math

import numpy as np
import pytest

from bridge.music.metre import Metre
from training import metrics
from training.performance import Performance, by_class

FOUR = Metre(4, 4)
C_MAJOR = [0, 4, 7]


def classes(*frames):
    """Frames given as pitch classes, as counts."""
    values = np.zeros((len(frames), 12), np.int64)
    for number, frame in enumerate(frames):
        for pitch_class in frame:
            values[number, pitch_class] += 1
    return values


def performance(own, lead=(), bars=1, metre=FOUR, chord=C_MAJOR, first=0):
    frames = metre.length_steps // 3 * bars
    chords = np.zeros((frames, 12), bool)
    chords[:, chord] = True
    own, lead = np.array(own, np.int64).reshape(-1, 3), np.array(lead, np.int64).reshape(-1, 3)
    return Performance((metre,) * bars, lead, own, chords, first)


def test_a_note_sounds_in_the_frames_it_reaches_half_into():
    roll = performance([(0, 4, 60), (12, 1, 62), (24, 5, 64)]).rolled(np.array([(0, 4, 60), (12, 1, 62), (24, 5, 64)]))
    assert np.flatnonzero(roll[:, 60]).tolist() == [0]  # 4 steps are a frame and a third
    assert np.flatnonzero(roll[:, 62]).tolist() == [4]  # shorter than half a frame, but it begins there
    assert np.flatnonzero(roll[:, 64]).tolist() == [8, 9]  # 5 steps are a frame and two thirds


def test_octaves_of_a_pitch_class_count_twice():
    roll = np.zeros((1, 128), np.int16)
    roll[0, [0, 60, 72, 127]] = 1
    assert by_class(roll)[0].tolist() == [3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]


def test_inside_the_chord_counts_note_frames_under_a_chord():
    chords = classes(C_MAJOR, C_MAJOR, []) > 0
    assert metrics.inside_chord(classes([0, 4, 5], [7], [1]), chords) == pytest.approx(3 / 4)
    assert math.isnan(metrics.inside_chord(classes([], [], [1]), chords))


def test_consonance_of_a_third_a_fourth_and_a_second():
    lead = classes([0], [0], [0], [])
    assert metrics.consonance(classes([4], [5], [2], [1]), lead) == pytest.approx((1 + 0 - 1) / 3)
    # a triad under its root: unison, third, fifth
    assert metrics.consonance(classes([0, 4, 7], [], [], []), lead) == pytest.approx(1)
    # the fourth above the lead is no consonance, the fifth above it is
    assert metrics.consonance(classes([7, 5], [], [], []), lead) == pytest.approx(0.5)


def test_melody_in_accompaniment_and_silence():
    lead, own = classes([0], [2], [4], []), classes([0, 4], [0], [], [7])
    assert metrics.melody_in_accompaniment(own, lead) == pytest.approx(1 / 2)
    assert metrics.silence(own, lead) == pytest.approx(1 / 3)


def test_the_chord_of_a_beat_is_what_sounds_within_it():
    lead = classes([0], [4], [5], [0], [7], [7], [7], [7])
    own = classes([0, 4], [], [], [], [], [], [], [])
    assert metrics.note_in_chord(own, lead) == pytest.approx(3 / 4)  # the second beat has no chord


def test_pitch_class_overlap_over_segments():
    own, true = classes([0], [0], [2], []), classes([0], [4], [5], [5])
    segments = [slice(0, 2), slice(2, 4)]
    assert metrics.pitch_class_overlap(own, true, segments) == pytest.approx((0.5 + 0) / 2)
    assert metrics.pitch_class_overlap(true, true, segments) == pytest.approx(1)


def test_two_bars_from_the_first_with_lead():
    segments = metrics.two_bars(performance([], bars=4, first=1))
    assert segments == [slice(0, 32), slice(32, 48)]


def test_onset_positions_and_their_distance():
    own = metrics.onset_positions(performance([(0, 12, 60), (12, 12, 60), (60, 12, 60)], bars=2))
    assert np.flatnonzero(own["4/4"]).tolist() == [0, 4]
    assert own["4/4"][[0, 4]].tolist() == [1, 2]
    true = {"4/4": np.eye(16)[0]}
    assert metrics.onset_distance(own, true) == pytest.approx(2 / 3)
    assert metrics.onset_distance({}, true) == pytest.approx(0.5)  # nothing at all is half of everything


def test_notes_a_beat_are_counted_from_the_first_bar_with_lead():
    assert metrics.notes_per_beat(performance([(0, 1, 60), (48, 1, 60), (60, 1, 60)], bars=2, first=1)) == 0.5


def test_registers_are_half_octaves():
    low, high = performance([(0, 12, 48), (0, 12, 53), (12, 12, 54)]), performance([(0, 12, 84)])
    counts = metrics.registers(low)
    assert np.flatnonzero(counts).tolist() == [8, 9]
    assert counts[[8, 9]].tolist() == [2, 1]
    assert len(counts) == 22
    assert metrics.distance(counts, metrics.registers(high)) == 1


def test_lengths_and_voices():
    counts = metrics.lengths(performance([(0, 1, 60), (0, 3, 62), (0, 48, 64)]))
    assert counts.tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 1]
    roll = np.zeros((3, 128), np.int16)
    roll[0, 60:70] = 1
    roll[1, 60] = 1
    assert metrics.voices(roll).tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 1]


def test_the_truth_measured_against_itself():
    lead = [(0, 48, 72), (48, 48, 76)]
    true = performance([(0, 24, 48), (24, 24, 52), (48, 48, 55)], lead, bars=2)
    figures = metrics.summarise([true], [true])
    assert figures["aic"] == figures["overlap"] == 1
    assert (
        figures["silence"]
        == figures["onset_distance"]
        == figures["length_distance"]
        == figures["register_distance"]
        == 0
    )
    assert figures["notes_per_beat"] == pytest.approx(3 / 8)


def test_errors_of_means_and_what_is_not_there():
    songs = [dict.fromkeys(metrics.SONG_METRICS, value) for value in (1.0, 3.0, math.nan)]
    assert metrics.mean([song["aic"] for song in songs]) == 2
    assert math.isnan(metrics.mean([math.nan]))
    assert metrics.standard_errors(songs)["aic"] == pytest.approx(1.0)  # deviation of 1 and 3 is root 2, of two songs
    assert math.isnan(metrics.standard_errors(songs[:1])["aic"])
