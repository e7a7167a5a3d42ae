"""Ctrl-C ends long work soon, and leaves codecs as they were."""

import subprocess
import sys

import pytest

pytest.importorskip("scipy")

# Work that would take many seconds, and what may be used afterwards.
WORK = {
    "encode": "spikekit.BensSpiker(65536).encode(x)",
    "encode by threads": "spikekit.BensSpiker(65536).encode(numpy.stack([x, x]), threads=2)",
    "encode lanes": "[spikekit.StepForward(0.5).encode(numpy.zeros((16, 1_000_000), 'f')) for _ in range(1000)]",
    "decode": "spikekit.BensSpiker(65536).restore(numpy.ones(3_000_000, 'b'), ranges=(0, 1)).decode()",
    "observations": "spikekit.RateCode(1000).encode(numpy.ones(1_000_000), unit=None)",
    "fields": "spikekit.ReceptiveFields(100, steps=50).encode(numpy.ones(400_000))",
    "stream": "spikekit.BensSpiker(65536).stream(ranges=(-1, 1)).push(x)",
    "tune": "spikekit.tune('step-forward', x[:500], evaluations=10**7)",
    "tune two": "spikekit.tune('bsa', x[:500], evaluations=10**7)",
    "tune long": "spikekit.tune('bsa', x, evaluations=10**6)",
    "tune with an objective": "spikekit.tune('lif', x[:50], evaluations=10**7, objective=lambda *_: len(str(_)))",
    "compare": "spikekit.compare(x[:500], evaluations=10**7)",
    "compare long": "spikekit.compare(x, evaluations=10**5)",
}

CODE = """
import os, signal, sys, threading, time
import numpy, spikekit, scipy.optimize
# Also where the tests were started with the signal ignored, as in the background of a shell.
signal.signal(signal.SIGINT, signal.default_int_handler)
x = numpy.sin(numpy.linspace(0, 9000, 1_000_000)).astype("f")
spikekit.tune("bsa", x[:99], evaluations=20)
sent = []

def send():
    sent.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)

timer = threading.Timer(float(sys.argv[2]), send)
timer.daemon = True
timer.start()
try:
    result = eval(sys.argv[3])
except KeyboardInterrupt:
    print(time.monotonic() - sent[0])
    assert spikekit.StepForward(0.5).encode([0.0, 1.0]).spikes.tolist() == [0, 1]
else:
    print("finished", bool(sent))
os._exit(0)
"""


def delay(name, after):
    result = subprocess.run(
        [sys.executable, "-c", CODE, name, str(after), WORK[name]], capture_output=True, text=True, timeout=100)
    assert not result.stderr and result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.mark.parametrize("name", WORK)
def test_an_interrupt_ends_long_work(name):
    found = delay(name, 0.4)
    # About 0.1 s on an idle machine; the limit allows for busy ones, and is far below what the work takes.
    assert float(found) < 1.5, found
