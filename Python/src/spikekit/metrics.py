"""How well a decoded recording follows the original, and what its spikes cost."""

import math

import numpy as np

from ._arrays import real_numbers, rows_of, to_numpy
from .errors import CodecError, check_result


def _pair(original, decoded):
    a, b = (real_numbers(values).astype(np.float64) for values in (original, decoded))
    if a.shape != b.shape:
        raise CodecError(f"the shapes differ: {a.shape} and {b.shape}")
    if a.size == 0:
        raise CodecError("the recording is empty")
    return a, b


def mean_squared_error(original, decoded) -> float:
    """The mean squared difference over all samples, in the signal's unit squared."""
    a, b = _pair(original, decoded)
    return float(np.mean((a - b) ** 2))


def root_mean_squared_error(original, decoded) -> float:
    """The root of the mean squared difference, in the signal's unit."""
    return math.sqrt(mean_squared_error(original, decoded))


def signal_to_noise(original, decoded, *, axis=-1):
    """The signal-to-noise ratio in decibels: 10 log₁₀ of the mean variance of the channels over the mean squared error.

    :returns: None if the recording is constant or decoded exactly.
    """
    error = mean_squared_error(original, decoded)
    rows, _ = rows_of(real_numbers(original), axis)
    variance = float(np.mean(np.var(rows.astype(np.float64), axis=1)))
    return 10 * math.log10(variance / error) if variance > 0 and error > 0 else None


def information_bits(encoded) -> float:
    """The bits that a memoryless code needs for the spikes of an `Encoded`.

    For each unit, the entropy per step of a negative spike, none or a positive spike, times the number of steps. Each
    graded spike adds the 32 bits of its size.
    """
    check_result(encoded, "information_bits")
    rows, _ = rows_of(to_numpy(encoded.spikes), encoded.axis)
    bits, total = 0.0, rows.shape[1]
    for sign in (-1, 0, 1):
        counts = np.count_nonzero(np.sign(rows) == sign, axis=1).astype(np.float64)
        present = counts[counts > 0]
        bits -= float(np.sum(present * np.log2(present / total)))
    return bits + (32 * encoded.spike_count if encoded.codec.is_graded else 0)
