"""Codecs of recordings: each sample of a channel becomes one step of one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Optional, overload

import numpy as np

from . import _library
from ._arrays import address, real_numbers, restored, rows_of, torch_of
from ._numbers import LARGEST, nearest_float32, offsets, text
from ._work import in_parts
from .codec import Codec, _Codec
from .encoded import Encoded
from .errors import CodecError, counted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._types import PerChannel, Tensor
    from .stream import SpikeStream
    from .tuning import Tuning

# A row of the C interface has eight numbers: three parameters, then these.
MINIMUM, MAXIMUM, INITIAL, ZERO, STOP = 3, 4, 5, 6, 7
# Up to this many samples, calls are short for every codec, and go to the library without further ado.
_FEW_SAMPLES = 256
_REMEDY = "remove or replace such values first"
_BEYOND = "beyond what Float32 holds (±3.4e+38); scale the recording down first"


def _moved(code, first, samples):
    """What the library returns for rows from `first` on, as if they began with the first row."""
    return code if code == -1 else code + first * samples if code >= 0 else code - first


def _first_flaw(codes):
    return next((code for code in codes if code != -1), -1)


def _stopper(settings):
    """A function that makes calls with these settings end soon."""
    def stop():
        settings[:, STOP] = 1

    return stop


class RecordingCodec(Codec):
    """A codec of recordings.

    Recordings are arrays `[…, channels, samples]` of real numbers, or `[samples]` for a single channel. The library
    computes in float32. An array of float32 whose samples are adjacent in memory is read where it is; others are
    copied. A tensor of PyTorch gives tensors on the same device; the computation happens on the CPU.
    """

    __slots__ = ()

    _units = 1
    _steps_per_sample = 1

    @classmethod
    def _prepare(cls):
        cls._encode, cls._decode, cls._stream = map(staticmethod, _library.codec_functions(cls.name))

    def _settle(self):
        values = self._values
        self._flags = (
            (_library.UNIPOLAR if values.get("polarity") == "unipolar" else 0)
            | (_library.REFERENCE if values.get("dialect") == "reference" else 0)
            | (_library.FROM_ZERO if values.get("padding") == "zero" else 0))

    @property
    def _nanoseconds(self):
        """About what encoding or decoding a sample costs."""
        return 4 + (0.5 * np.max(self._values["order"]) if self.name == "bsa" else 0)

    @property
    def _starts_at_zero(self):
        """Whether decoding starts at 0 rather than at the first sample."""
        return (
            self.name == "step-forward" and self._values["dialect"] == "reference"
            or self.name == "rate-step-forward" and self._values["padding"] == "zero")

    @property
    def _starts_from_value(self):
        """Whether decoding starts from a value that can be chosen."""
        return self.name not in ("bsa", "lif")

    def _rows(self, channels, count):
        """The rows of the C interface with the parameters filled in; a copy that the caller may change."""
        template = self._templates.get((channels, count))
        if template is None:
            self.check(channels)
            template = np.zeros((count, 8), np.float32)
            columns = [p for p in self.parameters if p.is_per_channel]
            for column, parameter in enumerate(columns):
                value = self._values[parameter.name]
                if value is not None:
                    template[:, column] = np.tile(value, count // channels) if type(value) is tuple else value
            if count <= 4096:
                # One template per shape; a codec is seldom used with many shapes.
                if len(self._templates) >= 16:
                    self._templates.clear()
                self._templates[channels, count] = template
        return template.copy()

    @overload
    def encode(
        self, signal: Tensor, *, axis: int = ..., sampling_rate: Optional[float] = ..., start_time: float = ...,
        unit: Optional[str] = ..., channel_names: Optional[Iterable[str]] = ..., ranges: Optional[ArrayLike] = ...,
        threads: Optional[int] = ...,
    ) -> Encoded[Tensor]: ...

    @overload
    def encode(
        self, signal: ArrayLike, *, axis: int = ..., sampling_rate: Optional[float] = ..., start_time: float = ...,
        unit: Optional[str] = ..., channel_names: Optional[Iterable[str]] = ..., ranges: Optional[ArrayLike] = ...,
        threads: Optional[int] = ...,
    ) -> Encoded[np.ndarray]: ...

    def encode(
        self, signal, *, axis=-1, sampling_rate=None, start_time=0.0, unit=None, channel_names=None, ranges=None,
        threads=None,
    ):
        """Encodes a recording, or a batch of recordings.

        :param signal: The recording, `[…, channels, samples]` or `[samples]`.
        :param axis: The axis of the samples.
        :param sampling_rate: The sampling rate in Hz, if it is known.
        :param start_time: The time of the first sample, in seconds.
        :param unit: The unit of the samples, such as "mV".
        :param channel_names: The names of the channels.
        :param ranges: For codecs that scale by a channel's range: one pair of minimum and maximum per channel, in the
            signal's unit. By default it is measured.
        :param threads: The largest number of threads; by default as many as there are processors.
        :returns: An `Encoded` with the spikes and all that decoding needs.
        :raises CodecError: For an empty recording, a sample that is NaN or infinite, or ranges for a codec that does
            not scale by them.
        """
        if ranges is not None:
            self._check_ranges(ranges)
        array = signal if type(signal) is np.ndarray and signal.dtype.char in "fd" else real_numbers(signal)
        rows, shape = rows_of(array, axis)
        count, samples = rows.shape
        channels = shape[-2] if len(shape) > 1 else 1
        if count == 0 or samples == 0:
            raise CodecError(
                f"the recording is empty ({counted(channels, 'channel')} × {counted(samples, 'sample')})")
        settings = self._rows(channels, count)
        exact, offset = None, None
        kind = rows.dtype
        if kind.char != "f" or not kind.isnative:
            if kind.kind == "f" and kind.itemsize <= 4:
                rows = rows.astype(np.float32)
            else:
                rows, exact, offset = self._split(rows, settings)
        memory = rows.flags
        if not memory.aligned:
            rows = rows.copy()
        elif not memory.c_contiguous and not (rows.strides[1] == 4 and rows.strides[0] >= 4):
            rows = np.ascontiguousarray(rows)
        codec, flags = self, self._flags
        if self.name == "rate-step-forward" and self._values["threshold"] is None:
            codec = self._with_largest_steps(rows, settings, shape, exact, offset)
        if ranges is not None:
            self._set_ranges(settings, ranges, channels, offset)
            flags |= _library.HAS_RANGES
        spikes = np.empty((count, samples), np.float32 if self.is_graded else np.int8)
        code = self._run(flags, settings, rows, spikes, threads)
        if code != -1:
            raise self._flaw(code, shape, rows, exact, offset)
        self._start(settings, rows, channels, offset)
        like = signal if array is not signal and torch_of(signal) is not None else None
        return Encoded(
            codec, restored(spikes, shape, axis, like), axis, settings, offset, sampling_rate, start_time, unit,
            channel_names, channels)

    def _run(self, flags, settings, rows, spikes, threads):
        """Encodes the rows. Returns what the library returns: -1, or which row or sample it refuses."""
        count, samples = rows.shape
        stride = samples if rows.flags.c_contiguous else rows.strides[0] // 4
        if count * samples <= _FEW_SAMPLES and threads is None:
            return self._encode(flags, address(settings), address(rows), count, samples, stride, address(spikes))

        def encode(first, last):
            code = self._encode(
                flags, address(settings[first:]), address(rows[first:]), last - first, samples, stride,
                address(spikes[first:]))
            return _moved(code, first, samples)

        return _first_flaw(in_parts(rows.shape, threads, self._nanoseconds, encode, _stopper(settings)))

    @staticmethod
    def _split(rows, settings):
        """Splits exact numbers into an offset per row and differences in float32."""
        exact = np.ascontiguousarray(rows, np.float64)
        if not exact.flags.aligned:
            exact = exact.copy()
        offset, differences = np.empty(len(exact)), np.empty(exact.shape, np.float32)
        has_offset = _library.split(
            address(exact), *exact.shape, address(settings), address(offset), address(differences))
        return differences, exact, offset if has_offset else None

    def _check_ranges(self, ranges):
        """Raises `CodecError` for ranges that the codec would not use."""
        if ranges is not None and not self.needs_range:
            raise CodecError(f"{self.name} does not scale by ranges; leave out ranges")

    def _set_ranges(self, settings, ranges, channels, offset):
        pairs = real_numbers(ranges, "ranges").astype(np.float64)
        if pairs.ndim == 1 and len(pairs) == 2:
            pairs = pairs[None]
        if pairs.ndim != 2 or pairs.shape[1] != 2:
            raise CodecError(f"{self.name}: ranges must be pairs of minimum and maximum, one per channel")
        if len(pairs) not in (1, channels):
            raise CodecError(
                f"{self.name}: range has {counted(len(pairs), 'value')} for {counted(channels, 'channel')}; "
                "give one value, or one per channel")
        if not (np.isfinite(pairs).all() and (pairs[:, 0] <= pairs[:, 1]).all()):
            raise CodecError(f"{self.name}: a range must be finite, with its minimum <= its maximum")
        pairs = np.broadcast_to(pairs, (channels, 2))
        pairs = np.tile(pairs, (len(settings) // channels, 1)) - (0 if offset is None else offset[:, None])
        with np.errstate(over="ignore", invalid="ignore"):
            single = pairs.astype(np.float32)
            width = single[:, 1] - single[:, 0]
        if not np.isfinite(width).all():
            channel = int(np.flatnonzero(~np.isfinite(width))[0])
            raise self._too_wide(channel % channels, single[channel])
        settings[:, MINIMUM : MAXIMUM + 1] = single

    @staticmethod
    def _too_wide(channel, ends):
        return CodecError(
            f"channel {channel} reaches from {text(ends[0])} to {text(ends[1])}, wider than Float32 can hold; "
            "scale it down first")

    def _flaw(self, code, shape, rows, exact, offset):
        """The error about a sample or a range that the library refused."""
        row = -2 - code if code < -1 else code // rows.shape[1]
        channels = shape[-2] if len(shape) > 1 else 1
        where = f"recording {row // channels}, " if len(shape) > 2 else ""
        if code < -1:
            values = rows[row]
            error = self._too_wide(row % channels, (values.min(), values.max()))
            return CodecError(where + str(error))
        sample = code % rows.shape[1]
        where += f"channel {row % channels}, sample {sample}"
        if exact is not None and np.isfinite(exact[row, sample]):
            return CodecError(f"{where} is {text(exact[row, sample], single=False)}, {_BEYOND}")
        return CodecError(f"{where} is {text(rows[row, sample])}; {_REMEDY}")

    def _start(self, settings, rows, channels, offset):
        """Sets what decoding starts from, where it is not the channel's first sample."""
        if self._starts_at_zero:
            settings[:, INITIAL] = settings[:, ZERO]
        elif self.name == "pwm" and self._values["dialect"] == "reference":
            # The package starts channel k from sample k of channel 0.
            for first in range(0, len(settings), channels):
                for channel in range(channels):
                    sample = float(rows[first, channel if channel < rows.shape[1] else 0])
                    if offset is not None:
                        sample += offset[first] - offset[first + channel]
                    settings[first + channel, INITIAL] = sample

    def _with_largest_steps(self, rows, settings, shape, exact, offset):
        """Sets the threshold of each row to its largest step, and returns the codec with these thresholds."""
        count, samples = rows.shape
        stride = samples if rows.flags.c_contiguous else rows.strides[0] // 4
        code = _library.largest_steps(address(settings), address(rows), count, samples, stride)
        if code != -1:
            raise self._flaw(code, shape, rows, exact, offset)
        if len(shape) > 2:
            return self
        steps = [float(str(step)) for step in settings[:, 0]]
        return self._replaced("threshold", tuple(steps) if count > 1 else steps[0])

    @overload
    def restore(
        self, spikes: Tensor, *, axis: int = ..., initial_values: Optional[PerChannel] = ...,
        ranges: Optional[ArrayLike] = ...,
    ) -> Encoded[Tensor]: ...

    @overload
    def restore(
        self, spikes: ArrayLike, *, axis: int = ..., initial_values: Optional[PerChannel] = ...,
        ranges: Optional[ArrayLike] = ...,
    ) -> Encoded[np.ndarray]: ...

    def restore(self, spikes, *, axis=-1, initial_values=None, ranges=None):
        """An `Encoded` of spikes that come from elsewhere, to decode them.

        :param spikes: −1, 0 and 1, `[…, channels, samples]` or `[samples]`; sizes for graded codecs.
        :param axis: The axis of the samples.
        :param initial_values: The value of each channel from which decoding starts; 0 by default.
        :param ranges: The minimum and maximum of each channel, for codecs that scale by them.
        :raises CodecError: For spikes of other values, and for ranges that are missing or that the codec does not use.
        """
        self._check_ranges(ranges)
        rows, shape = rows_of(real_numbers(spikes, "the spikes"), axis)
        channels = shape[-2] if len(shape) > 1 else 1
        if rows.size == 0:
            raise CodecError(
                f"the recording is empty ({counted(channels, 'channel')} × {counted(shape[-1], 'sample')})")
        self._check_spikes(rows)
        if self.name == "rate-step-forward" and self._values["threshold"] is None:
            raise CodecError(f"{self.name} needs thresholds to decode")
        settings = self._rows(channels, len(rows))
        rows = np.ascontiguousarray(rows, np.float32 if self.is_graded else np.int8)
        spikes = restored(rows, shape, axis, spikes)
        start = None if initial_values is None else self._initial(initial_values, len(rows), channels)
        if self.needs_range:
            if ranges is None:
                raise CodecError(f"{self.name} needs the range of every channel to decode")
            offset = self._offset_of_ranges(ranges, settings, channels)
        elif start is not None and start.any():
            differences = Encoded(self, rows, -1, settings, None, None, 0.0, None, None, channels).decode()
            ends = differences.min(axis=1), differences.max(axis=1)
            offset = offsets(np.stack([start + end for end in ends], axis=1))
        else:
            offset = None
        if offset is not None and offset.any():
            settings[:, ZERO] = nearest_float32(0 - offset)
        else:
            offset = None
        if start is not None:
            settings[:, INITIAL] = start if offset is None else start - offset
        return Encoded(self, spikes, axis, settings, offset, None, 0.0, None, None, channels)

    def _offset_of_ranges(self, ranges, settings, channels):
        """Sets the ranges of the rows, less an offset per row, as a recording of these ranges would have."""
        # Checks the ranges, too.
        self._set_ranges(settings, ranges, channels, None)
        pairs = np.broadcast_to(real_numbers(ranges, "ranges").astype(np.float64), (channels, 2))
        offset = np.tile(offsets(pairs), len(settings) // channels)
        self._set_ranges(settings, ranges, channels, offset)
        return offset

    def _decode_rows(self, encoded, initial_values, threads, checks=True):
        """Decodes rows.

        :param checks: Whether a value that Float32 does not hold is an error.
        """
        rows, shape = encoded._rows()
        if rows.dtype.char != ("f" if self.is_graded else "b") or not rows.flags.c_contiguous:
            rows = np.ascontiguousarray(rows, np.float32 if self.is_graded else np.int8)
        settings, offset = encoded._settings, encoded._offset
        if initial_values is not None:
            settings = settings.copy()
            settings[:, INITIAL] = self._initial(initial_values, len(settings), encoded.channels, offset)
        elif self._starts_at_zero and (settings[:, INITIAL] == nearest_float32(0 - encoded.offsets)).all():
            settings, offset = settings.copy(), None
            settings[:, INITIAL] = 0
        count, samples = rows.shape
        signal = np.empty((count, samples), np.float32)
        code = self._decode_all(settings, rows, signal, threads) if samples else -1
        if code != -1 and checks:
            raise self._decoding_flaw(code, shape, signal)
        if offset is not None:
            signal = signal.astype(np.float64) + offset[:, None]
        spikes = encoded._spikes
        return restored(signal, shape, encoded._axis, spikes if torch_of(spikes) is not None else None)

    def _decode_all(self, settings, rows, signal, threads):
        """Decodes the rows. Returns -1, or the index of the first value that Float32 does not hold."""
        count, samples = rows.shape
        if count * samples <= _FEW_SAMPLES and threads is None:
            return self._decode(self._flags, address(settings), address(rows), count, samples, address(signal))
        settings = settings.copy()

        def decode(first, last):
            code = self._decode(
                self._flags, address(settings[first:]), address(rows[first:]), last - first, samples,
                address(signal[first:]))
            return _moved(code, first, samples)

        return _first_flaw(in_parts(rows.shape, threads, self._nanoseconds, decode, _stopper(settings)))

    @staticmethod
    def _decoding_flaw(code, shape, signal):
        row, sample = divmod(code, signal.shape[1])
        channels = shape[-2] if len(shape) > 1 else 1
        where = f"recording {row // channels}, " if len(shape) > 2 else ""
        return CodecError(
            f"{where}channel {row % channels}, sample {sample} decodes to {text(signal[row, sample])}, {_BEYOND}")

    def _initial(self, values, count, channels, offset=None):
        """The initial value of each row, less its offset, in double precision."""
        if not self._starts_from_value:
            raise CodecError(f"{self.name} decodes without an initial value")
        values = np.atleast_1d(real_numbers(values, "initial values")).astype(np.float64)
        if values.size == count:
            values = values.reshape(count)
        elif values.size in (1, channels):
            values = np.broadcast_to(values.reshape(-1), (channels if values.size > 1 else 1,))
            values = np.tile(values, count // len(values))
        else:
            raise CodecError(
                f"{self.name}: initial value has {counted(values.size, 'value')} for {counted(channels, 'channel')}; "
                "give one value, or one per channel")
        if offset is not None:
            values = values - offset
        flaws = ~(np.abs(values) <= LARGEST)
        if flaws.any():
            raise CodecError(f"the initial value must be finite, got {text(values[flaws][0])}")
        return values

    def stream(
        self, channels: int = 1, *, ranges: Optional[ArrayLike] = None, offset: Optional[PerChannel] = None,
    ) -> SpikeStream:
        """A stream that encodes samples as they arrive, in constant memory.

        The spikes are those of one call of `encode` if the offsets are the same. Those of float32 are 0 in both. For
        float64 and whole numbers, `encode` takes them from the whole recording, and a stream from the first chunk; they
        can differ in recordings far from zero.

        :param channels: The number of channels.
        :param ranges: For codecs that scale by a channel's range: one pair of minimum and maximum per channel.
        :param offset: What is subtracted from the samples before they are rounded to float32, in the signal's unit: one
            number, or one per channel, such as `encoded.offsets` of an earlier recording. By default, 0 if the first
            chunk is of float32 or near zero; else a number in the middle of the first chunk, or of the ranges.
        :raises CodecError: If the codec scales by ranges and they are not given, or the other way round; for an offset
            that is not finite, or not one number or one per channel.
        """
        from .stream import SpikeStream

        self._check_ranges(ranges)
        return SpikeStream(self, channels, ranges, offset)

    def tune(self: _Codec, signal: ArrayLike, **options: Any) -> Tuning[_Codec]:
        """Finds the parameters that suit a recording; see `spikekit.tune`."""
        from .tuning import tune

        return tune(self, signal, **options)
