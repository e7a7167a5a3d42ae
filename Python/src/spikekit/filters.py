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
    BensSpiker(order, cutoff=cutoff)
    taps = np.empty(int(order) + 1)
    _library.low_pass_taps(int(order), float(cutoff), address(taps))
    return taps
