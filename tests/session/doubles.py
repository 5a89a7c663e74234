"""An accompanist whose notes tell which call made them, and bars of lead in one line."""

from __future__ import annotations

from bridge.model.accompanist import Part, Request
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.session.events import Answered, Ask, Job, Outcome
from bridge.session.session import Session

FOUR_FOUR = Metre(4, 4)
LEAD = (Note(60, 0.0, 1.0, 80), Note(62, 1.0, 1.0, 80), Note(64, 2.0, 1.0, 80), Note(65, 3.0, 1.0, 80))


class Counting:
    """Plays a note on every beat from `from_beats` on, its pitch counting the calls upwards from 40."""

    name = "counting"
    used_controls = frozenset({"low", "high", "parts", "style", "seed", "variation"})
    part_names = ("piano", "bass")
    style_names = ("auto", "waltz")

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def accompany(self, request: Request) -> tuple[Part, ...]:
        self.requests.append(request)
        pitch = 40 + len(self.requests) % 50
        beats = (beat for beat in range(16) if request.from_beats <= beat < request.metre.length_beats)
        room = request.metre.length_beats
        notes = tuple(Note(pitch, float(beat), min(1.0, room - beat), 80) for beat in beats)
        return (Part("piano", notes),)


def ask(
    seq: int,
    number: int = 0,
    ahead: int = 0,
    known: float | None = None,
    notes: tuple[Note, ...] | None = None,
    metre: Metre = FOUR_FOUR,
    tempo_bpm: float = 120.0,
) -> Ask:
    """One bar of lead; whole unless `known` says otherwise, four quarters unless `notes` do."""
    known_beats = metre.length_beats if known is None else known
    lead = LEAD if notes is None else notes
    heard = tuple(n for n in lead if n.onset_beats < metre.length_beats)
    return Ask(seq, number, Bar(metre, heard).before(known_beats), tempo_bpm, ahead, known_beats)


def begun(session: Session, now_s: float = 0.0, entropy: int = 0) -> Job:
    """The next job, which there must be."""
    job = session.begin(now_s, entropy)
    assert job is not None
    return job


def answered(outcomes: tuple[Outcome, ...]) -> Answered:
    """The one answer among the outcomes."""
    (answer,) = (outcome for outcome in outcomes if isinstance(outcome, Answered))
    return answer


def onsets_and_pitches(answer: Answered) -> list[tuple[float, int]]:
    """What an answer plays, part by part."""
    return [(note.onset_beats, note.pitch_midi) for part in answer.parts for note in part.notes]
