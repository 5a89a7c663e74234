"""What is remembered is what would be made: it keeps nothing alive, and no value takes another's place."""

import random

import pytest

from bridge.model import registry, remembering
from bridge.model.remembering import Remembering
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.session.events import Ask
from bridge.session.local import answer
from bridge.session.session import Session


class Values(list):
    """A list that can be referred to weakly."""


def test_the_same_value_is_made_once_and_another_that_is_equal_by_itself():
    made = []

    def lengths(value, factor):
        made.append(tuple(value))
        return factor * len(value)

    known = Remembering(lengths)
    one, other = Values([1, 2]), Values([1, 2])
    assert [known(one, 3), known(one, 3), known(one, 4), known(other, 3)] == [6, 6, 8, 6]
    assert len(made) == 3


def test_of_one_value_so_much_is_kept_and_what_was_forgotten_is_made_again():
    known = Remembering(lambda value, factor: factor * len(value), 3)
    value = Values([1, 2])
    for _ in range(3):
        assert [known(value, factor) for factor in range(20)] == [2 * factor for factor in range(20)]
    assert len(known) == 3


def test_nothing_is_kept_alive_and_a_value_that_is_gone_does_not_lend_its_identity():
    for make in (tuple, lambda value: value):
        known = Remembering(make)
        for number in range(200):
            value = Values([number])
            assert list(known(value)) == [number]
            assert known(value) is known(value)
        assert len(known) == 1
        del value
        assert len(known) == 0


def evening(model, song, name, **controls):
    """The requests of a song with odd metres, promised notes and bars asked for again, and what was answered."""
    chance = random.Random(song)
    session = Session("one", name)
    session.set("seed", 5)
    for control, value in controls.items():
        session.set(control, value)
    metre, asked = Metre(4, 4), []

    class Noting:
        def accompany(self, request):
            asked.append((request, tuple(model.accompany(request))))
            return asked[-1][1]

    for number in range(12):
        if number % 4 == 0:
            metre = chance.choice([Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(4, 1)])
        length_beats = metre.length_beats
        notes = [
            Note(chance.choice((60, 62, 64, 67, 69)), chance.randrange(int(length_beats * 4)) / 4, 1.5, 80)
            for _ in range(chance.randrange(7))
        ]
        for place, known_beats in enumerate((length_beats / 2, length_beats)):
            ask = Ask(2 * number + place, number, Bar(metre, tuple(notes)).before(known_beats), 100.0, 0, known_beats)
            answer(session, ask, Noting())
    return asked


def _forgetful(self, value, *others):
    return self._make(value, *others)


@pytest.mark.parametrize("name", ["default", "chords", "onehot"])
@pytest.mark.parametrize("controls", [{}, {"swing": 0.5, "humanize": 0.4, "parts": "piano bass"}])
def test_a_bar_sounds_the_same_whatever_was_asked_before(name, controls, monkeypatch):
    """Songs asked about again in another order, then with nothing remembered at all."""
    warm = registry.load(name)
    asked = [request for song in range(2) for request in evening(warm, song, name, **controls)]
    random.Random(1).shuffle(asked)
    assert [tuple(warm.accompany(request)) for request, _ in asked] == [parts for _, parts in asked]
    monkeypatch.setattr(remembering.Remembering, "__call__", _forgetful)
    assert [tuple(warm.accompany(request)) for request, _ in asked] == [parts for _, parts in asked]
