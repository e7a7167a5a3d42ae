"""Step-forward encoding."""

from typing import Union

import numpy as np
import spikekit
import torch

from ._normalized import NormalizingConverter
from ._optimization import MeanSquaredError, optimized
from ._parameters import (
    adjusted, as_parameter, as_signal, as_threshold, checked_dialect, filled, polarities, summed)
from .base_converter import BaseConverter

__all__ = ["BaseConverter", "MeanSquaredError", "StepForwardConverter"]


class _Start:
    """The start of decoding that was not given: 0 in the reference dialect, the first sample in the standard one."""

    __slots__ = ()


class _WholeStart(_Start, int):
    """What `decode` has as its default: the package's 0."""

    __slots__ = ()


class _RealStart(_Start, float):
    """What `decode_3d` has as its default: the package's 0.0."""

    __slots__ = ()


class StepForwardConverter(NormalizingConverter):
    """A spike up or down when the signal has moved by more than a threshold from where the last spikes left it.

    :param threshold: One value, or one per feature, in the signal's unit.
    :param membrane_constant: Kept, and not used: step-forward has no membrane.
    :param padding: Kept, and not used.
    :param down_spike: Whether there are down spikes.
    :param min_value: Kept for `normalize_tensor`, as `max_value` and `scale_factor` are.
    :param dialect: "reference" decodes from 0; "standard" from the first sample that was encoded last.
    """

    def __init__(
        self, threshold: torch.Tensor = filled(0.5, 7), membrane_constant: torch.Tensor = filled(0.9, 7),
        padding: bool = False, down_spike: bool = True, min_value=None, max_value=None, scale_factor=None, *,
        dialect="reference",
    ):
        super().__init__()
        self.threshold = as_parameter(threshold, "threshold")
        self.membrane_constant = as_parameter(membrane_constant, "membrane_constant")
        self.padding, self.down_spike = padding, down_spike
        self.min_value, self.max_value, self.scale_factor = min_value, max_value, scale_factor
        self.dialect, self._first = checked_dialect(dialect), None

    def encode(
        self, signal: torch.Tensor, threshold: Union[int, float, torch.Tensor] = None, down_spike: bool = None
    ):
        """Encodes a signal.

        :param signal: `[time_steps]`, `[features, time_steps]` or `[batch, features, time_steps]`.
        :param threshold: By default the converter's.
        :param down_spike: By default the converter's.
        :returns: Up and down spikes, `[2, features, time_steps]` or `[2, batch, features, time_steps]`.
        """
        signal = as_signal(signal)
        if signal.ndim > 2:
            return self.encode_3d(signal, threshold, down_spike)
        signal = torch.atleast_2d(signal)
        threshold = self._adjust_threshold_shape(self._given(threshold), signal)
        return self._encoded(signal, threshold, down_spike)

    def encode_3d(self, signal: torch.Tensor, threshold, down_spike: bool = None):
        """Encodes a batch `[batch, features, time_steps]`; see `encode`."""
        signal = as_signal(signal)
        if signal.ndim != 3:
            raise ValueError(f"encode_3d takes [batch, features, time_steps], got {signal.ndim} dimensions")
        rows = self._rows(signal[:, :, 0], threshold)
        spikes = self._encoded(signal.reshape(len(rows), -1), rows, down_spike)
        return spikes.reshape(2, *signal.shape)

    def _rows(self, values, threshold):
        """One threshold per row of a batch, rounded as the package rounds it."""
        threshold = self._adjust_threshold_shape(self._given(threshold), values[0]).to(values.device)
        if self.dialect == "standard":
            return threshold.expand(values.shape).reshape(-1)
        return (values + threshold - values).reshape(-1)

    def _given(self, threshold):
        """The threshold that was given, or the converter's."""
        return self._threshold_as_tensor(self.threshold if threshold is None else threshold)

    def _encoded(self, signal, threshold, down_spike):
        polarity = "bipolar" if (self.down_spike if down_spike is None else down_spike) else "unipolar"
        codec = spikekit.StepForward(threshold, polarity=polarity)
        self._first = signal[:, 0].clone()
        return polarities(codec.encode(signal).spikes, signal.dtype)

    def decode(self, spikes: torch.Tensor, initial_value: float = _WholeStart(0), threshold=None):
        """Decodes spikes.

        :param spikes: `[time_steps]`, `[features, time_steps]`, `[2, features, time_steps]` or
            `[2, batch, features, time_steps]`.
        :param initial_value: The first decoded value: one, or one per feature.
        :param threshold: By default the converter's.
        :returns: `[features, time_steps]` or `[batch, features, time_steps]`.
        """
        if as_signal(spikes, "spikes").ndim > 3:
            return self.decode_3d(spikes, initial_value, threshold)
        spikes = summed(spikes)
        threshold = self._adjust_threshold_shape(self._given(threshold), spikes)
        return self._decoded(spikes, threshold, initial_value)

    def decode_3d(self, spikes: torch.Tensor, initial_value: float = _RealStart(0), threshold=None):
        """Decodes the spikes `[2, batch, features, time_steps]` of a batch; see `decode`."""
        spikes = as_signal(spikes, "spikes")
        if spikes.ndim != 4:
            raise ValueError(f"decode_3d takes [2, batch, features, time_steps], got {spikes.ndim} dimensions")
        spikes = summed(spikes)
        rows = self._rows(spikes[:, :, 0], threshold)
        return self._decoded(spikes.reshape(len(rows), -1), rows, initial_value).reshape(spikes.shape)

    def _decoded(self, spikes, threshold, initial_value):
        if isinstance(initial_value, _Start):
            known = self.dialect == "standard" and self._first is not None and len(self._first) == len(spikes)
            initial_value = self._first if known else 0
        if isinstance(initial_value, torch.Tensor):
            initial_value = initial_value.detach().reshape(-1).cpu()
        codec = spikekit.StepForward(threshold)
        return codec.restore(spikes, initial_values=initial_value).decode().to(spikes)

    def optimize(self, data: torch.Tensor, error_function=MeanSquaredError(), trials=100, plot_history=False):
        """Finds the threshold with the lowest error for each feature, and keeps it.

        :param data: `[time_steps]` or `[features, time_steps]`.
        :param error_function: A function of the decoded and the original feature.
        :param trials: The number of trials for each feature.
        :param plot_history: Whether to draw the errors of the trials; needs matplotlib.
        :returns: The thresholds, `[features]`.
        """
        found = optimized(
            spikekit.StepForward(self.threshold[0]), data, trials, error_function, plot_history, type(self).__name__)
        self.threshold = found["threshold"]
        return self.threshold

    def optimize_3d(self, data: torch.Tensor, error_function=MeanSquaredError(), tolerance: float = 0.01):
        """Finds the threshold of each feature with the lowest error over a batch `[batch, features, time_steps]`.

        :param error_function: A function of the decoded and the original feature, both `[batch, time_steps]`.
        :param tolerance: The accuracy of the threshold.
        :returns: The thresholds, `[features]`.
        """
        from scipy.optimize import minimize_scalar

        data = as_signal(data, "data")
        if data.ndim != 3:
            raise ValueError(f"optimize_3d takes [batch, features, time_steps], got {data.ndim} dimensions")
        steps = (data[:, :, 1:] - data[:, :, :-1]).abs().amax(dim=(0, 2)) if data.shape[2] > 1 else torch.ones(1)
        found = []
        for feature in range(data.shape[1]):
            channel = data[:, feature]
            largest = max(float(steps[min(feature, len(steps) - 1)]), 1e-9)

            def error(threshold, channel=channel):
                spikes = spikekit.StepForward(max(float(threshold), 1e-30)).encode(channel)
                return float(error_function(spikes.decode(), channel))

            options = dict(maxiter=50, disp=0, xatol=tolerance)
            found.append(minimize_scalar(error, bounds=(1e-9, largest), options=options, method="bounded").x)
        self.threshold = torch.tensor(np.array(found), dtype=torch.float)
        return self.threshold

    def optimizeWithMembraneConstant(self, data: torch.Tensor, error_function=MeanSquaredError(), trials=100):
        """Not available: step-forward has no membrane constant. Raises `NotImplementedError`."""
        raise NotImplementedError(
            "StepForwardConverter has no membrane constant, and the package's function fails; use "
            "LIFBasedEncoding.optimize")

    def _adjust_threshold_shape(self, threshold: torch.Tensor, signal: torch.Tensor) -> torch.Tensor:
        """One threshold per feature of a signal."""
        return adjusted(threshold, signal.shape[0], type(self).__name__, device=signal.device)

    @staticmethod
    def _threshold_as_tensor(threshold) -> torch.Tensor:
        """A threshold as a tensor of one dimension."""
        return as_threshold(threshold)
