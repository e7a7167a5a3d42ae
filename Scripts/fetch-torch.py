"""Fetches LibTorch: fetch-torch.py VERSION FOLDER [--with-python]

Downloads PyTorch's wheel by its name, from wherever pip is set up to look, and unpacks the libraries and headers of its
CPU part, which need no Python. With --with-python, what Python imports is unpacked too (80 MB), if the wheel is a build
for CPUs: other builds cannot be imported without all of CUDA's libraries. FOLDER appears whole or not at all. Several
may run at once, and one that was interrupted starts again with what it had downloaded.
"""

import fcntl
import glob
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib

# PyTorch's libraries for Python, CUDA and tests are not needed; for GPUs, programs use an existing torch folder.
UNNEEDED = re.compile(r"python|cuda|nvshmem|nvrtc|_test\.|shm|backend_with_compiler|aoti_custom_ops")

# What `import torch` reads, besides the libraries that are unpacked anyway.
OF_PYTHON = re.compile(
    r"torch/(?!lib/|include/|bin/|test/)|torchgen/|torch/lib/lib(torch_python|shm)\.|torch/bin/torch_shm_manager$")

# The exceptions that reading a damaged wheel raises.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError)


def say(text):
    print(f"spikekit: {text}", file=sys.stderr, flush=True)


def fail(text):
    say(text)
    sys.exit(1)


def is_needed(name):
    if name.startswith("torch/lib/"):
        return not UNNEEDED.search(name[len("torch/lib/"):])
    if name.startswith("nvidia/"):
        return "/lib/" in name
    return (
        name.startswith(("torch/include/", "torch.libs/")) or name == "torch/version.py"
        or re.match(r"[^/]*\.dist-info/(METADATA|.*(LICENSE|NOTICE))", name) is not None)


def unpack(wheel, folder, with_python=False):
    """Throws one of DAMAGED, also where a checksum is wrong."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        with_python = with_python and not any(name.startswith("torch/lib/libtorch_cuda") for name in names)
        archive.extractall(
            folder, [name for name in names if is_needed(name) or with_python and OF_PYTHON.match(name)])


def pip_download(requirement, folder, options):
    temporary = os.path.join(folder, "tmp")
    os.makedirs(temporary, exist_ok=True)
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--no-cache-dir",
             "--only-binary=:all:", "--dest", folder, *options, requirement],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": temporary})
        report_progress(process, folder)
        shutil.rmtree(temporary, ignore_errors=True)
        if process.returncode == 0:
            return None
        output.seek(0)
        return output.read()


def report_progress(process, folder):
    """Waits for the process; says how much is in the folder: in a terminal all the time, in a file now and then."""
    is_terminal = sys.stderr.isatty()
    while True:
        try:
            process.wait(timeout=0.5 if is_terminal else 10)
            break
        except subprocess.TimeoutExpired:
            text = f"spikekit: {size_of(folder) // 1_000_000} MB so far"
            print(f"\r\033[K{text}" if is_terminal else text, end="" if is_terminal else "\n", file=sys.stderr, flush=True)
    if is_terminal:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def size_of(folder):
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.path.getsize(os.path.join(parent, name))
            except OSError:
                pass  # Renamed or removed meanwhile.
    return size


def download(requirement, folder, options=()):
    output = pip_download(requirement, folder, options)
    if output is not None and "No matching distribution" in output:
        # Wheels for any Python version will do, because their Python parts are not used.
        other = ["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312", "--abi", "none"]
        if pip_download(requirement, folder, [*options, *other]) is None:
            return
    if output is None:
        return
    use_existing = "or set SPIKEKIT_TORCH to an existing torch folder"
    if "No module named pip" in output:
        fail(f"Python has no pip to fetch LibTorch: install it (python3-pip on Debian and Ubuntu), {use_existing}")
    if "No space left" in output:
        fail(f"no space left for LibTorch in {folder}: make some, {use_existing}")
    if re.search("Connection|Temporary failure|timed out|Timeout|unreachable|ProxyError|SSLError", output):
        fail(f"pip cannot reach its index for {requirement}: check the network and pip's settings, {use_existing}")
    if "No matching distribution" in output:
        system = f"{platform.system()} on {platform.machine()}"
        fail(f"pip finds no {requirement} for {system}: check pip's settings, {use_existing}")
    last = [line for line in output.splitlines() if line.strip()][-1:]
    fail(f"pip could not download {requirement}: {' '.join(last)}")


def wheels(folder, name):
    return glob.glob(os.path.join(glob.escape(folder), f"{name}-*.whl"))


def unpack_torch(version, downloads, folder, with_python):
    """From a wheel that is there already, if it is whole."""
    for wheel in wheels(downloads, "torch"):
        try:
            return unpack(wheel, folder, with_python)
        except DAMAGED:
            os.remove(wheel)
            shutil.rmtree(folder, ignore_errors=True)
    say(f"fetching LibTorch {version}: PyTorch's wheel, some hundred megabytes, once")
    download(f"torch=={version}", downloads, ["--no-deps"])
    for wheel in wheels(downloads, "torch"):
        say("unpacking LibTorch")
        try:
            return unpack(wheel, folder, with_python)
        except DAMAGED as error:
            os.remove(wheel)
            fail(f"the wheel that pip downloaded is damaged ({error}); run the command again")
    fail(f"pip downloaded no wheel of torch {version}; check pip's settings")


def unpack_cuda_runtime(downloads, folder):
    """The CPU part of a CUDA build is linked with two small libraries of CUDA's."""
    for metadata in glob.glob(os.path.join(glob.escape(folder), "torch-*.dist-info", "METADATA")):
        with open(metadata, encoding="utf-8") as file:
            toolkit = re.search(r"^Requires-Dist: cuda-toolkit\[.*\]==([0-9.]+)", file.read(), re.MULTILINE)
        if toolkit:
            download(f"cuda-toolkit[cudart,cupti]=={toolkit[1]}", downloads)
            for wheel in wheels(downloads, "nvidia_*"):
                unpack(wheel, folder)


def check(version, folder, downloads):
    path = os.path.join(folder, "torch", "version.py")
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(r"^__version__ = '([0-9.]+)", file.read(), re.MULTILINE)
    except FileNotFoundError:
        found = None
    if not found or found[1] != version:
        shutil.rmtree(downloads)
        fail(f"the wheel that pip downloaded is not torch {version}; check pip's settings")


def fetch(version, folder, with_python):
    parent = os.path.dirname(folder)
    os.makedirs(parent, exist_ok=True)
    # The system releases the lock when this process ends, however it ends.
    with open(folder + ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up of LibTorch")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.isdir(folder):
            return
        downloads, part = folder + ".download", folder + ".part"
        shutil.rmtree(part, ignore_errors=True)
        os.makedirs(downloads, exist_ok=True)
        unpack_torch(version, downloads, part, with_python)
        unpack_cuda_runtime(downloads, part)
        check(version, part, downloads)
        os.rename(part, folder)
        shutil.rmtree(downloads)


if __name__ == "__main__":
    try:
        fetch(sys.argv[1], sys.argv[2], sys.argv[3:] == ["--with-python"])
    except KeyboardInterrupt:
        fail("interrupted; the next run goes on with what is there")
    except OSError as error:
        fail(f"cannot set up LibTorch in {sys.argv[2]}: {error.strerror or error}; mend that, or set SPIKEKIT_TORCH")
