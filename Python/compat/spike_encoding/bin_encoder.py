"""Gaussian receptive fields."""

from typing import List, Literal, Union

import numpy as np
from numpy.typing import NDArray as ndarray

from .base_converter import BaseConverter
from .encoder_common import poisson, rate
from .gymnasium_bounds_finder import ScalerFactory


def gaussian_response(x, mu, sigma=0.3):
    """The response of a field with a centre and a width to a value."""
    return np.exp(-np.power(x - mu, 2.0) / (2 * np.power(sigma, 2.0)))


def transform_firing_rates(firing_rates, n_bins, sigma=0.3):
    """The responses of `n_bins` fields to each rate in 0…1, divided by their sum; feature after feature."""
    centers = np.linspace(0, 1, n_bins)
    distances = np.asarray(firing_rates, np.float64)[..., None] - centers
    responses = gaussian_response(distances, 0.0, sigma)
    sums = responses.sum(axis=-1, keepdims=True)
    # If sigma is so small that no field responds, the nearest one does.
    nearest = np.abs(distances) == np.abs(distances).min(axis=-1, keepdims=True)
    safe = np.where(sums > 0, responses / np.where(sums > 0, sums, 1), nearest / nearest.sum(axis=-1, keepdims=True))
    return safe.reshape(*safe.shape[:-2], -1)


class BinEncoder(BaseConverter):
    """Encodes each feature by several units, whose fields cover its range.

    Random spikes are drawn from NumPy's global generator, which is seeded with 42 when the encoder is made.

    :param seq_length: The number of steps.
    :param min_values: The least value of each feature.
    :param max_values: The largest value of each feature.
    :param spike_train_conversion_method: How rates become spikes.
    :param n_bins: The number of units per feature.
    :param max_firing_rate: The rate of a feature's units together, in spikes per step.
    :param sigma: The width of the fields, of the range scaled to 0…1.
    """

    spike_train_conversion_method: Literal["poisson", "deterministic"] = "poisson"

    def __init__(
        self, seq_length: int, min_values: Union[List[float], ndarray], max_values: Union[List[float], ndarray],
        spike_train_conversion_method: Literal["poisson", "deterministic"] = "poisson", n_bins=10,
        max_firing_rate=1.0, sigma=0.1,
    ):
        super().__init__()
        self.sigma, self.seq_length, self.n_bins = sigma, seq_length, n_bins
        self.scaler = ScalerFactory().from_known_values(min_values, max_values)
        self.spike_train_conversion_method = spike_train_conversion_method
        self.max_firing_rate, self.seed = max_firing_rate, 42
        # As in the package, so that programs that draw from the same generator get the numbers that they got there.
        np.random.seed(self.seed)

    def encode(self, state: ndarray) -> ndarray:
        """Encodes `[features]` or `[batch, features]`.

        :returns: 0 and 1, `[seq_length, batch, features · n_bins]`.
        """
        scaled = self.scaler.transform(np.atleast_2d(np.asarray(state, np.float64)))
        rates = transform_firing_rates(scaled, self.n_bins, self.sigma) * self.max_firing_rate
        if self.spike_train_conversion_method == "poisson":
            return poisson(rates, self.seq_length)
        return rate(rates, self.seq_length)
