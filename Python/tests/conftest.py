"""What the tests share: the golden vectors, and signals."""

import json
import os
import pathlib

import numpy as np
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = REPOSITORY / "Tests" / "SpikeEncodingTests" / "Fixtures" / "spike_encoding.json"
# The seed of all random tests; set it to repeat a run.
SEED = int(os.environ.get("SPIKEKIT_SEED", np.random.SeedSequence().entropy % 2**32))


def pytest_report_header():
    return f"random tests: SPIKEKIT_SEED={SEED}"


def golden(codec):
    """The cases of a codec in the outputs of the package spike-encoding."""
    return [case for case in json.loads(GOLDEN.read_text()) if case["codec"] == codec]


@pytest.fixture
def random():
    return np.random.default_rng(SEED)


def program():
    """The path of the program `spike`, or None: SPIKEKIT_PROGRAM, or what the tests of Swift have built."""
    named = os.environ.get("SPIKEKIT_PROGRAM")
    paths = [named] if named else sorted(REPOSITORY.glob(".build-tests/*/release/spike"))
    return str(paths[0]) if paths else None


@pytest.fixture
def spike():
    path = program()
    if path is None:
        pytest.skip("the program `spike` is not built; name it in SPIKEKIT_PROGRAM")
    return path
