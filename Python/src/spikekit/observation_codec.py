"""Codecs of observations: each value becomes several steps of one unit or more."""

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from . import _library
from ._arrays import address, real_numbers, restored, rows_of, torch_of
from ._numbers import nearest_float32, text
from .codec import Codec
from .encoded import Encoded
from .errors import CodecError, counted

if TYPE_CHECKING:
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

    @property
    def _flags(self):
        values = self._values
        return (
            (_library.POISSON if values["conversion"] == "poisson" else 0)
            | (_library.REFERENCE if values["dialect"] == "reference" else 0))

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

    def _scaled(self, values):
        """The values of the features scaled to 0…1, and how many were clipped."""
        low, high = self._bounds(len(values))
        with np.errstate(all="ignore"):
            width = high - low
            scaled = (values - low) / width
            if not np.isfinite(width).all():
                # In halves, whose differences do not overflow. A half of a narrow range could be 0.
                scaled = np.where(np.isfinite(width), scaled, (values / 2 - low / 2) / (high / 2 - low / 2))
            if self._values["dialect"] == "reference":
                scale = 1 / width
                scaled = np.where(np.isfinite(scale), values * scale - low * scale, scaled)
        below, above = values < low, values > high
        scaled = np.clip(scaled, 0, 1)
        scaled[below], scaled[above] = 0, 1
        return scaled, int(np.count_nonzero(below) + np.count_nonzero(above))

    def _rates(self, scaled):
        """The rates `[features, units, samples]` of scaled values `[features, samples]`."""
        return (scaled * self._values["maximum_rate"])[:, None, :]

    def _scaled_values(self, counts):
        """The scaled values `[features, samples]` of spike counts `[features, units, samples]`."""
        steps, rate = self._values["steps"], self._values["maximum_rate"]
        if self._values["conversion"] == "poisson":
            rates = counts[:, 0] / steps
        else:
            counts = np.ascontiguousarray(counts[:, 0], ctypes.c_ssize_t)
            rates = np.empty(counts.shape)
            _library.rates_decode(self._flags, steps, rate, address(counts), counts.size, address(rates))
        with np.errstate(over="ignore"):
            return np.minimum(1, rates / rate)

    def _spikes(self, values, position):
        """The spikes `[features · units, samples · steps]` of values `[features, samples]`, and the clipped count.

        :param position: The number of samples before these, for random spikes.
        """
        scaled, clipped = self._scaled(values)
        rates = np.ascontiguousarray(self._rates(scaled))
        steps = self._values["steps"]
        features, units, samples = rates.shape
        spikes = np.empty((features * units, samples * steps), np.int8)
        _library.rates_encode(
            self._flags, self._values["seed"], address(rates), features, units, samples, position, steps,
            address(spikes))
        return spikes, clipped

    def encode(
        self, signal, *, axis=-1, sampling_rate=None, start_time=0.0, unit=None, channel_names=None,
    ) -> Encoded:
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
        array = real_numbers(signal, "the observations")
        rows, shape = rows_of(array, axis)
        features = shape[-2] if len(shape) > 1 else 1
        count, samples = rows.shape
        if count == 0 or samples == 0:
            raise CodecError(
                f"the recording is empty ({counted(features, 'channel')} × {counted(samples, 'sample')})")
        self.check(features)
        values = np.ascontiguousarray(rows, np.float64)
        self._check_finite(values, features, len(shape) > 2)
        steps, units = self._values["steps"], self._units
        if features * units * samples * steps > 2**32:
            raise CodecError(
                f"{self.name}: {counted(features * units, 'unit')} × {counted(samples * steps, 'step')} are more than "
                "4 GiB; take fewer steps, or encode in parts")
        parts = [self._spikes(values[first : first + features], 0) for first in range(0, count, features)]
        spikes = parts[0][0] if len(parts) == 1 else np.concatenate([part for part, _ in parts])
        settings, offset = self._settings(values[:, 0], features)
        result = (units * features,) if len(shape) > 1 else (units,) if units > 1 else ()
        shape = shape[:-2] + result + (samples * steps,)
        # One feature of a code with one unit stays one-dimensional.
        at = axis if len(shape) == array.ndim else -1
        like = signal if torch_of(signal) is not None else None
        return Encoded(
            self, restored(spikes, shape, at, like), at, settings, offset, sampling_rate, start_time, unit,
            channel_names, features, sum(clipped for _, clipped in parts), array.ndim == 1)

    @staticmethod
    def _check_finite(values, features, is_batch):
        if np.isfinite(values).all():
            return
        row, sample = np.argwhere(~np.isfinite(values))[0]
        where = f"recording {row // features}, " if is_batch else ""
        raise CodecError(
            f"{where}channel {row % features}, sample {sample} is {text(values[row, sample])}; remove or replace such "
            "values first")

    def _settings(self, firsts, features):
        """The settings of the rows, and their offsets: the minimum, if the bounds are far from zero."""
        low, high = (np.tile(end[:, 0], len(firsts) // features) for end in self._bounds(features))
        with np.errstate(over="ignore"):
            is_far = np.maximum(np.abs(low), np.abs(high)) * 2.0**-24 > (high - low) * 2.0**-18
        offset = np.where(is_far, low, 0)
        settings = np.zeros((len(firsts), 8), np.float32)
        settings[:, 5] = nearest_float32(firsts - offset)
        return settings, offset if offset.any() else None

    def _decode_rows(self, encoded, initial_values, threads):
        if initial_values is not None:
            raise CodecError(f"{self.name} decodes without an initial value")
        rows, shape = encoded._rows()
        features, units, steps = encoded.channels, self._units, self._values["steps"]
        samples = rows.shape[1] // steps
        counts = rows.reshape(-1, units, samples, steps).sum(axis=3, dtype=np.int64)
        decoded = np.empty((len(counts), samples))
        low, high = self._bounds(features)
        for first in range(0, len(counts), features):
            part = slice(first, first + features)
            scaled = self._scaled_values(counts[part])
            least = low - (0 if encoded._offset is None else encoded._offset[part, None])
            with np.errstate(over="ignore", invalid="ignore"):
                decoded[part] = least + scaled * (high - low)
                if not np.isfinite(high - low).all():
                    # In halves, whose differences do not overflow. Such bounds have no offset.
                    halves = (low / 2 + scaled * (high / 2 - low / 2)) * 2
                    decoded[part] = np.where(np.isfinite(high - low), decoded[part], halves)
        with np.errstate(over="ignore"):
            single = decoded.astype(np.float32)
        if np.isfinite(single).all():
            decoded = single
        signal = decoded if encoded._offset is None else decoded.astype(np.float64) + encoded._offset[:, None]
        shape = (samples,) if encoded._is_flat else shape[:-2] + (features, samples)
        like = encoded.spikes if torch_of(encoded.spikes) is not None else None
        return restored(signal, shape, encoded.axis, like)

    def restore(self, spikes, *, axis=-1) -> Encoded:
        """An `Encoded` of spikes that come from elsewhere, to decode them.

        :param spikes: 0 and 1, `[…, features · units, samples · steps]`; `[samples · steps]` for one unit.
        :param axis: The axis of the steps.
        :raises CodecError: For spikes of other values, and for units or steps that do not fit the codec.
        """
        array = real_numbers(spikes, "the spikes")
        rows, shape = rows_of(array, axis)
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
        self.check(features)
        least = next(self._bounds(features))[:, 0]
        settings, offset = self._settings(np.tile(least, len(rows) // count), features)
        return Encoded(
            self, spikes if torch_of(spikes) is not None else array, axis, settings, offset, None, 0.0, None, None,
            features, 0, array.ndim == 1)

    def stream(self, channels: int = 1) -> "SpikeStream":
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

    def _rates(self, scaled):
        bins = self._values["bins"]
        scaled = np.ascontiguousarray(scaled)
        rates = np.empty((*scaled.shape, bins))
        # A width whose square underflows is as good as this one: only the nearest unit responds.
        sigma = max(self._values["sigma"], 1e-150)
        _library.fields_encode(
            bins, sigma, self._values["maximum_rate"], address(scaled), scaled.size, address(rates))
        return rates.transpose(0, 2, 1)

    def _scaled_values(self, counts):
        counts = np.ascontiguousarray(counts.transpose(0, 2, 1), ctypes.c_ssize_t)
        values = np.empty(counts.shape[:2])
        _library.fields_decode(self._flags, counts.shape[2], address(counts), values.size, address(values))
        return values
