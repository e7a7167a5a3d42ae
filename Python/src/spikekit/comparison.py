"""Compares all codecs on a recording."""

import time
from dataclasses import dataclass
from typing import List, Optional

import numpy as np

from . import metrics
from ._arrays import real_numbers, rows_of
from ._numbers import positive
from .codec import Codec
from .encoded import Encoded
from .errors import CodecError
from .tuning import floating, tune


@dataclass(frozen=True)
class Entry:
    """The results of one codec on a recording."""

    codec: Codec
    encoded: Encoded
    decoded: np.ndarray
    #: The root mean squared error over all channels, in the recording's unit.
    rmse: float
    #: The signal-to-noise ratio in decibels; None if the recording is constant or decoded exactly.
    snr: Optional[float]
    spikes_per_sample: float
    #: The mean number of spikes per second and channel; None without a sampling rate.
    spikes_per_second: Optional[float]
    sparsity: float
    bits_per_sample: float
    #: The time to encode one sample of one channel on one thread, in nanoseconds.
    encode_nanoseconds: float
    decode_nanoseconds: float


@dataclass(frozen=True)
class Comparison:
    """The results of all codecs, with the lowest error first. `print` shows a table."""

    entries: List[Entry]

    def __str__(self):
        lines = ["codec              RMSE      SNR dB  spikes/sample  bits/sample  encode ns  decode ns"]
        for entry in self.entries:
            snr = "–" if entry.snr is None else f"{entry.snr:.1f}"
            lines.append(
                f"{entry.codec.name:<17}  {entry.rmse:<8.4g}  {snr:>6}  {entry.spikes_per_sample:>13.4g}  "
                f"{entry.bits_per_sample:>11.4g}  {entry.encode_nanoseconds:>9.1f}  {entry.decode_nanoseconds:>9.1f}")
        return "\n".join(lines)


def _least_time(call):
    times = []
    for _ in range(4):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times) * 1e9


def compare(
    signal, *, axis=-1, sampling_rate=None, spikes_per_second=None, evaluations=300, codecs=None
) -> Comparison:
    """Runs all codecs on a recording, those that have parameters to search tuned, and ranks them by error.

    :param signal: The recording, `[channels, samples]` or `[samples]`.
    :param axis: The axis of the samples.
    :param sampling_rate: The sampling rate in Hz.
    :param spikes_per_second: The largest number of spikes per second and channel; codecs that need more are left out.
    :param evaluations: The number of trials for each codec and channel.
    :param codecs: The names of the codecs to compare; all by default.
    :raises CodecError: For a recording that cannot be encoded.
    """
    rows, shape = rows_of(real_numbers(signal), axis)
    if len(shape) > 2:
        raise CodecError(f"a comparison takes one recording, [channels, samples], got {len(shape)} dimensions")
    if sampling_rate is not None:
        sampling_rate = positive(sampling_rate, "sampling_rate")
    if spikes_per_second is not None:
        spikes_per_second = positive(spikes_per_second, "spikes_per_second")
        if sampling_rate is None:
            raise CodecError("spikes per second need a sampling rate, which the recording does not say; give it")
    if codecs is not None and (isinstance(codecs, (str, bytes)) or not hasattr(codecs, "__iter__")):
        raise TypeError(f"spikekit: codecs must be a list of names, got {codecs!r}")
    kinds = [Codec.named(name) for name in (Codec.all if codecs is None else codecs)]
    rows = floating(rows)
    entries = []
    for kind in kinds:
        codec = kind(**_bounds(kind, rows))
        if any(parameter.searched for parameter in codec.parameters):
            try:
                codec = tune(
                    codec, rows, evaluations=evaluations, spikes_per_second=spikes_per_second,
                    sampling_rate=sampling_rate).codec
            except CodecError as error:
                if "no trial kept within" in str(error):
                    continue
                raise
        entry = _entry(codec, rows, sampling_rate)
        if spikes_per_second is None or entry.spikes_per_second <= spikes_per_second:
            entries.append(entry)
    return Comparison(sorted(entries, key=lambda entry: (entry.rmse, entry.bits_per_sample)))


def _bounds(kind, rows):
    """The range of each channel, for codecs that take it as parameters. A constant channel gets a narrow one."""
    if kind.noun != "feature" or rows.size == 0:
        return {}
    least, largest = rows.min(axis=1).astype(np.float64), rows.max(axis=1).astype(np.float64)
    largest = np.where(largest > least, largest, least + 1e-9 * np.maximum(1, np.abs(least)))
    return {"minimum": least.tolist(), "maximum": largest.tolist()}


def _entry(codec, rows, sampling_rate):
    encoded = codec.encode(rows, sampling_rate=sampling_rate)
    decoded = encoded.decode()
    options = {"threads": 1} if codec.noun == "channel" else {}
    per_sample = encoded.spike_count / rows.size
    return Entry(
        encoded.codec, encoded, decoded, metrics.root_mean_squared_error(rows, decoded),
        metrics.signal_to_noise(rows, decoded), per_sample,
        None if sampling_rate is None else per_sample * sampling_rate, encoded.sparsity,
        metrics.information_bits(encoded) / rows.size,
        _least_time(lambda: codec.encode(rows, **options)) / rows.size, _least_time(lambda: encoded.decode(threads=1)) / rows.size)
