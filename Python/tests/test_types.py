"""What a type checker finds in code that uses the package."""

import os
import pathlib
import re
import subprocess
import sys
from typing import Any, get_args

import pytest
import spikekit
from spikekit import _types

# Each line has the type that is revealed, or "error" for what must be refused.
LINES = {
    "codec = spikekit.StepForward(threshold=[0.1, 0.2], polarity='unipolar')": None,
    "spikekit.StepForward(numpy.ones(2)); spikekit.BensSpiker((3, 4)); spikekit.StepForward([numpy.float32(1)])": None,
    "encoded = codec.encode(numpy.zeros((2, 9)), sampling_rate=100, channel_names=['a', 'b'], axis=-1)": None,
    "reveal_type(encoded)": "Encoded[ndarray]",
    "reveal_type(encoded.spikes)": "ndarray",
    "reveal_type(encoded.decode())": "ndarray",
    "reveal_type(codec.decode(encoded))": "ndarray",
    "reveal_type(codec.encode([[0.0, 1.0], [1.0, 2.0]]).spikes)": "ndarray",
    "reveal_type(codec.encode(Tensor()).spikes)": "Tensor",
    "reveal_type(codec.encode(Tensor()).decode(initial_values=[0, 1]))": "Tensor",
    "reveal_type(codec.restore(numpy.zeros(3)).decode())": "ndarray",
    "reveal_type(spikekit.RateCode().encode(Tensor()).spikes)": "Tensor",
    "reveal_type(spikekit.RateCode().restore([0, 1]).spikes)": "ndarray",
    "reveal_type(codec.replace(threshold=0.3))": "StepForward",
    "reveal_type(codec.threshold)": "float | tuple[float, ...]",
    "reveal_type(codec.stream(2, offset=[1, 2]).push(numpy.zeros((2, 3))))": "ndarray",
    "reveal_type(codec.stream(2).push(Tensor()))": "Tensor",
    "reveal_type(codec.stream(2).finish())": "ndarray",
    "reveal_type(codec.stream(2).encoded([]).spikes)": "ndarray",
    "reveal_type(spikekit.tune(codec, numpy.zeros((2, 9))).codec)": "StepForward",
    "reveal_type(spikekit.tune('lif', numpy.zeros((2, 9))).codec)": "Codec",
    "reveal_type(codec.tune(numpy.zeros(9)).codec)": "StepForward",
    "reveal_type(spikekit.codec('lif').encode(numpy.zeros(9)).spike_count)": "int",
    "reveal_type(spikekit.compare(numpy.zeros((2, 9))))": "Comparison",
    "reveal_type(spikekit.read('a.h5').offsets)": "ndarray",
    "spikekit.write(encoded, pathlib.Path('a.h5')); encoded.save('a.h5', layout='frames')": None,
    "spikekit.StepForward(threshold='x')": "error",
    "spikekit.StepForward(threshold=['x'])": "error",
    "spikekit.StepForward(polarity='sideways')": "error",
    "spikekit.BensSpiker(order=None)": "error",
    "spikekit.StepForward(0.1, 'unipolar')": "error",
    "codec.encode(numpy.zeros(3), axes=0)": "error",
    "spikekit.RateCode().encode(numpy.zeros(3), ranges=(0, 1))": "error",
    "encoded.codec = codec": "error",
    "encoded.sonar": "error",
    "spikekit.tune(3, numpy.zeros(3))": "error",
    "spikekit.sonar": "error",
}


def test_arguments_per_channel_are_not_any():
    for kind in (_types.PerChannel, _types.PerChannelInt):
        assert Any not in get_args(kind) and str not in get_args(kind)


def test_names_that_are_imported_later_are_known_to_type_checkers():
    source = pathlib.Path(spikekit.__file__).read_text()
    names = re.search(r"__all__ \+= \[([^\]]*)\]", source)[1]
    assert sorted(re.findall(r'"(\w+)"', names)) == sorted(spikekit._LATER)


def test_a_type_checker(tmp_path):
    pytest.importorskip("mypy")
    head = ["import pathlib", "import numpy", "import spikekit", "class Tensor:", "    def detach(self): ..."]
    (tmp_path / "code.py").write_text("\n".join([*head, *LINES]) + "\n")
    # PyTorch takes a minute to check, and the stand-in above is enough.
    (tmp_path / "mypy.ini").write_text("[mypy]\n[mypy-torch.*]\nfollow_imports = skip\n")
    folder = pathlib.Path(spikekit.__file__).parents[1]
    environment = {**os.environ, "MYPYPATH": "" if folder.name == "site-packages" else str(folder)}
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "code.py"], cwd=tmp_path,
        env=environment, capture_output=True, text=True)
    found = {}
    for line in result.stdout.splitlines():
        place = re.match(r"code.py:(\d+): (error|note: Revealed type is \"(.*)\")", line)
        if place:
            kind = re.sub(r"ndarray\[.*?\]\]", "ndarray", place[3] or "error")
            found.setdefault(int(place[1]), re.sub(r"[\w.]+\.(?=\w)", "", kind).lower())
    expected = {
        number: kind.lower() for number, kind in enumerate(LINES.values(), len(head) + 1) if kind is not None}
    assert found == expected, result.stdout + result.stderr
