"""Parameters as tensors, and recordings as rows."""

import warnings

import torch

DIALECTS = ("reference", "standard")


def filled(value, count, kind=torch.float):
    """The default of a parameter: the same value for the first channels."""
    return torch.full((count,), value, dtype=kind)


def as_parameter(value, name, kind=torch.float):
    """A parameter as a tensor of one dimension."""
    if isinstance(value, torch.Tensor):
        return torch.atleast_1d(value).to(kind)
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        return torch.tensor([value], dtype=kind)
    if isinstance(value, (list, tuple)):
        return torch.tensor(value, dtype=kind)
    if hasattr(value, "__array__"):
        return torch.atleast_1d(torch.as_tensor(value)).to(kind)
    raise ValueError(f"{name} must be a float, int, list, tuple, or torch.Tensor")


def as_threshold(threshold):
    """A threshold that was given in a call."""
    try:
        return as_parameter(threshold, "threshold")
    except ValueError:
        kind = type(threshold).__name__
        raise TypeError(f"threshold must be a float, int or torch.Tensor, got {kind}") from None


def checked_dialect(dialect):
    if dialect not in DIALECTS:
        raise ValueError(f"dialect must be reference or standard, got {dialect!r}")
    return dialect


def as_signal(signal, name="signal"):
    """A tensor of real numbers without its gradient, in float32 unless it is of float64."""
    if not isinstance(signal, torch.Tensor):
        if not hasattr(signal, "__array__") and not isinstance(signal, (list, tuple)):
            raise TypeError(f"{name} must be a tensor, got {type(signal).__name__}")
        signal = torch.as_tensor(signal)
    if signal.is_complex():
        raise TypeError(f"{name} must hold real numbers")
    return signal.detach() if signal.dtype == torch.float64 else signal.detach().float()


def without_batch(signal, name):
    """A signal of two dimensions: dimensions of length 1 are left out, and a single channel gets one back."""
    signal = as_signal(signal)
    if signal.ndim > 2:
        signal = signal.squeeze()
    signal = torch.atleast_2d(signal)
    if signal.ndim > 2:
        raise ValueError(f"{name} takes [time_steps] or [features, time_steps], got {signal.ndim} dimensions")
    return signal


def adjusted(values, count, owner, what="threshold", device=None):
    """One value per channel: the first one for all if there are too few, the first ones if there are too many."""
    if len(values) < count:
        if len(values) > 1:
            warnings.warn(
                f"{owner}: {what} has {len(values)} values for {count} features; the first is taken for all of them",
                UserWarning, stacklevel=4)
        values = values[:1].expand(count)
    elif len(values) > count:
        warnings.warn(
            f"{owner}: {what} has {len(values)} values for {count} features; the first are taken", SyntaxWarning,
            stacklevel=4)
    values = values[:count]
    return values if device is None else values.to(device)


def summed(spikes, least=3):
    """Up and down spikes `[2, …, time]` added up. Fewer dimensions than `least` have no polarity."""
    spikes = as_signal(spikes, "spikes")
    if spikes.ndim >= least:
        if spikes.shape[0] != 2:
            raise ValueError(f"the first dimension of spikes must be up and down, got {spikes.shape[0]}")
        spikes = spikes[0] + spikes[1]
    return torch.atleast_2d(spikes)


def polarities(spikes, kind):
    """Up and down spikes `[2, …]` of signs."""
    return torch.stack((spikes.clamp(min=0), spikes.clamp(max=0))).to(kind)


def ranges(minimum, scale, count):
    """The range of each channel, from its minimum and the reciprocal of its width."""
    minimum, scale = (as_parameter(value, "range", torch.double).cpu() for value in (minimum, scale))
    minimum = adjusted_quietly(minimum, count)
    width = 1 / adjusted_quietly(scale, count)
    width = torch.where(torch.isfinite(width), width, torch.zeros(()).double())
    return torch.stack((minimum, minimum + width), dim=1)


def adjusted_quietly(values, count):
    return values[:count] if len(values) >= count else values[:1].expand(count)
