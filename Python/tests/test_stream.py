"""Streams give what one call gives, whatever the chunks."""

import copy
import os
import pickle
import signal
import threading

import numpy as np
import pytest
import spikekit
from spikekit import Codec, CodecError


def stream_of(codec, signal):
    if not codec.needs_range:
        return codec.stream(len(signal))
    return codec.stream(len(signal), ranges=np.stack([signal.min(axis=1), signal.max(axis=1)], axis=1))


def codecs():
    for name in Codec.all:
        yield spikekit.codec(name, **({"threshold": 0.7} if name == "rate-step-forward" else {}))
    yield spikekit.BensSpiker([3, 20, 7], dialect="reference")
    yield spikekit.PulseWidthModulation(50, dialect="reference")
    yield spikekit.LeakyIntegrateAndFire(dialect="reference")
    yield spikekit.RateStepForward(0.5, padding="zero")
    yield spikekit.DeltaModulation(0.5, padding="edge")


@pytest.mark.parametrize("codec", list(codecs()), ids=repr)
@pytest.mark.parametrize("offset", [0, 2.0**40])
def test_chunks(codec, offset, random):
    signal = np.round(np.cumsum(random.normal(size=(3, 300)), axis=1) * 8) / 8 + offset
    if offset and codec.noun == "feature":
        return
    stream = stream_of(codec, signal)
    # The first chunk settles the offset, so it is long enough to show that the recording is far from zero.
    cuts = [0, 50, *np.sort(random.integers(50, 301, 12)), 300]
    parts = [stream.push(signal[:, first:last]) for first, last in zip(cuts, cuts[1:])]
    joined = stream.encoded(parts)
    whole = codec.encode(signal)
    if not offset:
        np.testing.assert_array_equal(joined.spikes, whole.spikes)
        np.testing.assert_array_equal(joined.decode(), whole.decode())
    else:
        assert joined.offsets.all()
        np.testing.assert_allclose(joined.spikes[:, 1:], whole.spikes[:, 1:], atol=1e-3)
    assert stream.position == 300 and stream.step_count == joined.spikes.shape[1]


def test_one_channel_one_dimension():
    stream = spikekit.StepForward(0.5).stream()
    np.testing.assert_array_equal(stream.push([1, 1.75]), [0, 1])
    np.testing.assert_array_equal(stream.push(np.array([3.0])), [1])
    assert stream.push(np.zeros((1, 0))).shape == (1, 0)
    assert stream.finish().shape == (1, 0)


def test_errors_leave_the_stream_as_it_was():
    stream = spikekit.StepForward(0.5).stream(2)
    with pytest.raises(CodecError, match="the chunk has 3 channels, the stream has 2"):
        stream.push(np.zeros((3, 4)))
    stream.push(np.zeros((2, 4)))
    with pytest.raises(CodecError, match="channel 1, sample 5 is nan"):
        stream.push(np.array([[0, 0], [0, np.nan]]))
    np.testing.assert_array_equal(stream.push([[1], [0]]), [[1], [0]])
    stream.finish()
    with pytest.raises(CodecError, match="the stream has finished and takes no more chunks"):
        stream.push(np.zeros((2, 1)))


def test_parts_must_be_complete():
    stream = spikekit.StepForward(0.5).stream()
    stream.push([0, 1])
    with pytest.raises(CodecError, match="the parts have 0 steps, and the stream has returned 2"):
        stream.encoded([])
    with pytest.raises(CodecError, match="the recording is empty"):
        spikekit.StepForward().stream().encoded([])


def test_the_filter_lags(random):
    stream = spikekit.BensSpiker(40).stream(ranges=(-5, 5))
    first = stream.push(random.normal(size=100))
    assert first.shape == (60,)
    assert stream.push(random.normal(size=1000)).shape == (1000,) and stream.finish().shape == (1, 40)


@pytest.mark.parametrize("duplicate", [
    copy.copy, copy.deepcopy, pickle.dumps, lambda stream: pickle.dumps(stream, 0)])
@pytest.mark.parametrize("codec", [spikekit.StepForward(0.5), spikekit.RateCode()], ids=repr)
def test_streams_are_not_copied(codec, duplicate):
    stream = codec.stream()
    stream.push([0.0, 1.0])
    with pytest.raises(TypeError, match="^a stream cannot be copied; make another with codec.stream$"):
        duplicate(stream)
    assert stream.push([1.0]).shape == (codec._steps_per_sample,)


@pytest.mark.parametrize("name", ["codec", "channels", "position", "step_count", "clipped_count"])
def test_streams_keep_their_attributes(name):
    stream = spikekit.StepForward(0.5).stream(2)
    stream.push(np.zeros((2, 3)))
    before = getattr(stream, name)
    with pytest.raises(AttributeError):
        setattr(stream, name, 1)
    assert getattr(stream, name) == before
    assert stream.channels == 2 and stream.position == stream.step_count == 3 and stream.clipped_count == 0


@pytest.mark.parametrize("codec, parts, message", [
    (spikekit.StepForward(0.5), [np.full((2, 3), 2, np.int8)], "step-forward: a spike is not -1, 0 or 1"),
    (spikekit.StepForward(0.5), [np.full((2, 3), np.nan)], "step-forward: a spike is not -1, 0 or 1"),
    (spikekit.StepForward(0.5), [np.zeros(3)], r"a part is of shape \(1, 3\), and the stream has 2 units"),
    (spikekit.StepForward(0.5), [np.zeros((1, 2, 3))], r"a part is of shape \(1, 2, 3\), and the stream has 2 units"),
    (spikekit.RateCode(steps=4), [np.full((2, 12), -1)], "rate: a spike is not 0 or 1"),
])
def test_parts_must_be_spikes(codec, parts, message):
    stream = codec.stream(2)
    stream.push(np.zeros((2, 3)))
    with pytest.raises(CodecError, match=message):
        stream.encoded(parts)


def in_a_child(work):
    """What a forked child that runs this work writes, within 10 seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        try:
            os.write(writing, str(work()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        text = file.read()
    os.waitpid(child, 0)
    return text


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_while_a_stream_is_used():
    busy, idle = spikekit.BensSpiker(2000).stream(ranges=(-1, 1)), spikekit.StepForward(0.5).stream()
    idle.push([0.0])
    thread = threading.Thread(target=busy.push, args=(np.zeros(300_000, np.float32),))
    thread.start()
    while not busy._lock.locked():
        assert thread.is_alive(), "the push was over before the fork; make the chunk longer"

    def child():
        found = idle.push([1.0]).tolist()
        for use in (lambda: busy.push([0.0]), busy.finish):
            with pytest.raises(CodecError, match="another thread was using it when this process was forked"):
                use()
        return found

    assert in_a_child(child) == "[1]"
    thread.join()
    # The parent's stream goes on.
    assert busy.position == 300_000 and busy.finish().shape == (1, 2000)


# Steps of 0.5 between decimals are at the threshold: how Float32 rounds the samples decides on the spikes.
GRID = [[999.6, 1000.1, 1000.6, 1000.1, 999.6, 1001.1, 1000.9]]


def pushed(stream, signal, cuts):
    parts = [stream.push(part) for part in np.split(signal, cuts, axis=1)]
    return stream.encoded(parts)


def test_the_offset_of_the_recording_gives_its_spikes():
    signal, codec = np.array(GRID), spikekit.StepForward(0.5)
    whole = codec.encode(signal)
    np.testing.assert_array_equal(whole.offsets, [1000])
    for cuts in ([1], [2], range(1, 7)):
        joined = pushed(codec.stream(offset=whole.offsets), signal, cuts)
        np.testing.assert_array_equal(joined.spikes, whole.spikes)
        np.testing.assert_array_equal(joined.decode(), whole.decode())
    # An offset near the others rounds the samples otherwise, so that the one above matters.
    other = pushed(codec.stream(offset=999.6), signal, [1])
    np.testing.assert_array_equal(other.offsets, [999.6])
    assert (other.spikes != whole.spikes).any()


@pytest.mark.parametrize("codec", list(codecs()), ids=repr)
def test_offsets_and_chunks(codec, random):
    if codec.noun == "feature":
        return
    signal = np.round(np.cumsum(random.normal(size=(3, 200)) * 0.3, axis=1), 1) + [[1000.1], [0], [-1e9]]
    whole = codec.encode(signal)
    ranges = {"ranges": whole.ranges} if codec.needs_range else {}
    for cuts in (range(1, 200), [1], np.sort(random.integers(0, 200, 9))):
        joined = pushed(codec.stream(3, offset=whole.offsets, **ranges), signal, cuts)
        np.testing.assert_array_equal(joined.offsets, whole.offsets)
        np.testing.assert_array_equal(joined.spikes, whole.spikes)
        np.testing.assert_array_equal(joined.decode(), whole.decode())


@pytest.mark.parametrize("codec", list(codecs()), ids=repr)
def test_single_samples_near_zero(codec, random):
    if codec.noun == "feature":
        return
    signal = np.round(np.cumsum(random.normal(size=(3, 200)) * 0.3, axis=1), 1)
    # One sample of float64 shows no range, and 0.3 is no number of float32.
    signal[:, :2] = 0.3
    joined, whole = pushed(stream_of(codec, signal), signal, range(1, 200)), codec.encode(signal)
    np.testing.assert_array_equal(joined.offsets, [0, 0, 0])
    np.testing.assert_array_equal(joined.spikes, whole.spikes)


def test_an_offset_of_zero_and_of_float32():
    stream = spikekit.StepForward(0.5).stream(offset=0)
    stream.push([[1e6, 1e6]])
    np.testing.assert_array_equal(stream.encoded([np.zeros((1, 2))]).offsets, [0])
    single = np.array([[1000, 1000.5]], np.float32)
    np.testing.assert_array_equal(spikekit.StepForward(0.25).stream(offset=1000).push(single), [[0, 1]])


@pytest.mark.parametrize("offset, error, message", [
    ([1, 2, 3], CodecError, "step-forward: offset has 3 values for 2 channels; give one value, or one per channel"),
    (np.nan, CodecError, "step-forward: offset must be finite, got nan"),
    ("x", TypeError, "the offset must hold real numbers"),
])
def test_wrong_offsets(offset, error, message):
    with pytest.raises(error, match=message):
        spikekit.StepForward().stream(2, offset=offset)


def test_samples_too_far_from_the_offset():
    stream = spikekit.StepForward().stream(offset=1e300)
    with pytest.raises(CodecError, match=r"channel 0, sample 0 is 1.0, too far from the offset 1e\+300 for Float32"):
        stream.push([1.0])
