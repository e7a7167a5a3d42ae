"""Rates as spikes."""

import ctypes

import numpy as np
from numpy.typing import NDArray as ndarray
from spikekit import _library


def poisson(spike_probabilities: ndarray, max_t: int) -> ndarray:
    """Random spikes from NumPy's global generator: one trial per step, with the probability of each entry.

    :param spike_probabilities: An array of any shape.
    :param max_t: The number of steps.
    :returns: 0 and 1, `[max_t, …]`.
    """
    probabilities = np.asarray(spike_probabilities, np.float64)
    return (probabilities > np.random.random_sample((int(max_t), *probabilities.shape))).astype(int)


def rate(spike_probabilities: ndarray, max_t: int) -> ndarray:
    """Spikes at a rate, placed as the package places them. Rates above 1 count as 1, and below 0 as 0.

    :returns: 0 and 1, `[max_t, …]`.
    """
    rates = np.asarray(spike_probabilities, np.float64)
    if np.isnan(rates).any():
        raise ValueError("a rate is NaN")
    steps = int(max_t)
    if not 1 <= steps <= 1_000_000:
        raise ValueError(f"max_t must be >= 1 and <= 1000000, got {max_t}")
    clipped = np.ascontiguousarray(np.clip(rates, 0, 1))
    spikes = np.empty((clipped.size, steps), np.int8)
    if clipped.size:
        _library.rates_encode(
            _library.REFERENCE, 0, clipped.ctypes.data, 1, 1, clipped.size, 0, steps,
            spikes.ctypes.data_as(ctypes.c_void_p))
    return np.ascontiguousarray(spikes.T).astype(int).reshape(steps, *rates.shape)
