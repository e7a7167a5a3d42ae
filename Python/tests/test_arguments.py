"""Wrong and unusual arguments: one clear error each, which says what was given, where, and what to do."""

import numpy as np
import pytest
import spikekit
from spikekit import CodecError, metrics


def recordings(value):
    """Every call that takes a recording or a part of one, with what the message calls it."""
    stream = spikekit.StepForward(0.5).stream(2)
    encoded = spikekit.StepForward(0.5).encode(np.zeros((2, 4)))
    lif = spikekit.LeakyIntegrateAndFire()
    yield "the recording", lambda: spikekit.StepForward(0.5).encode(value)
    yield "the observations", lambda: spikekit.RateCode().encode(value)
    yield "the chunk", lambda: stream.push(value)
    yield "the chunk", lambda: spikekit.RateCode().stream(2).push(value)
    yield "the spikes", lambda: spikekit.StepForward(0.5).restore(value)
    yield "the spikes", lambda: spikekit.RateCode().restore(value)
    yield "the parts", lambda: stream.encoded([value])
    yield "ranges", lambda: lif.encode(np.zeros((2, 4)), ranges=value)
    yield "initial values", lambda: encoded.decode(initial_values=value)
    yield "the recording", lambda: metrics.mean_squared_error(value, np.zeros((2, 2)))
    yield "the recording", lambda: metrics.signal_to_noise(np.zeros((2, 2)), value)
    yield "the recording", lambda: spikekit.tune("lif", value)
    yield "the recording", lambda: spikekit.compare(value)


def masked():
    return np.ma.masked_array([[0.0, 1.0], [1.0, 0.0]], [[False, False], [True, False]])


def test_masked_values_are_refused():
    for what, call in recordings(masked()):
        with pytest.raises(CodecError, match=rf"^{what} has masked values, the first at \[1, 0\]; fill them in with"):
            call()


def test_masks_without_masked_values_are_arrays():
    values = np.array([[0.0, 1.0], [1.0, 0.0]])
    for mask in (False, np.zeros((2, 2), bool), np.ma.nomask):
        array = np.ma.masked_array(values, mask)
        for codec in (spikekit.StepForward(0.5), spikekit.RateCode()):
            found = codec.encode(array).spikes
            assert type(found) is np.ndarray
            np.testing.assert_array_equal(found, codec.encode(values).spikes)


class Sparse:
    """What a sparse matrix of SciPy shows."""

    def toarray(self):
        return np.zeros((2, 2))


class Broken:
    def __array__(self, *arguments, **options):
        raise RuntimeError("no array\nmore lines")


WRONG = [
    (None, "must hold real numbers, got NoneType; give an array, a list of numbers or a tensor"),
    ("text", r"must hold real numbers, got an array of <U4; convert the texts with astype\(float\)"),
    ({"a": 1}, "must hold real numbers, got dict; give an array, a list of numbers or a tensor"),
    (object(), "must hold real numbers, got object; give an array"),
    ([[1, 2], [3]], "rows (that )?differ in length; give rows of one length"),
    ([[1, None], [2, 3]], r"must hold real numbers, got an array of objects, such as NoneType; convert it with"),
    (np.array([[1, 2], [3, 4]], object), r"must hold real numbers, got an array of objects; convert it with astype"),
    (np.array([[1j, 2]]), "got an array of complex128; give their real part, imaginary part or magnitude"),
    (np.array(["2020-01-01"], "M8[s]"), r"got an array of datetime64\[s\]; give seconds as numbers"),
    (np.array([5], "m8[ms]"), r"got an array of timedelta64\[ms\]; give seconds as numbers"),
    (np.zeros(3, [("a", "f4")]), r"got an array of \[\('a', '<f4'\)\]; give one field, such as array\['name'\]"),
    (Sparse(), r"must hold real numbers, got [\w.]+Sparse; give its method toarray\(\)"),
    (Broken(), "got [\\w.]+Broken, which cannot be read as one: no array$"),
    ({1, 2}, "must hold real numbers, got set; give an array"),
    (iter([1, 2]), "must hold real numbers, got list_iterator; give an array"),
]


@pytest.mark.filterwarnings("ignore:Creating an ndarray from ragged")
@pytest.mark.parametrize("value, message", WRONG, ids=lambda value: type(value).__name__)
def test_other_things_than_numbers(value, message):
    for what, call in recordings(value):
        if value is None and what in ("ranges", "initial values"):
            continue
        with pytest.raises(TypeError, match=f"^spikekit: {what} .*{message}"):
            call()


def test_arrays_of_other_packages():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [0.0, 1.0, 0.2], "b": [1.0, 0.0, 0.4]})
    codec = spikekit.StepForward(0.5)
    np.testing.assert_array_equal(codec.encode(frame, axis=0).spikes, codec.encode(frame.to_numpy(), axis=0).spikes)
    np.testing.assert_array_equal(codec.encode(frame["a"]).spikes, [0, 1, 0])
    with pytest.raises(TypeError, match="the recording must hold real numbers, got an array of objects, such as"):
        codec.encode(pandas.Series([1.0, "x"]))
    with pytest.raises(CodecError, match="channel 0, sample 1 is nan"):
        codec.encode(pandas.Series([1.0, None]))
    with pytest.raises(TypeError, match="give seconds as numbers"):
        codec.encode(pandas.Series(pandas.to_datetime(["2020-01-01"])))
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(TypeError, match=r"got scipy.csr_matrix; give its method toarray\(\)"):
        codec.encode(sparse.csr_matrix(np.eye(3)))


def test_tensors_that_hold_no_numbers():
    torch = pytest.importorskip("torch")
    codec = spikekit.StepForward(0.5)
    with pytest.raises(TypeError, match="the recording must be an array of numbers, got torch.Tensor, which cannot"):
        codec.encode(torch.zeros(3, device="meta"))
    with pytest.raises(TypeError, match="must hold real numbers, got an array of complex64"):
        codec.encode(torch.zeros(3) + 1j)
    for kind in (torch.float8_e5m2, torch.bfloat16, torch.float16, torch.int8, torch.bool):
        assert codec.encode(torch.tensor([0.0, 1.0, 1.0]).to(kind)).spikes.tolist() == [0, 1, 0]


@pytest.mark.parametrize("make, message", [
    (lambda: spikekit.codec(3), "the name of a codec must be a text, got 3"),
    (lambda: spikekit.codec(["lif"]), "the name of a codec must be a text"),
    (lambda: spikekit.tune(3, [0.0, 1.0]), "codec must be a codec or its name, got int"),
    (lambda: spikekit.tune(spikekit.StepForward, [0.0, 1.0]), r"codec must be a codec or its name, got type"),
    (lambda: spikekit.tune("lif", [0.0, 1.0], objective=3), "objective must be a function, got 3"),
    (lambda: spikekit.tune("lif", [0.0, 1.0], objective=lambda *_: "a"), "what the objective returns must be a number, got 'a'"),
    (lambda: spikekit.tune("lif", [0.0, 1.0], objective=lambda *_: None), "what the objective returns must be a number, got None"),
    (lambda: spikekit.tune("lif", [0.0, 1.0], time_limit="1"), "time_limit must be a number, got '1'"),
    (lambda: spikekit.compare([0.0, 1.0], codecs="lif"), "codecs must be a list of names, got 'lif'"),
    (lambda: spikekit.compare([0.0, 1.0], codecs=3), "codecs must be a list of names, got 3"),
    (lambda: spikekit.compare([0.0, 1.0], codecs=[3]), "the name of a codec must be a text, got 3"),
    (lambda: spikekit.StepForward().decode([0, 1]), "decode takes the result of encode, got list; give arrays to"),
    (lambda: spikekit.RateCode().decode(np.zeros(3)), "decode takes the result of encode, got numpy.ndarray"),
    (lambda: metrics.information_bits([0, 1]), "information_bits takes the result of encode, got list"),
    (lambda: spikekit.write([0, 1], "a.h5"), "write takes the result of encode, got list"),
    (lambda: spikekit.StepForward().encode([0.0], channel_names=3), "channel_names must be a list of names"),
    (lambda: spikekit.StepForward().encode([0.0], channel_names="a"), "channel_names must be a list of names"),
    (lambda: spikekit.StepForward().encode([0.0], unit=3), "unit must be a text, got 3"),
    (lambda: spikekit.StepForward().encode([0.0], axis="time"), "axis must be a whole number, got 'time'"),
    (lambda: spikekit.StepForward().encode([0.0], axis=-1.0), "axis must be a whole number, got -1.0"),
    (lambda: spikekit.StepForward().stream(2.0), "channels must be a whole number, got 2.0"),
    (lambda: spikekit.StepForward().stream().encoded(3), "the parts must be a list of what push returned, got 3"),
    (lambda: spikekit.StepForward({}), "threshold must be a number, got {}"),
    (lambda: spikekit.StepForward([[0.1]]), "threshold must be a number, got"),
    (lambda: spikekit.StepForward(np.ones((2, 2))), "threshold must be a number, got"),
    (lambda: spikekit.StepForward(np.array([0.1, None])), "threshold must be a number, got None"),
    (lambda: spikekit.StepForward(0.1, 0.2), "takes from 1 to 2 positional arguments but 3 were given"),
    (lambda: spikekit.StepForward(tolerance=1), "unexpected keyword argument 'tolerance'"),
    (lambda: spikekit.StepForward().replace(tolerance=1), "unexpected keyword argument 'tolerance'"),
    (lambda: spikekit.BensSpiker(order=None), "order must be a number, got None"),
    (lambda: spikekit.low_pass_taps([3, 4]), "order must be one number"),
    (lambda: spikekit.low_pass_taps(10, "a"), "cutoff must be a number, got 'a'"),
    (lambda: spikekit.read(3), "path must be a path of a file, got 3"),
    (lambda: spikekit.StepForward().encode([0.0]).save(None), "path must be a path of a file, got None"),
])
def test_other_types_are_named(make, message):
    with pytest.raises(TypeError, match=message):
        make()


@pytest.mark.parametrize("make, message", [
    (lambda: spikekit.tune("lif", [0.0, 1.0], evaluations="many"), "evaluations must be a whole number >= 1, got 'many'"),
    (lambda: spikekit.tune("lif", [0.0, 1.0], evaluations=True), "evaluations must be a whole number >= 1, got True"),
    (lambda: spikekit.compare([0.0, 1.0], evaluations=1.5), "evaluations must be a whole number >= 1, got 1.5"),
    (lambda: spikekit.StepForward().encode([0.0], threads="two"), "threads must be a whole number >= 1, got 'two'"),
    (lambda: spikekit.StepForward().encode([0.0]).decode(threads=2.5), "threads must be a whole number >= 1, got 2.5"),
    (lambda: spikekit.StepForward(10**400), "threshold must be finite and > 0, got inf"),
    (lambda: spikekit.StepForward(-(10**400)), "threshold must be finite and > 0, got -inf"),
    (lambda: spikekit.BensSpiker(float("nan")), "order must be >= 1 and <= 65536, got nan"),
    (lambda: spikekit.BensSpiker(float("inf")), "order must be >= 1 and <= 65536, got inf"),
    (lambda: spikekit.BensSpiker(10**400), "order must be >= 1 and <= 65536, got 1000"),
    (lambda: spikekit.RateCode(seed=-1), "seed must be >= 0 and < 2"),
    (lambda: spikekit.StepForward().encode([0.0], start_time=np.nan), "start_time must be finite, got nan"),
    (lambda: spikekit.StepForward().encode([0.0], axis=10**30), "axis 1000000000000000000000000000000 is outside"),
    (lambda: spikekit.StepForward().stream(0), r"the recording is empty \(0 channels"),
    (lambda: spikekit.StepForward().stream(-2), r"the stream needs at least one channel, got -2"),
    (lambda: spikekit.StepForward().stream(10**30), "more channels than memory can hold"),
    (lambda: spikekit.tune("lif", [0.0, 1.0], time_limit=float("nan")), "time_limit must be > 0, got nan"),
    (lambda: spikekit.LeakyIntegrateAndFire().encode([0.0, 1.0], ranges=[[1, 2, 3]]), "ranges must be pairs"),
    (lambda: spikekit.LeakyIntegrateAndFire().encode([0.0, 1.0], ranges=3.0), "ranges must be pairs"),
    (lambda: spikekit.StepForward().encode([0.0]).decode(initial_values=[]), "initial value has 0 values"),
])
def test_other_values_are_named(make, message):
    with pytest.raises(CodecError, match=message):
        make()


def test_decoding_beyond_float32_names_the_sample():
    codec = spikekit.StepForward(1e38)
    spikes = np.array([[0, 0, 0, 0, 0, 0], [0, 1, 1, 1, 1, 1]])
    message = r"channel 1, sample 4 decodes to inf, beyond what Float32 holds \(±3.4e\+38\); scale the recording down"
    with pytest.raises(CodecError, match=f"^{message}"):
        codec.restore(spikes).decode()
    with pytest.raises(CodecError, match=f"^recording 2, {message}"):
        codec.restore(np.stack([0 * spikes, 0 * spikes, spikes])).decode()
    with pytest.raises(CodecError, match=r"^channel 0, sample 2 decodes to -inf"):
        codec.restore([0, -1, -1]).decode(initial_values=-2e38)
    sizes = np.array([0, 3e38, 3e38], np.float32)
    with pytest.raises(CodecError, match="^channel 0, sample 2 decodes to inf"):
        spikekit.RateStepForward(1.0).restore(sizes).decode()
    # Also far down in a long recording, decoded by several threads.
    long = np.zeros((3, 600_000), np.int8)
    long[2, 500_000:] = 1
    with pytest.raises(CodecError, match="^channel 2, sample 500003 decodes to inf"):
        codec.restore(long).decode(threads=3)


@pytest.mark.parametrize("name", ["rate", "receptive-fields"])
def test_the_limit_of_memory_counts_batches(name):
    codec = spikekit.codec(name, steps=1_000_000)
    batch = np.broadcast_to(np.float64(0.5), (1000, 5, 1))
    with pytest.raises(CodecError, match=rf"^{name}: 1000 recordings × {5 * codec._units} units × 1000000 steps are "
                                         "more than 4 GiB; take fewer steps, or encode in parts$"):
        codec.encode(batch)


@pytest.mark.parametrize("kind", [np.bool_, np.uint8, np.int64, np.float16, np.float64])
def test_spikes_from_elsewhere_are_kept_as_spikes(kind):
    for codec, dtype in ((spikekit.StepForward(0.5), np.int8), (spikekit.RateStepForward(0.5), np.float32)):
        encoded = codec.restore(np.array([0, 1, 0, 1], kind))
        assert encoded.spikes.dtype == dtype and encoded.spike_count == 2
        assert encoded.events().signs.tolist() == [1, 1]
        assert metrics.information_bits(encoded) > 0
        assert encoded.decode().tolist() == [0, 0.5, 0.5, 1]
    assert spikekit.RateCode(4).restore(np.array([0, 1, 0, 1], kind)).events().signs.tolist() == [1, 1]
