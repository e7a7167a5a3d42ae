#!/usr/bin/env python3
"""Measures the time from the arrival of a chunk of samples at `spike stream` to its events.

usage: stream-latency.py PROGRAM [SECONDS]

PROGRAM is the built `spike`. A chunk of 16 samples at 16 kHz is sent each millisecond through a pipe; each holds one
step of the signal, so that it has one event. Prints percentiles in microseconds, from the write of the chunk to the
arrival of its event.
"""

import os
import struct
import subprocess
import sys
import threading
import time

program = sys.argv[1]
count = int(1000 * float(sys.argv[2] if len(sys.argv) > 2 else 10))
process = subprocess.Popen(
    [program, "stream", "--input", "i16", "--sampling-rate", "16000", "--codec", "delta", "--threshold", "500",
     "--output-format", "binary"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
sent, arrived = [0.0] * count, []


def receive():
    output, rest = process.stdout.fileno(), b""
    header = None
    while True:
        part = os.read(output, 65536)
        now = time.perf_counter()
        if not part:
            return
        rest += part
        if header is None and len(rest) >= 12:
            header = 12 + struct.unpack("<I", rest[8:12])[0]
        if header and len(rest) >= header + 16:
            for start in range(header, len(rest) - 15, 16):
                if rest[start + 8:start + 12] != b"\xff\xff\xff\xff":
                    arrived.append(now)
            rest = rest[:header] + rest[header + (len(rest) - header) // 16 * 16:]


reader = threading.Thread(target=receive)
reader.start()
start = time.perf_counter() + 0.5
for chunk in range(count):
    due = start + chunk / 1000
    while time.perf_counter() < due:
        time.sleep(max(0, due - time.perf_counter() - 2e-4))
    level = 1000 * (chunk % 2)
    samples = struct.pack("<16h", *([level] * 8 + [1000 - level] * 8))
    sent[chunk] = time.perf_counter()
    os.write(process.stdin.fileno(), samples)
process.stdin.close()
reader.join()
assert len(arrived) >= count, f"{len(arrived)} events of {count} chunks"
delays = sorted((arrival - departure) * 1e6 for departure, arrival in zip(sent, arrived))
print(", ".join(f"p{share} {delays[min(count - 1, count * share // 100)]:.0f} µs" for share in (50, 90, 99))
      + f", largest {delays[-1]:.0f} µs, {count} chunks")
