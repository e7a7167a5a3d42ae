"""The ranges of an environment's observations, from known bounds or from random episodes."""

import ast
import json
import os
from typing import List, Union

import numpy as np
import torch
from numpy.typing import NDArray as ndarray
from torch import Tensor

from .rate_step_forward_converter import RateStepForwardConverter as Converter


class MinMaxScaler:
    """Scales each feature from its least and largest value to 0…1, with the methods of scikit-learn's class."""

    def fit(self, data, y=None):
        """Takes the least and largest values of `[samples, features]`."""
        data = np.asarray(data, np.float64)
        return self._set(data.min(axis=0), data.max(axis=0))

    def _set(self, least, largest):
        self.data_min_, self.data_max_ = least, largest
        width = largest - least
        self.data_range_ = width
        # A feature of one value has no width, and is scaled to 0.
        self.scale_ = 1 / np.where(width > 0, width, 1)
        self.min_ = -least * self.scale_
        return self

    def transform(self, data):
        return np.asarray(data, np.float64) * self.scale_ + self.min_

    def fit_transform(self, data, y=None):
        return self.fit(data).transform(data)

    def inverse_transform(self, data):
        return (np.asarray(data, np.float64) - self.min_) / self.scale_


def len_2(arr: ndarray) -> int:
    """The length of the second axis."""
    return arr.shape[1]


def _gymnasium():
    try:
        import gymnasium
    except ImportError:
        raise ImportError("environments need Gymnasium; run: pip install gymnasium") from None
    return gymnasium


def get_runs(env_name: str, num_steps: int, workers: int, print_updates=False) -> list:
    """Random episodes of an environment.

    :param num_steps: The number of episodes, in whole multiples of the workers.
    :param workers: What the number of episodes is divided by; they run one after another.
    :returns: An array `[features, time_steps]` for each episode.
    """
    if print_updates:
        print(f"Generating {num_steps} random runs...")
    environment, runs = _gymnasium().make(env_name), []
    for _ in range(max(1, int(num_steps / workers)) * workers):
        states, (state, _), is_over = [], environment.reset(), False
        while not is_over:
            states.append(state)
            state, _, is_done, is_cut, _ = environment.step(environment.action_space.sample())
            is_over = is_done or is_cut
        runs.append(np.array(states).swapaxes(0, 1))
    environment.close()
    return runs


def save_scaler(path: str, scaler, print_updates=False) -> bool:
    """Writes a scaler as JSON."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"minimum": scaler.data_min_.tolist(), "maximum": scaler.data_max_.tolist()}, file)
    if print_updates:
        print(f"Saved scaler at {path}")
    return True


def load_presaved_env_data(path: str, print_updates=False):
    """Reads a scaler that `save_scaler` wrote, or that the package wrote with joblib.

    Reading a file of joblib runs code that the file names, so read only files that you trust. It needs joblib, and the
    package that the scaler came from, such as scikit-learn.
    """
    with open(path, "rb") as file:
        content = file.read()
    if content.lstrip().startswith(b"{"):
        try:
            values = json.loads(content)
            scaler = MinMaxScaler()._set(np.array(values["minimum"], float), np.array(values["maximum"], float))
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{path}: is no scaler in JSON; delete the file, and it is made again") from None
    else:
        scaler = _joblib_scaler(path)
    if print_updates:
        print(f"Loaded scaler at {path}")
    return scaler


def _joblib_scaler(path):
    try:
        import joblib
    except ImportError:
        raise ImportError(
            f"{path}: is not in JSON; if joblib wrote it, run: pip install joblib scikit-learn; else delete the file, "
            "and it is made again") from None
    try:
        scaler = joblib.load(path)
    except ImportError as error:
        raise ImportError(f"{path}: the scaler needs a package that is missing: {error}") from None
    except Exception:
        scaler = None
    if not hasattr(scaler, "transform"):
        raise ValueError(f"{path}: is no scaler in JSON or of joblib; delete the file, and it is made again")
    return scaler


def save_treshold(path: str, treshold: Tensor, print_updates=False) -> bool:
    """Writes thresholds as a list of numbers."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(str(np.asarray(treshold).tolist()))
    if print_updates:
        print(f"Saved thresholds at {path}")
    return True


def load_treshold(path: str, print_updates=False) -> Tensor:
    """Reads thresholds that `save_treshold` wrote."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        threshold = torch.tensor([float(number) for number in ast.literal_eval(text.strip())])
    except (ValueError, TypeError, SyntaxError):
        raise ValueError(f"{path}: is no list of numbers; delete the file, and it is made again") from None
    if print_updates:
        print(f"Loaded thresholds at {path}")
    return threshold


def get_path_from_dirs(dirs: list) -> str:
    """The path of a folder below the working folder, which is made."""
    path = os.path.join(os.getcwd(), *dirs)
    os.makedirs(path, exist_ok=True)
    return path


def _folder(env):
    if env.spec is None:
        raise ValueError("the environment has no name; make it with gymnasium.make")
    return get_path_from_dirs(["data", "envs", env.spec.id])


class ScalerFactory:
    """Makes scalers of observations to 0…1."""

    workers = 64
    num_steps = 1000

    def __init__(self, print_updates=False):
        self.print_updates = print_updates
        self.scaler_path = None

    def has_presaved_env_data(self) -> bool:
        """Whether the scaler of the environment asked for last is on the disk."""
        return self.scaler_path is not None and os.path.exists(self.scaler_path)

    def from_env(self, env):
        """The scaler of an environment: read from the disk, or fitted to random episodes and written."""
        self.env_path = _folder(env)
        self.scaler_path = os.path.join(self.env_path, "scaler.save")
        if not self.has_presaved_env_data():
            return self.run_env(env)
        return load_presaved_env_data(self.scaler_path)

    def from_known_values(self, minima: Union[List[float], ndarray], maxima: Union[List[float], ndarray]):
        """The scaler from known least and largest values."""
        return MinMaxScaler().fit(np.concatenate(([minima], [maxima]), axis=0))

    def run_env(self, env):
        """Fits a scaler to random episodes, and writes it."""
        if self.scaler_path is None:
            self.scaler_path = os.path.join(_folder(env), "scaler.save")
        runs = get_runs(env.spec.id, self.num_steps * 10, self.workers, self.print_updates)
        scaler = self._optimize_scaler(runs)
        save_scaler(self.scaler_path, scaler, self.print_updates)
        return scaler

    def _optimize_scaler(self, runs: list) -> MinMaxScaler:
        """The scaler from −u to u, where u is the largest size of a feature in the episodes."""
        upper = np.max([np.abs(run).max(axis=1) for run in runs], axis=0)
        return MinMaxScaler().fit(np.stack([-upper, upper]))


class ConverterFactory:
    """Makes converters of the changes of observations, with thresholds from random episodes."""

    workers = 64
    num_steps = 1000

    def __init__(self, env, scaler, print_updates=False):
        self.env, self.scaler, self.print_updates, self.runs = env, scaler, print_updates, []
        if env.observation_space.shape is None:
            raise ValueError("the observations of the environment have no shape")
        self.features = env.observation_space.shape[0]
        self.env_path = _folder(env)
        self.enc_path = os.path.join(self.env_path, "th.txt")

    def initialize(self, runs):
        """Fits the thresholds to episodes, or to random ones, and writes them.

        :returns: The converter and its thresholds.
        """
        if len(runs) == 0:
            runs = get_runs(self.env.spec.id, self.num_steps, self.workers, self.print_updates)
        converter = self._optimize_converter(list(runs[: self.num_steps]))
        thresholds = converter.threshold.numpy()
        save_treshold(self.enc_path, thresholds, self.print_updates)
        return converter, thresholds

    def generate(self):
        """The converter and its thresholds: read from the disk, or fitted."""
        if not self.initialized():
            return self.initialize(self.runs)
        thresholds = load_treshold(self.enc_path, self.print_updates).numpy()
        return Converter(self.features, thresholds), thresholds

    def initialized(self) -> bool:
        """Whether the thresholds are on the disk."""
        return os.path.exists(self.enc_path)

    def _optimize_converter(self, runs: list) -> Converter:
        """A converter whose thresholds are the largest changes of the scaled features in the episodes."""
        runs.sort(key=len_2)
        scaled = [self.scaler.transform(run.swapaxes(0, 1)).swapaxes(0, 1) for run in runs]
        longest = max(map(len_2, scaled))
        # Shorter episodes are filled up with what the converter does not count.
        filled = np.full((len(scaled), self.features, longest), np.inf)
        for index, run in enumerate(scaled):
            filled[index, :, : run.shape[1]] = run
        converter = Converter(self.features, np.full(self.features, 0.01))
        converter.optimize(torch.from_numpy(filled).float())
        return converter
