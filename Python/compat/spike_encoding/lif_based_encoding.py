"""LIF-based encoding."""

from typing import Union

import spikekit
import torch

from ._normalized import NormalizingConverter
from ._optimization import MeanSquaredError, optimized
from ._parameters import (
    adjusted, as_parameter, as_signal, as_threshold, checked_dialect, filled, polarities, ranges, summed)
from .base_converter import BaseConverter

__all__ = ["BaseConverter", "MeanSquaredError", "LIFBasedEncoding"]


class LIFBasedEncoding(NormalizingConverter):
    """A leaky sum of the scaled signal that fires upwards and downwards.

    :param threshold: The potential that fires: one value, or one per feature.
    :param membrane_constant: What stays of the membrane potential after a step, above 0 and up to 1.
    :param padding: Kept, and not used.
    :param down_spike: Whether there are down spikes.
    :param initial_value: Kept; `encode` sets it to the first scaled value of each feature. Decoding does not use it.
    :param dialect: "reference" subtracts the second sample until the first spike; "standard" does not.
    """

    def __init__(
        self, threshold: torch.Tensor = filled(0.5, 7), membrane_constant: torch.Tensor = filled(0.9, 7),
        padding: bool = False, down_spike: bool = True, min_value=None, max_value=None, scale_factor=None,
        initial_value=None, *, dialect="reference",
    ):
        super().__init__()
        self.threshold = as_parameter(threshold, "threshold")
        self.membrane_constant = as_parameter(membrane_constant, "membrane_constant")
        self.padding, self.down_spike, self.initial_value = padding, down_spike, initial_value
        self.min_value, self.max_value, self.scale_factor = min_value, max_value, scale_factor
        self.dialect = checked_dialect(dialect)

    def _codec(self, signal, threshold, membrane_constant, down_spike):
        owner, count = type(self).__name__, signal.shape[0]
        threshold = self._threshold_as_tensor(self.threshold if threshold is None else threshold)
        threshold = self._adjust_threshold_shape(threshold, signal)
        constant = self.membrane_constant if membrane_constant is None else membrane_constant
        constant = as_parameter(constant, "membrane_constant")[: max(count, 1)]
        constant = adjusted(constant, count, owner, "membrane_constant")
        return spikekit.LeakyIntegrateAndFire(
            threshold, membrane_constant=constant, polarity="bipolar" if down_spike else "unipolar",
            dialect=self.dialect)

    def encode(
        self, signal: torch.Tensor, threshold: Union[int, float, torch.Tensor] = None,
        membrane_constant: Union[int, float, torch.Tensor] = None, down_spike: bool = None,
    ):
        """Encodes a signal, and keeps the ranges of the features.

        :param signal: `[time_steps]` or `[features, time_steps]`; also `[batch, features, time_steps]`.
        :returns: Up and down spikes, `[2, features, time_steps]`; `[2, batch, features, time_steps]` for a batch.
        """
        signal = torch.atleast_2d(as_signal(signal))
        if signal.ndim > 3:
            raise ValueError(f"LIFBasedEncoding takes up to three dimensions, got {signal.ndim}")
        down_spike = self.down_spike if down_spike is None else down_spike
        rows = signal.reshape(-1, signal.shape[-1])
        codec = self._codec(signal[0] if signal.ndim == 3 else signal, threshold, membrane_constant, down_spike)
        encoded = codec.encode(signal)
        self._remember(signal)
        first = 2 * (rows[:, 0] - self.min_value) * self.scale_factor - 1
        self.initial_value = torch.where(torch.isfinite(first), first, torch.zeros_like(first))
        return polarities(encoded.spikes, torch.float)

    def decode(
        self, spikes: torch.Tensor, initial_value: Union[int, float, torch.Tensor] = None, threshold=None,
        membrane_constant: Union[int, float, torch.Tensor] = None,
    ):
        """Decodes spikes with the ranges of the signal that was encoded last.

        :param spikes: `[time_steps]`, `[features, time_steps]`, `[2, features, time_steps]` or
            `[2, batch, features, time_steps]`.
        :param initial_value: Not used: decoding starts from the middle of the range.
        :returns: `[features, time_steps]` or `[batch, features, time_steps]`.
        """
        self._check_encoded()
        spikes = summed(spikes)
        codec = self._codec(spikes[0] if spikes.ndim == 3 else spikes, threshold, membrane_constant, True)
        rows = spikes.reshape(-1, spikes.shape[-1])
        pairs = ranges(self.min_value, self.scale_factor, len(rows))
        repeats = len(rows) // (spikes.shape[1] if spikes.ndim == 3 else len(rows))
        if repeats > 1:
            codec = codec.replace(**{
                name: torch.tensor(value).repeat(repeats) for name, value in (
                    ("threshold", codec.threshold), ("membrane_constant", codec.membrane_constant))
                if isinstance(value, tuple)})
        decoded = codec.restore(rows, ranges=pairs).decode()
        return decoded.reshape(spikes.shape).to(spikes)

    def optimize(self, data: torch.Tensor, error_function=MeanSquaredError(), trials=100, plot_history=False):
        """Finds the threshold and the membrane constant with the lowest error for each feature, and keeps them.

        :returns: The thresholds and the membrane constants, `[features]` each.
        """
        codec = spikekit.LeakyIntegrateAndFire(
            polarity="bipolar" if self.down_spike else "unipolar", dialect=self.dialect)
        found = optimized(codec, data, trials, error_function, plot_history, type(self).__name__)
        self.threshold, self.membrane_constant = found["threshold"], found["membrane_constant"]
        return self.threshold, self.membrane_constant

    def _adjust_threshold_shape(self, threshold: torch.Tensor, signal: torch.Tensor) -> torch.Tensor:
        """One threshold per feature of a signal."""
        return adjusted(threshold, signal.shape[0], type(self).__name__)

    @staticmethod
    def _threshold_as_tensor(threshold) -> torch.Tensor:
        """A threshold as a tensor of one dimension."""
        return as_threshold(threshold)

    def normalize_tensor(self, tensor):
        """Scales each channel to the range from −1 to 1, and keeps its range. A constant channel becomes 0."""
        scaled = super().normalize_tensor(tensor)
        return torch.where(torch.isfinite(self.scale_factor)[:, None], scaled * 2 - 1, scaled)
