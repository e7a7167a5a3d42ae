"""Codecs as modules of PyTorch.

The spikes are computed on the CPU by the same library as without PyTorch, whatever the device of the input, and come
back to that device. Encoding has no gradient of its own; `Reconstruction` can pass the gradient straight through.
"""

try:
    import torch
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise ImportError("spikekit.torch needs PyTorch; run: pip install 'spikekit[torch]'") from None
from torch import nn

from .codec import Codec


class _StraightThrough(torch.autograd.Function):
    """Decodes the encoded input; the gradient of the output is the gradient of the input."""

    @staticmethod
    def forward(context, signal, codec, axis):
        return codec.encode(signal, axis=axis).decode().to(signal.dtype)

    @staticmethod
    def backward(context, gradient):
        return gradient, None, None


class Encoder(nn.Module):
    """Encodes recordings `[…, channels, samples]` as spikes: −1, 0 and 1, or sizes for graded codecs.

    The spikes have the floating type of the input and no gradient.

    :param codec: The codec, or its name.
    :param axis: The axis of the samples.
    """

    def __init__(self, codec, axis: int = -1):
        super().__init__()
        self.codec, self.axis = _codec(codec), axis

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        spikes = self.codec.encode(signal, axis=self.axis).spikes
        return spikes.to(signal.dtype if signal.is_floating_point() else torch.float32)

    def extra_repr(self):
        return f"{self.codec!r}, axis={self.axis}"


class Reconstruction(nn.Module):
    """Encodes recordings and decodes them again: what is left of them in a spike code.

    :param codec: The codec, or its name.
    :param axis: The axis of the samples.
    :param straight_through: Whether the gradient of the output is passed to the input as it is, as if the code lost
        nothing; otherwise there is no gradient.
    """

    def __init__(self, codec, axis: int = -1, straight_through: bool = True):
        super().__init__()
        self.codec, self.axis, self.straight_through = _codec(codec), axis, straight_through

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        if not self.straight_through:
            signal = signal.detach()
        return _StraightThrough.apply(signal, self.codec, self.axis)

    def extra_repr(self):
        return f"{self.codec!r}, axis={self.axis}, straight_through={self.straight_through}"


def _codec(codec):
    if isinstance(codec, str):
        from . import codec as named

        return named(codec)
    if not isinstance(codec, Codec):
        raise TypeError(f"codec must be a codec or its name, got {type(codec).__name__}")
    return codec
