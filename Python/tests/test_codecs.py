"""Shapes, axes, types, parameters and messages of all codecs."""

import copy
import pickle
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest
import spikekit
from spikekit import Codec, CodecError

RECORDING = [name for name, kind in Codec.all.items() if kind.noun == "channel"]
OBSERVATION = [name for name, kind in Codec.all.items() if kind.noun == "feature"]


@pytest.fixture
def signal(random):
    return np.cumsum(random.normal(size=(3, 200)), axis=1).astype(np.float32)


def same(a, b):
    np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


def test_step_forward_by_hand():
    encoded = spikekit.StepForward(threshold=0.5).encode(np.array([1, 1.75, 3, 2, 2], np.float32))
    same(encoded.spikes, [0, 1, 1, 0, 0])
    same(encoded.decode(), [1, 1.5, 2, 2, 2])
    assert encoded.spikes.dtype == np.int8 and encoded.spike_count == 2 and encoded.sparsity == 0.6


@pytest.mark.parametrize("name", Codec.all)
def test_channels_are_independent(name, signal):
    codec = spikekit.codec(name)
    together = codec.encode(signal)
    for channel in range(3):
        single = codec.encode(signal[channel])
        units = slice(channel * codec._units, (channel + 1) * codec._units)
        if not (name in OBSERVATION and codec.conversion == "poisson"):
            same(np.atleast_2d(single.spikes), together.spikes[units])
            same(single.decode(), together.decode()[channel])


@pytest.mark.parametrize("name", Codec.all)
def test_batches_and_axes(name, signal):
    codec = spikekit.codec(name)
    batch = np.stack([signal, 2 * signal, -signal, signal[::-1]]).reshape(2, 2, 3, 200)
    encoded = codec.encode(batch)
    assert encoded.spikes.shape == (2, 2, 3 * codec._units, 200 * codec._steps_per_sample)
    assert encoded.decode().shape == batch.shape
    for index in np.ndindex(2, 2):
        alone = codec.encode(batch[index])
        same(alone.spikes, encoded.spikes[index])
        same(alone.decode(), encoded.decode()[index])
    moved = codec.encode(np.moveaxis(batch, -1, 0), axis=0)
    same(np.moveaxis(moved.spikes, 0, -1), encoded.spikes)
    same(np.moveaxis(moved.decode(), 0, -1), encoded.decode())


@pytest.mark.parametrize("channels", [1, 15, 16, 17, 33])
@pytest.mark.parametrize("name", RECORDING)
def test_lanes_equal_single_channels(name, channels, random):
    signal = np.cumsum(random.normal(size=(channels, 5000)), axis=1).astype(np.float32)
    codec = spikekit.codec(name)
    together = codec.encode(signal).spikes
    for channel in range(channels):
        same(codec.encode(signal[channel]).spikes, together[channel])
    # Rows with gaps between them are read where they are.
    part = codec.encode(signal[:, 100:4900]).spikes
    same(part, codec.encode(signal[:, 100:4900].copy()).spikes)


@pytest.mark.parametrize("name", RECORDING)
def test_types_and_strides(name, signal):
    codec = spikekit.codec(name)
    whole = np.round(signal * 4)
    expected = codec.encode(whole.astype(np.float32)).spikes
    for kind in (np.float64, np.longdouble, np.int16, np.int64, ">f4", ">f8"):
        same(codec.encode(whole.astype(kind)).spikes, expected)
    same(codec.encode(whole.astype(np.float16)).spikes, codec.encode(whole.astype(np.float16).astype("f")).spikes)
    same(codec.encode(whole.tolist()).spikes, expected)
    same(codec.encode(np.asfortranarray(whole)).spikes, expected)
    same(codec.encode(whole[:, ::-1]).spikes, codec.encode(whole[:, ::-1].copy()).spikes)
    same(codec.encode(whole[::-1, ::3]).spikes, codec.encode(whole[::-1, ::3].copy()).spikes)
    same(codec.encode(np.broadcast_to(whole[0], (4, 200))).spikes[3], codec.encode(whole[0]).spikes)
    odd = np.frombuffer(b"\0" + whole.tobytes(), np.uint8)[1:].view(whole.dtype).reshape(whole.shape)
    assert not odd.flags.aligned
    same(codec.encode(odd).spikes, expected)
    frozen = whole.copy()
    frozen.flags.writeable = False
    same(codec.encode(frozen).spikes, expected)
    same(frozen, whole)


@pytest.mark.parametrize("name", RECORDING)
def test_far_from_zero(name, signal):
    # The differences are exact in both, so the spikes are the same; the first sample counts from 0 for some codecs.
    codec = spikekit.codec(name)
    whole = np.round(signal * 4).astype(np.float64)
    near, far = codec.encode(whole), codec.encode(whole + 2.0**40)
    same(far.spikes[:, 1:], near.spikes[:, 1:])
    assert far.offsets.all() and not near.offsets.any()
    if name in ("level-crossing", "pwm", "lif"):
        np.testing.assert_allclose(far.decode() - 2.0**40, near.decode(), atol=1e-3)
        assert far.decode().dtype == np.float64


@pytest.mark.parametrize("name", Codec.all)
def test_flaws_are_named(name, signal):
    codec = spikekit.codec(name)
    for value, text in ((np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")):
        flawed = signal.copy()
        flawed[1, 7] = value
        with pytest.raises(CodecError, match=f"^channel 1, sample 7 is {text}; remove or replace such values first$"):
            codec.encode(flawed)
        with pytest.raises(CodecError, match=f"^recording 2, channel 1, sample 7 is {text};"):
            codec.encode(np.stack([signal, signal, flawed]))
    for shape in ((0,), (0, 5), (3, 0), (2, 0, 4), (0, 3, 4)):
        with pytest.raises(CodecError, match="the recording is empty"):
            codec.encode(np.zeros(shape, np.float32))
    with pytest.raises(CodecError, match="no axis of samples"):
        codec.encode(np.float32(1))
    with pytest.raises(CodecError, match="axis 2 is outside"):
        codec.encode(signal, axis=2)
    for wrong in (np.array(["a"]), np.array([1j]), np.array([None]), [[1, 2], [3]], "text", None, {}, object()):
        with pytest.raises(TypeError):
            codec.encode(wrong)


def test_lane_flaws_are_named(random):
    signal = random.normal(size=(40, 5000)).astype(np.float32)
    signal[33, 4500] = np.nan
    for name in RECORDING:
        with pytest.raises(CodecError, match="^channel 33, sample 4500 is nan"):
            spikekit.codec(name).encode(signal)


def test_beyond_float32():
    signal = np.array([0, 1e39, 1])
    with pytest.raises(CodecError, match=r"channel 0, sample 1 is 1e\+39, beyond what Float32 holds"):
        spikekit.StepForward().encode(signal)
    with pytest.raises(CodecError, match=r"channel 0 reaches from -3e\+38 to 3e\+38, wider than Float32 can hold"):
        spikekit.LeakyIntegrateAndFire().encode(np.array([-3e38, 3e38], np.float32))


@pytest.mark.parametrize("make, message", [
    (lambda: spikekit.StepForward(-1), "step-forward: threshold must be finite and > 0, got -1.0"),
    (lambda: spikekit.StepForward([1, np.nan]), "step-forward: threshold must be finite and > 0, got nan"),
    (lambda: spikekit.StepForward(1e39), "step-forward: threshold must be finite and > 0, got inf"),
    (lambda: spikekit.BensSpiker(0), "bsa: order must be >= 1 and <= 65536, got 0"),
    (lambda: spikekit.BensSpiker(2.5), "bsa: order must be >= 1 and <= 65536, got 2.5"),
    (lambda: spikekit.BensSpiker(cutoff=0.5), "bsa: cutoff must be > 0 and < 0.5, got 0.5"),
    (lambda: spikekit.LeakyIntegrateAndFire(membrane_constant=2),
     "lif: membrane constant must be > 0 and <= 1, got 2.0"),
    (lambda: spikekit.StepForward(polarity="up"), "step-forward: polarity must be bipolar or unipolar, got 'up'"),
    (lambda: spikekit.RateCode(minimum=1, maximum=1), "rate: maximum must be above minimum 1.0, got 1.0"),
    (lambda: spikekit.RateCode(conversion="poisson", dialect="reference"), "rate: dialect must be standard, or"),
    (lambda: spikekit.StepForward([1, 2]).encode(np.zeros((3, 4))),
     "step-forward: threshold has 2 values for 3 channels; give one value, or one per channel"),
    (lambda: spikekit.codec("sonar"), "unknown codec 'sonar'; known are step-forward, bsa"),
    (lambda: spikekit.BensSpiker().stream(), "bsa needs the range of every channel before it can stream"),
    (lambda: spikekit.RateStepForward().stream(), "rate-step-forward needs thresholds before it can stream"),
    (lambda: spikekit.BensSpiker().encode(np.zeros(9)).decode(initial_values=1), "bsa decodes without an initial value"),
    (lambda: spikekit.StepForward().encode(np.zeros(9)).decode(initial_values=np.inf),
     "the initial value must be finite, got inf"),
    (lambda: spikekit.StepForward().encode(np.zeros(9), sampling_rate=0), "sampling_rate must be finite and > 0"),
    (lambda: spikekit.StepForward().encode(np.zeros(9), channel_names=["a", "b"]), "2 names for 1 channel; give one per channel"),
])
def test_messages(make, message):
    with pytest.raises(CodecError) as caught:
        make()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("make", [
    lambda: spikekit.StepForward("0.5"), lambda: spikekit.StepForward(True), lambda: spikekit.StepForward(1j),
    lambda: spikekit.StepForward(steps=3), lambda: spikekit.RateCode([3, 4]), lambda: spikekit.StepForward(None),
    lambda: spikekit.StepForward([[1, 2]]), lambda: spikekit.StepForward().stream("two"),
])
def test_wrong_types(make):
    with pytest.raises(TypeError):
        make()


def test_codecs_are_values():
    codec = spikekit.StepForward(0.1)
    assert codec == spikekit.StepForward(np.float32(0.1)) and hash(codec) == hash(spikekit.StepForward(0.1))
    assert codec != spikekit.StepForward(0.2) and codec != spikekit.LevelCrossing(0.1)
    assert codec.threshold == 0.1 and codec.replace(threshold=[1, 2]).threshold == (1.0, 2.0)
    assert pickle.loads(pickle.dumps(codec)) == codec
    assert eval(repr(codec), vars(spikekit)) == codec
    with pytest.raises(AttributeError, match="codecs do not change"):
        codec.threshold = 1


def test_ranges(signal):
    codec = spikekit.LeakyIntegrateAndFire()
    pairs = np.stack([signal.min(axis=1), signal.max(axis=1)], axis=1)
    same(codec.encode(signal, ranges=pairs).spikes, codec.encode(signal).spikes)
    same(codec.encode(signal).ranges, pairs)
    assert (codec.encode(signal, ranges=(-1000, 1000)).spikes != codec.encode(signal).spikes).any()
    for wrong in ([(1, 0)], [(0, np.nan)], [(0, 1)] * 2, [1, 2, 3], [(-3e38, 3e38)]):
        with pytest.raises(CodecError):
            codec.encode(signal, ranges=wrong)


def test_initial_values(signal):
    encoded = spikekit.StepForward(0.1).encode(signal)
    same(encoded.initial_values, signal[:, 0])
    shifted = encoded.decode(initial_values=[1, 2, 3])
    same(shifted[:, 0], [1, 2, 3])
    same(encoded.decode(initial_values=2)[:, 0], [2, 2, 2])
    with pytest.raises(CodecError, match="initial value has 2 values for 3 channels"):
        encoded.decode(initial_values=[1, 2])


@pytest.mark.parametrize("name", RECORDING)
def test_threads_change_nothing(name, random):
    signal = np.cumsum(random.normal(size=(37, 40_000)), axis=1).astype(np.float32)
    codec = spikekit.codec(name)
    encoded = codec.encode(signal, threads=1)
    same(encoded.spikes, codec.encode(signal, threads=5).spikes)
    same(encoded.decode(threads=1), encoded.decode(threads=5))
    for wrong in (0, -1, True, 1.5):
        with pytest.raises(CodecError, match="threads must be a whole number >= 1"):
            codec.encode(signal, threads=wrong)
    signal[35, 39_999] = np.inf
    with pytest.raises(CodecError, match="channel 35, sample 39999 is inf"):
        codec.encode(signal, threads=4)


def test_many_threads_use_one_codec(random):
    codec = spikekit.LeakyIntegrateAndFire([0.2, 0.4])
    signals = [random.normal(size=(2, length)).astype(np.float32) for length in range(1, 200)]
    expected = [codec.encode(signal).spikes for signal in signals]
    flaws = []

    def work():
        for signal, spikes in zip(signals, expected):
            if not np.array_equal(codec.encode(signal).spikes, spikes):
                flaws.append(signal.shape)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not flaws


def test_events(signal):
    encoded = spikekit.StepForward(0.5).encode(signal, sampling_rate=100, start_time=2)
    events = encoded.events()
    assert len(events.units) == encoded.spike_count and (np.diff(events.steps) >= 0).all()
    np.testing.assert_allclose(events.times, 2 + events.steps / 100)
    same(encoded.spikes[events.units, events.steps], events.signs)
    assert events.amplitudes is None
    graded = spikekit.RateStepForward(0.5).encode(signal)
    same(graded.events().amplitudes, graded.spikes[graded.events().units, graded.events().steps])


def test_constant_and_short_recordings():
    for name in Codec.all:
        codec = spikekit.codec(name)
        constant = codec.encode(np.full((2, 50), 0.5, np.float32))
        assert np.abs(constant.decode() - 0.5).max() <= 0.5, name
        assert codec.encode([0.25]).decode().shape == (1,)


def test_clipped_values_are_counted():
    encoded = spikekit.RateCode(steps=4).encode(np.array([[-1, 0.5, 2, 1, 0]]))
    assert encoded.clipped_count == 2
    same(encoded.spikes.reshape(5, 4).sum(axis=1), [0, 2, 4, 4, 0])


@pytest.mark.parametrize("processor", ["x86-64", "haswell"])
def test_every_library_gives_the_golden_spikes(processor):
    from spikekit import _library

    if processor not in _library.candidates(_library.processor_flags()):
        pytest.skip(f"this processor does not run the library for {processor}")
    test = __file__.replace("test_codecs.py", "test_golden.py")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test], capture_output=True, text=True,
        env={**__import__("os").environ, "SPIKEKIT_PROCESSOR": processor})
    assert result.returncode == 0, result.stdout[-2000:]


@pytest.mark.parametrize("name", RECORDING)
def test_spikes_from_elsewhere(name, signal):
    codec = spikekit.codec(name, **({"threshold": 0.5} if name == "rate-step-forward" else {}))
    encoded = codec.encode(signal)
    ranges = encoded.ranges
    start = encoded.initial_values if name not in ("bsa", "lif") else None
    restored = codec.restore(encoded.spikes, initial_values=start, ranges=ranges)
    same(restored.decode(), encoded.decode())
    same(codec.decode(encoded), encoded.decode())
    with pytest.raises(CodecError, match="is not finite" if codec.is_graded else "is not -1, 0 or 1"):
        codec.restore(np.full((2, 3), np.nan), ranges=(0, 1) if codec.needs_range else None)
    with pytest.raises(CodecError, match="the recording is empty"):
        codec.restore(np.zeros((0, 3)), ranges=(0, 1) if codec.needs_range else None)
    if codec.needs_range:
        with pytest.raises(CodecError, match="needs the range of every channel to decode"):
            codec.restore(encoded.spikes)


def test_spikes_from_elsewhere_far_from_zero_by_hand():
    for dialect in ("standard", "reference"):
        codec = spikekit.StepForward(1, dialect=dialect)
        same(codec.restore([0, 1, 1, 0], initial_values=1e8).decode(), 1e8 + np.array([0, 1, 2, 2]))
    rows = np.tile([0, 1, 1, 0], (2, 2, 1))
    decoded = codec.restore(rows, initial_values=[2.0**40 + 1, 3]).decode()
    same(decoded, np.tile([[2.0**40 + 1], [3]], (2, 1, 1)) + [0, 1, 2, 2])


@pytest.mark.parametrize("name", RECORDING)
def test_spikes_from_elsewhere_far_from_zero(name, signal):
    codec = spikekit.codec(name, **({"threshold": 0.5} if name == "rate-step-forward" else {}))
    encoded = codec.encode(np.round(signal.astype(np.float64) * 64) / 64 + 2.0**31)
    start = encoded.initial_values if name not in ("bsa", "lif") else None
    restored = codec.restore(encoded.spikes, initial_values=start, ranges=encoded.ranges)
    np.testing.assert_allclose(restored.decode(), encoded.decode(), rtol=0, atol=1e-3)


@pytest.mark.parametrize("axis", [-1, 0])
@pytest.mark.parametrize("shape", [(40,), (2, 40), (3, 2, 40)])
@pytest.mark.parametrize("name", OBSERVATION)
def test_observations_from_elsewhere(name, shape, axis, random):
    codec = spikekit.codec(name, steps=7, minimum=1e9, maximum=1e9 + 8)
    values = np.moveaxis(1e9 + random.uniform(0, 8, shape), -1, axis)
    if len(shape) == 1 and codec._units > 1:
        values, axis = values[None], -1
    encoded = codec.encode(values, axis=axis)
    for spikes in (encoded.spikes, encoded.spikes.astype(float)):
        same(codec.restore(spikes, axis=axis).decode(), encoded.decode())
    with pytest.raises(CodecError, match="7 steps per sample"):
        codec.restore(np.zeros((codec._units, 8)))
    with pytest.raises(CodecError, match="a spike is not 0 or 1"):
        codec.restore(np.full((codec._units, 7), -1))


@pytest.mark.parametrize("name", Codec.all)
@pytest.mark.parametrize("axis", [None, "index", 0.0, True])
def test_an_axis_is_a_whole_number(axis, name):
    with pytest.raises(TypeError, match=f"axis must be a whole number, got {axis!r}"):
        spikekit.codec(name).encode(np.zeros((2, 9)), axis=axis)


def test_rates_are_numbers():
    calls = [
        spikekit.StepForward().encode, lambda x, **options: spikekit.tune("lif", x, evaluations=3, **options),
        spikekit.compare]
    for call in calls:
        for wrong in ("a", [1, 2], True):
            with pytest.raises(TypeError, match="sampling_rate must be a number, got "):
                call([0.0, 1, 2], sampling_rate=wrong)
        with pytest.raises(CodecError, match="sampling_rate must be finite and > 0, got 0"):
            call([0.0, 1, 2], sampling_rate=0)
    for call in calls[1:]:
        with pytest.raises(TypeError, match="spikes_per_second must be a number, got 'a'"):
            call([0.0, 1, 2], sampling_rate=1, spikes_per_second="a")
        with pytest.raises(CodecError, match="spikes per second need a sampling rate"):
            call([0.0, 1, 2], spikes_per_second=1)
    with pytest.raises(TypeError, match="start_time must be a number, got 'a'"):
        spikekit.StepForward().encode([0.0, 1], start_time="a")


def test_without_pytorch():
    code = "import sys; sys.modules['torch'] = None; import spikekit.torch"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    message = "ImportError: spikekit.torch needs PyTorch; run: pip install 'spikekit[torch]'"
    assert result.stderr.strip().splitlines()[-1] == message


def test_decoding_with_another_codec_is_refused(signal):
    encoded = spikekit.StepForward().encode(signal)
    with pytest.raises(CodecError, match=r"decode was given the result of another codec, StepForward\(threshold=0.5"):
        spikekit.LevelCrossing().decode(encoded)
    with pytest.raises(CodecError, match="decode was given the result of another codec"):
        spikekit.RateCode().decode(encoded)
    with pytest.raises(CodecError, match="decode was given the result of another codec"):
        spikekit.StepForward(0.1).decode(encoded)


def test_filters():
    taps = spikekit.low_pass_taps(10, 0.2)
    assert len(taps) == 11 and taps.sum() == pytest.approx(1) and (taps == taps[::-1]).all()
    with pytest.raises(CodecError, match="cutoff must be > 0 and < 0.5"):
        spikekit.low_pass_taps(10, 0.5)


@pytest.mark.parametrize("name", [name for name in RECORDING if name != "rate-step-forward"])
def test_large_arrays_are_not_copied(name):
    signal = np.zeros((2, 2_000_000), np.float32)
    codec = spikekit.codec(name)
    for view in (signal, signal[:, 1000:], signal[0], np.broadcast_to(signal[:1], (1, 2_000_000))):
        tracemalloc.start()
        codec.encode(view)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        # One byte per spike, and none of the four bytes of each sample.
        assert peak < view.size + 500_000


@pytest.mark.parametrize("name", OBSERVATION)
@pytest.mark.parametrize("dialect", ["standard", "reference"])
@pytest.mark.parametrize("low, high", [(0, 5e-324), (-5e-324, 0), (0, 1e-310), (1e-310, 1.5e-310), (-1e-309, 1e-309)])
def test_narrow_bounds_scale_without_nan(name, dialect, low, high):
    values = np.array([low, high, -1, 1])
    narrow = spikekit.codec(name, conversion="deterministic", dialect=dialect, minimum=low, maximum=high)
    expected = spikekit.codec(name, conversion="deterministic", dialect=dialect).encode(np.array([0.0, 1, 0, 1]))
    same(narrow.encode(values).spikes, expected.spikes)
    same(narrow.stream().push(values[None]), np.atleast_2d(expected.spikes))


def test_wide_bounds_decode_their_ends():
    codec = spikekit.RateCode(minimum=-1.7e308, maximum=1.7e308, conversion="deterministic", dialect="standard")
    decoded = codec.encode([-1.7e308, 1.7e308]).decode()
    assert decoded.dtype == np.float64
    # Sixteen spikes of sixteen stand for the rates from 15/16 to 1.
    np.testing.assert_allclose(decoded, [-1.7e308, 0.9375 * 1.7e308], rtol=1e-15)
    fields = spikekit.ReceptiveFields(
        bins=3, sigma=0.01, minimum=-1.7e308, maximum=1.7e308, conversion="deterministic", dialect="standard")
    same(fields.encode([-1.7e308, 0, 1.7e308]).decode(), [-1.7e308, 0, 1.7e308])


@pytest.mark.parametrize("sigma", [5e-324, 1e-200, 1e-154, 1e-150, 1e-10])
def test_the_narrowest_fields_leave_the_nearest_unit(sigma):
    codec = spikekit.ReceptiveFields(bins=3, sigma=sigma, steps=4, conversion="deterministic", dialect="standard")
    spikes = codec.encode([0.0, 0.3, 0.9]).spikes
    same(spikes.reshape(3, 3, 4).sum(axis=2), [[4, 0, 0], [0, 4, 0], [0, 0, 4]])
    # Two centres at the same distance share the rate.
    same(codec.encode([0.25]).spikes.reshape(3, 4).sum(axis=1), [2, 2, 0])


def test_narrow_fields_between_two_centres():
    # Rounding may take the farther of two centres at nearly the same distance for the nearer one.
    for bins in range(2, 60):
        codec = spikekit.ReceptiveFields(bins=bins, sigma=1e-60, steps=4, conversion="deterministic", dialect="standard")
        values = (np.arange(bins - 1) + 0.5) / (bins - 1)
        spikes = codec.encode(values).spikes.reshape(bins, bins - 1, 4).sum(axis=(0, 2))
        assert (spikes == 4).all()


def test_comparison_of_the_least_number():
    pytest.importorskip("scipy")
    signal = np.array([0, 5e-324, 0])
    found = {entry.codec.name: entry for entry in spikekit.compare(signal, evaluations=3).entries}
    assert set(OBSERVATION) <= set(found)
    assert all(np.isfinite(entry.rmse) for entry in found.values())


@pytest.mark.parametrize("name", [
    "codec", "spikes", "axis", "channels", "sampling_rate", "start_time", "unit", "channel_names", "clipped_count"])
def test_results_keep_their_attributes(name):
    encoded = spikekit.StepForward(0.5).encode([0.0, 1.0, 1.5], unit="mV")
    before = getattr(encoded, name)
    with pytest.raises(AttributeError):
        setattr(encoded, name, np.zeros((9, 9), np.int8))
    assert getattr(encoded, name) is before
    same(encoded.decode(), [0, 0.5, 1])


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda encoded: pickle.loads(pickle.dumps(encoded))])
def test_results_can_be_copied(duplicate):
    encoded = duplicate(spikekit.StepForward(0.5).encode([0.0, 1.0, 1.5], unit="mV"))
    assert encoded.unit == "mV" and encoded.codec == spikekit.StepForward(0.5)
    same(encoded.decode(), [0, 0.5, 1])


@pytest.mark.parametrize("codec, shape, message", [
    (spikekit.StepForward(), (6, 4), "step-forward: the spikes have 6 rows of 4 steps; decoding needs 2 rows"),
    (spikekit.RateCode(steps=4), (6, 16), "rate: the spikes have 6 rows of 16 steps; decoding needs 2 rows of"),
    (spikekit.RateCode(steps=4), (2, 6),
     "rate: the spikes have 2 rows of 6 steps; decoding needs 2 rows of a multiple of 4 steps"),
])
def test_spikes_that_changed_shape_are_refused(codec, shape, message):
    encoded = codec.encode(np.zeros((2, 12)))
    encoded.spikes.resize(shape, refcheck=False)
    for use in (encoded.decode, encoded.events):
        with pytest.raises(CodecError, match=message):
            use()


@pytest.mark.parametrize("name", Codec.all)
@pytest.mark.parametrize("value", [-128, -1, 127])
def test_spikes_of_other_values_decode_without_a_crash(name, value, signal):
    encoded = spikekit.codec(name).encode(signal)
    encoded.spikes[...] = value
    assert encoded.decode().shape == signal.shape


@pytest.mark.parametrize("name", Codec.all)
def test_parameters_cannot_be_deleted(name):
    codec = spikekit.codec(name)
    for parameter in codec.parameters:
        with pytest.raises(AttributeError, match=f"^{name}: codecs do not change; {parameter.name} cannot be deleted$"):
            delattr(codec, parameter.name)
    assert codec == spikekit.codec(name)


@pytest.mark.parametrize("name", [name for name in RECORDING if not Codec.all[name].needs_range])
def test_ranges_that_are_not_used_are_refused(name):
    codec = spikekit.codec(name, threshold=0.5)
    uses = (
        lambda: codec.encode([0.0, 1.0], ranges=(0, 1)), lambda: codec.stream(ranges=(0, 1)),
        lambda: codec.restore([0, 1], ranges=(0, 1)))
    for use in uses:
        with pytest.raises(CodecError, match=f"^{name} does not scale by ranges; leave out ranges$"):
            use()


def test_the_least_maximum_rate_decodes_without_a_warning():
    codec = spikekit.RateCode(maximum_rate=5e-324, conversion="deterministic", dialect="reference")
    with np.errstate(over="raise"):
        same(codec.restore(np.ones(16)).decode(), [1])
