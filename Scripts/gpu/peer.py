#!/usr/bin/env python3
"""Images per second of QKFormer-3-256 on SpikingJelly: peer.py train|infer BATCH float32|bfloat16 SECONDS; a JSON line.

The same network, task and timing as `spike-learn speed`, with SpikingJelly's LIF neurons. SJ_LIF_CUDA_IMPLEMENTATION chooses
their implementation. Convolutions are tuned and AdamW is fused, as in SpikeKit.
"""

import json
import os
import statistics
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import torch
from spikingjelly.activation_based import functional, neuron, surrogate
from torch import nn
from torch.nn.functional import cross_entropy

HEADS = 8


def lif(threshold=1.0):
    return neuron.LIFNode(
        tau=2.0, v_threshold=threshold, detach_reset=True, step_mode="m", surrogate_function=surrogate.Sigmoid())


class SpikingConv(nn.Module):
    """Convolution, batch norm, an optional halving max pool, and LIF neurons, on [T, B, C, H, W]."""

    def __init__(self, inputs, outputs, kernel=1, stride=1, bias=False, pool=False):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=bias)
        self.norm = nn.BatchNorm2d(outputs)
        self.pool = nn.MaxPool2d(3, 2, 1) if pool else nn.Identity()
        self.spike = lif()

    def forward(self, x):
        return self.spike(self.pool(self.norm(self.conv(x.flatten(0, 1)))).unflatten(0, x.shape[:2]))


class Sum(nn.Module):
    def __init__(self, left, right):
        super().__init__()
        self.left, self.right = left, right

    def forward(self, x):
        return self.left(x) + self.right(x)


class TokenAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query, self.key = SpikingConv(width, width), SpikingConv(width, width)
        self.gate = lif(0.5)
        self.project = SpikingConv(width, width, bias=True)

    def forward(self, x):
        query, key = (layer(x).unflatten(2, (HEADS, -1)) for layer in (self.query, self.key))
        return self.project((self.gate(query.sum(3, keepdim=True)) * key).flatten(2, 3))


class SelfAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query, self.key, self.value = (SpikingConv(width, width) for _ in range(3))
        self.fire = lif(0.5)
        self.project = SpikingConv(width, width, bias=True)

    def forward(self, x):
        query, key, value = (
            layer(x).flatten(3).unflatten(2, (HEADS, -1)) for layer in (self.query, self.key, self.value))
        mixed = (value @ key.transpose(-1, -2)) @ query * 0.125
        return self.project(self.fire(mixed.flatten(2, 3).unflatten(3, x.shape[3:])))


def block(attention, width):
    mlp = nn.Sequential(SpikingConv(width, 4 * width, bias=True), SpikingConv(4 * width, width, bias=True))
    return nn.Sequential(Sum(nn.Identity(), attention), Sum(nn.Identity(), mlp))


def downsample(width):
    main = nn.Sequential(SpikingConv(width, 2 * width, 3), SpikingConv(2 * width, 2 * width, 3, pool=True))
    return Sum(main, SpikingConv(width, 2 * width, stride=2))


class QKFormer(nn.Module):
    def __init__(self, width=256, classes=10, steps=4):
        super().__init__()
        self.steps = steps
        narrow = width // 4
        self.features = nn.Sequential(
            SpikingConv(3, narrow // 2, 3),
            Sum(SpikingConv(narrow // 2, narrow, 3), SpikingConv(narrow // 2, narrow)),
            block(TokenAttention(narrow), narrow), downsample(narrow),
            block(TokenAttention(width // 2), width // 2), downsample(width // 2),
            block(SelfAttention(width), width))
        self.head = nn.Linear(width, classes)
        nn.init.trunc_normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, images):
        return self.head(self.features(images.expand(self.steps, *images.shape)).mean((0, 3, 4)))


def measure(call, seconds):
    """The median seconds a call, of rounds of several calls behind each of which the device is waited for."""

    def timed(calls):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        torch.cuda.synchronize()
        return (time.perf_counter() - start) / calls

    timed(3)
    calls = max(1, int(0.25 / timed(3)))
    times = []
    while len(times) < 3 or sum(times) * calls < seconds:
        times.append(timed(calls))
    return statistics.median(times), len(times) * calls


def main():
    task, batch, dtype, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    layout = torch.channels_last if "channels-last" in sys.argv[5:] else torch.contiguous_format
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(0)
    model = QKFormer().cuda().to(memory_format=layout)
    assert sum(parameter.numel() for parameter in model.parameters()) == 2_195_498
    images = torch.rand(batch, 3, 32, 32).cuda()
    labels = torch.arange(batch).cuda() % 10

    def logits():
        functional.reset_net(model)
        with torch.autocast("cuda", torch.bfloat16, enabled=dtype == "bfloat16"):
            return model(images).float()

    torch.cuda.reset_peak_memory_stats()
    if task == "train":
        optimizer = torch.optim.AdamW(model.parameters(), fused=True)

        def step():
            loss = cross_entropy(logits(), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss

        value = step().item()
        median, calls = measure(step, seconds)
    else:
        with torch.no_grad():
            for layer in model.modules():
                if isinstance(layer, nn.BatchNorm2d):
                    layer.momentum = 1.0
            logits()
            model.eval()
            value = logits().std().item()
            median, calls = measure(logits, seconds)
    print(json.dumps({
        "name": f"qkformer-3-256/{task}/batch={batch}/{dtype}", "library": "SpikingJelly",
        "neurons": os.environ.get("SJ_LIF_CUDA_IMPLEMENTATION", "auto"),
        "layout": "channels last" if layout == torch.channels_last else "contiguous", "batch": batch,
        "rate": batch / median, "seconds_median": median, "calls": calls,
        "peak_bytes": torch.cuda.max_memory_allocated(), "value": value}))


main()
