"""Arrays as the library takes them: rows of samples, and back to what the caller gave."""

import math
import sys
from ctypes import addressof, c_char

import numpy as np

from .errors import CodecError


def torch_of(value):
    """The module torch if a value is one of its tensors, without importing it."""
    torch = sys.modules.get("torch")
    return torch if torch is not None and isinstance(value, torch.Tensor) else None


def to_numpy(value):
    """An array of a tensor, a list or an array. A tensor on the CPU shares its memory."""
    torch = torch_of(value)
    if torch is not None:
        value = value.detach().resolve_conj().resolve_neg()
        if value.layout != torch.strided:
            value = value.to_dense()
        return (value.float() if value.dtype == torch.bfloat16 else value).cpu().numpy()
    try:
        return np.asarray(value)
    except ValueError as error:
        raise TypeError(f"spikekit: this is no array of numbers: {error}") from None


def real_numbers(value, what="the recording"):
    """An array whose elements are real numbers; booleans count as 0 and 1."""
    array = to_numpy(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"spikekit: {what} must hold real numbers, got an array of {array.dtype}")
    return array


def rows_of(array, axis):
    """The array as rows, with time last.

    :returns: The rows, two-dimensional; and the shape that they had, with time last.
    """
    if array.ndim == 0:
        raise CodecError("the recording has no axis of samples; give an array of at least one dimension")
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
        raise TypeError(f"spikekit: axis must be a whole number, got {axis!r}")
    if not -array.ndim <= axis < array.ndim:
        raise CodecError(f"axis {axis} is outside of the recording's {array.ndim} dimensions")
    moved = np.moveaxis(array, axis, -1) if axis not in (-1, array.ndim - 1) else array
    shape = moved.shape
    if len(shape) == 2:
        return moved, shape
    # NumPy cannot reshape to -1 rows where there are none.
    return moved.reshape(math.prod(shape[:-1]), shape[-1]), shape


def restored(rows, shape, axis, like=None):
    """Rows in the shape that the caller's array had, with time where it was; a tensor if the caller gave one.

    :param shape: The shape with time last.
    :param like: The caller's tensor, or None for an array.
    """
    array = rows if rows.shape == shape else rows.reshape(shape)
    if axis not in (-1, array.ndim - 1):
        array = np.moveaxis(array, -1, axis)
    torch = torch_of(like) if like is not None else None
    return array if torch is None else torch.from_numpy(array).to(like.device)


def address(array):
    """The address of the first element."""
    try:
        # Three times as fast, for writable arrays without gaps.
        return addressof(c_char.from_buffer(array))
    except (TypeError, ValueError, BufferError):
        return array.__array_interface__["data"][0]
