"""The low-pass filter of Ben's spiker algorithm."""

import numpy as np

from . import _library
from ._arrays import address
from .codecs import BensSpiker


def low_pass_taps(order: int = 10, cutoff: float = 0.2) -> np.ndarray:
    """The taps of a windowed-sinc low-pass filter with a Hamming window and unit gain at 0 Hz.

    :param order: The order of the filter; there is one tap more.
    :param cutoff: The cutoff as a fraction of the sampling rate, above 0 and below 0.5.
    """
    values = BensSpiker(order, cutoff=cutoff)
    for name in ("order", "cutoff"):
        if isinstance(getattr(values, name), tuple):
            raise TypeError(f"spikekit: {name} must be one number, got {getattr(values, name)!r}")
    taps = np.empty(values.order + 1)
    _library.low_pass_taps(values.order, float(cutoff), address(taps))
    return taps
