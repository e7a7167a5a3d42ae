"""The Spiking Heidelberg Digits as sparse matrices."""

import numpy as np


def load_spikes_from_h5(h5_path):
    """The times, units and labels of all recordings of a file."""
    try:
        import h5py
    except ImportError:
        raise ImportError("the Spiking Heidelberg Digits need h5py; run: pip install h5py") from None
    with h5py.File(h5_path, "r") as file:
        return file["spikes"]["times"][...], file["spikes"]["units"][...], file["labels"][...]


def convert_to_sparse_tensor(times_data, units_data, max_time, n_features, n_timesteps):
    """Each recording as a sparse matrix `[n_timesteps, n_features]` of spike counts.

    Times beyond `max_time` go to the last step, and units beyond `n_features` to the last unit.
    """
    from scipy.sparse import coo_matrix

    width, matrices = max_time / n_timesteps, []
    for times, units in zip(times_data, units_data):
        steps = np.clip(np.floor(np.asarray(times) / width).astype(int), 0, n_timesteps - 1)
        columns = np.clip(np.asarray(units, int), 0, n_features - 1)
        ones = np.ones(len(steps), np.float32)
        matrices.append(coo_matrix((ones, (steps, columns)), shape=(n_timesteps, n_features), dtype=np.float32))
    return matrices


def process_shd_to_sparse(train_path, test_path, n_timesteps):
    """The recordings and labels of training and test, in `n_timesteps` bins over 1.36914 s, of 700 units."""
    result = []
    for path in (train_path, test_path):
        times, units, labels = load_spikes_from_h5(path)
        result += [convert_to_sparse_tensor(times, units, 1.36914, 700, n_timesteps), labels]
    return tuple(result)
