"""Spike codecs: signals and observations into spikes, and back.

    import numpy, spikekit

    encoded = spikekit.StepForward(threshold=0.1).encode(numpy.sin(numpy.linspace(0, 6, 100)))
    print(encoded.spikes)       # -1, 0 and 1, as int8
    print(encoded.decode())     # the signal again, within 0.1
"""

from typing import TYPE_CHECKING

from .codec import Codec
from .codecs import (
    BensSpiker,
    DeltaModulation,
    LeakyIntegrateAndFire,
    LevelCrossing,
    PulseWidthModulation,
    RateCode,
    RateStepForward,
    ReceptiveFields,
    StepForward,
)
from .encoded import Encoded, Events
from .errors import CodecError, FileFormatError
from .stream import SpikeStream

__version__ = "0.1.0"

__all__ = [
    "BensSpiker",
    "Codec",
    "CodecError",
    "DeltaModulation",
    "Encoded",
    "Events",
    "FileFormatError",
    "LeakyIntegrateAndFire",
    "LevelCrossing",
    "PulseWidthModulation",
    "RateCode",
    "RateStepForward",
    "ReceptiveFields",
    "SpikeStream",
    "StepForward",
    "codec",
]

# What is needed less often is imported when it is first used.
_LATER = {
    "tune": "tuning", "Tuning": "tuning", "Trial": "tuning", "compare": "comparison", "Comparison": "comparison",
    "low_pass_taps": "filters", "read": "files", "write": "files", "metrics": None, "torch": None,
}

if TYPE_CHECKING:
    # The same for type checkers.
    from . import metrics, torch
    from .comparison import Comparison, compare
    from .files import read, write
    from .filters import low_pass_taps
    from .tuning import Trial, Tuning, tune

    __all__ += [
        "Comparison", "Trial", "Tuning", "compare", "low_pass_taps", "metrics", "read", "torch", "tune", "write"]


def codec(name: str, **parameters) -> Codec:
    """A codec by its name in the program `spike`, such as "step-forward"."""
    return Codec.named(name)(**parameters)


if not TYPE_CHECKING:
    # Type checkers would take every name for one of the package.
    def __getattr__(name):
        if name not in _LATER:
            raise AttributeError(f"module 'spikekit' has no attribute {name!r}")
        from importlib import import_module

        module = import_module(f".{_LATER[name] or name}", __name__)
        return getattr(module, name) if _LATER[name] else module


def __dir__():
    return sorted({*globals(), *_LATER})
