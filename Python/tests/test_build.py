"""The build backend."""

import importlib.util

import pytest

from conftest import REPOSITORY

FOLDER = REPOSITORY / "Python"


@pytest.fixture
def backend():
    specification = importlib.util.spec_from_file_location("build_backend", FOLDER / "build_backend.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_project_is_read_as_toml(backend):
    tomllib = pytest.importorskip("tomllib")
    assert backend.project() == tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]


def test_the_metadata_names_what_is_needed(backend):
    lines = backend.metadata().splitlines()
    for line in (
        "Name: spikekit", "Requires-Python: >=3.9", "License: MIT", "Requires-Dist: numpy>=1.22",
        "Classifier: Programming Language :: Python :: 3", "Provides-Extra: files",
        "Requires-Dist: h5py>=3; extra == 'files'",
    ):
        assert line in lines
