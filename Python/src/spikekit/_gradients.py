"""Gradients of the spikes of codecs of recordings with respect to the samples and the parameters."""

import numpy as np

from . import _library
from ._arrays import address, rows_of, to_numpy
from ._work import in_parts

# The codecs whose spikes have gradients, with their numbers in the library, and the parameters that have gradients, in
# the order of the rows of the C interface.
LEARNABLE = {
    "step-forward": (0, ("threshold",)),
    "delta": (1, ("threshold",)),
    "level-crossing": (2, ("threshold", "hysteresis")),
    "lif": (3, ("threshold", "membrane_constant")),
    "bsa": (4, (None, None, "threshold")),
    "rate-step-forward": (5, ("threshold",)),
}


def gradients(encoded, signal, gradient, surrogate, detaches_reset):
    """The gradients of the samples and of the parameters.

    :param encoded: The result of `encode`, of a codec in `LEARNABLE`.
    :param signal: What was encoded.
    :param gradient: The gradients of the spikes, an array of the shape of the recording.
    :param surrogate: The number of the surrogate and its size.
    :returns: The gradients of the samples as rows of float64, with their shape with time last; and those of the three
        parameters of each row.
    """
    axis, offset = encoded._axis, encoded._offset
    rows, shape = rows_of(to_numpy(signal), axis)
    if offset is not None:
        rows = rows.astype(np.float64) - offset[:, None]
    samples = np.ascontiguousarray(rows, np.float32)
    incoming = np.ascontiguousarray(rows_of(gradient, axis)[0], np.float64)
    codec, spikes = encoded._codec, None
    if not codec.is_graded:
        spikes = np.ascontiguousarray(encoded._rows()[0], np.int8)
    count, length = samples.shape
    settings = encoded._settings.copy()
    outgoing, parameters = np.empty(samples.shape), np.empty((count, 3))

    def work(first, last):
        return _library.gradient(
            LEARNABLE[codec.name][0], codec._flags, *surrogate, int(detaches_reset), address(settings[first:]),
            address(samples[first:]), None if spikes is None else address(spikes[first:]), address(incoming[first:]),
            last - first, length, address(outgoing[first:]), address(parameters[first:]))

    in_parts(samples.shape, None, 20 + 2 * codec._nanoseconds, work, lambda: settings[:, 7].fill(1))
    return outgoing, shape, parameters
