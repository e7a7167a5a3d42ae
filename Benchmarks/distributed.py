#!/usr/bin/env python3
"""How fast several workers train on this machine, and what more of them could reach.

usage: distributed.py PROGRAM [--model NAME] [--side N] [--images N] [--batch N] [--epochs N] [--sums N]

PROGRAM is the built spike-learn. The same training is timed with 1 worker of 2 threads and with 2 workers of 1 thread.
If this Python has torch, its Gloo, the same as PROGRAM's, measures how long messages between two processes take, and a
projection to 8 and 64 workers follows from that. The projection is arithmetic, not a measurement.
"""

import argparse
import importlib.util
import json
import os
import random
import re
import subprocess
import sys
import tempfile

MESSAGES = """
import os, time, torch, torch.distributed as dist
dist.init_process_group("gloo")
def seconds(count, repeats):
    x = torch.zeros(count)
    dist.all_reduce(x)
    begin = time.perf_counter()
    for _ in range(repeats):
        dist.all_reduce(x)
    return (time.perf_counter() - begin) / repeats
small, large = seconds(128, 500), seconds(25 * 2**18, 10)
if dist.get_rank() == 0:
    print(small, large)
dist.destroy_process_group()
"""


def make_images(folder: str, side: int, count: int) -> None:
    generator = random.Random(1)
    for part, number in (("train", count), ("test", 20)):
        for label in range(10):
            os.makedirs(f"{folder}/{part}/{label}")
            for index in range(number // 10):
                pixels = bytes(generator.randrange(256) for _ in range(side * side))
                with open(f"{folder}/{part}/{label}/{index}.pgm", "wb") as file:
                    file.write(f"P5 {side} {side} 255\n".encode() + pixels)


def train(options: argparse.Namespace, work: str, name: str, batch: int, *others: str) -> tuple[float, str]:
    """Returns the seconds per batch, without the first epoch, and what the program said."""
    command = [
        options.program, "train", "--dataset", "folder", "--data", f"{work}/data", "--side", str(options.side), "--model",
        options.model, "--epochs", str(options.epochs), "--batch", str(batch), "--drop-last", "--output",
        f"{work}/{name}", *others,
    ]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{result.stderr}")
    with open(f"{work}/{name}/metrics.jsonl") as file:
        seconds = [json.loads(line)["seconds"] for line in file]
    batches = (options.images // batch) * (len(seconds) - 1)
    return (seconds[-1] - seconds[0]) / batches, result.stderr


def messages() -> tuple[float, float] | None:
    """Returns the seconds that Gloo takes to add up 512 bytes and 25 MiB over two processes of this machine."""
    if importlib.util.find_spec("torch") is None:
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(MESSAGES)
        file.flush()
        result = subprocess.run(
            [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", file.name],
            capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"})
    if result.returncode != 0:
        sys.exit(result.stderr)
    small, large = map(float, result.stdout.split()[-2:])
    return small, large


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--model", default="small")
    parser.add_argument("--side", type=int, default=28)
    parser.add_argument("--images", type=int, default=640)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--sums", type=int, help="sums that each batch waits for, apart from gradients, for the projection: "
                        "two for each batch normalisation, one for each convolution of spikes with suitable channels, and "
                        "one for the request to stop; 9 for the model small")
    options = parser.parse_args()
    if options.epochs < 2:
        parser.error("--epochs must be at least 2, as the first one is not counted")
    sums = options.sums or (9 if options.model == "small" else None)
    with tempfile.TemporaryDirectory() as work:
        make_images(f"{work}/data", options.side, options.images)
        alone, _ = train(options, work, "alone", options.batch, "--threads", "2")
        both, text = train(options, work, "both", options.batch, "--workers", "2", "--threads", "1")
        single, _ = train(options, work, "single", options.batch // 2, "--threads", "1")
    found = re.search(r"([0-9.]+) MB of gradients per update, on the way for ([0-9.]+) ms, of which ([0-9.]+) ms", text)
    if not found:
        sys.exit(f"the program does not say what its messages cost:\n{text}")
    megabytes, sending, waiting = map(float, found.groups())
    print(f"{options.model}, {options.side} × {options.side} pixels, batch {options.batch}")
    print(f"1 worker × 2 threads: {alone * 1000:.1f} ms per batch, {options.batch / alone:.0f} images/s")
    print(f"2 workers × 1 thread: {both * 1000:.1f} ms per batch, {options.batch / both:.0f} images/s, "
          f"{alone / both:.2f} times as fast")
    hidden = 1 - waiting / sending if sending > 0 else 0
    print(f"gradients: {megabytes:.2f} MB per update, on the way for {sending:.1f} ms, "
          f"{100 * hidden:.0f} % of it behind the backward pass")
    if sums is None:
        print("no projection: state --sums for this model")
        return
    measured = messages()
    if measured is None:
        print("no projection: this Python has no torch to measure messages with")
        return
    small, large = measured
    print(f"messages between two processes by Gloo: {small * 1e6:.0f} µs for 512 bytes, "
          f"{25 * 2**20 / large / 1e6:.0f} MB/s for 25 MiB")
    print(f"\nProjection, not measured: {options.batch // 2} images per worker and update, "
          f"{single * 1000:.1f} ms of computation each")
    print("| workers | link | ms per update | efficiency |")
    print("| ---: | --- | ---: | ---: |")
    for workers in (8, 64):
        for name, latency, bandwidth in (
            ("as between two processes here", small / 2, 25 * 2**20 / large),
            ("10 Gbit/s, 50 µs", 50e-6, 1.25e9 / 2),
        ):
            # A ring passes 2 (n − 1) / n of the bytes, in 2 (n − 1) steps; two thirds of the computation can hide it.
            steps = 2 * (workers - 1)
            gradients = steps / workers * megabytes * 1e6 / bandwidth + steps * latency
            waits = sums * steps * latency
            time = single + waits + max(0, gradients - single * 2 / 3)
            print(f"| {workers} | {name} | {time * 1000:.1f} | {100 * single / time:.0f} % |")


if __name__ == "__main__":
    main()
