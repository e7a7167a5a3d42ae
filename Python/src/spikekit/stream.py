"""Streams: recordings that are encoded as they arrive."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Any, Iterable, Optional, overload

import numpy as np

from . import _library
from ._arrays import address, real_numbers, restored, torch_of
from ._numbers import nearest_float32, offsets, text
from ._work import PATIENCE, in_parts
from .encoded import Encoded
from .errors import CodecError, counted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._types import Tensor
    from .codec import Codec

# The settings of this many channels take 64 GiB.
_MOST_CHANNELS = 1 << 31

# All streams, so that a forked process can tell which of them another thread was using.
_streams = weakref.WeakSet()


def _after_fork():
    """In a forked process, threads that were using a stream are gone, and their work is half done."""
    for stream in list(_streams):
        stream._is_broken = stream._is_broken or stream._lock.locked()
        stream._lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


class SpikeStream:
    """Encodes samples as they arrive. Chunks of any size give the same spikes as one call of `encode`.

    There is one exception: chunks of float64 or whole numbers, if the offset that is taken from the first chunk is not
    that of the whole recording (`encoded.offsets`). See `offset` of `RecordingCodec.stream`.

    Make one with `codec.stream(channels)`. One thread at a time may use it; calls from several wait for each other.
    """

    def __init__(self, codec, channels, ranges, offset=None):
        if isinstance(channels, bool) or not isinstance(channels, (int, np.integer)):
            raise TypeError(f"{codec.name}: channels must be a whole number, got {channels!r}")
        if channels == 0:
            raise CodecError(f"the recording is empty ({counted(channels, 'channel')} × 0 samples)")
        if channels < 0:
            raise CodecError(f"the stream needs at least one channel, got {channels}")
        if channels > _MOST_CHANNELS:
            raise CodecError(f"{channels} channels are more channels than memory can hold")
        codec.check(channels)
        if codec.needs_range and ranges is None:
            raise CodecError(f"{codec.name} needs the range of every channel before it can stream")
        if codec.name == "rate-step-forward" and codec.threshold is None:
            raise CodecError(f"{codec.name} needs thresholds before it can stream")
        self._codec, self._channels = codec, int(channels)
        self._is_of_observations = codec.noun == "feature"
        self._ranges, self._handle, self._lock = ranges, None, threading.Lock()
        self._settings, self._offset, self._firsts, self._channel_zero = None, None, None, np.empty(0, np.float32)
        self._pending, self._is_finished, self._is_broken = [], False, False
        self._position, self._step_count, self._clipped_count = 0, 0, 0
        if not self._is_of_observations:
            # Ranges are checked now, though the library learns of them with the first chunk.
            settings = codec._rows(self._channels, self._channels)
            if codec.needs_range:
                codec._set_ranges(settings, ranges, self._channels, None)
        self._offset_is_known = offset is not None
        if self._offset_is_known:
            self._offset = self._checked_offset(offset)
        _streams.add(self)

    def _checked_offset(self, offset):
        """The offset of each channel that a caller gave, or None if all are 0."""
        values = np.atleast_1d(real_numbers(offset, "the offset")).astype(np.float64)
        if values.shape not in ((1,), (self._channels,)):
            raise CodecError(
                f"{self._codec.name}: offset has {counted(values.size, 'value')} for "
                f"{counted(self._channels, 'channel')}; give one value, or one per channel")
        flaws = ~np.isfinite(values)
        if flaws.any():
            raise CodecError(f"{self._codec.name}: offset must be finite, got {text(values[flaws][0], False)}")
        return np.broadcast_to(values, (self._channels,)).copy() if values.any() else None

    @property
    def codec(self) -> Codec:
        """The codec."""
        return self._codec

    @property
    def channels(self) -> int:
        """The number of channels."""
        return self._channels

    @property
    def position(self) -> int:
        """The number of samples that were pushed, per channel."""
        return self._position

    @property
    def step_count(self) -> int:
        """The number of steps that were returned."""
        return self._step_count

    @property
    def clipped_count(self) -> int:
        """The number of values outside of the range of a codec of observations."""
        return self._clipped_count

    def __reduce_ex__(self, protocol):
        # Copies and pickles would share the state that the library holds, and free it twice.
        raise TypeError("a stream cannot be copied; make another with codec.stream")

    @overload
    def push(self, chunk: Tensor) -> Tensor: ...

    @overload
    def push(self, chunk: ArrayLike) -> np.ndarray: ...

    def push(self, chunk):
        """Encodes the next samples.

        :param chunk: `[channels, samples]`, or `[samples]` for one channel; any number of samples, also none.
        :returns: The spikes of the steps that are decided, `[units, steps]`, or `[steps]` for a one-dimensional chunk
            of a code with one unit.
        :raises CodecError: For a sample that is NaN or infinite; the stream is then as before the call.
        """
        array = real_numbers(chunk, "the chunk")
        rows = array[None] if array.ndim == 1 else array
        if rows.ndim != 2 or rows.shape[0] != self._channels:
            found = counted(rows.shape[0], "channel") if rows.ndim == 2 else counted(array.ndim, "dimension")
            raise CodecError(f"the chunk has {found}, the stream has {self._channels}")
        with self._lock:
            self._check_whole()
            if self._is_finished:
                raise CodecError(
                    "the stream has finished and takes no more chunks; make another stream for another recording")
            spikes = self._push(rows)
        return self._shaped(spikes, array, chunk)

    def _check_whole(self):
        if self._is_broken:
            raise CodecError(
                "the stream was interrupted, or another thread was using it when this process was forked, so that its "
                "state is lost; make another stream")

    def _shaped(self, spikes, array, chunk):
        like = chunk if torch_of(chunk) is not None else None
        shape = spikes.shape[1:] if array is not None and array.ndim == 1 and len(spikes) == 1 else spikes.shape
        return restored(spikes, shape, -1, like)

    def _push(self, rows):
        if self._is_of_observations:
            values = np.ascontiguousarray(rows, np.float64)
            spikes, clipped = self._codec._spikes(values, self._channels, self._position)
            if values.shape[1] and self._settings is None:
                self._settings, self._offset = self._codec._settings(values[:, 0], self._channels)
            self._clipped_count += clipped
            self._position += rows.shape[1]
            self._step_count += spikes.shape[1]
            return spikes
        exact, offset = None, self._offset
        if rows.dtype.kind == "f" and rows.dtype.itemsize <= 4:
            values = np.ascontiguousarray(rows, np.float32)
            if offset is not None:
                exact = values.astype(np.float64)
        else:
            exact = np.ascontiguousarray(rows, np.float64)
            if self._position == 0 and exact.shape[1] and not self._offset_is_known:
                offset = self._first_offset(exact)
        if exact is not None:
            with np.errstate(over="ignore", invalid="ignore"):
                values = (exact if offset is None else exact - offset[:, None]).astype(np.float32)
        if not values.flags.aligned:
            values = values.copy()
        self._check(values, exact if exact is not None else values)
        if rows.shape[1] == 0:
            return self._decided([row[:0] for row in self._empty()])
        if self._handle is None:
            self._start(values, offset)
        lacking = self._channels - len(self._channel_zero)
        if lacking > 0:
            self._channel_zero = np.concatenate([self._channel_zero, values[0, :lacking]])
        rows = self._pushed(values)
        self._position += values.shape[1]
        return self._decided(rows)

    def _pushed(self, values):
        """The spikes of each row that the library decides. Long chunks go there in pieces, so that Ctrl-C is seen."""
        samples = values.shape[1]
        size = max(1, int(PATIENCE / (self._channels * self._codec._nanoseconds)))
        pieces, self._is_broken = [], True
        for first in range(0, samples, size):
            count = min(size, samples - first)
            spikes, written = np.empty((self._channels, count), self._kind), np.empty(self._channels, np.intp)
            _library.stream_push(
                self._handle, address(values) + 4 * first, count, samples, address(spikes), address(written))
            pieces.append([row[:length] for row, length in zip(spikes, written)])
        self._is_broken = False
        return pieces[0] if len(pieces) == 1 else [np.concatenate(rows) for rows in zip(*pieces)]

    @property
    def _kind(self):
        return np.float32 if self._codec.is_graded else np.int8

    def _empty(self):
        return np.empty((self._channels, 0), self._kind)

    def _first_offset(self, exact):
        """The offset of each channel of a recording that begins with these samples, or None if all are 0.

        A recording is taken to reach over its ranges, or to move by the threshold at least; otherwise a first chunk of
        one sample would always seem to be far from zero.
        """
        codec = self._codec
        if codec.needs_range:
            pairs = real_numbers(self._ranges, "ranges").astype(np.float64)
            reach = np.broadcast_to(pairs, (self._channels, 2))
        else:
            threshold = np.broadcast_to(codec.threshold, (self._channels,))
            reach = exact[:, :1] + np.stack([-threshold, threshold], axis=1)
        offset = offsets(np.concatenate([exact, reach], axis=1))
        return offset if offset.any() else None

    def _start(self, values, offset):
        settings = self._codec._rows(self._channels, self._channels)
        if self._codec.needs_range:
            self._codec._set_ranges(settings, self._ranges, self._channels, offset)
        if offset is not None:
            settings[:, 6] = nearest_float32(0 - offset)
        settings[:, 5] = values[:, 0]
        self._settings, self._offset = settings, offset
        self._handle = self._codec._stream(self._codec._flags, address(settings), self._channels)

    def _check(self, values, exact):
        if np.isfinite(values).all():
            return
        channel, sample = np.argwhere(~np.isfinite(values))[0]
        where = f"channel {channel}, sample {self._position + sample}"
        if np.isfinite(exact[channel, sample]):
            if self._offset is not None:
                raise CodecError(
                    f"{where} is {text(exact[channel, sample], False)}, too far from the offset "
                    f"{text(self._offset[channel], False)} for Float32 to hold; give an offset near the samples")
            raise CodecError(
                f"{where} is {text(exact[channel, sample], False)}, beyond what Float32 holds (±3.4e+38); "
                "scale the recording down first")
        raise CodecError(f"{where} is {text(values[channel, sample])}; remove or replace such values first")

    def _decided(self, rows):
        """The steps that are decided for all channels; what some channels are ahead is kept."""
        if self._pending:
            rows = [np.concatenate(pair) for pair in zip(self._pending, rows)]
        count = min(len(row) for row in rows)
        self._pending = [row[count:].copy() for row in rows]
        self._step_count += count
        return np.stack([row[:count] for row in rows])

    def finish(self) -> np.ndarray:
        """Ends the stream.

        :returns: The spikes of the steps that were not decided before, `[units, steps]`.
        """
        with self._lock:
            self._check_whole()
            if self._is_finished or self._handle is None:
                self._is_finished = True
                units = self._channels * (self._codec._units if self._is_of_observations else 1)
                return np.empty((units, 0), np.int8 if self._is_of_observations else self._kind)
            self._is_finished = self._is_broken = True
            lags = np.empty(self._channels, np.intp)
            _library.stream_lags(self._handle, address(lags))
            longest = int(lags.max())
            spikes = np.empty((self._channels, max(1, longest)), self._kind)

            def work(first, last):
                _library.stream_finish(self._handle, address(spikes), spikes.shape[1])

            in_parts((1, spikes.size), 1, self._codec._nanoseconds, work, lambda: None)
            self._is_broken = False
            return self._decided([row[:count] for row, count in zip(spikes, lags)])

    def encoded(
        self, parts: Iterable[Any], *, sampling_rate: Optional[float] = None, start_time: float = 0.0,
        unit: Optional[str] = None, channel_names: Optional[Iterable[str]] = None,
    ) -> Encoded[np.ndarray]:
        """Ends the stream, and joins what it returned to an `Encoded` that can be decoded and saved.

        :param parts: All that `push` and `finish` returned, in order.
        """
        if not isinstance(parts, (list, tuple)) and not hasattr(parts, "__iter__"):
            raise TypeError(f"spikekit: the parts must be a list of what push returned, got {parts!r}")
        parts = [np.atleast_2d(real_numbers(part, "the parts")) for part in parts]
        last = self.finish()
        for part in parts:
            if part.ndim != 2 or len(part) != len(last):
                raise CodecError(
                    f"a part is of shape {part.shape}, and the stream has {counted(len(last), 'unit')}; join what "
                    "every push returned")
        if self._position == 0:
            raise CodecError(f"the recording is empty ({counted(self._channels, 'channel')} × 0 samples)")
        found = sum(part.shape[1] for part in parts) + last.shape[1]
        if found != self._step_count:
            raise CodecError(
                f"the parts have {counted(found, 'step')}, and the stream has returned {self._step_count}; join what "
                "every push returned")
        spikes = np.concatenate([*parts, last], axis=1)
        self._codec._check_spikes(spikes)
        spikes = spikes.astype(last.dtype, copy=False)
        settings, offset = self._settings.copy(), self._offset
        if not self._is_of_observations:
            self._codec._start(settings, self._first_rows(), self._channels, offset)
        return Encoded(
            self._codec, spikes, -1, settings, offset, sampling_rate, start_time, unit,
            channel_names, self._channels, self._clipped_count)

    def _first_rows(self):
        """The first samples of channel 0, as the first row of an array with as many rows as channels."""
        rows = np.zeros((self._channels, len(self._channel_zero)), np.float32)
        rows[0] = self._channel_zero
        return rows

    def __del__(self):
        handle, self._handle = getattr(self, "_handle", None), None
        if handle is not None and _library is not None and _library.stream_free is not None:
            _library.stream_free(handle)
