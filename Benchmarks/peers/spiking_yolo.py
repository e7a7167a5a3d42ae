#!/usr/bin/env python3
"""Measures spiking YOLOv5n in SpikingJelly, and its conventional twin in PyTorch; prints one JSON line each.

Our own code for this benchmark, from a description of the network. Tensors are [T, B, C, H, W]; the conventional twin
has T = 1. The harness is that of the folder that `Benchmarks/run.sh --peers` names, on PYTHONPATH.
"""

import argparse
import logging
import warnings
from itertools import product

import torch
from peerbench.harness import (
    Bench,
    Budget,
    Work,
    apply_common_options,
    common_options,
    dtype_name,
    isolated,
)
from spikingjelly.activation_based import functional, layer, neuron, surrogate
from torch import Tensor, nn

CLASSES, STEPS, SIDE = 20, 4, 320
PARAMETERS = 1_790_977
BUDGET = Budget(calls=3, seconds=5.0)


def lif() -> nn.Module:
    """LIF neurons: tau = 2, hard reset to 0, sigmoid surrogate, no gradient through the reset."""
    return neuron.LIFNode(
        tau=2.0, detach_reset=True, step_mode="m", surrogate_function=surrogate.Sigmoid()
    )


class Unit(nn.Module):
    """Convolution, batch norm and an activation, over [T, B, C, H, W]."""

    def __init__(self, activation, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        padding = (kernel - 1) // 2
        self.conv = layer.Conv2d(inputs, outputs, kernel, stride, padding, bias=False, step_mode="m")
        self.norm = layer.BatchNorm2d(outputs, step_mode="m")
        self.activation = activation()

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(self.norm(self.conv(x)))


class Bottleneck(nn.Module):
    def __init__(self, activation, width: int, shortcut: bool) -> None:
        super().__init__()
        self.first = Unit(activation, width, width, 1)
        self.second = Unit(activation, width, width, 3)
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(self.first(x))
        return x + y if self.shortcut else y


class Stage(nn.Module):
    """Two branches of half the width, one through bottlenecks."""

    def __init__(self, activation, inputs: int, width: int, depth: int, shortcut: bool) -> None:
        super().__init__()
        half = width // 2
        self.first = Unit(activation, inputs, half, 1)
        self.second = Unit(activation, inputs, half, 1)
        self.bottlenecks = nn.Sequential(*(Bottleneck(activation, half, shortcut) for _ in range(depth)))
        self.last = Unit(activation, width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(torch.cat((self.bottlenecks(self.first(x)), self.second(x)), 2))


class Pooling(nn.Module):
    """Three pools of 5 x 5 in a row, joined."""

    def __init__(self, activation, width: int) -> None:
        super().__init__()
        self.first = Unit(activation, width, width // 2, 1)
        self.pool = layer.MaxPool2d(5, 1, 2, step_mode="m")
        self.last = Unit(activation, 2 * width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        parts = [self.first(x)]
        for _ in range(3):
            parts.append(self.pool(parts[-1]))
        return self.last(torch.cat(parts, 2))


def doubled(x: Tensor) -> Tensor:
    return functional.seq_to_ann_forward(x, nn.Upsample(scale_factor=2))


class YOLO(nn.Module):
    def __init__(self, activation, steps: int) -> None:
        super().__init__()
        self.steps = steps
        unit, stage = (lambda *a: Unit(activation, *a)), (lambda *a: Stage(activation, *a))
        # The first convolution sees each image once; its neurons receive the same currents at every step.
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 6, 2, 2, bias=False), nn.BatchNorm2d(16))
        self.first = activation()
        self.fine = nn.Sequential(
            unit(16, 32, 3, 2), stage(32, 32, 1, True), unit(32, 64, 3, 2), stage(64, 64, 2, True)
        )
        self.middle = nn.Sequential(unit(64, 128, 3, 2), stage(128, 128, 3, True))
        self.coarse = nn.Sequential(
            unit(128, 256, 3, 2), stage(256, 256, 1, True), Pooling(activation, 256)
        )
        self.lateral16, self.up16 = unit(256, 128, 1), stage(256, 128, 1, False)
        self.lateral8, self.up8 = unit(128, 64, 1), stage(128, 64, 1, False)
        self.down16, self.mixed16 = unit(64, 64, 3, 2), stage(128, 128, 1, False)
        self.down32, self.mixed32 = unit(128, 128, 3, 2), stage(256, 256, 1, False)
        self.heads = nn.ModuleList(nn.Conv2d(width, 3 * (5 + CLASSES), 1) for width in (64, 128, 256))

    def forward(self, images: Tensor) -> Tensor:
        """Raw predictions [B, N, 5 + classes] for images [B, 3, H, W]."""
        currents = self.stem(images)
        fine = self.fine(self.first(currents.expand(self.steps, *currents.shape)))
        middle = self.middle(fine)
        coarse = self.lateral16(self.coarse(middle))
        middle = self.lateral8(self.up16(torch.cat((doubled(coarse), middle), 2)))
        small = self.up8(torch.cat((doubled(middle), fine), 2))
        medium = self.mixed16(torch.cat((self.down16(small), middle), 2))
        large = self.mixed32(torch.cat((self.down32(medium), coarse), 2))
        rows = (
            head(spikes.mean(0)).unflatten(1, (3, -1)).flatten(3).transpose(2, 3).flatten(1, 2)
            for head, spikes in zip(self.heads, (small, medium, large))
        )
        return torch.cat(tuple(rows), 1)


class Case:
    """A network with images; the memory layout is the one that this network is faster with."""

    def __init__(self, spiking: bool, threads: int, batch: int, dtype: torch.dtype, channels_last: bool) -> None:
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.model = YOLO(lif, STEPS) if spiking else YOLO(nn.SiLU, 1)
        assert sum(parameter.numel() for parameter in self.model.parameters()) == PARAMETERS
        self.images, self.dtype = torch.rand(batch, 3, SIDE, SIDE), dtype
        if channels_last:
            self.model.to(memory_format=torch.channels_last)
            self.images = self.images.to(memory_format=torch.channels_last)

    def predictions(self) -> Tensor:
        functional.reset_net(self.model)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.dtype == torch.bfloat16):
            return self.model(self.images)


def measure_training(bench: Bench, name: str, work: Work, *case: object) -> None:
    """Times forward, backward from the mean square, and an update by SGD."""
    case = Case(*case)
    optimizer = torch.optim.SGD(
        case.model.parameters(), lr=0.01, momentum=0.937, nesterov=True, weight_decay=5e-4
    )

    def step() -> Tensor:
        loss = case.predictions().float().square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    bench.run(name, work, step, BUDGET, first_loss=step().item())


@torch.no_grad()
def measure_inference(bench: Bench, name: str, work: Work, *case: object) -> None:
    """Times evaluation with batch-norm statistics of the same images, so that neurons fire as in training."""
    case = Case(*case)
    for module in case.model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
    case.predictions()
    case.model.eval()
    spread = case.predictions().float().std().item()
    bench.run(name, work, case.predictions, BUDGET, logit_std=spread)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, parents=[common_options()])
    parser.add_argument("--only", nargs="*", default=[], help="measure the names that contain each of these")
    parser.add_argument("--threads", type=int, nargs="+", default=[2, 1])
    parser.add_argument(
        "--contiguous", action="store_true", help="leave channels outermost in memory, as by default in PyTorch"
    )
    arguments = parser.parse_args()
    apply_common_options(arguments)
    logging.disable(logging.WARNING)
    warnings.filterwarnings("ignore")
    tasks = [("train", 8), ("infer", 8), ("infer", 1)]
    for threads, spiking, (task, batch), dtype in product(
        arguments.threads, (True, False), tasks, (torch.float32, torch.bfloat16)
    ):
        network = "spiking-yolov5n" if spiking else "yolov5n"
        name = f"{network}/{task}/batch={batch}/{dtype_name(dtype)}"
        if not all(part in name + "/" for part in arguments.only):
            continue
        measure = measure_training if task == "train" else measure_inference
        bench = Bench("spikingjelly" if spiking else "torch", threads=threads)
        isolated(
            measure, bench, name, Work(batch, "images"), spiking, threads, batch, dtype, not arguments.contiguous
        )


if __name__ == "__main__":
    main()
