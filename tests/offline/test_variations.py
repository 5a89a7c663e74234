from __future__ import annotations

from pathlib import Path

import pytest
from duets import Pulses, accompanist, song
from hypothesis import given
from hypothesis import strategies as st

from bridge.cli import main
from bridge.commands import accompany as command
from bridge.errors import InputError
from bridge.leads import lead_path
from bridge.model.accompanist import Part
from bridge.music.bar import Bar
from bridge.music.instruments import as_track
from bridge.music.metre import Metre
from bridge.music.midi import read_song
from bridge.music.note import Note
from bridge.music.song import Song
from bridge.offline.accompany import accompany
from bridge.offline.keeping import as_history, bars_named, kept_bars
from bridge.offline.variations import LEAST_DIFFERENCE, Played, difference, fit, variations

METRE = Metre(4, 4)
TUNE = song([(0, METRE)], [Note(60 + beat % 5, beat, 1, 80) for beat in range(24)], 96)


def one_bar(*pitches: int, part: str = "piano") -> Played:
    return ((Part(part, tuple(Note(pitch, float(beat), 1, 80) for beat, pitch in enumerate(pitches))),),)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (one_bar(60, 62), one_bar(60, 62), 0.0),
        (one_bar(60, 62), one_bar(60, 64), 0.5),
        (one_bar(60, 62), one_bar(62, 60), 1.0),
        (one_bar(60, 62), one_bar(60, 62, part="bass"), 1.0),
        (one_bar(60, 62, 64), one_bar(60), 0.5),
        (one_bar(), one_bar(), 0.0),
        (one_bar(60), one_bar(), 1.0),
    ],
)
def test_difference_by_hand(one: Played, other: Played, expected: float) -> None:
    assert difference(one, other) == pytest.approx(expected) == difference(other, one)


def test_only_the_bars_that_are_meant_are_compared() -> None:
    one, other = one_bar(60) + one_bar(62), one_bar(60) + one_bar(64)
    assert difference(one, other, {0}) == 0
    assert difference(one, other, {1}) == 1


@pytest.mark.parametrize(
    ("lead", "own", "expected"),
    [
        ([Note(60, 0, 1, 80)], one_bar(48), 1.0),
        ([Note(60, 0, 1, 80)], one_bar(50), 0.0),
        ([Note(60, 0, 2, 80)], one_bar(48, 50), 0.5),
        ([Note(60, 0, 4, 80)], one_bar(48), 1.0),  # three beats of rest are not counted
        ([Note(60, 0, 0.5, 80), Note(62, 0.5, 1.5, 80)], one_bar(48, 50), 0.75),
        ([], one_bar(48), 1.0),
        ([Note(60, 0, 1, 80)], one_bar(), 1.0),
    ],
)
def test_fit_by_hand(lead: list[Note], own: Played, expected: float) -> None:
    assert fit([Bar(METRE, tuple(lead))], own) == pytest.approx(expected)


def test_variations_differ_and_a_worse_or_a_like_one_is_passed_over() -> None:
    lead = [Bar(METRE, (Note(60, 0, 4, 80),))]
    made = [one_bar(60, 72, 48), one_bar(60, 72, 48), one_bar(61, 73), one_bar(48, 60, 72), one_bar(72, 48, 60)]
    found = list(variations(made.__getitem__, lead, 3))
    assert [v.number for v in found] == [0, 3, 4]
    assert [v.difference for v in found] == [1.0, 1.0, 1.0]
    assert [v.fit for v in found] == [1.0, 1.0, 1.0]


def test_one_that_was_there_before_is_not_made_again() -> None:
    made = [one_bar(60), one_bar(62)]
    [found] = variations(made.__getitem__, [Bar(METRE)], 1, unlike=[one_bar(60)])
    assert (found.number, found.difference) == (1, 1.0)


def test_the_search_ends() -> None:
    asked: list[int] = []

    def make(number: int) -> Played:
        asked.append(number)
        return one_bar(60, 62, 64, 60, 62, 64 + number % 2)

    assert len(list(variations(make, [Bar(METRE)], 5))) == 1
    assert asked == list(range(40)), "a sixth of the notes is too little"
    asked.clear()
    assert list(variations(lambda number: make(0), [Bar(METRE)], 5, unlike=[make(0)])) == []
    assert len(asked) == 1 + 3, "who only repeats himself is not asked for ever"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", {0}), ("1-3", {0, 1, 2}), ("1-2,5", {0, 1, 4}), ("8-", {7, 8, 9}), (" 2 - 3 , 10", {1, 2, 9})],
)
def test_bars_are_named_as_people_count(text: str, expected: set[int]) -> None:
    assert bars_named(text, 10) == expected


@pytest.mark.parametrize("text", ["", "0", "11", "3-2", "a", "1-2-3", "1,,2", "5-12"])
def test_bars_that_are_not_there(text: str) -> None:
    with pytest.raises(InputError, match="no bars"):
        bars_named(text, 10)


@pytest.mark.parametrize("mode", ["follow", "anticipate"])
@given(kept=st.sets(st.integers(0, 5), max_size=5))
def test_kept_bars_stay_and_the_rest_is_played_from_them(mode: str, kept: set[int]) -> None:
    earlier = accompany(TUNE, 0, Pulses(), mode)  # type: ignore[arg-type]
    pulses = Pulses()
    played = accompany(TUNE, 0, pulses, mode, {"seed": 5}, None, {n: earlier[n] for n in kept})  # type: ignore[arg-type]
    assert len(played) == 6
    assert all(played[number] == earlier[number] for number in kept)
    assert [request.target for request in pulses.requests] == [n for n in range(6) if n not in kept]
    for request in pulses.requests:
        assert [bar.parts for bar in request.history] == list(played[: request.target])


def test_history_of_kept_bars_is_on_the_grid() -> None:
    loose = (Part("piano", (Note(60, 0.01, 5.0, 80), Note(62, 3.99, 0.5, 70))),)
    [part] = as_history(loose, METRE)
    assert [(n.onset_beats, n.end_beats) for n in part.notes] == [(0.0, 4.0), (47 / 12, 4.0)]


def test_kept_bars_come_out_of_the_file_as_they_are() -> None:
    piano = as_track("piano", [Note(60, 0.01, 1, 80), Note(62, 4.03125, 1, 70), Note(64, 8.0, 0.3, 60)])
    earlier = Song(TUNE.bars, TUNE.tempos, (), (TUNE.tracks[0], piano))
    assert kept_bars(TUNE, earlier, frozenset({1, 2}), TUNE.tracks[0]) == {
        1: (Part("piano", (Note(62, 0.03125, 1, 70),)),),
        2: (Part("piano", (Note(64, 0.0, 0.3, 60),)),),
    }


def test_a_lead_called_piano_is_not_kept_as_accompaniment() -> None:
    lead = as_track("piano", TUNE.tracks[0].notes)
    bass = as_track("bass", [Note(36, 0, 4, 70)])
    kept = kept_bars(TUNE, Song(TUNE.bars, TUNE.tempos, (), (lead, bass)), frozenset({0}), TUNE.tracks[0])
    assert kept == {0: (Part("bass", bass.notes),)}


def test_another_song_is_refused() -> None:
    waltz = song([(0, Metre(3, 4))], [Note(60, 0, 1, 80)], 96)
    piano = as_track("piano", [Note(60, 0, 1, 80)])
    with pytest.raises(InputError, match="made for another song"):
        kept_bars(TUNE, Song(waltz.bars, (), (), (piano,)), frozenset({0, 1}), TUNE.tracks[0])
    with pytest.raises(InputError, match="no track called piano"):
        kept_bars(TUNE, TUNE, frozenset({0}), TUNE.tracks[0])


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "load", lambda name: accompanist())


@pytest.mark.usefixtures("_quick")
def test_the_command_writes_as_many_and_says_how_they_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accompany", "greensleeves", "-o", str(tmp_path / "duet.mid"), "--variations", "3"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["duet-1.mid", "duet-2.mid", "duet-3.mid"]
    assert capsys.readouterr().out.count("of its notes are its own, fits ") == 3
    played = [
        ((Part("piano", read_song((tmp_path / f"duet-{n}.mid").read_bytes()).tracks[1].notes),),) for n in (1, 2, 3)
    ]
    assert min(difference(played[a], played[b]) for a, b in ((0, 1), (0, 2), (1, 2))) >= LEAST_DIFFERENCE


@pytest.mark.usefixtures("_quick")
def test_the_command_keeps_bars_to_the_tick(tmp_path: Path) -> None:
    first, second = tmp_path / "first.mid", tmp_path / "second.mid"
    lead = tmp_path / "lead.mid"
    lead.write_bytes(lead_path("greensleeves").read_bytes())
    assert main(["accompany", str(lead), "-o", str(first)]) == 0
    assert main(["accompany", str(lead), "-o", str(second), "--keep", "1-8,20-", "--from", str(first)]) == 0
    one, two = (read_song(path.read_bytes()) for path in (first, second))
    edges = (one.bars[8].start_beats, one.bars[19].start_beats)

    def kept(track: int, notes: Song) -> list[Note]:
        return [n for n in notes.tracks[track].notes if not edges[0] <= n.onset_beats < edges[1]]

    assert one.tracks[0] == two.tracks[0]
    assert kept(1, one) == kept(1, two)
    assert one.tracks[1] != two.tracks[1]


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--variations", "0"], "0 variations are outside 1..32"),
        (["--variations", "2", "-o", "-"], "do not go into one stream"),
        (["--keep", "1-8"], "--keep and --from belong together"),
        (["--from", "x.mid"], "--keep and --from belong together"),
        (["--keep", "1-99", "--from", "{lead}"], "there are no bars 1-99: the song has 1 to 33"),
        (["--keep", "1-33", "--from", "{lead}"], "nothing is left to be made anew"),
        (["--keep", "1-8", "--from", "{lead}"], "no track called piano"),
        (["--keep", "1-8", "--from", "{lead}", "-o", "{lead}"], "is what is read here"),
    ],
)
def test_what_cannot_be_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    lead = tmp_path / "lead.mid"
    lead.write_bytes(lead_path("greensleeves").read_bytes())
    before = lead.read_bytes()
    filled = [option.format(lead=lead) for option in options]
    assert main(["accompany", "greensleeves", "-o", str(tmp_path / "out.mid"), *filled]) == 2
    assert sentence in capsys.readouterr().err
    assert lead.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["lead.mid"]
