"""Codecs of observations: each value becomes several steps of one unit or more."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Iterable, Optional, overload

import numpy as np

from . import _library
from ._arrays import address, real_numbers, restored, rows_of, torch_of
from ._numbers import nearest_float32, text
from ._work import in_parts
from .codec import Codec
from .encoded import Encoded
from .errors import CodecError, counted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._types import Tensor
    from .stream import SpikeStream


class ObservationCodec(Codec):
    """A codec of observations, computed in double precision.

    Observations are arrays `[…, features, samples]` of real numbers, or `[samples]` for a single feature. The spikes
    are `[…, features · units, samples · steps]`. Values outside of the range from minimum to maximum are clipped, and
    counted in the result.
    """

    __slots__ = ()

    noun = "feature"

    @property
    def _units(self):
        return 1

    @property
    def _steps_per_sample(self):
        return self._values["steps"]

    # The number of receptive fields; 0 for a unit whose rate is the value.
    _bins = 0

    def _settle(self):
        values = self._values
        self._flags = (
            (_library.POISSON if values["conversion"] == "poisson" else 0)
            | (_library.REFERENCE if values["dialect"] == "reference" else 0))

    def _prepared(self, features):
        """What calls for this number of features need: the code and the bounds as the library takes them, and what is
        subtracted from the values of each feature, or None.
        """
        found = self._templates.get(features)
        if found is None:
            self.check(features)
            values = self._values
            code = np.frombuffer(bytearray(struct.pack(
                "=qqQdd", self._bins, values["steps"], values["seed"], values.get("sigma", 1), values["maximum_rate"])),
                np.uint8)
            low, high = self._bounds(features)
            bounds = np.ascontiguousarray(np.concatenate([low, high], axis=1))
            with np.errstate(over="ignore"):
                is_far = np.maximum(np.abs(low), np.abs(high)) * 2.0**-24 > (high - low) * 2.0**-18
            offset = np.where(is_far, low, 0)[:, 0]
            found = code, bounds, offset if offset.any() else None
            if len(self._templates) >= 16:
                self._templates.clear()
            self._templates[features] = found
        return found

    def _check_together(self):
        values = self._values
        if values["conversion"] == "poisson" and values["dialect"] == "reference":
            raise CodecError(
                f"{self.name}: dialect must be standard, or the conversion deterministic (the package's Poisson spikes "
                "cannot be reproduced), got reference")
        low, high = np.atleast_1d(values["minimum"]), np.atleast_1d(values["maximum"])
        if len(low) == len(high) or 1 in (len(low), len(high)):
            low, high = np.broadcast_arrays(low, high)
            flaws = np.flatnonzero(low >= high)
            if len(flaws):
                raise CodecError(
                    f"{self.name}: maximum must be above minimum {text(low[flaws[0]], False)}, "
                    f"got {text(high[flaws[0]], False)}")

    def _bounds(self, features):
        """The minimum and maximum of each feature, as columns."""
        low, high = np.asarray(self._values["minimum"]), np.asarray(self._values["maximum"])
        return (np.broadcast_to(np.atleast_1d(end), (features,)).astype(np.float64)[:, None] for end in (low, high))

    def _rates_of(self, values):
        """The rates `[…, features · units, samples]` of a tensor `[…, features, samples]` or `[samples]` of float64, in
        PyTorch's graph. Those of clipped values are constants.
        """
        features = values.shape[-2] if values.ndim > 1 else 1
        low, high = (values.new_tensor(end if values.ndim > 1 else end[0]) for end in self._bounds(features))
        scaled = ((values - low) / (high - low)).clamp(0, 1)
        return self._unit_rates(scaled) * self._values["maximum_rate"]

    def _unit_rates(self, scaled):
        return scaled

    def _spikes(self, values, features, position, settings=None):
        """The spikes `[rows · units, samples · steps]` of values `[rows, samples]`, and the number of clipped values.

        :param features: The number of features, of which there are one or more groups of rows.
        :param position: The number of samples before these, for random spikes.
        :param settings: The settings of the rows, whose initial values are filled in, or None.
        :raises CodecError: For a value that is NaN or infinite.
        """
        count, samples = values.shape
        code, bounds, offset = self._prepared(features)
        steps, units = self._values["steps"], self._units
        spikes = np.empty((count * units, samples * steps), np.int8)
        clipped, stop = np.zeros(1, np.intp), np.zeros(1, np.int32)

        def encode(first=0, last=0):
            return _library.observations_encode(
                self._flags, address(code), address(bounds), address(values), count // features, features, samples,
                position, None if settings is None else address(settings),
                None if offset is None else address(offset), address(spikes), address(clipped), address(stop))

        flaw = self._run(encode, spikes.size, stop)
        if flaw == -1:
            return spikes, int(clipped[0])
        row, sample = divmod(flaw, samples)
        where = f"recording {row // features}, " if count > features else ""
        raise CodecError(
            f"{where}channel {row % features}, sample {position + sample} is {text(values[row, sample])}; remove or "
            "replace such values first")

    @staticmethod
    def _run(work, size, stop):
        """Calls the library, for so many spikes."""
        if size <= 1 << 16:
            return work()
        return in_parts((1, size), 1, 4, work, lambda: stop.fill(1))[0]

    @overload
    def encode(
        self, signal: Tensor, *, axis: int = ..., sampling_rate: Optional[float] = ..., start_time: float = ...,
        unit: Optional[str] = ..., channel_names: Optional[Iterable[str]] = ...,
    ) -> Encoded[Tensor]: ...

    @overload
    def encode(
        self, signal: ArrayLike, *, axis: int = ..., sampling_rate: Optional[float] = ..., start_time: float = ...,
        unit: Optional[str] = ..., channel_names: Optional[Iterable[str]] = ...,
    ) -> Encoded[np.ndarray]: ...

    def encode(
        self, signal, *, axis=-1, sampling_rate=None, start_time=0.0, unit=None, channel_names=None,
    ):
        """Encodes observations, or a batch of them.

        :param signal: The observations, `[…, features, samples]` or `[samples]`. For `[batch, features]`, give
            `axis=0`: each observation of the batch is a sample.
        :param axis: The axis of the samples.
        :param sampling_rate: The number of observations per second, if it is known.
        :param start_time: The time of the first observation, in seconds.
        :param unit: The unit of the values.
        :param channel_names: The names of the features.
        :returns: An `Encoded` with the spikes and all that decoding needs.
        :raises CodecError: For no observations, or a value that is NaN or infinite.
        """
        array = signal if type(signal) is np.ndarray and signal.dtype.char in "fd" else (
            real_numbers(signal, "the observations"))
        rows, shape = rows_of(array, axis)
        dimensions = len(shape)
        features = shape[-2] if dimensions > 1 else 1
        count, samples = rows.shape
        if count == 0 or samples == 0:
            raise CodecError(
                f"the recording is empty ({counted(features, 'channel')} × {counted(samples, 'sample')})")
        steps, units = self._values["steps"], self._units
        if count * units * samples * steps > 2**32:
            batch = f"{counted(count // features, 'recording')} × " if count > features else ""
            raise CodecError(
                f"{self.name}: {batch}{counted(features * units, 'unit')} × {counted(samples * steps, 'step')} are "
                "more than 4 GiB; take fewer steps, or encode in parts")
        values = _doubles(rows)
        settings = np.zeros((count, 8), np.float32)
        spikes, clipped = self._spikes(values, features, 0, settings)
        offset = self._prepared(features)[2]
        if offset is not None and count > features:
            offset = np.tile(offset, count // features)
        result = (units * features,) if dimensions > 1 else (units,) if units > 1 else ()
        shape = shape[:-2] + result + (samples * steps,)
        # One feature of a code with one unit stays one-dimensional.
        at = axis if len(shape) == dimensions else -1
        like = signal if array is not signal and torch_of(signal) is not None else None
        return Encoded(
            self, restored(spikes, shape, at, like), at, settings, offset, sampling_rate, start_time, unit,
            channel_names, features, clipped, dimensions == 1)

    def _settings(self, firsts, features):
        """The settings of the rows, and their offsets: the minimum, if the bounds are far from zero."""
        offset = self._prepared(features)[2]
        settings = np.zeros((len(firsts), 8), np.float32)
        if offset is not None:
            offset = np.tile(offset, len(firsts) // features)
            firsts = firsts - offset
        settings[:, 5] = nearest_float32(firsts)
        return settings, offset

    def _decode_rows(self, encoded, initial_values, threads):
        if initial_values is not None:
            raise CodecError(f"{self.name} decodes without an initial value")
        rows, shape = encoded._rows()
        features, units, steps = encoded._channels, self._units, self._values["steps"]
        if rows.dtype.char != "b" or not rows.flags.c_contiguous:
            rows = np.ascontiguousarray(rows, np.int8)
        count, samples = len(rows) // units, rows.shape[1] // steps
        code, bounds, _ = self._prepared(features)
        offset, stop = encoded._offset, np.zeros(1, np.int32)

        def decoded(kind):
            signal = np.empty((count, samples), kind)
            where = address(signal)

            def decode(first=0, last=0):
                return _library.observations_decode(
                    self._flags, address(code), address(bounds), address(rows), count // features, features, samples,
                    None if offset is None else address(offset), where if kind is np.float32 else None,
                    where if kind is np.float64 else None, address(stop))

            return signal, self._run(decode, rows.size, stop)

        if rows.size == 0:
            return self._decoded(np.empty((count, samples), np.float32), encoded, shape)
        signal, flaw = decoded(np.float32)
        if flaw != -1:
            signal, _ = decoded(np.float64)
        if offset is not None:
            signal = signal.astype(np.float64) + offset[:, None]
        return self._decoded(signal, encoded, shape)

    @staticmethod
    def _decoded(signal, encoded, shape):
        """Decoded rows in the shape of the recording."""
        samples, spikes = signal.shape[1], encoded._spikes
        shape = (samples,) if encoded._is_flat else shape[:-2] + (encoded._channels, samples)
        return restored(signal, shape, encoded._axis, spikes if torch_of(spikes) is not None else None)

    @overload
    def restore(self, spikes: Tensor, *, axis: int = ...) -> Encoded[Tensor]: ...

    @overload
    def restore(self, spikes: ArrayLike, *, axis: int = ...) -> Encoded[np.ndarray]: ...

    def restore(self, spikes, *, axis=-1):
        """An `Encoded` of spikes that come from elsewhere, to decode them.

        :param spikes: 0 and 1, `[…, features · units, samples · steps]`; `[samples · steps]` for one unit.
        :param axis: The axis of the steps.
        :raises CodecError: For spikes of other values, and for units or steps that do not fit the codec.
        """
        rows, shape = rows_of(real_numbers(spikes, "the spikes"), axis)
        count, length = shape[-2] if len(shape) > 1 else 1, shape[-1]
        if rows.size == 0:
            raise CodecError(f"the recording is empty ({counted(count, 'unit')} × {counted(length, 'step')})")
        units, steps = self._units, self._values["steps"]
        if count % units or length % steps:
            raise CodecError(
                f"{self.name}: {counted(count, 'unit')} × {counted(length, 'step')} do not fit the codec, which has "
                f"{counted(units, 'unit')} per feature and {counted(steps, 'step')} per sample")
        self._check_spikes(rows)
        features = count // units
        least = self._prepared(features)[1][:, 0]
        settings, offset = self._settings(np.tile(least, len(rows) // count), features)
        spikes = restored(np.ascontiguousarray(rows, np.int8), shape, axis, spikes)
        return Encoded(
            self, spikes, axis, settings, offset, None, 0.0, None, None, features, 0, len(shape) == 1)

    def stream(self, channels: int = 1) -> SpikeStream:
        """A stream that encodes observations as they arrive.

        :param channels: The number of features.
        """
        from .stream import SpikeStream

        return SpikeStream(self, channels, None)


class ReceptiveFieldsCodec(ObservationCodec):
    """A code with several units for each feature, whose fields cover the feature's range."""

    __slots__ = ()

    @property
    def _units(self):
        return self._values["bins"]

    _bins = _units

    def _unit_rates(self, scaled):
        bins, flat = self._values["bins"], scaled.ndim == 1
        centers = scaled.new_tensor(np.linspace(0, 1, bins))[:, None]
        exponents = -((scaled[..., None, :] - centers) / self._values["sigma"]) ** 2 / 2
        rates = exponents.softmax(dim=-2)
        return rates if flat else rates.reshape(*scaled.shape[:-2], -1, scaled.shape[-1])


def _doubles(rows):
    """Rows in float64 without gaps."""
    values = np.ascontiguousarray(rows, np.float64)
    return values if values.flags.aligned else values.copy()
