"""The golden vectors."""

import json
import pathlib

FIXTURES = pathlib.Path(__file__).resolve().parents[3] / "Tests" / "SpikeEncodingTests" / "Fixtures"


def golden(codec):
    """The cases of a codec in the outputs of the package spike-encoding."""
    cases = json.loads((FIXTURES / "spike_encoding.json").read_text())
    return [case for case in cases if case["codec"] == codec]
