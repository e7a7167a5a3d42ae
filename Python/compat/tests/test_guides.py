"""The examples in the guides run."""

import pathlib
import re
import subprocess
import sys

import pytest

pytest.importorskip("h5py")
REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
EXAMPLES = [
    (page, index, code) for page in ("README.md", "Guides/Python.md", "Python/README.md")
    for index, code in enumerate(re.findall(r"```python\n(.*?)```", (REPOSITORY / page).read_text(), re.DOTALL))
]


def test_there_are_examples():
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("page, index, code", EXAMPLES, ids=lambda value: str(value) if len(str(value)) < 20 else "")
def test_example(page, index, code, tmp_path):
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
