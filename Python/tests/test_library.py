"""Which library is loaded, and that it matches the sources."""

import os
import subprocess
import sys

import pytest
from conftest import REPOSITORY
from spikekit import _library

AVX2 = "avx2 bmi1 bmi2 fma f16c movbe abm pclmulqdq rdrand"


@pytest.mark.parametrize("flags, names", [
    ("sse sse2", ["x86-64", "generic"]),
    (AVX2, ["haswell", "x86-64", "generic"]),
    (AVX2.replace("fma", ""), ["x86-64", "generic"]),
    ("", ["x86-64", "generic"]),
])
def test_candidates(flags, names):
    assert _library.candidates(frozenset(flags.split())) == names


def test_a_missing_library_is_named():
    result = subprocess.run(
        [sys.executable, "-c", "import spikekit"], capture_output=True, text=True,
        env={**os.environ, "SPIKEKIT_PROCESSOR": "z80"})
    assert "spikekit: there is no library for z80" in result.stderr and "pip install ./Python" in result.stderr


def test_only_numpy_is_imported():
    code = "import sys, spikekit; print(*{'torch', 'scipy', 'h5py', 'json'} & {*sys.modules})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(result.stdout.split()) <= {"json"}


def test_classes_are_those_of_the_program(spike):
    descriptions = subprocess.run([spike, "codecs", "--json"], capture_output=True, text=True, check=True).stdout
    script = REPOSITORY / "Python" / "Scripts" / "generate.py"
    result = subprocess.run([sys.executable, script, "--check"], input=descriptions, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
