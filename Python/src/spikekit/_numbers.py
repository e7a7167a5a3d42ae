"""Numbers as Swift writes them, and offsets of recordings far from zero."""

import math

import numpy as np

from . import _library
from ._arrays import address
from .errors import CodecError

LARGEST = float(np.finfo(np.float32).max)


def text(value, single=True):
    """A number as Swift describes it: the shortest digits that give it again in its precision."""
    value = np.float32(value) if single else np.float64(value)
    if np.isnan(value):
        return "nan"
    if np.isinf(value):
        return "inf" if value > 0 else "-inf"
    size = abs(float(value))
    if size != 0 and (size < 1e-4 or size >= (2.0**24 if single else 2.0**53)):
        return np.format_float_scientific(value, unique=True, trim="-", exp_digits=2)
    return np.format_float_positional(value, unique=True, trim="0")


def real(value, name):
    """A single real number that a caller gave, as a float."""
    try:
        if not isinstance(value, (str, bytes, bool, np.bool_)) and getattr(value, "ndim", 0) == 0:
            return float(value)
    except Exception:
        pass
    raise TypeError(f"spikekit: {name} must be a number, got {value!r}")


def positive(value, name):
    """A finite number above 0 that a caller gave, as a float."""
    number = real(value, name)
    if not (math.isfinite(number) and number > 0):
        raise CodecError(f"{name} must be finite and > 0, got {value}")
    return number


def offsets(exact):
    """The offset of each row: a number near the middle of its values, or 0 if Float32 holds their differences anyway.

    :param exact: Rows of float64 samples without gaps, at least one in each row.
    """
    found = np.empty(len(exact))
    _library.split(address(exact), len(exact), exact.shape[1], None, address(found), None)
    return found


def nearest_float32(values):
    """The nearest finite numbers of float32."""
    return np.clip(values, -LARGEST, LARGEST).astype(np.float32)
