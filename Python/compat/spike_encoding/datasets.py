"""Data sets: spoken digits as spikes, and spoken commands."""

import json

import numpy as np

from .dataset_utils.download_gsc import load_gsc
from .dataset_utils.download_shd import load_shd
from .dataset_utils.process_gsc import process_gsc
from .dataset_utils.process_shd import process_shd_to_sparse

__all__ = [
    "load_shd", "process_shd_to_sparse", "load_processed_shd", "load_gsc", "process_gsc", "load_processed_gsc",
]
_GSC_ARRAY_NAMES = ["X_train", "y_train", "X_valid", "y_valid", "X_test", "y_test"]


def load_processed_shd(n_timesteps=100):
    """The Spiking Heidelberg Digits in `n_timesteps` bins, downloaded to `data/` if need be.

    :returns: Sparse matrices `[n_timesteps, 700]` and labels, of training and test.
    """
    return process_shd_to_sparse(*load_shd(), n_timesteps)


def load_processed_gsc(version=2):
    """The Google Speech Commands, downloaded to `data/` if need be; arrays are kept for the next call.

    :returns: Samples and labels of training, validation and test, and a dictionary that describes them.
    """
    folder = load_gsc(version)
    cache = folder.parent / f"{folder.name}_processed"
    files = [cache / f"{name}.npy" for name in _GSC_ARRAY_NAMES]
    if (cache / "metadata.json").exists() and all(file.exists() for file in files):
        return (*map(np.load, files), json.loads((cache / "metadata.json").read_text()))
    *arrays, metadata = process_gsc(folder)
    cache.mkdir(exist_ok=True)
    arrays = [np.asarray(array) for array in arrays]
    for file, array in zip(files, arrays):
        np.save(file, array)
    # The description is written last, so that a cache that has it is complete.
    (cache / "metadata.json").write_text(json.dumps(metadata))
    return (*arrays, metadata)
