"""Delta modulation."""

import spikekit
import torch

from ._parameters import as_signal, checked_dialect, polarities, summed
from .base_converter import BaseConverter


class DeltaModulationConverter(BaseConverter):
    """A spike when one sample differs from the last by a threshold.

    :param delta: The threshold, in the signal's unit.
    :param normalized: Whether the signal is already scaled; if not, each feature is scaled to 0…1.
    :param padding: Whether the first sample is compared with itself, and not with 0.
    :param off_spike: Whether there are down spikes.
    :param dialect: Both dialects are the same here.
    """

    def __init__(
        self, delta: float = 0.1, normalized: bool = True, padding: bool = False, off_spike: bool = False, *,
        dialect="reference",
    ):
        super().__init__()
        self.delta, self.normalized, self.padding, self.off_spike = delta, normalized, padding, off_spike
        self.dialect = checked_dialect(dialect)

    @property
    def _codec(self):
        return spikekit.DeltaModulation(
            self.delta, padding="edge" if self.padding else "zero",
            polarity="bipolar" if self.off_spike else "unipolar")

    def forward(self, tensor):
        """Encodes a signal `[time_steps]`, `[features, time_steps]` or `[batch, features, time_steps]`.

        :returns: Up and down spikes, `[2, …]`.
        """
        tensor = torch.atleast_2d(as_signal(tensor))
        if not self.normalized:
            least = tensor.amin(dim=-1, keepdim=True)
            width = tensor.amax(dim=-1, keepdim=True) - least
            tensor = torch.where(width > 0, (tensor - least) / width, torch.zeros_like(tensor))
        return polarities(self._codec.encode(tensor).spikes, tensor.dtype)

    def encode(self, tensor):
        """The same as `forward`."""
        return self(tensor)

    def decode(self, spikes: torch.Tensor):
        """Decodes spikes `[features, time_steps]` or `[2, features, time_steps]`: adds up the steps from 0."""
        return self._codec.restore(summed(spikes)).decode()
