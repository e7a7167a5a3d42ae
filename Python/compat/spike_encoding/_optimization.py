"""Searches for the parameters of the converters."""

import numpy as np
import spikekit
import torch

from ._parameters import as_signal


class MeanSquaredError(torch.nn.MSELoss):
    """The error that searches minimize by default."""


def optimized(codec, data, trials, error_function, plot_history, name):
    """Tunes a codec for each channel.

    :param error_function: A function of the decoded and the original channel, `[1, time_steps]` each.
    :param name: The name of the converter, for messages.
    :returns: A tensor for each searched parameter, by its name, with one value per channel.
    """
    data = as_signal(data, "data")
    if data.ndim > 2:
        raise ValueError(f"{name}.optimize takes [time_steps] or [features, time_steps], got {data.ndim} dimensions")
    data = torch.atleast_2d(data)
    if type(error_function) is MeanSquaredError and error_function.reduction == "mean":
        objective = None
    else:
        def objective(channel, encoded, decoded):
            error = error_function(torch.atleast_2d(torch.from_numpy(decoded)), torch.from_numpy(channel[None].copy()))
            return float(error)

    tuning = spikekit.tune(codec, data.cpu().numpy(), evaluations=trials, objective=objective)
    if plot_history:
        _plot(tuning, name)
    names = [parameter.name for parameter in codec.parameters if parameter.searched]
    best = {name: np.array([channel.best.parameters[name] for channel in tuning.channels]) for name in names}
    return {name: torch.from_numpy(values).float() for name, values in best.items()}


def _plot(tuning, name):
    try:
        import matplotlib.pyplot as plots
    except ImportError:
        raise ImportError("plot_history needs matplotlib; run: pip install matplotlib") from None
    figure, axes = plots.subplots()
    for index, channel in enumerate(tuning.channels):
        axes.semilogy([trial.objective for trial in channel.trials], ".", label=f"feature {index}")
    axes.set(xlabel="trial", ylabel="error", title=name)
    axes.legend()
    plots.show()
