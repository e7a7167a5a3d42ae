"""Files that the program `spike` and the package exchange, and damaged ones."""

import subprocess

import numpy as np
import pytest
import spikekit
from spikekit import Codec, FileFormatError

pytest.importorskip("h5py")


def run(*command):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def as_program(values, codec):
    """Observations have a row for each observation in arrays of the program."""
    return values.T if codec.noun == "feature" else values


def codecs():
    for name in Codec.all:
        bounds = {"minimum": -20, "maximum": 20} if Codec.all[name].noun == "feature" else {}
        yield spikekit.codec(name, **bounds)
    yield spikekit.StepForward([0.1, 0.25], polarity="unipolar", dialect="reference")
    yield spikekit.PulseWidthModulation(50, dialect="reference")
    yield spikekit.RateCode(steps=5, conversion="poisson", seed=2**62 + 1, minimum=[-20, -30], maximum=[20, 30])


CODECS = list(codecs())


@pytest.fixture
def signal(random):
    return np.cumsum(random.normal(size=(2, 150)), axis=1).clip(-19, 19).astype(np.float32)


@pytest.mark.parametrize("layout", ["events", "frames", None])
@pytest.mark.parametrize("codec", CODECS, ids=repr)
def test_round_trip(codec, layout, signal, tmp_path):
    encoded = codec.encode(
        signal, sampling_rate=250, start_time=1.5, unit="mV", channel_names=["a", "ü \"b\""])
    encoded.save(tmp_path / "spikes.h5", layout=layout)
    found = spikekit.read(tmp_path / "spikes.h5")
    np.testing.assert_array_equal(found.spikes, encoded.spikes)
    np.testing.assert_array_equal(found.decode(), encoded.decode())
    assert found.codec == encoded.codec and found.spikes.dtype == encoded.spikes.dtype
    for name in ("sampling_rate", "start_time", "unit", "channel_names", "clipped_count", "channels"):
        assert getattr(found, name) == getattr(encoded, name)


@pytest.mark.parametrize("offset", [0, 2.0**33])
@pytest.mark.parametrize("codec", CODECS, ids=repr)
def test_the_program_decodes_our_files(codec, offset, signal, spike, tmp_path):
    if offset and codec.noun == "feature":
        pytest.skip("the bounds of the codec are near 0")
    values = np.round(signal.astype(np.float64) * 8) / 8 + offset
    encoded = codec.encode(values, sampling_rate=100)
    encoded.save(tmp_path / "spikes.h5")
    run(spike, "decode", tmp_path / "spikes.h5", "--output", tmp_path / "decoded.npy")
    decoded = as_program(np.load(tmp_path / "decoded.npy"), codec)
    np.testing.assert_array_equal(decoded, encoded.decode())


@pytest.mark.parametrize("offset", [0, 2.0**33])
@pytest.mark.parametrize("codec", CODECS, ids=repr)
def test_we_read_the_files_of_the_program(codec, offset, signal, spike, tmp_path):
    if offset and codec.noun == "feature":
        pytest.skip("the bounds of the codec are near 0")
    values = np.round(signal.astype(np.float64) * 8) / 8 + offset
    np.save(tmp_path / "in.npy", as_program(values, codec))
    options = []
    for parameter in codec.parameters:
        value = getattr(codec, parameter.name)
        if value != parameter.default or parameter.name in ("minimum", "maximum"):
            flag = {"membrane_constant": "membrane"}.get(parameter.name, parameter.name.replace("_", "-"))
            words = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            options.append(f"--{flag}={words}")
    run(
        spike, "encode", tmp_path / "in.npy", "--codec", codec.name, "--sampling-rate", 100, *options, "--output",
        tmp_path / "spikes.h5")
    found = spikekit.read(tmp_path / "spikes.h5")
    encoded = codec.encode(values, sampling_rate=100)
    np.testing.assert_array_equal(found.spikes, encoded.spikes)
    np.testing.assert_array_equal(found.initial_values, encoded.initial_values)
    np.testing.assert_array_equal(found.offsets, encoded.offsets)
    np.testing.assert_array_equal(found.decode(), encoded.decode())
    assert found.codec == encoded.codec and found.sampling_rate == 100
    if codec.needs_range:
        np.testing.assert_array_equal(found.ranges, encoded.ranges)


@pytest.mark.parametrize("options, make", [
    (["--codec", "step-forward", "--threshold=-1"], lambda x: spikekit.StepForward(-1)),
    (["--codec", "bsa", "--cutoff", "0.5"], lambda x: spikekit.BensSpiker(cutoff=0.5)),
    (["--codec", "lif", "--membrane", "1e10"], lambda x: spikekit.LeakyIntegrateAndFire(membrane_constant=1e10)),
    (["--codec", "step-forward", "--threshold", "1,2"], lambda x: spikekit.StepForward([1, 2]).encode(x)),
    (["--codec", "rate", "--minimum", "3", "--maximum", "1"], lambda x: spikekit.RateCode(minimum=3, maximum=1)),
    (["--codec", "rate", "--minimum", "0", "--maximum", "1", "--conversion", "poisson", "--dialect", "reference"],
     lambda x: spikekit.RateCode(conversion="poisson", dialect="reference")),
])
def test_messages_are_those_of_the_program(options, make, spike, tmp_path):
    values = np.zeros((3, 9))
    np.save(tmp_path / "in.npy", values)
    result = subprocess.run(
        [spike, "encode", str(tmp_path / "in.npy"), *options, "--output", str(tmp_path / "out.h5")],
        capture_output=True, text=True)
    assert result.returncode != 0
    with pytest.raises(spikekit.CodecError) as caught:
        make(values)
    theirs = result.stderr.strip().splitlines()[0]
    # The program names the option where the library names the parameter.
    ours = str(caught.value).split(": ", 1)[1].split(";")[0]
    tail = ours.split(" must be ")[-1] if " must be " in ours else ours.split(" has ")[-1]
    assert tail in theirs, f"{theirs!r} and {ours!r}"


def test_batches_are_refused(tmp_path):
    with pytest.raises(spikekit.CodecError, match="a file holds one recording"):
        spikekit.StepForward().encode(np.zeros((2, 3, 4))).save(tmp_path / "spikes.h5")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["spikes.npy", "spikes", "spikes.csv", "h5"])
def test_other_endings_are_refused(name, signal, tmp_path):
    with pytest.raises(ValueError, match=rf"{name}: spikes are saved as HDF5; name the file \.h5 or \.hdf5"):
        spikekit.StepForward(0.1).encode(signal).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_both_endings_are_written(signal, tmp_path):
    encoded = spikekit.StepForward(0.1).encode(signal)
    for name in ("a.hdf5", "a.H5"):
        encoded.save(str(tmp_path / name))
        np.testing.assert_array_equal(spikekit.read(tmp_path / name).spikes, encoded.spikes)


def test_damage_is_found(signal, tmp_path, random):
    path = tmp_path / "spikes.h5"
    spikekit.StepForward(0.1).encode(signal).save(path)
    content = path.read_bytes()
    for position in random.integers(8, len(content), 60):
        damaged = bytearray(content)
        damaged[position] ^= 1 << int(random.integers(8))
        path.write_bytes(damaged)
        with pytest.raises(FileFormatError):
            spikekit.read(path)
    for length in (0, 3, 100, 512, len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(FileFormatError):
            spikekit.read(path)
    path.write_bytes(b"hello")
    with pytest.raises(FileFormatError, match="was not written by SpikeKit as spikes"):
        spikekit.read(path)
    with pytest.raises(FileNotFoundError):
        spikekit.read(tmp_path / "missing.h5")


def test_nothing_is_left_of_a_failed_write(signal, tmp_path):
    encoded = spikekit.StepForward(0.1).encode(signal)
    with pytest.raises(OSError):
        encoded.save(tmp_path / "no" / "folder.h5")
    (tmp_path / "taken.h5").mkdir()
    with pytest.raises(OSError):
        encoded.save(tmp_path / "taken.h5")
    assert [file.name for file in tmp_path.iterdir()] == ["taken.h5"]


@pytest.mark.parametrize("layout", ["events", "frames"])
def test_files_of_observations_hold_no_down_spikes(layout, tmp_path):
    encoded = spikekit.RateCode(steps=4).encode(np.ones(3))
    encoded.spikes[0] = -1
    encoded.save(tmp_path / "down.h5", layout=layout)
    message = {"events": "spikes/polarity: a spike is not 1$", "frames": "spikes/frames: a spike is not 0 or 1$"}
    with pytest.raises(spikekit.FileFormatError, match=message[layout]):
        spikekit.read(tmp_path / "down.h5")


def test_errors_of_the_system_name_the_path_that_was_given(signal, tmp_path):
    encoded = spikekit.StepForward().encode(signal)
    missing, folder = str(tmp_path / "none" / "q.h5"), str(tmp_path / "folder.h5")
    with pytest.raises(FileNotFoundError) as caught:
        encoded.save(missing)
    assert caught.value.filename == missing and ".spikekit-" not in str(caught.value)
    (tmp_path / "folder.h5").mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        encoded.save(folder)
    assert caught.value.filename == folder and ".spikekit-" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.h5"]
