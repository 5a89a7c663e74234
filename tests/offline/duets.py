"""A quick accompanist and songs for it, so that whole files are played without a trained model."""

from __future__ import annotations

from bridge.model.accompanist import Accompanist, Part, Request
from bridge.music.barlines import lay_bars
from bridge.music.metre import Metre, beats_of, step_of
from bridge.music.note import Note
from bridge.music.song import Song, TempoChange, Track


class Pulses:
    """Plays a note on every pulse left of the bar, its pitch drawn from the seed, and keeps what it was asked."""

    name = "pulses"
    used_controls = frozenset({"low", "high", "seed", "variation"})
    part_names = ("piano", "bass")
    style_names = ("auto",)

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def accompany(self, request: Request) -> tuple[Part, ...]:
        self.requests.append(request)
        low, high = request.controls.register
        metre = request.metre
        onsets = [pulse * metre.pulse_beats for pulse in range(metre.pulses)]
        notes = (
            Note(low + request.seed % (high - low + 1), beats_of(step_of(onset)), metre.pulse_beats, 70)
            for onset in onsets
            if onset >= request.from_beats
        )
        return (Part("piano", tuple(notes)),)


def accompanist() -> Pulses:
    pulses = Pulses()
    checked: Accompanist = pulses
    assert checked is pulses
    return pulses


def song(metres: list[tuple[int, Metre]], lead: list[Note], end_sixteenths: int) -> Song:
    """A song of one track. `metres`: (position in sixteenths, metre)."""
    bars, _ = lay_bars(metres, end_sixteenths)
    return Song(bars, (TempoChange(0, 100), TempoChange(6, 140)), (), (Track("MELODY", 0, False, tuple(lead)),))
