"""Runs a program with random command lines: fuzz-command-lines.py PROGRAM COUNT [SEED]

The commands and their options are what the program itself lists (`--experimental-dump-help`). Whatever the arguments, the
program must end by itself or on SIGTERM: with status 0, or with another and one line on standard error. It must not trap,
and must leave no temporary file. Prints the seed, and each command line that breaks a rule; `SEED` repeats a run.
"""

import collections
import json
import math
import os
import random
import shlex
import signal
import struct
import subprocess
import sys
import tempfile

SECONDS = 5
TEXTS = [
    "", "0", "1", "-1", "2", "3.5", "0.1", "-0.5", "1e-320", "1e39", "1e308", "nan", "-inf", "inf", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "18446744073709551616", "0x10", "010", "+3", "1e1", "1,2", "0.1,0.2",
    ",", "1,,2", "a", "é", "--", "-", "..", "%s", "$HOME", "a b", "'", "settings", "cpu", "mps", "cuda:99", "x" * 300,
]
FILES = [
    "recording.csv", "time.csv", "empty.csv", "header.csv", "nan.csv", "binary.csv", "array.npy", "cut.npy", "huge.npy",
    "sound.wav", "cut.wav", "spikes.h5", "spikes.csv", "spikes.npy", "cut.h5", "folder", "folder/", "missing.csv",
    "missing/x.npy", "read-only.csv", "link.csv", "/dev/null", "/dev/full", "settings.yaml", "broken.yaml",
]
OUTPUTS = ["out.h5", "out.npy", "out.csv", "out.wav", "out.svg", "out.html", "out.png", "out.txt", "out", "folder", "run"]


def write_files(folder, program):
    def put(name, content):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())

    samples = [math.sin(i / 9) + 0.3 * math.sin(i / 3) for i in range(300)]
    put("recording.csv", "a,b\n" + "".join(f"{x},{2 * x}\n" for x in samples))
    put("time.csv", "time,v\n" + "".join(f"{100 + i / 100},{x}\n" for i, x in enumerate(samples)))
    put("empty.csv", "")
    put("header.csv", "a,b\n")
    put("nan.csv", "a\n1\nnan\n1e39\n")
    put("binary.csv", bytes(range(256)) * 4)
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }"

    def npy(shape, data):
        text = (header % shape).ljust(117) + "\n"
        return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + data

    data = struct.pack("<300f", *samples)
    put("array.npy", npy("2, 150", data))
    put("cut.npy", npy("2, 150", data[:500]))
    put("huge.npy", npy("9223372036854775807, 2", data))
    pcm = struct.pack("<300h", *(int(20000 * x / 1.3) for x in samples))
    wav = b"RIFF" + struct.pack("<I", 36 + len(pcm)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    wav += b"data" + struct.pack("<I", len(pcm)) + pcm
    put("sound.wav", wav)
    put("cut.wav", wav[:200])
    put("read-only.csv", "a\n1\n2\n")
    os.chmod(os.path.join(folder, "read-only.csv"), 0o444)
    os.symlink("nowhere.csv", os.path.join(folder, "link.csv"))
    os.mkdir(os.path.join(folder, "folder"))
    put("settings.yaml", "epochs: 1\nbatch: 4\n")
    put("broken.yaml", "epochs: [1\nbatch: x: y\n")
    for name in ["spikes.h5", "spikes.csv", "spikes.npy"]:
        subprocess.run(
            [program, "encode", "time.csv", "--codec", "step-forward", "--threshold", "0.1", "--output", name],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if os.path.exists(os.path.join(folder, "spikes.h5")):
        with open(os.path.join(folder, "spikes.h5"), "rb") as file:
            put("cut.h5", file.read()[:3000])


def commands(tree, path=()):
    children = [child for child in tree.get("subcommands", []) if child["commandName"] != "help"]
    for child in children:
        yield from commands(child, (*path, child["commandName"]))
    if path:
        yield path, tree.get("arguments", [])


def command_line(chosen, rng):
    path, arguments = chosen
    words = list(path)
    for argument in arguments:
        positional = argument["kind"] == "positional"
        likely = positional or not argument["isOptional"]
        if rng.random() > (0.9 if likely else 0.25):
            continue
        choices = argument.get("valueName", "").split("|")
        likely_values = argument.get("allValues") or (choices if len(choices) > 1 else TEXTS[1:8])
        value = rng.choice(TEXTS) if rng.random() < 0.4 else rng.choice(likely_values)
        name = argument.get("valueName", "") + argument.get("abstract", "")
        if positional or any(hint in name for hint in ["ile", "older", ".csv", ".h5", ".html", "OUT", "utput"]):
            value = rng.choice(FILES + TEXTS[:2] if rng.random() < 0.6 else OUTPUTS)
        option = argument.get("preferredName", {})
        flag = ("--" if option.get("kind") == "long" else "-") + option.get("name", "")
        if positional:
            words.append(value)
        elif argument["kind"] == "flag":
            words.append(flag)
        elif rng.random() < 0.1:
            words.append(f"{flag}={value}")
        else:
            words += [flag, value]
    for _ in range(rng.choice([0, 0, 0, 0, 1, 2])):
        words.insert(rng.randint(0, len(words)), rng.choice(TEXTS + FILES))
    return words


def temporary_files(folder):
    return sorted(
        name for _, _, names in os.walk(folder) for name in names if name.startswith(".") and name.endswith(".tmp"))


def flaw(program, words, folder):
    process = subprocess.Popen(
        [program, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    is_ended = False
    try:
        _, errors = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        is_ended = True
        process.send_signal(signal.SIGTERM)
        try:
            _, errors = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return "does not end on SIGTERM"
    status = process.returncode
    left = temporary_files(folder)
    for name in left:
        os.unlink(os.path.join(folder, name))
    if left:
        return f"leaves {left}"
    if is_ended:
        return None if status in (0, -signal.SIGTERM, 128 + signal.SIGTERM) else f"ends with {status} on SIGTERM"
    lines = errors.decode(errors="replace").splitlines()
    if status < 0 or status >= 128:
        return f"ends with signal or status {status}: {lines[:3]}"
    problems = [line for line in lines if line.startswith("spike: ")]
    if status != 0 and len(problems) != 1:
        return f"fails with {len(problems)} lines that say why: {lines[:4]}"
    return None


def main():
    program, count = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    print(f"fuzz-command-lines: seed {seed}, {count} command lines", flush=True)
    rng = random.Random(seed)
    os.environ["SPIKEKIT_LEARN"] = "/nonexistent"
    # The environment keeps the program from downloading anything.
    os.environ["http_proxy"] = os.environ["https_proxy"] = "http://127.0.0.1:9"
    tree = json.loads(subprocess.run([program, "--experimental-dump-help"], stdout=subprocess.PIPE, check=True).stdout)
    choices = list(commands(tree["command"]))
    flaws, tally = 0, collections.Counter()
    with tempfile.TemporaryDirectory() as parent:
        for index in range(count):
            # Many command lines share a folder, so that a later one finds the files of an earlier one.
            if index % 50 == 0:
                folder = tempfile.mkdtemp(dir=parent)
                os.environ["HOME"] = folder
                write_files(folder, program)
            chosen = rng.choice(choices)
            words = command_line(chosen, rng)
            problem = flaw(program, words, folder)
            tally[" ".join(chosen[0])] += 1
            if problem:
                flaws += 1
                print(f"{shlex.join(words)}\n    {problem}", flush=True)
    print(f"{count - flaws} passed, {flaws} failed")
    sys.exit(1 if flaws else 0)


main()
