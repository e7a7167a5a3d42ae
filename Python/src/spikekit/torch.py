"""Codecs as modules of PyTorch, with surrogate gradients.

The spikes are computed on the CPU by the same library as without PyTorch, whatever the device of the input, and come
back to that device. The guide to Python has the equations of the gradients.
"""

try:
    import torch
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise ImportError("spikekit.torch needs PyTorch; run: pip install 'spikekit[torch]'") from None

from typing import Optional, Sequence

from torch import nn
from torch.autograd.function import once_differentiable

from ._arrays import restored
from ._gradients import LEARNABLE, gradients
from .codec import Codec
from .errors import CodecError
from .surrogate import Surrogate

__all__ = ["Encoder", "Reconstruction", "Surrogate", "spike"]


class _Spike(torch.autograd.Function):
    @staticmethod
    def forward(context, u, surrogate):
        context.save_for_backward(u)
        context.surrogate = surrogate
        return (u >= 0).to(u.dtype)

    @staticmethod
    def backward(context, gradient):
        return gradient * context.surrogate.derivative(context.saved_tensors[0]), None


def spike(u: torch.Tensor, surrogate: Optional[Surrogate] = None) -> torch.Tensor:
    """The step H(u), which is 1 where u >= 0 and else 0, with the derivative of the surrogate in the backward pass.

    :param u: Distances from the threshold, of floating point.
    :param surrogate: By default `Surrogate.sigmoid()`.
    """
    return _Spike.apply(u, surrogate or Surrogate.sigmoid())


def _floating(signal):
    """A tensor that a caller gave; whole numbers and booleans become float32.

    :raises TypeError: For anything but a tensor.
    """
    if not isinstance(signal, torch.Tensor):
        raise TypeError(f"spikekit: the recording must be a tensor, got {type(signal).__name__}")
    return signal if signal.is_floating_point() or signal.is_complex() else signal.float()


class _StraightThrough(torch.autograd.Function):
    """Decodes the encoded input; the gradient of the output is the gradient of the input."""

    @staticmethod
    def forward(context, signal, codec, axis):
        return codec.encode(signal, axis=axis).decode().to(signal.dtype)

    @staticmethod
    def backward(context, gradient):
        return gradient, None, None


class _Spikes(torch.autograd.Function):
    """The spikes of a recording, with the gradients of the library."""

    @staticmethod
    def forward(context, signal, codec, axis, surrogate, detaches_reset, names, *values):
        encoded = codec.encode(signal, axis=axis)
        context.encoded, context.options = encoded, (surrogate, detaches_reset)
        context.names = names
        context.forms = [(value.shape, value.dtype, value.device) for value in values]
        context.save_for_backward(signal)
        return encoded.spikes.to(signal.dtype)

    @staticmethod
    @once_differentiable
    def backward(context, gradient):
        signal, = context.saved_tensors
        encoded, (surrogate, detaches_reset) = context.encoded, context.options
        rows, shape, parameters = gradients(
            encoded, signal, gradient.detach().cpu().double().numpy(), (surrogate.number, surrogate.size),
            detaches_reset)
        found = restored(rows, shape, encoded.axis, signal).to(signal.dtype)
        columns = LEARNABLE[encoded.codec.name][1]
        sums = parameters.reshape(-1, encoded.channels, 3).sum(axis=0)
        learned = []
        for name, (form, kind, device) in zip(context.names, context.forms):
            column = sums[:, columns.index(name)]
            values = torch.from_numpy(column.copy() if form.numel() > 1 else column.sum(keepdims=True))
            learned.append(values.reshape(form).to(device, kind))
        return (found, None, None, None, None, None, *learned)


class Encoder(nn.Module):
    """Encodes recordings `[…, channels, samples]` as spikes: −1, 0 and 1, or sizes for graded codecs.

    The spikes have the floating type of the input; whole numbers and booleans give float32. Backward, each spike is a step whose derivative is that of the
    surrogate, and gradients go back through all samples: see the guide to Python. The codecs without such a step pass
    the gradient straight through: of pulse-width modulation as it is, and of codecs of observations, whose spikes have
    the rate as their mean, that of the rates.

    :param codec: The codec, or its name.
    :param axis: The axis of the samples.
    :param surrogate: The function whose derivative takes the place of the step's; None for spikes without a gradient.
    :param detaches_reset: Whether spikes count as constants where they change the state of the encoder, so that the
        gradient leaves out the path through them.
    :param learn: The names of the codec's parameters that become parameters of the module: a threshold, the hysteresis
        of level crossing, or the membrane constant of lif. Each has one value, or one per channel, as in the codec.
    """

    def __init__(
        self, codec, axis: int = -1, surrogate: Optional[Surrogate] = Surrogate.sigmoid(),
        detaches_reset: bool = False, learn: Sequence[str] = (),
    ):
        super().__init__()
        self.codec, self.axis = Codec.given(codec), axis
        if surrogate is not None and not isinstance(surrogate, Surrogate):
            raise TypeError(f"spikekit: surrogate must be a Surrogate, got {surrogate!r}; such as Surrogate.sigmoid()")
        self.surrogate, self.detaches_reset = surrogate, bool(detaches_reset)
        self.learn = (learn,) if isinstance(learn, str) else tuple(learn)
        known = [name for name in LEARNABLE.get(self.codec.name, (0, ()))[1] if name is not None]
        for name in self.learn:
            if name not in known:
                raise CodecError(
                    f"{self.codec.name}: {name!r} has no gradient; these have: {', '.join(known) or 'none'}")
            if surrogate is None:
                raise CodecError(f"{self.codec.name}: learning {name} needs a surrogate")
            value = getattr(self.codec, name)
            if value is None:
                raise CodecError(f"{self.codec.name}: give the {name} to learn; by default it is taken from the signal")
            self.register_parameter(name, nn.Parameter(torch.tensor(value, dtype=torch.float32)))

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        signal, codec = _floating(signal), self.trained
        if self.surrogate is None:
            return codec.encode(signal.detach(), axis=self.axis).spikes.to(signal.dtype)
        if codec.noun == "feature":
            return self._of_rates(signal, codec)
        if codec.name not in LEARNABLE:
            spikes = codec.encode(signal, axis=self.axis).spikes.to(signal.dtype)
            return spikes + (signal - signal.detach())
        values = [getattr(self, name) for name in self.learn]
        return _Spikes.apply(signal, codec, self.axis, self.surrogate, self.detaches_reset, self.learn, *values)

    @property
    def trained(self) -> Codec:
        """The codec with the values that the module has learned."""
        if not self.learn:
            return self.codec
        return self.codec.replace(**{name: getattr(self, name).detach().tolist() for name in self.learn})

    def _of_rates(self, signal, codec):
        """The spikes of observations; each step has the gradient of the rate of its unit."""
        encoded = codec.encode(signal, axis=self.axis)
        spikes = encoded.spikes.to(signal.dtype)
        if not (signal.requires_grad and torch.is_grad_enabled()):
            return spikes
        rates = codec._rates_of(signal.movedim(self.axis, -1).double())
        steps = rates.repeat_interleave(codec.steps, dim=-1)
        steps = (steps if encoded.axis == -1 else steps.movedim(-1, encoded.axis)).reshape(spikes.shape)
        return spikes + (steps - steps.detach()).to(spikes.dtype)

    def extra_repr(self):
        return (
            f"{self.codec!r}, axis={self.axis}, surrogate={self.surrogate}, detaches_reset={self.detaches_reset}, "
            f"learn={self.learn}")


class Reconstruction(nn.Module):
    """Encodes recordings and decodes them again: what is left of them in a spike code.

    The result has the floating type of the input; whole numbers and booleans give float32.

    :param codec: The codec, or its name.
    :param axis: The axis of the samples.
    :param straight_through: Whether the gradient of the output is passed to the input as it is, as if the code lost
        nothing; otherwise there is no gradient.
    """

    def __init__(self, codec, axis: int = -1, straight_through: bool = True):
        super().__init__()
        self.codec, self.axis, self.straight_through = Codec.given(codec), axis, straight_through

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        signal = _floating(signal)
        if not self.straight_through:
            signal = signal.detach()
        return _StraightThrough.apply(signal, self.codec, self.axis)

    def extra_repr(self):
        return f"{self.codec!r}, axis={self.axis}, straight_through={self.straight_through}"
