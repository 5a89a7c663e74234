"""What can be heard of sound without ears: silence, clipping, tempo, and how loud each track is beside the others.

Levels are `bridge.offline.loudness`. The tempo is that of the strongest pulse: the autocorrelation of how much the
spectrum rises (spectral flux), weighed towards 120 beats a minute as listeners do, after Ellis, Beat tracking by
dynamic programming (2007). It knows samples; which notes were meant is told to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bridge.music.song import Song
from bridge.offline.loudness import RATE_HZ, Levels, Samples, measure

Floats = npt.NDArray[np.float64]

BLOCK = RATE_HZ // 100
SILENT_DBFS = -60.0
"""Quieter than this for a hundredth of a second is silence."""
FULL_SCALE = 0.9999
HOP, WINDOW = RATE_HZ // 100, 2048
SLOWEST_BPM, FASTEST_BPM = 30.0, 300.0
LIKELY_BPM, OCTAVES = 120.0, 0.9
MULTIPLES = 6
"""A pulse is told by so many of its multiples, which also makes it exact."""
SAME_PULSE = 0.02
PULSES = {
    1.0: "the beat",
    2.0: "half a beat",
    0.5: "two beats",
    3.0: "a third of a beat",
    1 / 3: "three beats",
    1.5: "two thirds of a beat",
    2 / 3: "one and a half beats",
    4.0: "a quarter of a beat",
    0.25: "four beats",
}
"""Heard tempo over the written one -> which pulse was heard."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found in some sound.

    clipped      how many samples are at full scale
    before_s     silence before the first sound, `after_s` after the last, `gap_s` the longest in between
    tempo_bpm    of the strongest pulse, None where nothing pulses
    """

    levels: Levels
    clipped: int
    before_s: float
    after_s: float
    gap_s: float
    tempo_bpm: float | None


def listen(samples: Samples) -> Heard:
    """Everything about sound at 48 kHz, shape (frames, channels)."""
    clipped = int((np.abs(samples) >= FULL_SCALE).sum())
    return Heard(measure(samples), clipped, *silences_s(samples), tempo_bpm(samples))


def silences_s(samples: Samples) -> tuple[float, float, float]:
    """Silence before the first sound, after the last, and the longest in between, in seconds."""
    blocks = -(-len(samples) // BLOCK)
    padded = np.zeros(blocks * BLOCK)
    padded[: len(samples)] = np.abs(samples).max(axis=1, initial=0.0)
    sounding = np.flatnonzero(padded.reshape(blocks, BLOCK).max(axis=1, initial=0.0) > 10 ** (SILENT_DBFS / 20))
    if not sounding.size:
        return len(samples) / RATE_HZ, 0.0, 0.0
    gaps = np.diff(sounding) - 1
    step_s = BLOCK / RATE_HZ
    return (
        float(sounding[0] * step_s),
        float((blocks - 1 - sounding[-1]) * step_s),
        float(gaps.max(initial=0) * step_s),
    )


def tempo_bpm(samples: Samples) -> float | None:
    """The tempo of the strongest pulse between 30 and 300 a minute; None for sound that has none, or under 4 s."""
    rises = onset_strength(samples)
    if len(rises) < 400 or not rises.any():
        return None
    rises = rises - rises.mean()
    spectrum = np.fft.rfft(rises, 2 * len(rises))
    again = np.fft.irfft(np.abs(spectrum) ** 2)[: len(rises)]
    again /= again[0]
    per_minute = 60 * RATE_HZ / HOP
    candidates = np.geomspace(SLOWEST_BPM, FASTEST_BPM, 4000)
    lags = per_minute / candidates[:, None] * np.arange(1, MULTIPLES + 1)
    found = np.interp(lags, np.arange(len(again)), again, right=0.0).mean(axis=1)
    weights = np.exp(-0.5 * (np.log2(candidates / LIKELY_BPM) / OCTAVES) ** 2)
    best = int((found * weights).argmax())
    return float(candidates[best]) if found[best] > 0.02 else None


def onset_strength(samples: Samples) -> Floats:
    """How much louder each band gets from hop to hop (10 ms), in logarithms, summed over bands."""
    mono = samples.mean(axis=1)
    frames = max((len(mono) - WINDOW) // HOP + 1, 0)
    if not frames:
        return np.zeros(0)
    window = np.hanning(WINDOW).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(mono, WINDOW)[::HOP]
    rises = np.zeros(frames)
    before = None
    for start in range(0, frames, 1000):  # a song at once would be gigabytes
        part = np.log1p(100 * np.abs(np.fft.rfft(windows[start : start + 1000] * window, axis=1)))
        held = part if before is None else np.concatenate([before, part])
        rises[start + len(part) - len(held) + 1 : start + len(part)] = np.maximum(np.diff(held, axis=0), 0).sum(axis=1)
        before = part[-1:]
    return rises


def told(heard: Heard, song: Song, tracks: Sequence[tuple[str, Levels]] = ()) -> tuple[str, ...]:
    """The report, line by line. `tracks`: name and levels of each track when it plays alone, the lead first."""
    levels = heard.levels
    lines = [
        f"levels    peak {levels.peak_dbfs:.1f} dBFS, loudness {levels.loudness_lufs:.1f} LUFS",
        f"clipping  {heard.clipped} samples at full scale" if heard.clipped else "clipping  none",
        f"silence   {heard.before_s:.2f} s before, {heard.after_s:.2f} s after, at most {heard.gap_s:.2f} s inside",
        f"tempo     {_tempo(heard.tempo_bpm, song)}",
    ]
    if len(tracks) > 1:
        lead_lufs = tracks[0][1].loudness_lufs
        beside = ", ".join(f"{name} {one.loudness_lufs - lead_lufs:+.1f} LU" for name, one in tracks[1:])
        lines.append(f"balance   against {tracks[0][0]}, each alone: {beside}")
    return tuple(lines)


def _tempo(heard_bpm: float | None, song: Song) -> str:
    written = sorted({song.tempo_at(bar.start_beats) for bar in song.bars})
    said = f"{written[0]:.4g}" if len(written) == 1 else f"{written[0]:.4g} to {written[-1]:.4g}"
    if heard_bpm is None:
        return f"no pulse is heard; {said} is written"
    ratios = {ratio: abs(heard_bpm / bpm / ratio - 1) for ratio in PULSES for bpm in written}
    near = min(ratios, key=lambda ratio: ratios[ratio])
    which = PULSES[near] if ratios[near] <= SAME_PULSE else "no pulse of what is written"
    return f"{heard_bpm:.1f} a minute is heard, {said} beats a minute is written: {which}"
