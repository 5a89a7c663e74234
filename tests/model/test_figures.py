"""A bar's figure: what it is of true bars, and that a bar written to one keeps it."""

from dataclasses import replace

import numpy as np
import pytest

from bridge.model import neural
from bridge.model.accompanist import LeadBar, Part, PlayedBar, Request
from bridge.model.controls import Controls
from bridge.model.note_rows import FIGURES, figure_of, likeness
from bridge.model.runtime import NoteRuntime
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note

NOTHING = np.zeros((0, 4), np.int64)


def bar(*notes):
    """(onset, pitch) each, an 8th long."""
    return np.array([(onset, pitch, 6, 80) for onset, pitch in notes], np.int64).reshape(-1, 4)


MATCH = bar((0, 48), (12, 52), (24, 55), (36, 60), (42, 64))
BEFORE = bar((0, 45), (24, 52), (24, 57))


@pytest.mark.parametrize(
    ("notes", "figure"),
    [
        (MATCH, 0),
        (MATCH[:4], 0),  # four notes of five
        (MATCH + np.array([0, 2, 0, 0]), 1),
        (BEFORE + np.array([0, 2, 0, 0]), 2),
        (bar((0, 50), (12, 50), (24, 50)), 3),  # three onsets of the match's five, two of the bar before's two: 2/3
        (bar((6, 50), (18, 50)), 4),
        (NOTHING, None),
    ],
)
def test_the_figure_of_a_bar(notes, figure):
    assert figure_of(notes, BEFORE, MATCH) == figure


def test_no_figure_without_earlier_bars():
    assert figure_of(MATCH, NOTHING, NOTHING) is None


def test_likeness_counts_what_is_common_once():
    assert likeness(np.array([[0], [0], [6]]), np.array([[6], [12]])) == pytest.approx(1 / 3)
    assert likeness(NOTHING, NOTHING) == 1
    assert likeness(NOTHING, MATCH) == 0


FOUR = Metre(4, 4)
TUNE = [(60, 64, 67, 72), (62, 65, 69, 74), (60, 64, 67, 72), (59, 62, 67, 71)]


POP = Controls().changed("style", "pop")
CHORDS = [(48, 52, 55, 64), (50, 53, 57, 65), (48, 52, 55, 64), (43, 50, 55, 62)]
ONSETS = [(0.0, 1.5, 3.0), (0.0, 2.0), (0.0, 1.0, 2.5), (0.0, 0.75, 2.0)]


def request(from_beats=0.0, kept=(), seed=3, chords=CHORDS):
    """Bar 4, whose lead is that of bar 0 and bar 2."""
    heard = [Bar(FOUR, tuple(Note(p, float(b), 1.0, 80) for b, p in enumerate(TUNE[n % 4]))) for n in range(5)]
    lead = tuple(LeadBar(number, one, 4.0) for number, one in enumerate(heard))
    history = tuple(
        PlayedBar(n, FOUR, (Part("piano", tuple(Note(p, o, 0.5, 70) for o in ONSETS[n] for p in chords[n])),))
        for n in range(4)
    )
    promised = (Part("piano", kept),) if kept else ()
    return Request(4, FOUR, 120.0, lead, history, promised, from_beats, POP, seed)


@pytest.fixture(scope="module")
def accompanist():
    return neural.load(None)


def written_to(accompanist, figure, monkeypatch, asked):
    hear = NoteRuntime.hear
    likely = 60 * np.eye(len(FIGURES), dtype=np.float32)[figure]
    monkeypatch.setattr(NoteRuntime, "hear", lambda *args: replace(hear(*args), figures=likely))
    (part,) = accompanist.accompany(asked)
    return part.notes


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("figure", "onsets"), [(0, {0.0, 1.0, 2.5}), (1, {0.0, 1.0, 2.5}), (2, {0.0, 0.75, 2.0})])
def test_a_bar_keeps_the_rhythm_of_its_figure(accompanist, monkeypatch, figure, onsets, seed):
    notes = written_to(accompanist, figure, monkeypatch, request(seed=seed))
    assert {note.onset_beats for note in notes} == onsets


def test_a_bar_asked_from_its_middle_keeps_what_is_left_of_the_rhythm(accompanist, monkeypatch):
    kept = (Note(48, 0.0, 1.0, 70), Note(52, 1.0, 1.0, 70))
    notes = written_to(accompanist, 1, monkeypatch, request(2.0, kept))
    assert {note.onset_beats for note in notes} == {2.5}


def test_promised_notes_rule_out_a_figure_that_they_are_not(accompanist, monkeypatch):
    kept = (Note(48, 0.25, 1.0, 70), Note(52, 0.5, 1.0, 70))
    for figure in (0, 1, 2):
        with monkeypatch.context() as patch:
            said = []
            patch.setattr(NoteRuntime, "told", lambda self, heard, drawn, said=said: said.append(drawn) or heard)
            written_to(accompanist, figure, patch, request(2.0, kept))
            assert said[0] in (3, 4)


def test_a_rhythm_of_a_longer_bar_is_cut_at_the_bar_line(accompanist, monkeypatch):
    one = request()
    short = replace(one, metre=Metre(2, 4), lead=(*one.lead[:-1], LeadBar(4, Bar(Metre(2, 4), ()), 2.0)))
    for seed in range(4):
        notes = written_to(accompanist, 2, monkeypatch, replace(short, seed=seed))
        assert {note.onset_beats for note in notes} == {0.0, 0.75}


def test_a_bar_that_is_the_same_again_comes_back_note_for_note(accompanist, monkeypatch):
    asked = request()
    assert written_to(accompanist, 0, monkeypatch, asked) == asked.history[2].notes
    kept, later = ([n for n in asked.history[2].notes if (n.onset_beats < 2) == early] for early in (True, False))
    assert written_to(accompanist, 0, monkeypatch, request(2.0, tuple(kept))) == tuple(later)


def test_a_bar_in_other_chords_than_are_planned_now_does_not_come_back(accompanist, monkeypatch):
    asked = request(chords=[*CHORDS[:2], (54, 58, 61, 66), CHORDS[3]])
    assert written_to(accompanist, 0, monkeypatch, asked) != asked.history[2].notes


def test_a_bar_comes_back_only_in_the_register_that_is_wished(accompanist, monkeypatch):
    asked = replace(request(), controls=POP.changed("low", 50))
    assert min(note.pitch_midi for note in written_to(accompanist, 0, monkeypatch, asked)) >= 50


@pytest.mark.parametrize("density", [-1.0, 1.0])
def test_a_bar_of_another_density_than_is_wished_does_not_come_back(accompanist, monkeypatch, density):
    asked = replace(request(), controls=POP.changed("density", density))
    assert written_to(accompanist, 0, monkeypatch, asked) != asked.history[2].notes


@pytest.mark.parametrize("figure", [0, 1, 2])
def test_chords_in_a_rhythm_that_is_kept_are_as_thick_as_they_were(accompanist, monkeypatch, figure):
    """Three onsets must not make up with thick chords for what the network would have played between them."""
    elsewhere = request(chords=[*CHORDS[:2], (54, 58, 61, 66), CHORDS[3]])
    notes = [written_to(accompanist, figure, monkeypatch, replace(elsewhere, seed=seed)) for seed in range(12)]
    voices = sum(map(len, notes)) / sum(len({note.onset_beats for note in bar}) for bar in notes)
    assert voices < 1.25 * len(CHORDS[0])
