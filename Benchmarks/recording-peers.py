#!/usr/bin/env python3
"""Times the reading of recordings beside the Python libraries of their formats, in one sitting.

usage: recording-peers.py PROGRAM [--quick]

PROGRAM is recording-benchmark, which `swift build --package-path Benchmarks -c release --product recording-benchmark`
builds. Needs `pip install wfdb pyedflib h5py`. Writes its files into a temporary folder: a WFDB record of each of two
formats and an EDF file of 8 channels, and 8,000 recordings of spikes in the layout of the Spiking Heidelberg Digits.
Close all other programs first, because they would slow the measurements.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np
import pyedflib
import wfdb

ROUNDS = 5


def best(function):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def write_wfdb(folder, name, form, samples):
    signal = np.cumsum(np.random.default_rng(1).integers(-3, 4, (samples, 2)), axis=0) % 400 - 200
    wfdb.wrsamp(name, fs=360, units=["mV", "mV"], sig_name=["a", "b"], d_signal=signal, fmt=[form, form],
                adc_gain=[200, 200], baseline=[0, 0], write_dir=folder)


def write_edf(path, seconds):
    values = np.cumsum(np.random.default_rng(2).integers(-3, 4, (8, 500 * seconds)), axis=1) % 2000 - 1000
    with pyedflib.EdfWriter(path, 8, file_type=pyedflib.FILETYPE_EDF) as writer:
        writer.setSignalHeaders([
            dict(label=f"c{channel}", dimension="uV", sample_frequency=500, physical_min=-3276.8, physical_max=3276.7,
                 digital_min=-32768, digital_max=32767, transducer="", prefilter="") for channel in range(8)])
        writer.writeSamples([row * 0.1 for row in values])


def write_spikes(path, recordings):
    random = np.random.default_rng(3)
    with h5py.File(path, "w") as file:
        times = file.create_dataset("spikes/times", (recordings,), h5py.vlen_dtype(np.float16))
        units = file.create_dataset("spikes/units", (recordings,), h5py.vlen_dtype(np.uint16))
        for recording in range(recordings):
            count = int(random.integers(4000, 12000))
            times[recording] = np.sort(random.random(count) * 1.3).astype(np.float16)
            units[recording] = random.integers(0, 700, count)
        file["labels"] = np.arange(recordings, dtype="u2") % 20


def read_edf(path):
    with pyedflib.EdfReader(path) as reader:
        return [reader.readSignal(channel) for channel in range(reader.signals_in_file)]


def count_spikes(path, recordings):
    """The loop of load_processed_shd: a step per spike."""
    with h5py.File(path) as file:
        times, units = file["spikes/times"], file["spikes/units"]
        for recording in range(recordings):
            counts = np.zeros((700, 100), np.float32)
            steps = np.clip(np.floor(times[recording] / (1.36914 / 100)), 0, 99).astype(int)
            for unit, step in zip(units[recording], steps):
                counts[unit, step] += 1


def main():
    program, quick = sys.argv[1], "--quick" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        samples, seconds, recordings = (36_000, 20, 100) if quick else (3_600_000, 2000, 8000)
        for form in ("212", "16"):
            write_wfdb(folder, f"w{form}", form, samples)
        write_edf(f"{folder}/a.edf", seconds)
        write_spikes(f"{folder}/a.h5", recordings)
        part = min(recordings, 200)
        peers = [
            ("WFDB, format 212", "wfdb", "w212.hea", lambda: wfdb.rdrecord(f"{folder}/w212")),
            ("WFDB, format 16", "wfdb", "w16.hea", lambda: wfdb.rdrecord(f"{folder}/w16")),
            ("EDF", "pyedflib", "a.edf", lambda: read_edf(f"{folder}/a.edf")),
        ]
        print("| file | values | SpikeKit | peer | ratio |\n|---|---:|---:|---:|---:|")
        for name, library, file, function in peers:
            own = measure(program, f"{folder}/{file}")
            other = best(function)
            print(f"| {name} | {own['count']} | {own['seconds'] * 1e3:.1f} ms | {library} {other * 1e3:.1f} ms "
                  f"| {other / own['seconds']:.1f} |", flush=True)
        own = measure(program, f"{folder}/a.h5")
        start = time.perf_counter()
        count_spikes(f"{folder}/a.h5", part)
        other = (time.perf_counter() - start) * recordings / part
        print(f"| {recordings} recordings of spikes, counted in steps | {own['count']} | {own['seconds']:.2f} s "
              f"| h5py and a loop {other:.0f} s (of {part}, scaled) | {other / own['seconds']:.0f} |")


def measure(program, path):
    output = subprocess.run([os.path.abspath(program), path], check=True, capture_output=True, text=True).stdout
    return json.loads(output)


main()
