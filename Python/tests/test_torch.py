"""Tensors in give tensors out, and modules."""

import numpy as np
import pytest
import spikekit
from conftest import golden
from test_golden import CHANNELWISE, codec as codec_of
from spikekit import Codec

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("case", CHANNELWISE, ids=lambda case: case["id"])
def test_golden_vectors(case):
    if case["params"].get("normalized") is False or case["params"].get("is_normed"):
        pytest.skip("the signal is prepared in the test of arrays")
    signal = torch.tensor(case["input"])
    encoded = codec_of(case).encode(signal)
    assert isinstance(encoded.spikes, torch.Tensor) and encoded.spikes.dtype == torch.int8
    assert torch.equal(encoded.spikes, torch.tensor(case["spikes"], dtype=torch.int8))
    assert np.array_equal(encoded.decode().numpy(), codec_of(case).encode(signal.numpy()).decode())


def test_there_are_golden_vectors():
    assert len(golden("StepForward")) == 17


@pytest.mark.parametrize("name", Codec.all)
def test_tensors(name):
    codec = spikekit.codec(name)
    signal = torch.randn(2, 3, 50, generator=torch.Generator().manual_seed(7))
    expected = codec.encode(signal.numpy())
    for tensor in (signal, signal.clone().requires_grad_(), signal.transpose(0, 1).contiguous().transpose(0, 1)):
        encoded = codec.encode(tensor)
        assert np.array_equal(encoded.spikes.numpy(), expected.spikes)
        assert np.array_equal(encoded.decode().numpy(), expected.decode())
    assert codec.encode(signal.movedim(-1, 0), axis=0).spikes.shape[0] == expected.spikes.shape[-1]
    assert codec.encode(signal.bfloat16()).spikes.dtype == encoded.spikes.dtype
    assert codec.encode((signal * 5).int()).decode().dtype == torch.float32
    with pytest.raises(TypeError, match="must hold real numbers"):
        codec.encode(signal + 1j)
    flat = signal.reshape(-1)
    assert np.array_equal(codec.encode(flat.to_sparse()).spikes.numpy(), codec.encode(flat).spikes.numpy())


def test_a_tensor_is_not_copied():
    from spikekit._arrays import to_numpy

    signal = torch.zeros(3, 4)
    assert to_numpy(signal).__array_interface__["data"][0] == signal.data_ptr()


def test_parameters_may_be_tensors():
    codec = spikekit.StepForward(torch.tensor([0.1, 0.2]))
    assert codec.threshold == (0.1, 0.2)
    assert spikekit.StepForward(torch.tensor(0.1)).threshold == 0.1
    encoded = codec.encode(torch.zeros(2, 9))
    assert torch.equal(encoded.decode(initial_values=torch.tensor([1.0, 2.0]))[:, 0], torch.tensor([1.0, 2.0]))


def test_streams_take_tensors():
    stream = spikekit.StepForward(0.5).stream(2)
    assert torch.equal(stream.push(torch.tensor([[0.0, 1], [0, -1]])), torch.tensor([[0, 1], [0, -1]], dtype=torch.int8))


def test_encoder():
    module = spikekit.torch.Encoder("step-forward", surrogate=None)
    signal = torch.randn(4, 2, 30, requires_grad=True)
    spikes = module(signal)
    assert spikes.dtype == torch.float32 and not spikes.requires_grad
    assert torch.equal(spikes, spikekit.StepForward().encode(signal).spikes.float())
    assert "StepForward(threshold=0.5" in repr(module)
    with pytest.raises(TypeError):
        spikekit.torch.Encoder(3)


def test_reconstruction():
    signal = torch.randn(4, 2, 30, requires_grad=True)
    module = torch.nn.Sequential(spikekit.torch.Reconstruction(spikekit.StepForward(0.1)), torch.nn.Linear(30, 1))
    module(signal).sum().backward()
    assert torch.allclose(signal.grad, module[1].weight.detach().expand_as(signal))
    without = spikekit.torch.Reconstruction("step-forward", straight_through=False)(signal)
    assert not without.requires_grad
    assert torch.equal(without, spikekit.StepForward().encode(signal).decode())


def test_modules_turn_whole_numbers_into_float32():
    signal = torch.tensor([[0, 7, 3, -2, 5], [1, 4, 4, 9, 0]])
    codec = spikekit.StepForward(0.75)
    expected = codec.encode(signal.numpy()).decode()
    assert (expected % 1 != 0).any()
    for kind in (torch.int64, torch.int16, torch.int8):
        found = spikekit.torch.Reconstruction(codec)(signal.to(kind))
        assert found.dtype == torch.float32 and np.array_equal(found.numpy(), expected)
    booleans = spikekit.torch.Reconstruction(spikekit.StepForward(0.25))(signal > 3)
    assert booleans.dtype == torch.float32 and booleans[0].tolist() == [0, 0.25, 0.25, 0.25, 0.5]


@pytest.mark.parametrize("module", [spikekit.torch.Encoder, spikekit.torch.Reconstruction])
def test_modules_take_tensors_alone(module):
    for signal in (np.zeros((2, 5)), [0.0, 1.0], None):
        with pytest.raises(TypeError, match="^spikekit: the recording must be a tensor, got (ndarray|list|NoneType)$"):
            module("step-forward")(signal)
    with pytest.raises(TypeError, match="must hold real numbers"):
        module("step-forward")(torch.zeros(5) + 1j)
