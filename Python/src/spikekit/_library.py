"""The shared library: which one suits this processor, and its functions."""

import ctypes
import os

from ctypes import c_double, c_int32, c_ssize_t, c_uint64, c_void_p

# What each library needs of the processor, fastest first, as Linux names it in /proc/cpuinfo. The compiler may use
# any instruction of the processor that a library is named after.
_NEEDS = {
    "haswell": "avx2 bmi1 bmi2 fma f16c movbe abm pclmulqdq rdrand",
    "x86-64": "",
    "generic": "",
}


def processor_flags():
    """The flags of the first processor in /proc/cpuinfo; none if they cannot be read."""
    try:
        with open("/proc/cpuinfo", "rb") as file:
            lines = file.read(8192).split(b"\n")
    except OSError:
        return frozenset()
    flags = next((line for line in lines if line.startswith(b"flags")), b"")
    return frozenset(flags.decode("ascii", "replace").partition(":")[2].split())


def candidates(flags):
    """The names of the libraries that run on a processor with these flags, fastest first."""
    return [name for name, needs in _NEEDS.items() if flags.issuperset(needs.split())]


def _load():
    folder = os.path.dirname(os.path.abspath(__file__))
    wanted = os.environ.get("SPIKEKIT_PROCESSOR")
    names = [wanted] if wanted else candidates(processor_flags())
    for name in names:
        path = os.path.join(folder, f"spikekit.{name}.so")
        if os.path.exists(path):
            try:
                return name, ctypes.CDLL(path)
            except OSError as error:
                if wanted is None and name not in ("x86-64", "generic"):
                    continue
                raise ImportError(f"spikekit: {path} cannot be loaded: {error}") from None
    present = ", ".join(sorted(file for file in os.listdir(folder) if file.endswith(".so"))) or "none"
    raise ImportError(
        f"spikekit: there is no library for {' or '.join(names)} on {os.uname().machine} (present: {present}); "
        "install the wheel for this machine, or build with Swift: pip install ./Python")


processor, library = _load()


def function(name, result, *arguments):
    """A function of the library. Calls release the lock of the interpreter."""
    found = getattr(library, f"spikekit_{name}")
    found.restype, found.argtypes = result, arguments
    return found


def codec_functions(name):
    """The functions that encode and decode rows and make a stream for a codec of recordings."""
    symbol = name.replace("-", "_")
    return (
        function(f"{symbol}_encode", c_ssize_t, c_int32, c_void_p, c_void_p, c_ssize_t, c_ssize_t, c_ssize_t, c_void_p),
        function(f"{symbol}_decode", c_ssize_t, c_int32, c_void_p, c_void_p, c_ssize_t, c_ssize_t, c_void_p),
        function(f"{symbol}_stream", c_void_p, c_int32, c_void_p, c_ssize_t),
    )


stream_push = function("stream_push", None, c_void_p, c_void_p, c_ssize_t, c_ssize_t, c_void_p, c_void_p)
stream_lags = function("stream_lags", None, c_void_p, c_void_p)
stream_finish = function("stream_finish", None, c_void_p, c_void_p, c_ssize_t)
stream_free = function("stream_free", None, c_void_p)
rates_encode = function(
    "rates_encode", None, c_int32, c_uint64, c_void_p, c_ssize_t, c_ssize_t, c_ssize_t, c_ssize_t, c_ssize_t, c_void_p)
observations_encode = function(
    "observations_encode", c_ssize_t, c_int32, c_void_p, c_void_p, c_void_p, c_ssize_t, c_ssize_t, c_ssize_t, c_ssize_t,
    c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
observations_decode = function(
    "observations_decode", c_ssize_t, c_int32, c_void_p, c_void_p, c_void_p, c_ssize_t, c_ssize_t, c_ssize_t, c_void_p,
    c_void_p, c_void_p, c_void_p)

split = function("split", c_int32, c_void_p, c_ssize_t, c_ssize_t, c_void_p, c_void_p, c_void_p)
largest_steps = function("largest_steps", c_ssize_t, c_void_p, c_void_p, c_ssize_t, c_ssize_t, c_ssize_t)
gradient = function(
    "gradient", c_ssize_t, c_int32, c_int32, c_int32, c_double, c_int32, c_void_p, c_void_p, c_void_p, c_void_p,
    c_ssize_t, c_ssize_t, c_void_p, c_void_p)

low_pass_taps = function("low_pass_taps", None, c_ssize_t, c_double, c_void_p)
checksum = function("checksum", c_uint64, c_void_p, c_ssize_t)

UNIPOLAR, REFERENCE, FROM_ZERO, HAS_RANGES, POISSON = 1, 2, 4, 8, 16
