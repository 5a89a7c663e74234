"""The three situations, played to by an accompanist that writes down what it was told; and the baselines."""

import numpy as np
import pytest

from bridge.model.accompanist import Part
from bridge.music.metre import Metre
from bridge.music.note import Note
from tests.training.toy_songs import toy_song, toy_songs
from training import baselines, metrics
from training.play import SITUATIONS, play


class Scribe:
    """Plays middle C on the first beat it may and remembers its requests."""

    name = "scribe"
    used_controls = frozenset({"seed"})
    part_names = ("piano",)
    style_names = ("auto",)

    def __init__(self):
        self.requests = []

    def accompany(self, request):
        self.requests.append(request)
        return (Part("piano", (Note(60, request.from_beats, 0.5, 80),)),)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_bar_is_played_to_and_nothing_unheard_is_told(situation):
    song, scribe = toy_song("x", Metre(4, 4), 0), Scribe()
    own = play(song.piece, scribe, situation, {"seed": 0})
    bars = own[:, 0] // 48
    assert set(bars.tolist()) == set(range(12))
    for request in scribe.requests:
        known = request.target_lead.known_beats if request.target_lead else 0.0
        if situation == "follow":
            assert known == 4.0
        elif situation == "anticipate":
            assert known == 0.0
        else:
            assert known == request.from_beats
        if request.target_lead:
            assert all(note.onset_beats < known for note in request.target_lead.bar.notes)
    if situation == "on the beat":
        assert len(own) == 4 * 12  # one note at every beat: what was played stays
    else:
        assert own[:, 0].tolist() == [48 * bar for bar in range(12)]


def test_the_baselines_are_what_they_say():
    songs = toy_songs()
    truths = [baselines.performance(song, baselines.true_notes(song)) for song in songs]
    rows = baselines.baselines(songs, truths)
    figures = {name: metrics.summarise(performances, truths) for name, performances in rows.items()}
    assert figures["truth"]["overlap"] == pytest.approx(1)
    late = rows["truth, 1 bar late"][0]
    np.testing.assert_array_equal(late.own[:, 0], truths[0].own[:, 0] + 48)
    assert figures["truth, 1 bar late"]["aic"] < figures["truth, 1 beat late"]["aic"] < figures["truth"]["aic"]
    assert set(rows["tonic in every bar"][0].own[:, 2] % 12) == {0, 4, 7}
    assert baselines.key_of(songs[0]) == 0
