#!/usr/bin/env python3
"""Images per second of QKFormer-3-256 on SpikingJelly: peer.py train|infer BATCH float32|bfloat16 SECONDS [LAYOUT]

Prints a line of JSON. The parts are those of Sources/SpikingModels/QKFormer, with SpikingJelly's LIF neurons; task and timing
are those of `spike-learn speed`. LAYOUT is contiguous or channels-last. SJ_LIF_CUDA_IMPLEMENTATION chooses how SpikingJelly
computes its neurons. As for SpikeKit, cuDNN chooses the fastest convolutions, and AdamW is one fused operation.
"""

import json
import os
import statistics
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import torch
import torch.nn.functional as F
from spikingjelly.activation_based import functional, neuron, surrogate
from torch import nn

STEPS, WIDTH, CLASSES, HEADS, RATIO = 4, 256, 10, 8, 4


def neurons(threshold=1.0):
    return neuron.LIFNode(
        tau=2.0, decay_input=True, v_threshold=threshold, v_reset=0.0, surrogate_function=surrogate.Sigmoid(4.0),
        detach_reset=True, step_mode="m")


class SpikingConvolution(nn.Module):
    """[T, B, C, H, W] to spikes [T, B, C', H', W']."""

    def __init__(self, inputs, outputs, kernel, stride=1, pools=False, bias=False):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=bias)
        self.normalization = nn.BatchNorm2d(outputs)
        self.pools = pools
        self.neurons = neurons()

    def forward(self, x):
        steps, batch = x.shape[:2]
        currents = self.normalization(self.convolution(x.reshape(steps * batch, *x.shape[2:])))
        if self.pools:
            currents = F.max_pool2d(currents, 3, 2, 1)
        return self.neurons(currents.view(steps, batch, *currents.shape[1:]))


def pointwise(inputs, outputs, bias):
    return SpikingConvolution(inputs, outputs, 1, bias=bias)


class FirstPatchEmbedding(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.encoding = SpikingConvolution(channels, width // 2, 3)
        self.main = SpikingConvolution(width // 2, width, 3)
        self.shortcut = pointwise(width // 2, width, False)

    def forward(self, images):
        spikes = self.encoding(images.unsqueeze(0).expand(STEPS, -1, -1, -1, -1))
        return self.main(spikes) + self.shortcut(spikes)


class NextPatchEmbedding(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = SpikingConvolution(width // 2, width, 3)
        self.second = SpikingConvolution(width, width, 3, pools=True)
        self.shortcut = SpikingConvolution(width // 2, width, 1, stride=2)

    def forward(self, x):
        return self.second(self.first(x)) + self.shortcut(x)


class TokenAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query, self.key = pointwise(width, width, False), pointwise(width, width, False)
        self.gate = neurons(0.5)
        self.projection = pointwise(width, width, True)

    def forward(self, x):
        steps, batch, width, *size = x.shape
        heads = (steps, batch, HEADS, width // HEADS, *size)
        chosen = self.gate(self.query(x).view(heads).sum(3)).unsqueeze(3)
        return self.projection((self.key(x).view(heads) * chosen).reshape(x.shape))


class SelfAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query, self.key, self.value = (pointwise(width, width, False) for _ in "qkv")
        self.neurons = neurons(0.5)
        self.projection = pointwise(width, width, True)

    def forward(self, x):
        steps, batch, width, height, breadth = x.shape

        def tokens(layer):
            return layer(x).reshape(steps, batch, HEADS, width // HEADS, height * breadth)

        mixed = tokens(self.value) @ tokens(self.key).transpose(3, 4) @ tokens(self.query)
        return self.projection(self.neurons((mixed * 0.125).reshape(x.shape)))


class Block(nn.Module):
    def __init__(self, attention, width):
        super().__init__()
        self.attention = attention
        self.perceptron = nn.Sequential(pointwise(width, RATIO * width, True), pointwise(RATIO * width, width, True))

    def forward(self, x):
        x = x + self.attention(x)
        return x + self.perceptron(x)


class QKFormer(nn.Module):
    def __init__(self):
        super().__init__()
        quarter, half = WIDTH // 4, WIDTH // 2
        self.stages = nn.Sequential(
            FirstPatchEmbedding(3, quarter), Block(TokenAttention(quarter), quarter),
            NextPatchEmbedding(half), Block(TokenAttention(half), half),
            NextPatchEmbedding(WIDTH), Block(SelfAttention(WIDTH), WIDTH))
        self.head = nn.Linear(WIDTH, CLASSES)
        nn.init.trunc_normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, images):
        return self.head(self.stages(images).mean((0, 3, 4)))


def measured(call, seconds):
    """The median seconds a call, of rounds of several calls behind each of which the device is waited for; and how many."""

    def mean_time(calls):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(calls):
            call()
        torch.cuda.synchronize()
        return (time.perf_counter() - start) / calls

    mean_time(3)
    calls = max(1, int(0.25 / mean_time(3)))
    times = []
    while len(times) < 3 or sum(times) * calls < seconds:
        times.append(mean_time(calls))
    return statistics.median(times), calls * len(times)


def main():
    task, batch, dtype, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    layout = sys.argv[5] if len(sys.argv) > 5 else "contiguous"
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(0)
    model = QKFormer().cuda()
    assert sum(parameter.numel() for parameter in model.parameters()) == 2_195_498
    images = torch.rand(batch, 3, 32, 32, device="cuda")
    if layout == "channels-last":
        model = model.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)
    labels = torch.arange(batch, device="cuda") % CLASSES

    def logits():
        functional.reset_net(model)
        with torch.autocast("cuda", torch.bfloat16, enabled=dtype == "bfloat16"):
            return model(images).float()

    torch.cuda.reset_peak_memory_stats()
    if task == "train":
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)

        def step():
            loss = F.cross_entropy(logits(), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss.detach()

        value = step().item()
        median, calls = measured(step, seconds)
    else:
        with torch.no_grad():
            # Normalization uses the statistics of these images, so that neurons fire as in training.
            for layer in model.modules():
                if isinstance(layer, nn.BatchNorm2d):
                    layer.momentum = 1.0
            logits()
            model.eval()
            value = logits().std().item()
            median, calls = measured(logits, seconds)
    print(json.dumps({
        "name": f"qkformer-3-256/{task}/batch={batch}/{dtype}", "library": "SpikingJelly",
        "neurons": os.environ.get("SJ_LIF_CUDA_IMPLEMENTATION", "auto"), "layout": layout, "batch": batch,
        "rate": batch / median, "seconds_median": median, "calls": calls,
        "peak_bytes": torch.cuda.max_memory_allocated(), "value": value}))


main()
