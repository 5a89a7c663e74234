"""Which bar a client sends when, and until when an answer is of use. A list made before the song starts.

ahead 0   everything is known beforehand (a clip, a file): bar b goes out whole, one bar before it starts.
ahead 1   somebody plays: a sixteenth before its end bar b goes out as far as it is known, and bar b + 1 is wanted;
          at the bar line b goes out once more, whole, wanting nothing. A bar that cannot be asked for from the one
          before (the first; one whose metre is another) is asked for itself, a sixteenth before it begins, with
          nothing known but its metre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.client.timeline import bar_start_s, moment_s
from bridge.music.bar import Bar
from bridge.music.song import Song
from bridge.session.anticipating import SIXTEENTH_BEATS, anticipating
from bridge.session.events import Ask

UNNUMBERED = -1


@dataclass(frozen=True, slots=True)
class Step:
    """One request of the song.

    at_s     when it is sent, in seconds from the first bar line (negative: in the count-in)
    until_s  the end of the bar that it serves: an answer after it can change nothing
    ask      what is sent; its `seq` is given when it goes out
    """

    at_s: float
    until_s: float
    ask: Ask

    @property
    def is_wanted(self) -> bool:
        """Whether notes are wanted for it."""
        return self.ask.ahead >= 0


def plan(song: Song, lead: Sequence[Bar], ahead: int) -> tuple[Step, ...]:
    """Every request of a song in the order of sending. `lead`: one Bar for each bar; `ahead`: 0 or 1."""
    return _known_beforehand(song, lead) if ahead == 0 else _played_live(song, lead)


def _known_beforehand(song: Song, lead: Sequence[Bar]) -> tuple[Step, ...]:
    return tuple(
        Step(
            bar_start_s(song, number - 1),
            bar_start_s(song, number + 1),
            _ask(song, number, bar, 0, bar.metre.length_beats),
        )
        for number, bar in enumerate(lead)
    )


def _played_live(song: Song, lead: Sequence[Bar]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for number, told, ahead, known_beats in anticipating(lead):
        served = number if ahead == 0 else number + 1  # the bar that it is sent for the sake of
        if ahead < 0 and known_beats == told.metre.length_beats:
            at_s = bar_start_s(song, served)
        else:
            early_s = moment_s(song, song.bars[served].start_beats - SIXTEENTH_BEATS)
            at_s = max(early_s, bar_start_s(song, served - 1))
        steps.append(Step(at_s, bar_start_s(song, served + 1), _ask(song, number, told, ahead, known_beats)))
    return tuple(steps)


def _ask(song: Song, number: int, bar: Bar, ahead: int, known_beats: float) -> Ask:
    tempo_bpm = song.tempo_at(song.bars[number].start_beats)
    return Ask(UNNUMBERED, number, bar, tempo_bpm, ahead, known_beats)
