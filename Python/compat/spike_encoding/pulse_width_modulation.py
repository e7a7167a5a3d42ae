"""Pulse-width modulation."""

import numpy as np
import spikekit
import torch

from ._normalized import NormalizingConverter
from ._optimization import MeanSquaredError, optimized
from ._parameters import (
    adjusted_quietly, as_parameter, as_signal, checked_dialect, filled, polarities, ranges, summed, without_batch)
from .base_converter import BaseConverter

__all__ = ["BaseConverter", "MeanSquaredError", "PulseWidthModulation"]

_NONE = torch.tensor([], dtype=torch.float)


class PulseWidthModulation(NormalizingConverter):
    """A spike where the signal meets a sawtooth.

    :param frequency: The periods of the carrier per thousand samples: one value, or one per feature.
    :param init_val: The first value of each feature, from which decoding starts; `encode` sets it.
    :param min_value: The least value of each feature; `encode` sets it, and `max_value` and `scale_factor`.
    :param down_spike: Whether there are down spikes.
    :param dialect: "reference" draws a line to the last sample and starts feature k from sample k of feature 0;
        "standard" holds the last value and starts each feature from its own first sample.
    """

    def __init__(
        self, frequency: torch.Tensor = filled(1, 9), init_val: torch.Tensor = filled(0, 9),
        min_value: float = filled(0, 9), max_value: float = filled(1, 9), scale_factor: float = filled(1, 9),
        down_spike: bool = True, *, dialect="reference",
    ):
        super().__init__()
        self.frequency = as_parameter(frequency, "frequency")
        self.init_val = as_parameter(init_val, "init_val")
        self.min_value, self.max_value, self.scale_factor = min_value, max_value, scale_factor
        self.down_spike, self.dialect = down_spike, checked_dialect(dialect)

    def _codec(self, count, down_spike):
        # Frequencies are repeated in turn for more features.
        frequency = self.frequency.repeat(-(-count // len(self.frequency)))[:count]
        return spikekit.PulseWidthModulation(
            frequency, polarity="bipolar" if down_spike else "unipolar", dialect=self.dialect)

    def encode(
        self, signal: torch.Tensor, frequency: torch.Tensor = _NONE, down_spike: bool = None, isNormed: bool = False
    ):
        """Encodes a signal, and keeps the frequencies that were given and the ranges of the features.

        :param signal: `[time_steps]` or `[features, time_steps]`.
        :param isNormed: Whether the signal is already scaled to 0…1.
        :returns: Up and down spikes, `[2, features, time_steps]`.
        """
        signal = without_batch(signal, type(self).__name__)
        given = as_parameter(frequency, "frequency")
        self.frequency = given if given.numel() else self.frequency
        codec = self._codec(len(signal), self.down_spike if down_spike is None else down_spike)
        encoded = codec.encode(signal, ranges=(0, 1) if isNormed else None)
        if not isNormed:
            self._remember(signal)
        self.init_val = torch.from_numpy(encoded.initial_values).float()
        spikes = encoded.spikes
        if self.dialect == "reference" and not isNormed:
            # The package divides a constant feature by its range, 0, and so finds no spikes.
            spikes = torch.where((signal.amin(dim=1) < signal.amax(dim=1))[:, None], spikes, torch.zeros_like(spikes))
        return polarities(spikes, torch.float)

    def decode(self, spikes: torch.Tensor, init_val: torch.Tensor = _NONE):
        """Decodes spikes with the kept frequencies and ranges.

        :param spikes: `[time_steps]`, `[features, time_steps]` or `[2, features, time_steps]`.
        :param init_val: The first value of each feature; by default that of the signal that was encoded last.
        :returns: `[features, time_steps]`.
        """
        self._check_encoded()
        spikes = summed(spikes)
        given = as_parameter(init_val, "init_val")
        self.init_val = adjusted_quietly(given if given.numel() else self.init_val, len(spikes))
        pairs = ranges(self.min_value, self.scale_factor, len(spikes))
        codec = self._codec(len(spikes), True)
        return codec.restore(spikes, initial_values=self.init_val, ranges=pairs).decode().to(spikes)

    def optimize(
        self, data: torch.Tensor, error_function=MeanSquaredError(), trials=100, down_spike=True, plot_history=False
    ):
        """Finds the frequency with the lowest error for each feature, and keeps it.

        :returns: The frequencies, `[features]`.
        """
        self.down_spike = down_spike
        codec = self._codec(1, down_spike)
        found = optimized(codec, data, trials, error_function, plot_history, type(self).__name__)
        self.frequency = found["frequency"]
        return self.frequency

    def sawtooth(self, freq: float, lenght: int):
        """The carrier of a frequency, for a number of samples; 0 at the first one."""
        grid = np.linspace(0, 1, 1000)
        carrier = np.fmod(freq * grid, 1.0)
        falls = np.flatnonzero(carrier[1:] < carrier[:-1])
        period = int(falls[0]) + 1 if len(falls) else 1000
        signal = np.resize(carrier[:period], max(0, lenght - 1))
        return np.concatenate([[0.0], signal])[:lenght]

    def moving_average(self, signal, window_size):
        """The means of a window that moves over a signal, where it fits in."""
        signal = as_signal(signal)
        window = torch.full((1, 1, window_size), 1 / window_size, dtype=signal.dtype, device=signal.device)
        return torch.nn.functional.conv1d(signal[None, None], window)[0, 0]
