"""Observations of environments as spikes."""

from typing import Literal, Optional, Tuple, Union

import numpy as np
from numpy.typing import NDArray as ndarray

from ._parameters import checked_dialect
from .base_converter import BaseConverter
from .encoder_common import poisson, rate
from .rate_step_forward_converter import RateStepForwardConverter as Converter


class GymnasiumEncoder(BaseConverter):
    """Encodes observations by the rates of their features, by the changes since the last one, or by both.

    :param n_features: The number of features.
    :param batch_size: The number of environments.
    :param seq_length: The number of steps.
    :param scaler: What scales observations to 0…1: `ScalerFactory` makes one; scikit-learn's have the same methods.
    :param converter_th: The change of each feature that counts 1, for the step coder.
    :param converter: The converter of the step coder.
    :param rate_coder: Whether features are encoded by their value.
    :param step_coder: Whether features are encoded by their change.
    :param split_exc_inh: Whether each feature becomes two, for values above and below the middle.
    :param spike_train_conversion_method: How rates become spikes.
    :param add_inverted_inputs: Whether the complement of each rate is added.
    :param max_firing_rate: The largest rate, in spikes per step.
    :param seed: What NumPy's global generator, from which random spikes are drawn, is seeded with here and by `reset`;
        None leaves it as it is.
    :param dialect: "reference" takes the complement before scaling by the largest rate, and "standard" after it.
    """

    spike_train_conversion_method: Literal["poisson", "deterministic"] = "deterministic"

    def __init__(
        self, n_features: int, batch_size: int, seq_length: int, scaler, converter_th: Union[ndarray, None] = None,
        converter: Union[Converter, None] = None, rate_coder: bool = True, step_coder: bool = False,
        split_exc_inh: bool = True,
        spike_train_conversion_method: Literal["poisson", "deterministic"] = "deterministic",
        add_inverted_inputs=False, max_firing_rate=1.0, seed=None, *, dialect="reference",
    ):
        super().__init__()
        self.features, self.batch_size, self.seq_length = n_features, batch_size, seq_length
        self.scaler, self.converter_th, self.converter = scaler, converter_th, converter
        self.rate_coder, self.step_coder, self.split_exc_inh = rate_coder, step_coder, split_exc_inh
        self.spike_train_conversion_method = spike_train_conversion_method
        self.add_inverted_inputs, self.max_firing_rate = add_inverted_inputs, max_firing_rate
        self.seed, self.dialect = seed, checked_dialect(dialect)
        if step_coder and converter is None:
            raise ValueError("step_coder needs a converter; ConverterFactory.generate() makes one")
        if not (rate_coder or step_coder):
            raise ValueError("rate_coder and step_coder are both off, so there is nothing to encode")
        self.reset()

    def _scale(self, state: ndarray) -> ndarray:
        return np.asarray(self.scaler.transform(np.atleast_2d(np.asarray(state, np.float64))))

    def reset(self, state: Optional[ndarray] = None) -> None:
        """Starts an episode: changes count from `state`, or from 0 of the scaled features."""
        if self.seed is not None:
            np.random.seed(self.seed)
        zeros = np.zeros((self.batch_size, self.features))
        self.prev_state = zeros if state is None else self._scale(state)
        self.base = self.prev_state

    def encode(self, state: ndarray, return_norm=False) -> Union[ndarray, Tuple[ndarray, Optional[ndarray]]]:
        """Encodes observations `[features]` or `[batch, features]`.

        :param return_norm: Whether to return the rates too.
        :returns: 0 and 1, `[seq_length, batch, units]`: changes before values, ups before downs, complements last.
        """
        state = self._scale(state)
        parts = []
        if self.step_coder:
            threshold = self.converter.threshold if self.converter_th is None else self.converter_th
            self.base, change = self.converter._encode_step_(state, self.base, np.asarray(threshold))
            self.prev_state = state
            parts.append(change / 2 + 0.5)
        if self.rate_coder:
            parts.append(state)
        rates = np.concatenate(parts, axis=1)
        if self.split_exc_inh:
            up, down = np.where(rates >= 0.5, (rates - 0.5) * 2, 0), np.where(rates < 0.5, (0.5 - rates) * 2, 0)
            rates = np.concatenate([up, down], axis=1)
        if self.dialect == "standard":
            rates = np.clip(rates, 0, 1) * self.max_firing_rate
        if self.add_inverted_inputs:
            rates = np.concatenate([rates, self.max_firing_rate - rates], axis=1)
        if self.dialect == "reference":
            rates = rates * self.max_firing_rate
        if self.spike_train_conversion_method == "poisson":
            spikes = poisson(rates, self.seq_length)
        else:
            spikes = rate(rates, self.seq_length)
        return (spikes, rates) if return_norm else spikes
