"""The outputs of the package spike-encoding 1.8.2, bit for bit, with every library of this machine."""

import numpy as np
import pytest
import spikekit
from conftest import golden


def arrays(case):
    kind = np.float32 if case["dtype"] == "float32" else np.float64
    return [None if case[key] is None else np.array(case[key], kind) for key in ("input", "spikes", "decoded")]


def codec(case):
    """The codec of a case, in the dialect of the package."""
    p = case["params"]
    if case["codec"] == "StepForward":
        return spikekit.StepForward(
            p["effective_threshold"], polarity="bipolar" if p["down_spike"] else "unipolar", dialect="reference")
    if case["codec"] == "BSA":
        return spikekit.BensSpiker(
            p["filter_order"], cutoff=p["filter_cutoff"], threshold=p["threshold"], dialect="reference")
    if case["codec"] == "PWM":
        return spikekit.PulseWidthModulation(
            p["frequency"], polarity="bipolar" if p["down_spike"] else "unipolar", dialect="reference")
    if case["codec"] == "LIFBased":
        return spikekit.LeakyIntegrateAndFire(
            p["threshold"], membrane_constant=p["membrane_constant"],
            polarity="bipolar" if p["down_spike"] else "unipolar", dialect="reference")
    return spikekit.DeltaModulation(
        p["delta"], padding="edge" if p["padding"] else "zero", polarity="bipolar" if p["off_spike"] else "unipolar")


CHANNELWISE = [
    case for name in ("StepForward", "BSA", "PWM", "LIFBased", "DeltaModulation") for case in golden(name)
]


@pytest.mark.parametrize("case", CHANNELWISE, ids=lambda case: case["id"])
def test_channelwise(case):
    signal, spikes, decoded = arrays(case)
    made = codec(case)
    if case["params"].get("normalized") is False:
        least, largest = signal.min(axis=1, keepdims=True), signal.max(axis=1, keepdims=True)
        signal = (signal - least) / (largest - least)
    encoded = made.encode(signal, ranges=(0, 1) if case["params"].get("is_normed") else None)
    np.testing.assert_array_equal(encoded.spikes, spikes)
    assert encoded.spikes.dtype == np.int8
    if decoded is not None:
        initial = case["params"].get("initial_value")
        result = encoded.decode(initial_values=initial if initial and any(initial) else None)
        assert result.dtype == np.float32
        np.testing.assert_allclose(result, decoded, rtol=2e-6, atol=2e-6 * np.abs(signal).max())


def test_the_cases_are_not_few():
    assert len(CHANNELWISE) == 63


@pytest.mark.parametrize("case", golden("RateStepForward"), ids=lambda case: case["id"])
def test_rate_step_forward(case):
    signal = np.array(case["input"], np.float32)
    padding = "edge" if case["params"]["padding"] else "zero"
    encoded = spikekit.RateStepForward(case["params"]["threshold"], padding=padding).encode(signal)
    np.testing.assert_allclose(encoded.spikes, case["values"], rtol=3e-6, atol=1e-6)


@pytest.mark.parametrize("case", golden("rate"), ids=lambda case: case["id"])
def test_rate(case):
    values = np.array(case["input"], np.float64)
    encoded = spikekit.RateCode(case["params"]["max_t"], dialect="reference").encode(values)
    np.testing.assert_array_equal(encoded.spikes, case["spikes"])


@pytest.mark.parametrize("case", golden("BinEncoder"), ids=lambda case: case["id"])
def test_receptive_fields(case):
    p = case["params"]
    fields = spikekit.ReceptiveFields(
        p["n_bins"], sigma=p["sigma"], steps=p["seq_length"], conversion="deterministic",
        maximum_rate=p["max_firing_rate"], minimum=p["min_values"], maximum=p["max_values"], dialect="reference")
    values = np.array(case["input"], np.float64)
    np.testing.assert_array_equal(fields.encode(values[:, :1]).spikes, case["spikes"])
