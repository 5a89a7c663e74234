"""Live's transport, simulated: where the song is at a moment of virtual time, and who is told when it moves.

A tick is 1/480 beat. Between two changes (tempo, jump, stop) the song runs straight, so every coming place has a time.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from max_patch.build.simulator.clock import Clock

TICKS_PER_BEAT = 480


@dataclass(frozen=True)
class Place:
    """What `transport` reports at a bang: bar and beat from 1, units in ticks."""

    bar: int
    beat: int
    units: float
    numerator: int
    denominator: int
    tempo: float
    is_playing: bool
    ticks: float


class Transport:
    """The song's position. `metres`: [(tick, numerator, denominator)], rising, each on a bar line, the first at 0."""

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self._clock = clock
        self._random = random.Random(seed)
        self.metres: list[tuple[int, int, int]] = [(0, 4, 4)]
        self.counts_naively = False
        """Whether the bar is counted as if the whole song were in the metre of this moment."""
        self.tempo = 120.0
        self.is_playing = False
        self.loop: tuple[int, int] | None = None
        self._ticks = 0.0
        self._since_ms = 0.0
        self._grids: list[tuple[int, Callable[[], None]]] = []
        self._cancels: list[Callable[[], None]] = []
        self._watchers: list[Callable[[str], None]] = []

    @property
    def ticks(self) -> float:
        """Where the song is now."""
        if not self.is_playing:
            return self._ticks
        return self._ticks + (self._clock.now_ms - self._since_ms) * self.ticks_per_ms

    @property
    def ticks_per_ms(self) -> float:
        """How fast the song goes."""
        return self.tempo * TICKS_PER_BEAT / 60_000

    @property
    def metre(self) -> tuple[int, int, int]:
        """(tick where it began, numerator, denominator) of the metre that holds now."""
        here = self.ticks + 1e-6
        return [row for row in self.metres if row[0] <= here][-1] if here >= 0 else self.metres[0]

    def place(self) -> Place:
        """What a poll finds."""
        ticks = self.ticks
        _, numerator, denominator = self.metre
        if self.counts_naively:
            start, bars = 0, 0
        else:
            start, bars = self._bars_before_metre()
        length = numerator * 4 * TICKS_PER_BEAT / denominator
        inside = ticks - start + 1e-6
        bar = int(inside // length)
        into = max(0.0, inside - bar * length)
        pulse = 4 * TICKS_PER_BEAT / denominator
        beat = int(into // pulse)
        return Place(
            bars + bar + 1,
            beat + 1,
            round(into - beat * pulse, 3),
            numerator,
            denominator,
            self.tempo,
            self.is_playing,
            round(ticks, 3),
        )

    def bar_line(self) -> tuple[int, float]:
        """The number (from 1) and the tick of the line of the bar that sounds now, by the map of metres."""
        start, numerator, denominator = self.metre
        _, bars = self._bars_before_metre()
        length = numerator * 4 * TICKS_PER_BEAT / denominator
        bar = int((self.ticks - start + 1e-6) // length)
        return bars + bar + 1, start + bar * length

    def _bars_before_metre(self) -> tuple[int, int]:
        begin = self.metre[0]
        bars = 0
        for (tick, numerator, denominator), later in zip(self.metres, self.metres[1:], strict=False):
            if tick < begin:
                bars += round((later[0] - tick) / (numerator * 4 * TICKS_PER_BEAT / denominator))
        return begin, bars

    def watch(self, watcher: Callable[[str], None]) -> None:
        """Be told `start`, `stop`, `jump` and `move` (the way ahead has changed)."""
        self._watchers.append(watcher)

    def on_grid(self, interval_ticks: int, action: Callable[[], None]) -> None:
        """Do something on every multiple of so many ticks while the song plays."""
        self._grids.append((interval_ticks, action))
        self._plan()

    # What a person does

    def start(self, ticks: float | None = None) -> None:
        """Press Play, here or there."""
        self._ticks = self._ticks if ticks is None else float(ticks)
        self.is_playing = True
        self._from_here("start")

    def stop(self) -> None:
        """Press Stop."""
        self._ticks = self.ticks
        self.is_playing = False
        self._from_here("stop")

    def jump(self, ticks: float) -> None:
        """Go somewhere else, playing on."""
        self._ticks = float(ticks)
        self._from_here("jump")

    def set_tempo(self, tempo: float) -> None:
        """Another tempo from here on."""
        self._ticks = self.ticks
        self.tempo = tempo
        self._from_here("move")

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Loop between two ticks, or no more."""
        self._ticks = self.ticks
        self.loop = loop
        self._from_here("move")

    def ms_until(self, ticks: float) -> float:
        """How long until the song is there, if nothing comes between."""
        return (ticks - self.ticks) / self.ticks_per_ms

    # The way ahead

    def _from_here(self, what: str) -> None:
        self._since_ms = self._clock.now_ms
        for watcher in self._watchers:
            watcher(what)
        self._plan(is_fresh=what in ("start", "jump"))

    def _plan(self, is_fresh: bool = False) -> None:
        for cancel in self._cancels:
            cancel()
        self._cancels = []
        if not self.is_playing:
            return
        # Nobody could measure whether the first bang after a start or a jump comes on the place itself: both happen.
        on_place = is_fresh and self._random.random() < 0.5
        for interval, action in self._grids:
            here = self.ticks
            nearest = round(here / interval) * interval
            is_on_grid = abs(here - nearest) < 1e-6
            following = nearest if is_on_grid and on_place else (here // interval + 1) * interval
            if is_on_grid and not on_place:
                following = nearest + interval
            self._cancels.append(_nothing)
            self._schedule(len(self._cancels) - 1, following, interval, action)
        if self.loop and self.ticks < self.loop[1]:
            self._cancels.append(self._clock.after(self.ms_until(self.loop[1]), self._turn))

    def _schedule(self, index: int, following: float, interval: int, action: Callable[[], None]) -> None:
        if self.loop and self.ticks < self.loop[1] <= following:
            self._cancels[index] = _nothing  # the turn of the loop comes first, and plans anew
            return

        def bang() -> None:
            self._ticks, self._since_ms = float(following), self._clock.now_ms
            self._schedule(index, following + interval, interval, action)
            action()

        self._cancels[index] = self._clock.after(max(0.0, self.ms_until(following)), bang)

    def _turn(self) -> None:
        assert self.loop is not None
        self._ticks = float(self.loop[0])
        self._from_here("jump")


def _nothing() -> None:
    pass
