"""Ben's spiker algorithm."""

import spikekit
import torch

from ._normalized import NormalizingConverter
from ._optimization import MeanSquaredError, optimized
from ._parameters import as_parameter, checked_dialect, filled, ranges, summed, without_batch
from .base_converter import BaseConverter

__all__ = ["BaseConverter", "MeanSquaredError", "BensSpikerAlgorithm"]

_NONE, _NO_ORDER = torch.tensor([], dtype=torch.float), torch.tensor([], dtype=torch.int)


class BensSpikerAlgorithm(NormalizingConverter):
    """Spikes that, filtered, add up to the signal.

    :param threshold: How much a spike must lower the summed error: one value, or one per feature.
    :param down_spike: Kept, and not used: there are only up spikes.
    :param filter_order: The order of the low-pass filter.
    :param filter_cutoff: The cutoff of the filter, as a fraction of the sampling rate.
    :param dialect: "reference" leaves out the filter's first tap and shifts what is decoded; "standard" does not.
    """

    def __init__(
        self, threshold: torch.Tensor = filled(0.5, 7), down_spike: bool = True, min_value=None, max_value=None,
        scale_factor=None, filter_order: torch.Tensor = filled(10, 7, torch.int),
        filter_cutoff: torch.Tensor = filled(0.2, 7), *, dialect="reference",
    ):
        super().__init__()
        self.threshold = as_parameter(threshold, "threshold")
        self.filter_order = as_parameter(filter_order, "filter_order", torch.int)
        self.filter_cutoff = as_parameter(filter_cutoff, "filter_cutoff")
        self.down_spike = down_spike
        self.min_value, self.max_value, self.scale_factor = min_value, max_value, scale_factor
        self.dialect = checked_dialect(dialect)

    @property
    def _codec(self):
        return spikekit.BensSpiker(
            self.filter_order, cutoff=self.filter_cutoff, threshold=self.threshold, dialect=self.dialect)

    def encode(
        self, signal: torch.Tensor, filter_order: torch.Tensor = _NO_ORDER, filter_cutoff: torch.Tensor = _NONE,
        threshold: torch.Tensor = _NONE, isNormed: bool = False,
    ):
        """Encodes a signal, and keeps the parameters that were given and the ranges of the features.

        :param signal: `[time_steps]` or `[features, time_steps]`.
        :param isNormed: Whether the signal is already scaled to 0…1.
        :returns: The spikes, `[features, time_steps]`.
        """
        signal = without_batch(signal, type(self).__name__)
        for name, value, kind in (
            ("filter_order", filter_order, torch.int), ("filter_cutoff", filter_cutoff, torch.float),
            ("threshold", threshold, torch.float),
        ):
            given = as_parameter(value, name, kind)
            if given.numel():
                setattr(self, name, given)
            if len(getattr(self, name)) < len(signal):
                raise ValueError(
                    f"filter_order, filter_cutoff and threshold need one value for each of {len(signal)} features; "
                    f"{name} has {len(getattr(self, name))}")
            setattr(self, name, getattr(self, name)[: len(signal)])
        encoded = self._codec.encode(signal, ranges=(0, 1) if isNormed else None)
        if not isNormed:
            self._remember(signal)
        return encoded.spikes.float()

    def decode(self, spikes: torch.Tensor):
        """Decodes spikes `[time_steps]` or `[features, time_steps]` with the kept parameters and ranges.

        :returns: A list of values for each feature.
        """
        self._check_encoded()
        spikes = summed(without_batch(spikes, type(self).__name__))
        pairs = ranges(self.min_value, self.scale_factor, len(spikes))
        return self._codec.restore(spikes.abs(), ranges=pairs).decode().tolist()

    def optimize(
        self, data: torch.Tensor, trials: int = 100, error_function=MeanSquaredError(), plot_history=False
    ):
        """Finds the filter and the threshold with the lowest error for each feature, and keeps them.

        :returns: The orders, cutoffs and thresholds, `[features]` each.
        """
        found = optimized(
            spikekit.BensSpiker(dialect=self.dialect), data, trials, error_function, plot_history, type(self).__name__)
        self.filter_order, self.filter_cutoff = found["order"].int(), found["cutoff"]
        self.threshold = found["threshold"]
        return self.filter_order, self.filter_cutoff, self.threshold

    def fir_filter(self):
        """The taps of the filter of each feature, as a list of tensors."""
        taps = [spikekit.low_pass_taps(int(n), float(c)) for n, c in zip(self.filter_order, self.filter_cutoff)]
        return [torch.from_numpy(values).float() for values in taps]
