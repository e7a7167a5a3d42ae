"""Searches for the parameters that suit a recording."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Dict, Generic, List, Optional, TypeVar, overload

import numpy as np

from ._arrays import real_numbers, rows_of
from ._numbers import offsets, positive, real
from .codec import Codec
from .errors import CodecError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_Codec = TypeVar("_Codec", bound=Codec)


@dataclass(frozen=True)
class Trial:
    """One set of parameters that a search tried, for one channel."""

    parameters: Dict[str, float]
    #: What is minimized; infinite if a limit on spikes is exceeded.
    objective: float
    #: The mean squared error of the decoded channel, in the signal's unit squared.
    mean_squared_error: float
    spike_count: int


@dataclass(frozen=True)
class ChannelTuning:
    """The search of one channel."""

    trials: List[Trial]
    best: Trial


@dataclass(frozen=True)
class Tuning(Generic[_Codec]):
    """The result of a search."""

    #: The codec with the parameters that were found, one per channel.
    codec: _Codec
    channels: List[ChannelTuning] = field(repr=False)


def _scipy():
    """SciPy's module of searches."""
    try:
        from scipy import optimize
    except ImportError:
        raise ImportError("tuning needs SciPy; run: pip install 'spikekit[tune]'") from None
    return optimize


def _largest_step(row, width):
    step = float(np.abs(np.diff(row)).max(initial=0))
    return width / 2000, max(step, width / 1000)


# The ranges of searches that depend on the recording, by the words of the codecs' descriptions. Ranges of two plain
# numbers are read from the description itself.
_RANGES = {
    "1/2000 of the channel's range to all of it": lambda row, width: (width / 2000, width),
    "1/2000 of the channel's range to its largest step, or to 1/1000 of the range if that is more": _largest_step,
    "2 to 64, less in short recordings": lambda row, width: (2, min(64, max(3, len(row) - 1))),
}


class _Dimension:
    """One searched parameter of one channel, as a position in 0…1."""

    def __init__(self, parameter, row, width):
        self.name, self.is_integer = parameter.name, parameter.is_integer
        words, comma, scale = parameter.searched.rpartition(", logarithmic")
        self.is_logarithmic = bool(comma)
        words = words if comma else scale
        plain = re.fullmatch(r"([-\d.e]+) to ([-\d.e]+)", words)
        ends = map(float, plain.groups()) if plain else _RANGES[words](row, width)
        self.lower, self.upper = ends

    def value(self, position):
        position = min(1.0, max(0.0, float(position)))
        if self.is_logarithmic:
            return self.lower * (self.upper / self.lower) ** position
        value = self.lower + position * (self.upper - self.lower)
        return int(round(value)) if self.is_integer else value


# The number of trials that a channel makes at least, also if the time is used up.
_LEAST_TRIALS = 10
# What trials return that were not made, or whose error is infinite.
_WORST = 1e300


class _Search:
    """The search of one channel."""

    def __init__(self, codec, row, channel, objective, limit, evaluations, seconds):
        self.codec, self.row, self.channel, self.objective = codec, row, channel, objective
        self.limit, self.evaluations, self.seconds, self.begin = limit, evaluations, seconds, time.monotonic()
        self.trials, self.best, self.position, self.failure = [], None, None, None
        # Ranges are measured as the library encodes: in differences from an offset, so that a small range far from zero
        # is not lost.
        self.exact = row.astype(np.float64)
        offset = offsets(self.exact[None])[0] if row.dtype == np.float64 else 0
        self.differences = (self.exact - offset).astype(np.float32)
        self.width = float(self.differences.max() - self.differences.min())

    def run(self):
        searched = [parameter for parameter in self.codec.parameters if parameter.searched]
        self.try_parameters({parameter.name: self._given(parameter) for parameter in searched}, None)
        # The smallest threshold must be a normal number of float32.
        if self.width / 2000 >= float(np.finfo(np.float32).tiny):
            self.dimensions = [_Dimension(parameter, self.differences, self.width) for parameter in searched]
            self._global()
            self._polish()
        if not math.isfinite(self.best.objective):
            raise self._failure()
        return ChannelTuning(self.trials, self.best)

    def _given(self, parameter):
        value = getattr(self.codec, parameter.name)
        return value[self.channel] if isinstance(value, tuple) else value

    def _failure(self):
        if self.limit is None:
            return CodecError(f"channel {self.channel}: the objective was NaN or infinite in every trial")
        fewest = min(trial.spike_count for trial in self.trials) / self.limit[1]
        return CodecError(
            f"channel {self.channel}: no trial kept within {self.limit[0]} spikes per second, the fewest were "
            f"{round(fewest, 3)}; allow more spikes, more evaluations, or take another codec")

    def _allow(self, share):
        """Sets how many trials there may be in all, and until when: a share of all trials and of the time."""
        self.budget = min(self.evaluations, 1 + max(1, int((self.evaluations - 1) * share)))
        self.deadline = None if self.seconds is None else self.begin + share * self.seconds

    @property
    def _is_over(self):
        count = len(self.trials)
        return self.failure is not None or count >= self.budget or (
            self.deadline is not None and count >= _LEAST_TRIALS and time.monotonic() > self.deadline)

    def _global(self):
        """Three quarters of the trials, all over the ranges.

        SciPy reserves memory for as many trials as it may make. So it is allowed few at first and twice as many each
        time that they are used up; it then repeats the trials before, whose results are kept.
        """
        self._allow(0.75)
        kept, allowed, before = [], 1024, 0
        while not self._is_over and len(self.trials) > before:
            before, calls = len(self.trials), iter(kept.copy())

            def result(position):
                value = next(calls, None)
                if value is None:
                    value = self.evaluate(position)
                    kept.append(value)
                return value

            allowed = min(allowed, self.budget)
            _scipy().direct(
                result, [(0, 1)] * len(self.dimensions), maxfun=allowed, maxiter=allowed, locally_biased=True,
                vol_tol=0, len_tol=0)
            self._raise_failure()
            allowed *= 2

    def _polish(self):
        """Local searches around the best trial, each narrower than the one before, while trials are left."""
        self._allow(1)
        step = 0.05
        while not self._is_over and step > 1e-7 and self.position is not None:
            start = np.array(self.position)
            simplex = [start, *(start + step * (1 if start[i] < 0.5 else -1) * row
                                for i, row in enumerate(np.eye(len(start))))]
            before, most = len(self.trials), 200 * len(start)
            _scipy().minimize(
                self.evaluate, start, method="Nelder-Mead", bounds=[(0, 1)] * len(start),
                options={
                    "initial_simplex": simplex, "xatol": step / 50, "fatol": 0, "maxiter": most,
                    "maxfev": min(most, self.evaluations - before)})
            self._raise_failure()
            if len(self.trials) == before:
                return
            step /= 4

    def _raise_failure(self):
        if self.failure is not None:
            raise self.failure

    def evaluate(self, position):
        """What SciPy minimizes. It never raises, as errors do not pass through the compiled code of older versions."""
        if self._is_over:
            return _WORST
        values = {dimension.name: dimension.value(place) for dimension, place in zip(self.dimensions, position)}
        try:
            return self.try_parameters(values, tuple(position))
        except BaseException as error:
            self.failure = error
            return _WORST

    def try_parameters(self, values, position):
        """Tries parameters. Returns what the search minimizes: errors, and beyond a limit the number of spikes."""
        codec = self.codec.replace(**values)
        encoded = codec.encode(self.row)
        decoded = codec._decode_rows(encoded, None, None, checks=False)
        with np.errstate(over="ignore", invalid="ignore"):
            difference = self.exact - decoded
            error = float(np.dot(difference, difference)) / len(difference)
        # What Float32 does not hold decodes to infinity, or to NaN.
        objective = rank = error = math.inf if math.isnan(error) else error
        if self.objective is not None:
            objective = rank = real(self.objective(self.row, encoded, decoded), "what the objective returns")
        elif self.limit is not None:
            excess = encoded.spike_count / self.limit[1] / self.limit[0]
            if excess > 1:
                objective, rank = math.inf, 1e3 * self.width**2 * excess
        if math.isnan(objective):
            objective = math.inf
        trial = Trial(values, objective, error, encoded.spike_count)
        self.trials.append(trial)
        if self.best is None or objective < self.best.objective:
            self.best, self.position = trial, position
        return rank if math.isfinite(rank) else _WORST


def floating(rows):
    """Rows of float32 or float64, whose differences neither wrap nor overflow as those of small integers do."""
    narrow = rows.dtype.kind == "f" and rows.dtype.itemsize <= 4
    return np.ascontiguousarray(rows, np.float32 if narrow else np.float64)


@overload
def tune(
    codec: _Codec, signal: ArrayLike, *, axis: int = ..., objective: Optional[Callable[..., Any]] = ...,
    spikes_per_second: Optional[float] = ..., sampling_rate: Optional[float] = ..., evaluations: int = ...,
    time_limit: Optional[float] = ...,
) -> Tuning[_Codec]: ...


@overload
def tune(
    codec: str, signal: ArrayLike, *, axis: int = ..., objective: Optional[Callable[..., Any]] = ...,
    spikes_per_second: Optional[float] = ..., sampling_rate: Optional[float] = ..., evaluations: int = ...,
    time_limit: Optional[float] = ...,
) -> Tuning[Codec]: ...


def tune(
    codec, signal, *, axis=-1, objective=None, spikes_per_second=None, sampling_rate=None, evaluations=1000,
    time_limit=None,
):
    """Finds a codec's parameters for a recording, for each channel on its own. Needs SciPy.

    The search is DIRECT in its locally biased form, then Nelder and Mead's; equal arguments give equal results unless
    there is a time limit.

    :param codec: A codec, or its name. Parameters without a search range keep their values.
    :param signal: The recording, `[channels, samples]` or `[samples]`.
    :param axis: The axis of the samples.
    :param objective: A function of a channel, its `Encoded` and its decoded samples, which is minimized. By default the
        mean squared error.
    :param spikes_per_second: The largest number of spikes per second and channel; needs the sampling rate.
    :param sampling_rate: The sampling rate in Hz.
    :param evaluations: The number of trials for each channel.
    :param time_limit: The time for all channels in seconds, of which each channel gets an equal share of what is left.
        A channel makes at least 10 trials, also if they take longer.
    :raises CodecError: If the codec has nothing to tune, or no trial keeps within the number of spikes.
    """
    _scipy()
    codec = Codec.given(codec)
    if objective is not None and not callable(objective):
        raise TypeError(f"spikekit: objective must be a function, got {objective!r}")
    if not any(parameter.searched for parameter in codec.parameters):
        tunable = [name for name, kind in Codec.all.items() if any(p.searched for p in kind.parameters)]
        raise CodecError(f"{codec.name} has no parameters to tune; these have: {', '.join(tunable)}")
    if isinstance(evaluations, bool) or not isinstance(evaluations, (int, np.integer)) or evaluations < 1:
        raise CodecError(f"evaluations must be a whole number >= 1, got {evaluations!r}")
    if sampling_rate is not None:
        sampling_rate = positive(sampling_rate, "sampling_rate")
    if time_limit is not None and not real(time_limit, "time_limit") > 0:
        raise CodecError(f"time_limit must be > 0, got {time_limit}")
    if objective is not None and spikes_per_second is not None:
        raise CodecError("give either an objective or a number of spikes per second")
    rows, shape = rows_of(real_numbers(signal), axis)
    if len(shape) > 2:
        raise CodecError(f"tuning takes one recording, [channels, samples], got {len(shape)} dimensions")
    rows = floating(rows)
    # Encoding once checks the recording and the number of channels.
    codec.encode(rows)
    limit = None
    if spikes_per_second is not None:
        spikes_per_second = positive(spikes_per_second, "spikes_per_second")
        if sampling_rate is None:
            raise CodecError(
                "spikes per second need a sampling rate, which the recording does not say; give it")
        seconds = rows.shape[1] / sampling_rate
        if not 0 < seconds < math.inf:
            raise CodecError(
                f"sampling_rate must give a recording of {rows.shape[1]} samples a length in seconds, got "
                f"{sampling_rate}")
        limit = (spikes_per_second, seconds)
    deadline = None if time_limit is None else time.monotonic() + time_limit
    channels = []
    for channel, row in enumerate(rows):
        seconds = None if deadline is None else (deadline - time.monotonic()) / (len(rows) - channel)
        channels.append(_Search(
            _single(codec, channel), np.ascontiguousarray(row), channel, objective, limit, evaluations, seconds).run())
    found = {name: [channel.best.parameters[name] for channel in channels] for name in channels[0].best.parameters}
    return Tuning(codec.replace(**found), channels)


def _single(codec, channel):
    """The codec with the parameters of one channel."""
    values = {p.name: getattr(codec, p.name) for p in codec.parameters}
    return codec.replace(
        **{name: value[channel] if isinstance(value, tuple) else value for name, value in values.items()})
