"""What the converters have in common."""

import torch


class BaseConverter(torch.nn.Module):
    """A converter between signals and spikes."""

    def __init__(self):
        super().__init__()

    def encode(self, tensor):
        raise NotImplementedError(f"{type(self).__name__} does not encode")

    def decode(self, spikes: torch.Tensor):
        raise NotImplementedError(f"{type(self).__name__} does not decode")

    def optimize(self, data: torch.Tensor):
        raise NotImplementedError(f"{type(self).__name__} has nothing to optimize")
