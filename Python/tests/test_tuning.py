"""Searches for parameters, comparisons and measures."""

import math
import subprocess
import sys
import time

import numpy as np
import pytest
import spikekit
from spikekit import Codec, CodecError, metrics

pytest.importorskip("scipy")


@pytest.fixture
def signal():
    t = np.linspace(0, 10, 500)
    return np.stack([np.sin(t) + 0.3 * np.sin(7 * t), 100 * np.sin(t)]).astype(np.float32)


@pytest.mark.parametrize("name", [name for name, kind in Codec.all.items() if any(p.searched for p in kind.parameters)])
def test_tuning_lowers_the_error(name, signal):
    start = spikekit.codec(name)
    before = metrics.mean_squared_error(signal, start.encode(signal).decode())
    tuning = spikekit.tune(start, signal, evaluations=120)
    after = metrics.mean_squared_error(signal, tuning.codec.encode(signal).decode())
    assert after < before / 2
    assert all(len(channel.trials) <= 120 for channel in tuning.channels)
    best = np.mean([channel.best.mean_squared_error for channel in tuning.channels])
    assert best == pytest.approx(after, rel=1e-6)
    assert spikekit.tune(name, signal, evaluations=120).codec == tuning.codec


def test_every_search_range_is_understood(signal):
    from spikekit.tuning import _Dimension

    found = {}
    for kind in Codec.all.values():
        for parameter in kind.parameters:
            if parameter.searched:
                dimension = _Dimension(parameter, signal[0], 4.0)
                assert dimension.lower < dimension.upper
                found[kind.name, parameter.name] = (dimension.lower, dimension.upper, dimension.is_logarithmic)
    assert found["step-forward", "threshold"] == (4 / 2000, 4, True)
    assert found["bsa", "order"] == (2, 64, False) and found["pwm", "frequency"] == (1, 750, True)
    assert found["bsa", "threshold"] == (0, 1.5, False)


def test_the_search_beats_the_package(signal):
    # What 100 trials of the package find on this signal: 0.00093 at best.
    tuning = spikekit.tune("step-forward", signal[0], evaluations=100)
    assert tuning.channels[0].best.mean_squared_error < 9.35e-4


def test_a_budget_of_spikes(signal):
    tuning = spikekit.tune("step-forward", signal, spikes_per_second=5, sampling_rate=50, evaluations=200)
    encoded = tuning.codec.encode(signal)
    assert np.count_nonzero(encoded.spikes, axis=1).max() <= 5 * 10
    assert encoded.spike_count > 0
    with pytest.raises(CodecError, match="channel 0: no trial kept within 1e-09 spikes per second, the fewest were"):
        spikekit.tune("pwm", signal, spikes_per_second=1e-9, sampling_rate=50, evaluations=20)


def test_an_objective_of_ones_own(signal):
    tuning = spikekit.tune("lif", signal[0], objective=lambda x, encoded, y: abs(encoded.spike_count - 77), evaluations=300)
    assert abs(tuning.codec.encode(signal[0]).spike_count - 77) <= 1
    with pytest.raises(CodecError, match="the objective was NaN or infinite in every trial"):
        spikekit.tune("lif", signal[0], objective=lambda *_: math.nan, evaluations=10)


def test_a_failing_objective_raises_its_own_error(signal):
    def failing(row, encoded, decoded):
        calls.append(row)
        if len(calls) == fails:
            raise ZeroDivisionError("mine")
        return np.square(row - decoded).mean()

    # In the first trial, in DIRECT, and in the simplex.
    for fails in (1, 20, 95):
        calls = []
        with pytest.raises(ZeroDivisionError, match="mine"):
            spikekit.tune("lif", signal[0], objective=failing, evaluations=100)
        assert len(calls) == fails


def test_all_trials_are_made(signal):
    assert [len(spikekit.tune("lif", signal[0], evaluations=count).channels[0].trials) for count in (1, 2, 3, 50)] == [
        1, 2, 3, 50]
    # More than SciPy is allowed at first.
    trials = spikekit.tune("lif", signal[0], evaluations=3000).channels[0].trials
    positions = [tuple(trial.parameters.values()) for trial in trials[1:2250]]
    assert len(trials) > 2250 and len(set(positions)) == len(positions)


@pytest.mark.parametrize("evaluations", [10**6, 10**7])
def test_a_time_limit_is_shared(evaluations, signal):
    start = time.monotonic()
    tuning = spikekit.tune("bsa", np.tile(signal, (2, 1)), time_limit=0.4, evaluations=evaluations)
    assert time.monotonic() - start < 1.5
    counts = [len(channel.trials) for channel in tuning.channels]
    assert min(counts) >= 20 and max(counts) < 100_000


def test_a_channel_without_time_makes_ten_trials(signal):
    tuning = spikekit.tune("bsa", signal, time_limit=1e-9, evaluations=10**7)
    assert [len(channel.trials) for channel in tuning.channels] == [10, 10]


def test_memory_follows_the_trials_that_are_made(signal):
    code = (
        "import resource, numpy as np, spikekit, scipy.optimize\n"
        "x = np.sin(np.linspace(0, 10, 500))\n"
        "spikekit.tune('bsa', x, evaluations=100)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "spikekit.tune('bsa', x, time_limit=0.1, evaluations=10**7)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)")
    kilobytes = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert kilobytes < 50_000


@pytest.mark.parametrize("arguments, message", [
    (("rate", [0, 1]), "rate has no parameters to tune; these have: step-forward, bsa"),
    (("lif", np.zeros((2, 2, 9))), "tuning takes one recording"),
    (("lif", []), "the recording is empty"),
])
def test_messages(arguments, message):
    with pytest.raises(CodecError, match=message):
        spikekit.tune(*arguments)
    with pytest.raises(CodecError, match="spikes per second need a sampling rate"):
        spikekit.tune("lif", [0, 1], spikes_per_second=3)
    with pytest.raises(CodecError, match="evaluations must be a whole number >= 1"):
        spikekit.tune("lif", [0, 1], evaluations=0)


def test_without_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(ImportError, match=r"tuning needs SciPy; run: pip install 'spikekit\[tune\]'"):
        spikekit.tune("lif", [0, 1])


def test_comparison(signal):
    comparison = spikekit.compare(signal, sampling_rate=50, evaluations=30)
    assert {entry.codec.name for entry in comparison.entries} == set(Codec.all)
    errors = [entry.rmse for entry in comparison.entries]
    assert errors == sorted(errors)
    assert len(str(comparison).splitlines()) == len(Codec.all) + 1
    limited = spikekit.compare(signal, sampling_rate=50, spikes_per_second=4, evaluations=30)
    assert limited.entries and all(entry.spikes_per_second <= 4 for entry in limited.entries)
    with pytest.raises(CodecError, match="unknown codec 'sonar'"):
        spikekit.compare(signal, codecs=["sonar"])


def test_measures():
    a, b = np.array([0.0, 2.0, 4.0, 2.0]), np.array([0.0, 2.0, 3.0, 3.0])
    assert metrics.mean_squared_error(a, b) == 0.5
    assert metrics.root_mean_squared_error(a, b) == pytest.approx(math.sqrt(0.5))
    assert metrics.signal_to_noise(a, b) == pytest.approx(10 * math.log10(2 / 0.5))
    assert metrics.signal_to_noise(a, a) is None
    encoded = spikekit.StepForward(0.5).encode([0, 1, 1, -1])
    assert list(encoded.spikes) == [0, 1, 0, -1]
    assert metrics.information_bits(encoded) == pytest.approx(2 * 1 + 2 * 2)
    with pytest.raises(CodecError, match="the shapes differ"):
        metrics.mean_squared_error(a, b[:2])


TUNED = [name for name, kind in Codec.all.items() if any(p.searched for p in kind.parameters)]


@pytest.mark.parametrize("name", TUNED)
def test_a_search_far_from_zero(name, signal):
    # Whole multiples of 2^-20 are moved exactly, so that both searches see the same differences.
    near = np.round(signal[0].astype(np.float64) * 2**20) / 2**20
    found = spikekit.tune(name, near + 1e9, evaluations=120).channels[0]
    expected = spikekit.tune(name, near, evaluations=120).channels[0]
    assert len(found.trials) == len(expected.trials) == 120
    assert found.best.mean_squared_error == pytest.approx(expected.best.mean_squared_error, rel=0.05)


def test_a_search_far_from_zero_finds_what_the_program_finds(spike, tmp_path):
    signal = 1e9 + np.sin(np.linspace(0, 30, 500))
    np.save(tmp_path / "far.npy", signal[None])
    printed = subprocess.run(
        [spike, "tune", tmp_path / "far.npy", "--codec", "step-forward", "--evaluations", "200"],
        capture_output=True, text=True, check=True).stdout
    theirs = float(printed.split("--threshold ")[1].split()[0])
    assert spikekit.tune("step-forward", signal, evaluations=200).codec.threshold == pytest.approx(theirs, rel=1e-3)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.float16, ">i2", bool])
@pytest.mark.parametrize("name", TUNED)
def test_small_integers_do_not_wrap(name, kind):
    # Steps of 240 wrap in 8 bits, and the range of -120 to 120 does.
    values = np.tile([-120.0, 120, 100, -100, 120], 40) * np.linspace(1, 0.1, 200)
    values = np.round(values + (128 if kind == np.uint8 else 0))
    values = values > 0 if kind == bool else values
    array = values.astype(kind)
    expected = spikekit.tune(name, values.astype(np.float64), evaluations=40)
    found = spikekit.tune(name, array, evaluations=40)
    for a, b in zip(found.channels[0].trials, expected.channels[0].trials):
        assert a == b

    seen = []
    spikekit.tune(name, array, evaluations=2, objective=lambda row, *_: seen.append(row[1] - row[0]) or 0)
    assert seen[0] == float(values[1]) - float(values[0])


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.float16, bool])
def test_small_integers_compare_as_their_numbers(kind):
    values = np.round(np.tile([0.0, 120, 100, 20, 120], 20))
    array = values.astype(kind)
    found = spikekit.compare(array, evaluations=10)
    expected = spikekit.compare(array.astype(np.float64), evaluations=10)
    assert [(entry.codec, entry.rmse) for entry in found.entries] == [
        (entry.codec, entry.rmse) for entry in expected.entries]


@pytest.mark.parametrize("rate", [0, -5, math.nan, math.inf, -math.inf, 1e-320])
@pytest.mark.parametrize("search", [lambda *a, **o: spikekit.tune("lif", *a, **o), spikekit.compare])
def test_a_bad_rate_does_not_lift_the_limit(search, rate, signal):
    with pytest.raises(CodecError, match="sampling_rate must "):
        search(signal, spikes_per_second=5, sampling_rate=rate, evaluations=20)


@pytest.mark.parametrize("rate", ["1000", b"1000", [1000.0], {}, True, np.True_, 1j, np.array([1.0, 2.0])])
def test_a_rate_of_another_type_is_refused(rate, signal):
    stream = spikekit.StepForward(0.5).stream()
    parts = [stream.push([0.0, 1.0])]
    for call in (
        lambda: spikekit.tune("lif", signal, spikes_per_second=5, sampling_rate=rate),
        lambda: spikekit.compare(signal, spikes_per_second=5, sampling_rate=rate),
        lambda: spikekit.StepForward().encode(signal, sampling_rate=rate),
        lambda: spikekit.RateCode().encode(signal, sampling_rate=rate),
        lambda: stream.encoded(parts, sampling_rate=rate),
    ):
        with pytest.raises(TypeError, match="sampling_rate must be a number, got "):
            call()


def test_a_trial_beyond_float32_is_not_the_best():
    # The largest thresholds decode to infinity, which no search may take.
    signal = np.array([0.0, 1.6e38] * 30, np.float32)
    tuning = spikekit.tune("step-forward", signal, evaluations=60)
    assert all(math.isfinite(channel.best.objective) for channel in tuning.channels)
    assert np.isfinite(tuning.codec.encode(signal).decode()).all()
