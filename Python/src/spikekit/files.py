"""HDF5 files of encoded recordings, as the program `spike` reads and writes them."""

import json
import os
import struct
import tempfile
from typing import Any, Optional, Union

import numpy as np

from . import _library
from ._arrays import address
from .codec import Codec
from .encoded import Encoded
from .errors import CodecError, FileFormatError, check_result

_SEAL, _MAGIC = 512, b"SPIKEKIT"


def _h5py():
    try:
        import h5py
    except ImportError:
        raise ImportError("files of spikes need h5py; run: pip install 'spikekit[files]'") from None
    return h5py


def _path(path):
    """The path of a file as a text."""
    if isinstance(path, int) or not isinstance(path, (str, bytes, os.PathLike)):
        raise TypeError(f"spikekit: path must be a path of a file, got {path!r}")
    return os.fsdecode(path)


def _seal(payload):
    block = np.frombuffer(payload, np.uint8)
    checksum = _library.checksum(address(block), len(block))
    return (_MAGIC + struct.pack("<IIQQ", 1, 0, len(payload), checksum)).ljust(_SEAL, b"\0")


def _single(number):
    """The shortest digits of a float32."""
    return float(str(np.float32(number)))


def _codec_json(codec):
    values = {"codec": codec.name}
    for parameter in codec.parameters:
        value = getattr(codec, parameter.name)
        if parameter.name == "conversion":
            value = {"kind": value, **({"seed": codec.seed} if value == "poisson" else {})}
        elif parameter.is_per_channel and value is not None:
            value = list(value) if isinstance(value, tuple) else [value]
        if value is not None and parameter.is_in_files:
            values[parameter.key] = value
    return values


def _header(encoded, units, steps):
    settings, offsets = encoded._settings, encoded.offsets
    channels = []
    for channel, row in enumerate(settings):
        values = {"initialValue": _single(row[5])}
        if encoded.channel_names is not None:
            values["name"] = encoded.channel_names[channel]
        if offsets[channel]:
            values["offset"] = float(offsets[channel])
        if encoded.codec.needs_range:
            values["range"] = {"minimum": _single(row[3]), "maximum": _single(row[4])}
        channels.append(values)
    header = {
        "format": "spikekit", "version": 2 if encoded.start_time != 0 or offsets.any() else 1,
        "codec": _codec_json(encoded.codec), "channels": channels, "clippedCount": encoded.clipped_count,
        "unitCount": units, "stepCount": steps,
    }
    if encoded.sampling_rate is not None:
        header["samplingRate"] = float(encoded.sampling_rate)
    if encoded.start_time:
        header["startTime"] = float(encoded.start_time)
    if encoded.unit is not None:
        header["unit"] = str(encoded.unit)
    return json.dumps(header, sort_keys=True, ensure_ascii=False)


def write(
    encoded: Encoded[Any], path: Union[str, bytes, os.PathLike], *, layout: Optional[str] = None,
) -> None:
    """Writes an encoded recording, whole or not at all. Needs h5py.

    :param encoded: The result of `encode` for one recording.
    :param path: The path of the file, which ends in .h5 or .hdf5; an existing file is replaced.
    :param layout: "events" or "frames"; by default what the program takes: frames if the events would take more than
        64 KiB and more than the frames' own bytes.
    :raises CodecError: For a batch of recordings, and for a path with another ending.
    """
    check_result(encoded, "write")
    path = _path(path)
    if os.path.splitext(path)[1].lower() not in (".h5", ".hdf5"):
        raise CodecError(
            f"{path}: spikes are saved as HDF5; name the file .h5 or .hdf5, or write the spikes alone with "
            "numpy.save(path, encoded.spikes)")
    h5py = _h5py()
    if layout not in (None, "events", "frames"):
        raise CodecError(f"layout must be events or frames, got {layout!r}")
    if encoded.is_batch:
        raise CodecError("a file holds one recording, and this is a batch; encode and save them one by one")
    rows, _ = encoded._rows()
    graded = encoded.codec.is_graded
    if layout is None:
        size = encoded.spike_count * (23 if graded else 19)
        layout = "frames" if size > max(1 << 16, rows.size * (4 if graded else 1)) else "events"
    folder = os.path.dirname(os.path.abspath(path))
    try:
        handle, temporary = tempfile.mkstemp(prefix=".spikekit-", suffix=".h5", dir=folder)
    except OSError as error:
        # The name of the hidden file means nothing to the caller.
        raise OSError(error.errno, error.strerror, path) from None
    os.close(handle)
    try:
        with h5py.File(temporary, "w", userblock_size=_SEAL) as file:
            group = file.create_group("spikes")
            if layout == "frames" and rows.size:
                columns = min(rows.shape[1], 1 << 16)
                chunks = (min(rows.shape[0], max(1, (1 << 16) // columns)), columns)
                group.create_dataset(
                    "frames", data=np.ascontiguousarray(rows), chunks=chunks, compression="gzip",
                    compression_opts=4, shuffle=graded, track_times=False)
            else:
                _write_events(h5py, group, encoded, len(rows))
            text = h5py.string_dtype("utf-8")
            file.create_dataset("encoding", data=_header(encoded, *rows.shape), dtype=text, track_times=False)
        with open(temporary, "r+b") as file:
            file.seek(_SEAL)
            seal = _seal(file.read())
            file.seek(0)
            file.write(seal)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        try:
            os.replace(temporary, path)
        except OSError as error:
            raise OSError(error.errno, error.strerror, path) from None
    except BaseException:
        os.unlink(temporary)
        raise


def _write_events(h5py, group, encoded, units):
    events = encoded.events()
    arrays = {
        "times": events.times.astype(np.float64), "units": events.units.astype(np.uint16 if units <= 1 << 16 else "u4"),
        "steps": events.steps.astype(np.int64), "polarity": events.signs.astype(np.int8),
    }
    if events.amplitudes is not None:
        arrays["amplitudes"] = events.amplitudes
    for name, values in arrays.items():
        dataset = group.create_dataset(name, (1,), dtype=h5py.vlen_dtype(values.dtype), track_times=False)
        dataset[0] = values
        if name == "times":
            dataset.attrs["unit"] = "steps" if encoded.step_rate is None else "s"


def read(path: Union[str, bytes, os.PathLike]) -> Encoded[np.ndarray]:
    """Reads a file that `write` or the program `spike` wrote. Needs h5py.

    :returns: The `Encoded`.
    :raises FileFormatError: For a file of another kind, and for one that was cut short, damaged or changed.
    """
    path = _path(path)
    h5py = _h5py()
    with open(path, "rb") as file:
        content = file.read()
    if not content.startswith(_MAGIC):
        problem = "was not written by SpikeKit as spikes; make such a file with `encoded.save(path)`"
        raise FileFormatError(f"{path}: {problem if content else 'is empty'}")
    if len(content) < _SEAL or struct.unpack_from("<Q", content, 16)[0] != len(content) - _SEAL:
        raise FileFormatError(f"{path}: was cut short or added to; encode the recording again")
    version = struct.unpack_from("<I", content, 8)[0]
    if version != 1:
        raise FileFormatError(f"{path}: byte 8: format version {version} is unknown; this reads version 1")
    if _seal(content[_SEAL:]) != content[:_SEAL]:
        raise FileFormatError(f"{path}: was damaged or changed after it was written; encode the recording again")
    try:
        with h5py.File(path, "r") as file:
            return _read(file)
    except (CodecError, KeyError, TypeError, ValueError, OSError) as error:
        raise FileFormatError(f"{path}: {error}") from None


def _codec(values):
    values = dict(values)
    kind = Codec.all.get(values.get("codec"))
    if kind is None:
        raise CodecError(f"unknown codec {values.get('codec')!r}; known are {', '.join(Codec.all)}")
    conversion = values.get("conversion")
    if isinstance(conversion, dict):
        values["conversion"] = conversion["kind"]
        values["seed"] = conversion.get("seed", 0)
        # Older files tell no dialect.
        values.setdefault("dialect", "reference" if conversion["kind"] == "deterministic" else "standard")
    arguments = {p.name: values[p.key] for p in kind.parameters if p.key in values}
    return kind(**arguments)


def _read(file):
    header = json.loads(file["encoding"][()])
    if header.get("format") != "spikekit" or header.get("version") not in (1, 2):
        raise CodecError(
            f"format {header.get('format')!r} version {header.get('version')} is unknown; this reads spikekit versions "
            "1 to 2")
    codec, channels = _codec(header["codec"]), header["channels"]
    units, steps = header["unitCount"], header["stepCount"]
    if units != len(channels) * codec._units or steps < 0 or steps % codec._steps_per_sample:
        raise CodecError(f"{units} units × {steps} steps do not fit {len(channels)} channels of {codec.name}")
    spikes = _frames(file, codec, units, steps) if "frames" in file["spikes"] else _events(file, codec, units, steps)
    settings = np.zeros((len(channels), 8), np.float32)
    if codec.noun == "channel":
        settings = codec._rows(len(channels), len(channels))
    codec.check(len(channels))
    offsets = np.zeros(len(channels))
    for row, channel in enumerate(channels):
        settings[row, 5] = channel["initialValue"]
        offsets[row] = channel.get("offset", 0)
        if codec.needs_range:
            settings[row, 3:5] = channel["range"]["minimum"], channel["range"]["maximum"]
    if not (np.isfinite(settings).all() and np.isfinite(offsets).all()):
        raise CodecError("a number of the channels is not finite")
    names = [channel.get("name") for channel in channels]
    return Encoded(
        codec, spikes, -1, settings, offsets if offsets.any() else None, header.get("samplingRate"),
        header.get("startTime", 0.0), header.get("unit"), None if None in names else names, len(channels),
        header["clippedCount"])


def _frames(file, codec, units, steps):
    frames = file["spikes/frames"]
    if frames.shape != (units, steps):
        raise CodecError(f"dataset spikes/frames is not of shape ({units}, {steps})")
    values = frames[()]
    if codec.is_graded:
        if values.dtype.kind != "f" or not np.isfinite(values).all():
            raise CodecError("dataset spikes/frames: an amplitude is not finite")
        return values.astype(np.float32)
    signs = (0, 1) if codec.noun == "feature" else (-1, 0, 1)
    if values.dtype.kind not in "iu" or not np.isin(values, signs).all():
        raise CodecError(f"dataset spikes/frames: a spike is not {'0 or 1' if len(signs) == 2 else '-1, 0 or 1'}")
    return values.astype(np.int8)


def _events(file, codec, units, steps):
    if units * steps > 1 << 36:
        raise CodecError(f"{units} units × {steps} steps are more than 64 GiB")
    names = ["units", "steps", "polarity"] + (["amplitudes"] if codec.is_graded else [])
    arrays = {name: np.asarray(file[f"spikes/{name}"][0]) for name in names}
    if len({len(values) for values in arrays.values()}) > 1:
        raise CodecError("the arrays of group spikes differ in length")
    spikes = np.zeros((units, steps), np.float32 if codec.is_graded else np.int8)
    for name, end in (("units", units), ("steps", steps)):
        values = arrays[name]
        if len(values) and not (0 <= int(values.min()) and int(values.max()) < end):
            raise CodecError(f"dataset spikes/{name}: a number is outside of 0..<{end}")
    if codec.is_graded:
        if not np.isfinite(arrays["amplitudes"]).all():
            raise CodecError("dataset spikes/amplitudes: an amplitude is not finite")
        spikes[arrays["units"], arrays["steps"]] = arrays["amplitudes"]
    else:
        signs = (1,) if codec.noun == "feature" else (-1, 1)
        if not np.isin(arrays["polarity"], signs).all():
            raise CodecError(f"dataset spikes/polarity: a spike is not {'1' if len(signs) == 1 else '-1 or 1'}")
        spikes[arrays["units"], arrays["steps"]] = arrays["polarity"]
    return spikes
