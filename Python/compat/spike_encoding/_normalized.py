"""Converters that scale each channel by its range."""

import torch

from ._parameters import as_signal
from .base_converter import BaseConverter


class NormalizingConverter(BaseConverter):
    """Keeps the range of each channel that was encoded last, which decoding needs."""

    def _check_encoded(self):
        if self.scale_factor is None or self.min_value is None:
            raise ValueError(
                f"{type(self).__name__}: decode needs the range of the signal; encode it first, or give min_value and "
                "scale_factor")

    def normalize_tensor(self, tensor):
        """Scales each channel to the range from 0 to 1, and keeps its range. A constant channel becomes 0."""
        tensor = as_signal(tensor)
        self.min_value = tensor.min(dim=1).values
        self.max_value = tensor.max(dim=1).values
        self.scale_factor = 1.0 / (self.max_value - self.min_value)
        scaled = (self.scale_factor[:, None] * (tensor - self.min_value[:, None])).float()
        return torch.where(torch.isfinite(self.scale_factor)[:, None], scaled, torch.zeros_like(scaled))

    def _remember(self, signal):
        """Keeps the ranges of the channels of a signal, or of all recordings of a batch, as attributes of its type."""
        rows = signal.reshape(-1, signal.shape[-1])
        self.min_value, self.max_value = rows.amin(dim=1), rows.amax(dim=1)
        self.scale_factor = 1.0 / (self.max_value - self.min_value)
