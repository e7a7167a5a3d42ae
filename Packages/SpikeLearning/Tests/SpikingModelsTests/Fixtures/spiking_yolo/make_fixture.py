"""Makes silu.npy and spikes.npy: raw predictions of SpikingYOLO's structure, computed by PyTorch in double precision.

    python make_fixture.py          # needs numpy and torch

Weights and images are numbers that follow from a formula, which the test repeats in Swift, so that no weights are stored.
"""
import os

import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
CLASSES = 2


def spread(shape, low, high, salt):
    index = numpy.arange(int(numpy.prod(shape))) + 1 + 1000 * salt
    position = numpy.fmod(index * 0.6180339887498949, 1)
    return torch.tensor(low + position * (high - low)).reshape(shape)


class State:
    """Makes the tensors of a layer when they are first asked for, in the order of calls."""

    def __init__(self):
        self.salt = 0

    def __call__(self, shape, low, high):
        self.salt += 1
        return spread(shape, low, high, self.salt)

    def convolution(self, inputs, outputs, kernel):
        bound = 3 / (inputs * kernel * kernel) ** 0.5
        return self((outputs, inputs, kernel, kernel), -bound, bound)


def network(images, activation):
    state = State()

    def conv(x, outputs, kernel=1, stride=1):
        weight = state.convolution(x.shape[1], outputs, kernel)
        scale, shift = state((outputs,), 0.8, 1.6), state((outputs,), -0.2, 0.6)
        mean, variance = state((outputs,), -0.1, 0.1), state((outputs,), 0.5, 1.5)
        x = F.conv2d(x, weight, stride=stride, padding=(kernel - 1) // 2)
        return activation(F.batch_norm(x, mean, variance, scale, shift, False, 0, 1e-5))

    def c3(x, width, depth, shortcut):
        first, second = conv(x, width // 2), conv(x, width // 2)
        for _ in range(depth):
            inner = conv(conv(first, width // 2), width // 2, 3)
            first = first + inner if shortcut else inner
        return conv(torch.cat([first, second], 1), width)

    def up(x):
        return F.interpolate(x, scale_factor=2, mode="nearest")

    x = conv(images, 16, 6, 2)
    x = c3(conv(x, 32, 3, 2), 32, 1, True)
    eighth = c3(conv(x, 64, 3, 2), 64, 2, True)
    sixteenth = c3(conv(eighth, 128, 3, 2), 128, 3, True)
    x = c3(conv(sixteenth, 256, 3, 2), 256, 1, True)
    parts = [conv(x, 128)]
    for _ in range(3):
        parts.append(F.max_pool2d(parts[-1], 5, 1, 2))
    x = conv(torch.cat(parts, 1), 256)

    coarse = conv(x, 128)
    middle = conv(c3(torch.cat([up(coarse), sixteenth], 1), 128, 1, False), 64)
    eighth = c3(torch.cat([up(middle), eighth], 1), 64, 1, False)
    sixteenth = c3(torch.cat([conv(eighth, 64, 3, 2), middle], 1), 128, 1, False)
    thirty_second = c3(torch.cat([conv(sixteenth, 128, 3, 2), coarse], 1), 256, 1, False)

    steps = x.shape[0]
    outputs = []
    for maps in (eighth, sixteenth, thirty_second):
        weight, bias = state.convolution(maps.shape[1], 3 * (5 + CLASSES), 1), state((3 * (5 + CLASSES),), -1, 1)
        raw = F.conv2d(maps, weight, bias).mean(0)
        outputs.append(raw.reshape(3, 5 + CLASSES, -1).transpose(1, 2).reshape(-1, 5 + CLASSES))
    assert steps in (1, 4)
    return torch.cat(outputs)


def neurons(currents):
    """Leaky integrate-and-fire, decay 1/2, threshold 1, soft reset; the first dimension is time."""
    membrane, spikes = torch.zeros_like(currents[0]), []
    for current in currents:
        membrane = membrane / 2 + current
        spikes.append((membrane >= 1).to(currents.dtype))
        membrane = membrane - spikes[-1]
    return torch.stack(spikes)


folder = os.path.dirname(os.path.abspath(__file__))
images = spread((1, 3, 64, 96), 0, 1, 0)
numpy.save(os.path.join(folder, "silu.npy"), network(images, F.silu).numpy().astype("float32"))
rates = []


def counting(currents):
    spikes = neurons(currents)
    rates.append(spikes.mean().item())
    return spikes


numpy.save(
    os.path.join(folder, "spikes.npy"), network(images.repeat(4, 1, 1, 1), counting).numpy().astype("float32"))
print("firing rates", [round(rate, 3) for rate in rates])
