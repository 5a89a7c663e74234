"""How loud sound is: integrated loudness after ITU-R BS.1770-4 and the highest sample. It knows samples, no files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE_HZ = 48_000
"""The rate for which the recommendation gives its filters; sound of another rate is not measured here."""
BLOCK_S, HOP_S = 0.4, 0.1
SILENT_LUFS, GATE_LU = -70.0, -10.0
OFFSET_LUFS = -0.691

Samples = npt.NDArray[np.float32]
"""Shape (frames, channels), full scale at -1 and 1."""

# numerator and denominator of the two stages at 48 kHz: BS.1770-4, tables 1 (the head) and 2 (the low cut)
_STAGES = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)


@dataclass(frozen=True, slots=True)
class Levels:
    """peak_dbfs: the highest sample, 0 is full scale; loudness_lufs: integrated; -inf for digital silence."""

    peak_dbfs: float
    loudness_lufs: float


def measure(samples: Samples) -> Levels:
    """Peak and integrated loudness of sound at 48 kHz.

    The weighting is laid over each block's power spectrum instead of filtering the sound, which is the same but for
    the block's edges, and needs no filter library. Sound shorter than a block (0.4 s) is one block.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    return Levels(_decibels(peak * peak), loudness(samples))


def loudness(samples: Samples) -> float:
    """Integrated loudness in LUFS: blocks of 400 ms every 100 ms, those under -70 LUFS left out, then those more than
    10 LU under the mean of the rest. -inf where nothing is left."""
    block, hop = round(BLOCK_S * RATE_HZ), round(HOP_S * RATE_HZ)
    missing = max(0, block - len(samples))
    if missing:
        samples = np.concatenate([samples, np.zeros((missing, samples.shape[1]), np.float32)])
    weights = _power_weights(block)
    powers = np.array(
        [
            (np.abs(np.fft.rfft(samples[start : start + block], axis=0)) ** 2 * weights[:, None]).sum() / block**2
            for start in range(0, len(samples) - block + 1, hop)
        ]
    )
    for gate_lufs in (SILENT_LUFS, None):
        if not powers.size:
            return -np.inf
        if gate_lufs is None:
            gate_lufs = OFFSET_LUFS + _decibels(powers.mean()) + GATE_LU
        powers = powers[powers > 10 ** ((gate_lufs - OFFSET_LUFS) / 10)]
    return OFFSET_LUFS + _decibels(powers.mean()) if powers.size else -np.inf


def _power_weights(block: int) -> npt.NDArray[np.float64]:
    """What each bin of a block's real spectrum counts: the weighting's power gain, twice but for the two real bins."""
    turn = np.exp(-2j * np.pi * np.arange(block // 2 + 1) / block)
    gain = np.ones(len(turn))
    for above, below in _STAGES:
        response = np.polyval(above[::-1], turn) / np.polyval(below[::-1], turn)
        gain *= np.abs(response) ** 2
    gain[1:-1] *= 2
    return gain


def _decibels(power: float) -> float:
    return 10 * float(np.log10(power)) if power > 0 else -np.inf
