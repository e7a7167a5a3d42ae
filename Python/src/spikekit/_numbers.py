"""Numbers as Swift writes them, and offsets of recordings far from zero."""

import math

import numpy as np

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
        if not isinstance(value, (str, bytes, bool)):
            return float(value)
    except (TypeError, ValueError):
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

    :param exact: Rows of float64 samples, at least one in each row.
    """
    least, largest = exact.min(axis=1), exact.max(axis=1)
    if not (np.isfinite(least).all() and np.isfinite(largest).all()):
        finite = np.isfinite(exact)
        least = np.where(finite, exact, np.inf).min(axis=1)
        largest = np.where(finite, exact, -np.inf).max(axis=1)
    return np.array([_offset(float(low), float(high)) for low, high in zip(least, largest)])


def _offset(least, largest):
    width = largest - least
    if not 0 <= width <= LARGEST:
        return 0.0
    if width == 0:
        with np.errstate(over="ignore"):
            return 0.0 if float(np.float32(least)) == least else least
    if max(abs(least), abs(largest)) * 2.0**-24 <= 2.0**-18 * width:
        return 0.0
    grain = 2.0 ** (math.frexp(width)[1] - 1)
    middle = (least + width / 2) / grain
    return math.copysign(math.floor(abs(middle) + 0.5), middle) * grain


def nearest_float32(values):
    """The nearest finite numbers of float32."""
    return np.clip(values, -LARGEST, LARGEST).astype(np.float32)
