"""What was promised stays: which notes of an earlier answer come back unchanged."""

from __future__ import annotations

import pytest

from bridge.errors import BridgeError
from bridge.model.accompanist import Part
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.session.events import Answered, Ask
from bridge.session.promise import merged
from bridge.session.session import Session
from tests.session.doubles import LEAD, Counting, answered, ask, begun, onsets_and_pitches


class Player:
    """A session with its model: every ask answered at once."""

    def __init__(self) -> None:
        self.session = Session("song", "counting")
        self.model = Counting()
        self.now_s = 0.0

    def __call__(self, one: Ask, result: tuple[Part, ...] | BridgeError | None = None) -> Answered:
        self.now_s += 1.0
        outcomes = self.session.ask("me", one, self.now_s)
        if not outcomes:
            job = begun(self.session)
            outcomes = self.session.finish(job, result or self.model.accompany(job.request), self.now_s)
        return answered(outcomes)

    @property
    def played(self) -> int:
        return len(self.model.requests)


@pytest.fixture
def player() -> Player:
    return Player()


def test_asked_again_with_more_known_what_begins_before_comes_back_unchanged(player: Player) -> None:
    assert onsets_and_pitches(player(ask(1, known=0.0))) == [(0, 41), (1, 41), (2, 41), (3, 41)]
    assert onsets_and_pitches(player(ask(2, known=1.0))) == [(0, 41), (1, 42), (2, 42), (3, 42)]
    assert onsets_and_pitches(player(ask(3, known=2.5))) == [(0, 41), (1, 42), (2, 42), (3, 43)]


def test_the_model_is_told_what_is_kept_and_from_where_it_plays(player: Player) -> None:
    player(ask(1, known=0.0))
    player(ask(2, known=2.0))
    request = player.model.requests[-1]
    assert request.from_beats == 2.0
    assert [n.onset_beats for part in request.kept for n in part.notes] == [0.0, 1.0]


def test_a_note_that_begins_exactly_at_what_is_known_is_thought_over(player: Player) -> None:
    third = 4 / 12
    player(ask(1), (Part("piano", (Note(60, third, 1.0, 80),)),))
    wire_third = 0.3333333432674408  # the same place as a 32-bit float
    answer = player(ask(2, known=wire_third), (Part("piano", (Note(62, third, 1.0, 80),)),))
    assert onsets_and_pitches(answer) == [(third, 62)]


def test_the_bar_that_was_answered_ahead_is_promised_too(player: Player) -> None:
    player(ask(1, number=0, ahead=1))
    answer = player(ask(2, number=1, known=1.0))
    assert onsets_and_pitches(answer) == [(0, 41), (1, 42), (2, 42), (3, 42)]


def test_a_bar_asked_for_ahead_again_is_thought_over_from_its_beginning(player: Player) -> None:
    player(ask(1, number=0, ahead=1, known=3.0))
    answer = player(ask(2, number=0, ahead=1, known=3.75))
    assert [pitch for _, pitch in onsets_and_pitches(answer)] == [42, 42, 42, 42]


def test_a_whole_bar_asked_again_comes_back_unchanged_without_inference(player: Player) -> None:
    first = player(ask(1))
    again = player(ask(2))
    assert again.parts == first.parts
    assert again.seq == 2
    assert player.played == 1


def test_a_whole_bar_of_silence_comes_back_as_silence(player: Player) -> None:
    player(ask(1), (Part("piano"),))
    assert onsets_and_pitches(player(ask(2))) == []
    assert player.played == 0


def test_a_bar_known_in_parts_and_then_whole_comes_back_unchanged(player: Player) -> None:
    player(ask(1, known=1.0))
    second = player(ask(2, known=2.0))
    assert player(ask(3)).parts == second.parts


def test_a_whole_bar_asked_while_it_is_being_played_gets_what_that_promised(player: Player) -> None:
    session, model = player.session, player.model
    session.ask("me", ask(1), 0.0)
    job = begun(session)
    session.ask("me", ask(2), 0.0)
    first = answered(session.finish(job, model.accompany(job.request), 0.0))
    job = begun(session)
    assert job.request.from_beats == 4.0
    assert answered(session.finish(job, model.accompany(job.request), 0.0)).parts == first.parts


def test_a_whole_bar_asked_while_its_last_beats_are_thought_over_waits_for_them(player: Player) -> None:
    player(ask(1, known=0.0))
    session, model = player.session, player.model
    session.ask("me", ask(2, known=2.0), 2.0)
    job = begun(session)
    assert session.ask("me", ask(3), 2.0) == ()
    second = answered(session.finish(job, model.accompany(job.request), 2.0))
    assert onsets_and_pitches(second) == [(0, 41), (1, 41), (2, 42), (3, 42)]
    job = begun(session)
    assert answered(session.finish(job, model.accompany(job.request), 2.0)).parts == second.parts


@pytest.mark.parametrize(("control", "value"), [("variation", 1), ("density", 0.5), ("high", 70), ("seed", 3)])
def test_a_whole_bar_is_thought_over_when_a_control_was_moved(player: Player, control: str, value: float) -> None:
    player(ask(1))
    player.session.set(control, value)
    assert [pitch for _, pitch in onsets_and_pitches(player(ask(2)))] == [42, 42, 42, 42]


def test_the_display_of_chords_changes_no_promise(player: Player) -> None:
    first = player(ask(1))
    player.session.set("chords", 1)
    again = player(ask(2))
    assert again.parts == first.parts
    assert again.chords is not None


def test_a_whole_bar_whose_lead_was_changed_is_thought_over(player: Player) -> None:
    player(ask(1))
    changed = (Note(61, 0.0, 1.0, 80), *LEAD[1:])
    assert [pitch for _, pitch in onsets_and_pitches(player(ask(2, notes=changed)))] == [42, 42, 42, 42]


def test_a_lead_note_that_was_held_on_changes_no_promise(player: Player) -> None:
    first = player(ask(1, known=2.0))
    held = (Note(60, 0.0, 1.0, 80), Note(62, 1.0, 3.0, 80))
    assert player(ask(2, notes=held)).parts == first.parts


def test_while_the_bar_sounds_what_began_stays_even_if_controls_were_moved(player: Player) -> None:
    player(ask(1, known=1.0))
    player.session.set("low", 42)
    assert onsets_and_pitches(player(ask(2, known=2.0))) == [(0, 41), (1, 41), (2, 42), (3, 42)]


def test_a_bar_asked_again_in_another_metre_is_a_new_bar(player: Player) -> None:
    player(ask(1))
    answer = player(ask(2, known=2.0, metre=Metre(3, 4)))
    assert [pitch for _, pitch in onsets_and_pitches(answer)] == [42, 42, 42]


def test_after_a_reset_nothing_is_promised(player: Player) -> None:
    player(ask(1, known=1.0))
    player.session.reset()
    assert [pitch for _, pitch in onsets_and_pitches(player(ask(2, known=2.0)))] == [42, 42, 42, 42]


def piano(*notes: Note) -> tuple[Part, ...]:
    return (Part("piano", notes),)


def test_a_new_note_gives_way_to_a_promised_one_of_its_pitch_that_still_sounds() -> None:
    kept = Note(60, 0.0, 3.0, 80)
    again, free = Note(60, 2.0, 1.0, 80), Note(60, 3.0, 1.0, 80)
    other = Note(64, 2.0, 1.0, 80)
    assert merged(piano(kept), piano(again, other, free), 2.0) == piano(kept, other, free)


def test_a_new_note_of_another_part_may_double_a_promised_one() -> None:
    kept, new = Note(60, 0.0, 4.0, 80), Note(60, 2.0, 1.0, 80)
    assert merged(piano(kept), (Part("bass", (new,)),), 2.0) == (Part("bass", (new,)), *piano(kept))


def test_a_new_note_before_what_is_known_is_left_out() -> None:
    kept, early = Note(60, 0.0, 1.0, 80), Note(64, 2.0 - 5e-5, 1.0, 80)
    assert merged(piano(kept), piano(early), 2.0) == piano(kept)
    assert merged((), piano(early), 2.0) == piano(), "silence was promised"


def test_two_parts_of_one_name_become_one() -> None:
    first, second = Note(60, 1.0, 1.0, 80), Note(64, 0.0, 1.0, 80)
    assert merged((), (*piano(first), *piano(second)), 0.0) == piano(second, first)


def test_a_part_that_plays_no_more_keeps_what_it_promised() -> None:
    kept, new = (Part("bass", (Note(40, 0.0, 1.0, 80),)),), piano(Note(60, 2.0, 1.0, 80))
    assert merged(kept, new, 2.0) == (*new, *kept)


def test_what_a_note_was_meant_as_stays_with_it(player: Player) -> None:
    played, meant = Note(60, 0.02, 0.98, 70), Note(60, 0.0, 1.0, 80)
    late, even = Note(62, 2.01, 1.0, 75), Note(62, 2.0, 1.0, 80)
    result = (Part("piano", (late, played), (even, meant)),)
    player.session.set("humanize", 0.5)
    [part] = player(ask(0), result).parts
    assert part.pairs == ((played, meant), (late, even)), "by onset, each with its own"
    fresh = (Part("piano", (Note(64, 3.0, 1.0, 80),)),)
    [part] = merged((Part("piano", (played,), (meant,)),), fresh, 1.0)
    assert part.meant == (meant, Note(64, 3.0, 1.0, 80)), "beside what was played as it was meant"
    [part] = merged((), fresh, 0.0)
    assert part.meant == ()
