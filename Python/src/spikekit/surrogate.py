"""Surrogate gradients: functions that approximate the step H(u), whose own derivative is 0 almost everywhere."""

import math
from dataclasses import dataclass

import torch

from ._numbers import positive

_KINDS = ("sigmoid", "arctangent", "triangle", "fast_sigmoid", "rectangle")


@dataclass(frozen=True)
class Surrogate:
    """A function whose derivative takes the place of that of the step in the backward pass: one of five kinds.

    Here u is the distance from the threshold. They are those of SpikeKit's spiking layers.

    Source: Neftci, Mostafa and Zenke 2019, doi:10.1109/MSP.2019.2931595.
    """

    kind: str
    #: The slope; the width of a rectangle.
    size: float

    def __post_init__(self):
        if self.kind not in _KINDS:
            known = ", ".join(_KINDS[:-1])
            raise ValueError(f"the kind of a surrogate must be {known} or rectangle, got {self.kind!r}")
        name = "width" if self.kind == "rectangle" else "slope"
        object.__setattr__(self, "size", positive(self.size, f"{self.kind}: {name}"))

    @staticmethod
    def sigmoid(slope: float = 4) -> "Surrogate":
        """The logistic function σ(αu), with the derivative α·σ(αu)·(1 − σ(αu))."""
        return Surrogate("sigmoid", slope)

    @staticmethod
    def arctangent(slope: float = 2) -> "Surrogate":
        """½ + atan(παu/2)/π, with the derivative α/2 / (1 + (παu/2)²). Source: Fang et al. 2021, arXiv 2007.05785."""
        return Surrogate("arctangent", slope)

    @staticmethod
    def triangle(slope: float = 1) -> "Surrogate":
        """A quadratic spline with the derivative α·max(0, 1 − α|u|). Source: Esser et al. 2016, arXiv 1603.08270."""
        return Surrogate("triangle", slope)

    @staticmethod
    def fast_sigmoid(slope: float = 25) -> "Surrogate":
        """½ + u / (1 + α|u|), with the derivative 1 / (1 + α|u|)². Source: Zenke and Ganguli 2018, arXiv 1705.11146."""
        return Surrogate("fast_sigmoid", slope)

    @staticmethod
    def rectangle(width: float = 1) -> "Surrogate":
        """A ramp with the derivative 1/width where |u| <= width/2, else 0. Source: Wu et al. 2018, arXiv 1706.02609."""
        return Surrogate("rectangle", width)

    @property
    def number(self) -> int:
        """The number of the kind in the library."""
        return _KINDS.index(self.kind)

    def value(self, u: torch.Tensor) -> torch.Tensor:
        """The approximation of the step at every element."""
        if self.kind == "sigmoid":
            return torch.sigmoid(self.size * u)
        if self.kind == "arctangent":
            return 0.5 + torch.atan(math.pi / 2 * self.size * u) / math.pi
        if self.kind == "triangle":
            s = (self.size * u).clamp(-1, 1)
            return 0.5 + s - s * s.abs() / 2
        if self.kind == "fast_sigmoid":
            return 0.5 + u / (1 + self.size * u.abs())
        return (u / self.size + 0.5).clamp(0, 1)

    def derivative(self, u: torch.Tensor) -> torch.Tensor:
        """The derivative of the approximation at every element."""
        if self.kind == "sigmoid":
            s = torch.sigmoid(self.size * u)
            return self.size * s * (1 - s)
        if self.kind == "arctangent":
            return self.size / 2 / (1 + (math.pi / 2 * self.size * u) ** 2)
        if self.kind == "triangle":
            return self.size * (1 - self.size * u.abs()).clamp(min=0)
        if self.kind == "fast_sigmoid":
            return 1 / (1 + self.size * u.abs()) ** 2
        return (u.abs() <= self.size / 2).to(u.dtype) / self.size
