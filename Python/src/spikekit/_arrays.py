"""Arrays as the library takes them: rows of samples, and back to what the caller gave."""

import math
import sys
from ctypes import addressof, c_char

import numpy as np

from .errors import CodecError


def torch_of(value):
    """The module torch if a value is one of its tensors, without importing it."""
    torch = sys.modules.get("torch")
    # While torch is being imported, it has no tensors yet.
    tensor = getattr(torch, "Tensor", None)
    return torch if tensor is not None and isinstance(value, tensor) else None


def to_numpy(value, what="the recording"):
    """An array of a tensor, a list or an array. A tensor on the CPU shares its memory."""
    if type(value) is np.ndarray:
        return value
    torch = torch_of(value)
    try:
        if torch is not None:
            return _of_tensor(value, torch)
        if isinstance(value, np.ma.MaskedArray):
            return _of_masked(value, what)
        return np.asarray(value)
    except CodecError:
        raise
    except Exception as error:
        reason = (str(error).splitlines() or [""])[0]
        if "inhomogeneous" in reason:
            reason = "its rows differ in length; give rows of one length"
        raise TypeError(
            f"spikekit: {what} must be an array of numbers, got {_kind(value)}, which cannot be read as one: {reason}"
        ) from None


def _of_tensor(value, torch):
    value = value.detach().resolve_conj().resolve_neg()
    if value.layout != torch.strided:
        value = value.to_dense()
    if value.is_floating_point() and value.dtype not in (torch.float16, torch.float32, torch.float64):
        # NumPy has no bfloat16 and no floating types of 8 bits.
        value = value.float()
    return value.cpu().numpy()


def _of_masked(value, what):
    mask = np.ma.getmask(value)
    if not np.any(mask):
        return value.data
    place = tuple(map(int, np.argwhere(mask)[0]))
    raise CodecError(
        f"{what} has masked values, the first at {list(place)}; fill them in with its method filled(value), or remove "
        "them first")


def real_numbers(value, what="the recording"):
    """An array whose elements are real numbers; booleans count as 0 and 1."""
    array = to_numpy(value, what)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"spikekit: {what} must hold real numbers, got {_description(value, array)}")
    return array


def _kind(value):
    return f"{type(value).__module__.partition('.')[0]}.{type(value).__name__}".replace("builtins.", "")


# What to do about arrays of other elements, by the kind of NumPy's type.
_REMEDIES = {
    "c": "give their real part, imaginary part or magnitude", "M": "give seconds as numbers",
    "m": "give seconds as numbers", "U": "convert the texts with astype(float)",
    "S": "convert the texts with astype(float)", "V": "give one field, such as array['name']",
}


def _description(value, array):
    """What was given instead of an array of real numbers, and what to do about it."""
    kind = array.dtype.kind
    if kind != "O":
        return f"an array of {array.dtype}; {_REMEDIES.get(kind, 'convert them first')}"
    if array.ndim == 0:
        if hasattr(value, "toarray"):
            return f"{_kind(value)}; give its method toarray()"
        return f"{_kind(value)}; give an array, a list of numbers or a tensor"
    first = next((item for item in array.flat if not isinstance(item, (int, float, np.number))), None)
    if isinstance(first, (list, tuple, np.ndarray)):
        # What versions of NumPy before 1.24 make of rows of several lengths.
        return "rows that differ in length; give rows of one length"
    found = "objects" if first is None and None not in array.ravel().tolist() else f"objects, such as {_kind(first)}"
    return f"an array of {found}; convert it with astype(float)"


def rows_of(array, axis):
    """The array as rows, with time last.

    :returns: The rows, two-dimensional; and the shape that they had, with time last.
    """
    dimensions = array.ndim
    if dimensions == 0:
        raise CodecError("the recording has no axis of samples; give an array of at least one dimension")
    if type(axis) is not int and (isinstance(axis, bool) or not isinstance(axis, (int, np.integer))):
        raise TypeError(f"spikekit: axis must be a whole number, got {axis!r}")
    if not -dimensions <= axis < dimensions:
        raise CodecError(f"axis {axis} is outside of the recording's {dimensions} dimensions")
    moved = array if axis == -1 or axis == dimensions - 1 else np.moveaxis(array, axis, -1)
    shape = moved.shape
    if dimensions == 2:
        return moved, shape
    # NumPy cannot reshape to -1 rows where there are none.
    return moved.reshape(math.prod(shape[:-1]), shape[-1]), shape


def restored(rows, shape, axis, like=None):
    """Rows in the shape that the caller's array had, with time where it was; a tensor if the caller gave one.

    :param shape: The shape with time last.
    :param like: The caller's tensor, or None for an array.
    """
    array = rows if rows.shape == shape else rows.reshape(shape)
    if axis != -1 and axis != array.ndim - 1:
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
