"""How a bar of any metre is counted, and where a chord has its place in it: the half bars. It knows no chords."""

from __future__ import annotations

from functools import lru_cache

from bridge.music.metre import STEPS_PER_BEAT, Metre


@lru_cache(maxsize=64)
def grouping(metre: Metre) -> tuple[int, tuple[int, ...]]:
    """How a bar is counted: (steps of a unit, units of each group).

    A unit is mostly an eighth and a group what a foot taps: 4/4 is (6, (2, 2, 2, 2)), 6/8 (6, (3, 3)), 7/8
    (6, (2, 2, 3)), 3/8 (6, (3,)).
    """
    pulse_steps = round(metre.pulse_beats * STEPS_PER_BEAT)
    if metre.is_compound:
        return pulse_steps // 3, (3,) * metre.pulses
    if pulse_steps >= STEPS_PER_BEAT:
        return STEPS_PER_BEAT // 2, (2,) * (metre.length_steps // STEPS_PER_BEAT)
    if metre.pulses < 3:
        return pulse_steps, (metre.pulses,)
    return pulse_steps, (2,) * ((metre.pulses - 3) // 2) + ((3,) if metre.pulses % 2 else (2, 2))


@lru_cache(maxsize=64)
def half_bars(metre: Metre) -> tuple[int, ...]:
    """How many groups each place for a chord has: two in 4/4 (2, 2), one in 3/4 and 2/4, (3, 2) in 5/4."""
    groups = grouping(metre)[1]
    if len(groups) == 2 and groups[0] == 3:
        return (1, 1)
    if len(groups) <= 3:
        return (len(groups),)
    if len(groups) == 5:
        return (3, 2)
    return (2,) * ((len(groups) - 2) // 2) + ((2,) if len(groups) % 2 == 0 else (3,))


@lru_cache(maxsize=64)
def half_bar_steps(metre: Metre) -> tuple[int, ...]:
    """Where the half bars begin, and at last where the bar ends, in steps."""
    unit_steps, groups = grouping(metre)
    edges, group = [0], 0
    for count in half_bars(metre):
        group += count
        edges.append(sum(groups[:group]) * unit_steps)
    return tuple(edges)


@lru_cache(maxsize=64)
def half_bar_beats(metre: Metre) -> tuple[float, ...]:
    """Where the half bars begin, and at last where the bar ends, in beats."""
    return tuple(step / STEPS_PER_BEAT for step in half_bar_steps(metre))
