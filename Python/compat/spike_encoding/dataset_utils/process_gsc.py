"""The Google Speech Commands as arrays."""

import wave
from pathlib import Path

import numpy as np

SAMPLE_RATE = 16000


def _load_wav(path: Path) -> np.ndarray:
    """The samples of the first channel, scaled to −1…1."""
    with wave.open(str(path), "rb") as file:
        width, channels = file.getsampwidth(), file.getnchannels()
        raw = file.readframes(file.getnframes())
    kinds = {1: np.uint8, 2: "<i2", 4: "<i4"}
    if width not in kinds:
        raise ValueError(f"{path}: samples of {8 * width} bits are not read")
    samples = np.frombuffer(raw, kinds[width])[::channels].astype(np.float32)
    return (samples - 128) / 128 if width == 1 else samples / 2 ** (8 * width - 1)


def _pad_or_truncate(samples: np.ndarray, length: int) -> np.ndarray:
    return np.pad(samples[:length], (0, max(0, length - len(samples))))


def process_gsc(data_dir: Path) -> tuple:
    """Recordings of one second and labels of training, validation and test, and a dictionary that describes them."""
    folder = Path(data_dir)
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("_"))
    lists = {
        part: set((folder / f"{file}_list.txt").read_text().splitlines())
        for part, file in (("valid", "validation"), ("test", "testing"))
    }
    samples = {"train": [], "valid": [], "test": []}
    labels = {part: [] for part in samples}
    for label, name in enumerate(names):
        for path in sorted((folder / name).glob("*.wav")):
            file = f"{name}/{path.name}"
            part = "test" if file in lists["test"] else "valid" if file in lists["valid"] else "train"
            samples[part].append(_pad_or_truncate(_load_wav(path), SAMPLE_RATE))
            labels[part].append(label)
    metadata = {
        "sample_rate": SAMPLE_RATE, "n_classes": len(names), "class_labels": names,
        "n_samples": sum(map(len, samples.values())),
    }
    arrays = []
    for part in samples:
        arrays += [samples[part], np.array(labels[part], np.int64)]
    return (*arrays, metadata)
