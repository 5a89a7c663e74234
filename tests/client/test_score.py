"""Nothing hangs, whatever comes."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.client.score import NoteEvent, NoteOff, NoteOn, Score

MOMENTS = st.integers(0, 40).map(lambda quarter: quarter / 4)
NOTES = st.tuples(st.integers(60, 63), MOMENTS, st.integers(1, 12).map(lambda quarter: quarter / 4))


def hanging(events: list[NoteEvent]) -> dict[tuple[str, int], int]:
    """How many notes of each pitch sound in the end. Fails if one is begun twice or ended without a beginning."""
    sounding: dict[tuple[str, int], int] = {}
    for event in events:
        key = (event.part, event.pitch_midi)
        sounding[key] = sounding.get(key, 0) + (1 if isinstance(event, NoteOn) else -1)
        assert sounding[key] in (0, 1), event
    return {key: count for key, count in sounding.items() if count}


@given(st.lists(NOTES, max_size=30), st.lists(MOMENTS, max_size=12), st.none() | MOMENTS)
def test_every_beginning_has_its_end(notes: list, wakes: list[float], silenced_s: float | None) -> None:
    score = Score()
    for pitch, on_s, length_s in notes:
        score.add("piano", pitch, 80, on_s, on_s + length_s)
    events: list[NoteEvent] = []
    for now_s in sorted(wakes):
        if silenced_s is not None and now_s >= silenced_s:
            break
        events += score.wake(now_s)
        assert all(event.due_s <= now_s for event in events)
    if silenced_s is not None:
        ends, _ = score.silence(silenced_s)
        events += ends
        assert score.due_s is None
    events += score.wake(1e9)
    assert hanging(events) == {}
    if silenced_s is None:
        assert sum(isinstance(event, NoteOn) for event in events) == len(notes)


def test_a_pitch_struck_again_ends_the_first_and_keeps_the_second() -> None:
    score = Score()
    score.add("piano", 60, 80, 0.0, 3.0)
    score.add("piano", 60, 90, 1.0, 4.0)
    assert score.wake(10.0) == [
        NoteOn(0.0, "piano", 60, 80),
        NoteOff(1.0, "piano", 60),
        NoteOn(1.0, "piano", 60, 90),
        NoteOff(4.0, "piano", 60),
    ]


def test_what_meets_at_a_moment_ends_before_it_begins() -> None:
    score = Score()
    score.add("piano", 60, 80, 1.0, 2.0)
    score.add("piano", 60, 80, 0.0, 1.0)
    assert [type(event) for event in score.wake(1.0)] == [NoteOn, NoteOff, NoteOn]


def test_silence_says_how_many_notes_were_forgotten() -> None:
    score = Score()
    score.add("piano", 60, 80, 0.0, 2.0)
    score.add("bass", 36, 80, 1.0, 2.0)
    score.wake(0.5)
    assert score.silence(0.5) == ([NoteOff(0.5, "piano", 60)], 1)
