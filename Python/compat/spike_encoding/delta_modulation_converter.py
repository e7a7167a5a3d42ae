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
    :param dialect: They differ for tensors of three or more dimensions. "reference" takes differences along dimension 1
        and scales each entry of dimension 0 as a whole; "standard" takes time to be the last dimension.
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

    @property
    def _axis(self):
        """The dimension of time, which is also the last one of two."""
        return 1 if self.dialect == "reference" else -1

    def forward(self, tensor):
        """Encodes a signal `[time_steps]` or `[features, time_steps]`.

        Three dimensions are `[batch, time_steps, features]` in the reference dialect, and `[batch, features,
        time_steps]` in the standard one.

        :returns: Up and down spikes, `[2, …]`, of the signal's type.
        """
        kind = getattr(tensor, "dtype", None)
        tensor = torch.atleast_2d(as_signal(tensor))
        if not self.normalized:
            scaled = tuple(range(1, tensor.ndim)) if self.dialect == "reference" else -1
            least = tensor.amin(dim=scaled, keepdim=True)
            width = tensor.amax(dim=scaled, keepdim=True) - least
            tensor = torch.where(width > 0, (tensor - least) / width, torch.zeros_like(tensor))
        spikes = self._codec.encode(tensor, axis=self._axis).spikes
        return polarities(spikes, kind if isinstance(kind, torch.dtype) else tensor.dtype)

    def encode(self, tensor):
        """The same as `forward`."""
        return self(tensor)

    def decode(self, spikes: torch.Tensor):
        """Decodes spikes `[features, time_steps]`, `[2, features, time_steps]` or `[2, …]` of a batch: adds up the steps
        from 0.
        """
        spikes = summed(spikes)
        return self._codec.restore(spikes, axis=self._axis).decode().to(spikes.dtype)
