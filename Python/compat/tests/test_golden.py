"""The outputs of the package spike-encoding 1.8.2, through the same classes and arguments."""

import numpy as np
import pytest
import torch
from conftest import golden
from spike_encoding.bens_spiker_algorithm import BensSpikerAlgorithm
from spike_encoding.bin_encoder import BinEncoder
from spike_encoding.delta_modulation_converter import DeltaModulationConverter
from spike_encoding.encoder_common import rate
from spike_encoding.gymnasium_bounds_finder import ScalerFactory
from spike_encoding.gymnasium_encoder import GymnasiumEncoder
from spike_encoding.lif_based_encoding import LIFBasedEncoding
from spike_encoding.pulse_width_modulation import PulseWidthModulation
from spike_encoding.rate_step_forward_converter import RateStepForwardConverter
from spike_encoding.step_forward_converter import StepForwardConverter

pytestmark = pytest.mark.filterwarnings("ignore")


def tensors(case):
    return [None if case[key] is None else torch.tensor(case[key]) for key in ("input", "spikes", "decoded")]


def close(decoded, expected, signal):
    torch.testing.assert_close(torch.as_tensor(decoded), expected, rtol=2e-6, atol=2e-6 * float(signal.abs().max()))


def cases(codec):
    return pytest.mark.parametrize("case", golden(codec), ids=lambda case: case["id"])


@cases("StepForward")
def test_step_forward(case):
    p, (signal, spikes, decoded) = case["params"], tensors(case)
    converter = StepForwardConverter(threshold=torch.tensor(p["threshold"]), down_spike=p["down_spike"])
    encoded = converter.encode(signal, threshold=p["call_threshold"])
    assert torch.equal(encoded.sum(dim=0), spikes) and encoded.shape == (2, *signal.shape)
    assert (encoded[0] >= 0).all() and (encoded[1] <= 0).all()
    start = p["initial_value"]
    close(converter.decode(encoded, torch.tensor(start) if any(start) else 0, p["call_threshold"]), decoded, signal)


@cases("BSA")
def test_bsa(case):
    p, (signal, spikes, decoded) = case["params"], tensors(case)
    converter = BensSpikerAlgorithm(
        torch.tensor(p["threshold"]), filter_order=torch.tensor(p["filter_order"]),
        filter_cutoff=torch.tensor(p["filter_cutoff"]))
    encoded = converter.encode(signal, isNormed=p["is_normed"])
    assert torch.equal(encoded, spikes.float())
    if decoded is not None:
        close(converter.decode(encoded), decoded, signal)
    for taps, expected in zip(converter.fir_filter(), case["taps"]):
        torch.testing.assert_close(taps, torch.tensor(expected), rtol=0, atol=1e-8)


@cases("PWM")
def test_pwm(case):
    p, (signal, spikes, decoded) = case["params"], tensors(case)
    converter = PulseWidthModulation(torch.tensor(p["frequency"]), down_spike=p["down_spike"])
    before = signal.clone()
    encoded = converter.encode(signal, isNormed=p["is_normed"])
    assert torch.equal(encoded.sum(dim=0), spikes.float())
    close(converter.decode(encoded), decoded, signal)
    close(converter.decode(encoded), decoded, signal)
    assert torch.equal(signal, before)


@cases("LIFBased")
def test_lif(case):
    p, (signal, spikes, decoded) = case["params"], tensors(case)
    converter = LIFBasedEncoding(
        torch.tensor(p["threshold"]), torch.tensor(p["membrane_constant"]), down_spike=p["down_spike"])
    encoded = converter.encode(signal)
    assert torch.equal(encoded.sum(dim=0), spikes.float())
    close(converter.decode(encoded), decoded, signal)


@cases("DeltaModulation")
def test_delta(case):
    p, (signal, spikes, _) = case["params"], tensors(case)
    converter = DeltaModulationConverter(p["delta"], p["normalized"], p["padding"], p["off_spike"])
    assert torch.equal(converter(signal).sum(dim=0), spikes.float())


@cases("RateStepForward")
def test_rate_step_forward(case):
    p, signal = case["params"], torch.tensor(case["input"])[None]
    converter = RateStepForwardConverter(signal.shape[1], torch.tensor(p["threshold"]), p["padding"])
    encoded = converter.encode(signal)
    assert torch.equal(encoded[0], torch.tensor(case["values"]))
    if p["padding"]:
        torch.testing.assert_close(converter.decode(encoded, signal[:, :, 0]), signal, rtol=1e-5, atol=1e-5)


@cases("rate")
def test_rate(case):
    spikes = rate(np.array(case["input"])[:, 0], case["params"]["max_t"])
    np.testing.assert_array_equal(spikes.T, case["spikes"])
    assert spikes.dtype == int


@cases("BinEncoder")
def test_bins(case):
    p = case["params"]
    encoder = BinEncoder(
        p["seq_length"], p["min_values"], p["max_values"], "deterministic", p["n_bins"], p["max_firing_rate"],
        p["sigma"])
    spikes = encoder.encode(np.array(case["input"])[:, 0])
    np.testing.assert_array_equal(spikes[:, 0].T, case["spikes"])


@cases("GymnasiumEncoder")
def test_gymnasium(case):
    p, states = case["params"], np.array(case["input"])
    count, threshold = len(states), p["converter_threshold"]
    converter = RateStepForwardConverter(count, torch.tensor(threshold)) if threshold else None
    encoder = GymnasiumEncoder(
        count, 1, p["seq_length"], ScalerFactory().from_known_values(p["min_values"], p["max_values"]),
        np.array(threshold) if threshold else None, converter, rate_coder=p["rate_coder"], step_coder=p["step_coder"],
        split_exc_inh=p["split_exc_inh"], add_inverted_inputs=p["add_inverted_inputs"],
        max_firing_rate=p["max_firing_rate"])
    if p["step_coder"]:
        encoder.reset(states[:, 0][None])
    # The first observation of a step coder starts the episode.
    steps = range(1 if p["step_coder"] else 0, states.shape[1])
    found = np.concatenate([encoder.encode(states[:, step][None])[:, 0].T for step in steps], axis=1)
    np.testing.assert_array_equal(found, case["spikes"])
