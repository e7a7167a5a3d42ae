"""Random calls: each gives a result or a Python exception, and never ends the process."""

import os
import threading

import numpy as np
import pytest
from spikekit import Codec, CodecError

ROUNDS = int(os.environ.get("SPIKEKIT_FUZZ", 400))


def random_array(random):
    kind = random.choice(["f2", "f4", "f8", ">f4", "i1", "u8", "?", "c8", "O", "S3", "M8[s]", "g"])
    shape = tuple(int(n) for n in random.integers(0, 40, random.integers(0, 5)))
    values = np.asarray(random.normal(size=shape) * 10.0 ** random.integers(-45, 40))
    if values.size and random.random() < 0.3:
        values.flat[random.integers(values.size)] = random.choice([np.nan, np.inf, -np.inf, 1e308, -0.0, 5e-324])
    with np.errstate(all="ignore"):
        if kind == "O":
            array = values.astype(object)
        elif kind in ("S3", "M8[s]"):
            array = np.zeros(shape, kind)
        else:
            values = np.nan_to_num(values, nan=0, posinf=1, neginf=0) if kind in ("i1", "u8", "?") else values
            array = np.asarray(values).astype(kind)
    if array.ndim and random.random() < 0.5:
        steps = tuple(slice(None, None, int(random.choice([-3, -1, 1, 2]))) for _ in range(array.ndim))
        array = array[steps].transpose(random.permutation(array.ndim))
    if random.random() < 0.2:
        array = array.copy()
        array.flags.writeable = False
    return array


NUMBERS = [
    0, 1, -1, 0.5, 0.1, 2.5, 999, 1e-30, 1e30, 1e300, np.nan, np.inf, 65536, 65537, 10**20, True, None, "1", [], [1, 2],
    np.array([0.1, 0.2, 0.3]), object(), 1j,
]
RANGES = [None, (0, 1), (1, 0), [(0, 1)] * 3, "ab", np.nan, [], [[[]]], object()]


def one_of(random, values):
    return values[random.integers(len(values))]


def random_number(random):
    return one_of(random, NUMBERS) if random.random() < 0.5 else float(random.random())


def call(random):
    kind = one_of(random, list(Codec.all.values()))
    values = {p.name: random_number(random) for p in kind.parameters if random.random() < 0.3}
    for name in {"steps", "bins"} & {*values}:
        values[name] = 3 if isinstance(values[name], int) and values[name] > 500 else values[name]
    codec = kind(**values)
    array = random_array(random)
    axis = int(random.integers(-3, 3))
    options = {"ranges": one_of(random, RANGES)} if random.random() < 0.2 and kind.noun == "channel" else {}
    before = array.copy()
    encoded = codec.encode(array, axis=axis, **options)
    assert encoded.spikes.dtype in (np.int8, np.float32)
    decoded = encoded.decode(initial_values=random_number(random) if random.random() < 0.2 else None)
    assert decoded.shape == array.shape
    np.testing.assert_array_equal(before, array)
    rows = np.atleast_2d(array)
    if rows.ndim == 2:
        stream = codec.stream(len(rows), **options)
        part = int(random.integers(0, rows.shape[1] + 1))
        stream.push(rows[:, :part])
        stream.push(rows[:, part:])
        stream.finish()


ALLOWED = (CodecError, TypeError, OverflowError)


@pytest.mark.filterwarnings("ignore")
def test_random_calls(random):
    outcomes = {"result": 0}
    for _ in range(ROUNDS):
        try:
            call(random)
            outcomes["result"] += 1
        except ALLOWED as error:
            outcomes[type(error).__name__] = outcomes.get(type(error).__name__, 0) + 1
    assert outcomes["result"] >= ROUNDS // 20 and outcomes.get("CodecError", 0) >= ROUNDS // 20, outcomes


@pytest.mark.filterwarnings("ignore")
def test_random_calls_from_threads():
    flaws = []

    def work(seed):
        random = np.random.default_rng(seed)
        for _ in range(60):
            try:
                call(random)
            except ALLOWED:
                pass
            except BaseException as error:
                flaws.append((seed, error))
                return

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not flaws, flaws
