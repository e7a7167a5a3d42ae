"""Encoded recordings: the spikes, and all that decoding needs."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Generic, List, NamedTuple, Optional, Union

import numpy as np

from ._arrays import rows_of, to_numpy
from ._numbers import positive, real
from ._types import Array, PerChannel
from .errors import CodecError, counted

if TYPE_CHECKING:
    from .codec import Codec


class Events(NamedTuple):
    """The spikes one by one, in order of time and, within a step, in order of the units."""

    units: np.ndarray
    steps: np.ndarray
    #: Seconds on the recording's clock; steps if the sampling rate is unknown.
    times: np.ndarray
    signs: np.ndarray
    #: The sizes of graded spikes; otherwise None.
    amplitudes: Optional[np.ndarray]


def _names(names, channels):
    """The names of the channels as texts."""
    if isinstance(names, (str, bytes)) or not hasattr(names, "__iter__"):
        raise TypeError(f"spikekit: channel_names must be a list of names, one per channel, got {names!r}")
    names = [str(name) for name in names]
    if len(names) != channels:
        raise CodecError(f"{counted(len(names), 'name')} for {counted(channels, 'channel')}; give one per channel")
    return names


class Encoded(Generic[Array]):
    """The result of `encode`: the spikes and all that decoding needs.

    `spikes` has the shape of the recording, with +1 for a spike up, −1 for a spike down and 0 for none, as int8; sizes
    as float32 for graded codecs. Codecs of observations have more units and steps.
    """

    __slots__ = (
        "_codec", "_spikes", "_axis", "_channels", "_sampling_rate", "_start_time", "_unit", "_channel_names",
        "_clipped_count", "_settings", "_offset", "_is_flat",
    )

    def __init__(
        self, codec, spikes, axis, settings, offset, sampling_rate, start_time, unit, channel_names, channels,
        clipped_count=0, is_flat=False,
    ):
        if sampling_rate is not None:
            sampling_rate = positive(sampling_rate, "sampling_rate")
        if type(start_time) is not float or start_time != 0:
            start_time = real(start_time, "start_time")
            if not math.isfinite(start_time):
                raise CodecError(f"start_time must be finite, got {start_time}")
        if channel_names is not None:
            channel_names = _names(channel_names, channels)
        if unit is not None and not isinstance(unit, str):
            raise TypeError(f"spikekit: unit must be a text, got {unit!r}")
        self._codec, self._spikes, self._axis, self._channels = codec, spikes, axis, channels
        self._sampling_rate, self._start_time, self._unit = sampling_rate, start_time, unit
        self._channel_names, self._clipped_count = channel_names, clipped_count
        self._settings, self._offset = settings, offset
        # Whether the recording was one-dimensional, which the spikes of a code with several units do not show.
        self._is_flat = is_flat

    # Decoding relies on these, so that they are not assigned to.
    @property
    def codec(self) -> Codec:
        """The codec, with the values that were taken from the recording."""
        return self._codec

    @property
    def spikes(self) -> Array:
        """The spikes, an array or a tensor."""
        return self._spikes

    @property
    def axis(self) -> int:
        """The axis of the steps."""
        return self._axis

    @property
    def channels(self) -> int:
        """The number of channels of a recording."""
        return self._channels

    @property
    def sampling_rate(self) -> Optional[float]:
        """Samples per second; None if it is unknown."""
        return self._sampling_rate

    @property
    def start_time(self) -> float:
        """The time of the first sample, in seconds."""
        return self._start_time

    @property
    def unit(self) -> Optional[str]:
        """The unit of the samples; None if it is unknown."""
        return self._unit

    @property
    def channel_names(self) -> Optional[List[str]]:
        """The names of the channels, or None."""
        return self._channel_names

    @property
    def clipped_count(self) -> int:
        """The number of values outside of the codec's bounds."""
        return self._clipped_count

    def _rows(self):
        """The spikes as rows, and their shape with time last.

        :raises CodecError: If they do not fit the settings, as after a change of the array's own shape.
        """
        rows, shape = rows_of(to_numpy(self._spikes), self._axis)
        units, steps = len(self._settings) * self._codec._units, self._codec._steps_per_sample
        if len(rows) != units or rows.shape[1] % steps:
            raise CodecError(
                f"{self._codec.name}: the spikes have {counted(len(rows), 'row')} of {counted(rows.shape[1], 'step')}; "
                f"decoding needs {counted(units, 'row')}"
                + (f" of a multiple of {steps} steps" if steps > 1 else ""))
        return rows, shape

    def decode(self, *, initial_values: Optional[PerChannel] = None, threads: Optional[int] = None) -> Array:
        """Decodes the spikes.

        :param initial_values: What decoding starts from, in the signal's unit: one value, or one per channel. By
            default, what the codec's dialect says.
        :param threads: The largest number of threads, for codecs of recordings; by default as many as there are
            processors.
        :returns: The decoded recording, in the shape of the recording. It is of float32, or of float64 if the
            recording was so far from zero that float32 would not hold its differences, or if the bounds of a codec of
            observations lie beyond float32.
        """
        return self._codec._decode_rows(self, initial_values, threads)

    @property
    def initial_values(self) -> np.ndarray:
        """The value of each row from which decoding starts, in the signal's unit."""
        values = self._settings[:, 5].astype(np.float64)
        return values if self._offset is None else values + self._offset

    @property
    def ranges(self) -> Optional[np.ndarray]:
        """The minimum and maximum of each row, for codecs that scale by them; otherwise None."""
        if not self.codec.needs_range:
            return None
        pairs = self._settings[:, 3:5].astype(np.float64)
        return pairs if self._offset is None else pairs + self._offset[:, None]

    @property
    def offsets(self) -> np.ndarray:
        """The offset of each row, in the signal's unit, which is not 0 for recordings far from zero.

        A stream that is given it as `offset` gives the same spikes, whatever the chunks.
        """
        return np.zeros(len(self._settings)) if self._offset is None else self._offset.copy()

    @property
    def spike_count(self) -> int:
        """The number of spikes."""
        return int(np.count_nonzero(to_numpy(self.spikes)))

    @property
    def sparsity(self) -> float:
        """The share of steps without a spike."""
        size = to_numpy(self.spikes).size
        return 1 - self.spike_count / size if size else 1.0

    @property
    def step_rate(self) -> Optional[float]:
        """The number of steps per second; None if the sampling rate is unknown."""
        return None if self.sampling_rate is None else self.sampling_rate * self.codec._steps_per_sample

    @property
    def is_batch(self) -> bool:
        """Whether there are several recordings."""
        return len(self._settings) != self.channels

    def events(self) -> Events:
        """The spikes one by one. Units are counted over all rows."""
        rows, _ = self._rows()
        steps, units = np.nonzero(rows.T)
        values = rows[units, steps]
        times = steps.astype(np.float64)
        if self.step_rate is not None:
            times = self.start_time + times / self.step_rate
        graded = values.astype(np.float32) if self.codec.is_graded else None
        return Events(units, steps, times, np.sign(values).astype(np.int8), graded)

    def save(self, path: Union[str, bytes, os.PathLike], *, layout: Optional[str] = None) -> None:
        """Writes an HDF5 file that the program `spike` reads too; needs h5py. See `spikekit.read`.

        :param path: The path, which ends in .h5 or .hdf5.
        :param layout: "events" or "frames"; by default the smaller one, as the program chooses.
        """
        from .files import write

        write(self, path, layout=layout)

    def __repr__(self):
        shape = " × ".join(map(str, self.spikes.shape))
        return f"<Encoded {shape}, {self.spike_count} spikes, {self.codec!r}>"
