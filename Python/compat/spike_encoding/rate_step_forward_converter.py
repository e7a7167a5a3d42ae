"""Rate step-forward: the differences of a signal, in units of a threshold."""

from typing import Union

import numpy as np
import spikekit
import torch

from ._parameters import as_parameter, checked_dialect
from .base_converter import BaseConverter


class RateStepForwardConverter(BaseConverter):
    """Encodes a signal by its differences, in units of a threshold.

    :param n_feat: The number of features.
    :param threshold: The difference of size 1: one value, or one per feature.
    :param padding: Whether the first difference is taken from the first sample, and not from 0.
    :param dialect: "reference" rounds the threshold as the package does; "standard" does not.
    """

    def __init__(
        self, n_feat: int, threshold: Union[torch.Tensor, np.array] = torch.ones(1), padding: bool = True, *,
        dialect="reference",
    ):
        super().__init__()
        self.n_feat = n_feat
        threshold = threshold if hasattr(threshold, "shape") else as_parameter(threshold, "threshold")
        if threshold.shape[0] != n_feat:
            threshold = torch.ones(n_feat) * threshold[0]
        self.threshold, self.padding, self.dialect = threshold, padding, checked_dialect(dialect)

    @staticmethod
    def _encode_step_(current, base, threshold):
        """One step: the new base, which is the current value, and the difference over the threshold."""
        return current, (current - base) / threshold

    def _rows(self, values, threshold):
        """One threshold per row of a batch."""
        threshold = as_parameter(self.threshold if threshold is None else threshold, "threshold")
        if len(threshold) not in (1, values.shape[1]):
            raise ValueError(f"threshold has {len(threshold)} values for {values.shape[1]} features")
        threshold = threshold.to(values.device)
        rows = values + threshold - values if self.dialect == "reference" else threshold.expand(values.shape)
        return rows.reshape(-1)

    def encode(
        self, signal: Union[torch.Tensor, np.array], threshold: Union[torch.Tensor, np.array] = None
    ) -> Union[torch.Tensor, np.array]:
        """Encodes a signal `[batch, features, time_steps]`, a tensor or an array.

        :returns: The differences, of the same shape and type; those of whole numbers are cut off to whole numbers.
        """
        given = torch.as_tensor(signal).detach()
        tensor = given.float()
        if tensor.ndim != 3:
            raise ValueError(f"signal must be [batch, features, time_steps], got {tensor.ndim} dimensions")
        rows = self._rows(tensor[:, :, 0], threshold)
        codec = spikekit.RateStepForward(rows, padding="edge" if self.padding else "zero")
        spikes = codec.encode(tensor.reshape(len(rows), -1)).spikes.reshape(tensor.shape).to(given.dtype)
        return spikes if isinstance(signal, torch.Tensor) else spikes.numpy()

    def decode(
        self, spikes: Union[torch.Tensor, np.array], initial_value: Union[torch.Tensor, np.array] = None,
        threshold: Union[torch.Tensor, np.array] = None,
    ) -> Union[torch.Tensor, np.array]:
        """Decodes what `encode` returned.

        :param spikes: Differences `[batch, features, time_steps]`, or spikes `[batch, features, time_steps, steps]`,
            whose mean over the steps is taken.
        :param initial_value: The first value of each feature, `[batch, features]`; 0 by default.
        :returns: The signal, `[batch, features, time_steps]`.
        """
        given = torch.as_tensor(spikes).detach()
        tensor = given.float()
        if tensor.ndim == 4:
            tensor = tensor.mean(dim=3)
        if tensor.ndim != 3:
            raise ValueError(f"spikes must have three or four dimensions, got {tensor.ndim}")
        rows = as_parameter(self.threshold if threshold is None else threshold, "threshold").to(tensor.device)
        rows = rows.expand(tensor.shape[:2]).reshape(-1)
        start = torch.zeros(tensor.shape[:2]) if initial_value is None else torch.as_tensor(initial_value)
        start = start.detach().float().expand(tensor.shape[:2]).reshape(-1)
        codec = spikekit.RateStepForward(rows)
        decoded = codec.restore(tensor.reshape(len(rows), -1), initial_values=start.cpu()).decode()
        decoded = decoded.reshape(tensor.shape).to(torch.float64 if given.dtype == torch.float64 else torch.float32)
        return decoded if isinstance(spikes, torch.Tensor) else decoded.numpy()

    def optimize(self, data: Union[torch.Tensor, np.array]) -> Union[torch.Tensor, np.array]:
        """Takes the largest finite difference of each feature of `[batch, features, time_steps]` as its threshold.

        :returns: The thresholds, `[features]`.
        """
        tensor = torch.as_tensor(data).detach()
        if tensor.ndim != 3:
            raise ValueError(f"data must be [batch, features, time_steps], got {tensor.ndim} dimensions")
        steps = (tensor[:, :, 1:] - tensor[:, :, :-1]).abs()
        steps = torch.where(torch.isfinite(steps), steps, torch.zeros_like(steps))
        largest = steps.amax(dim=(0, 2)) if steps.shape[2] else torch.zeros(tensor.shape[1], dtype=tensor.dtype)
        # A feature that never changes has no difference to divide by.
        self.threshold = torch.where(largest > 0, largest, torch.ones_like(largest))
        return self.threshold
