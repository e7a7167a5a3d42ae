"""Types of arguments and results."""

from typing import TYPE_CHECKING, Any, Protocol, Sequence, TypeVar, Union

if TYPE_CHECKING:
    import numpy as np


class Listable(Protocol):
    """A number, an array or a tensor, which has the method `tolist`."""

    def tolist(self) -> Any: ...


class TensorLike(Protocol):
    """A tensor of PyTorch, without importing it."""

    def detach(self) -> Any: ...


#: One number for all channels, or a sequence, an array or a tensor with one number per channel.
PerChannel = Union[float, Listable, Sequence[Union[float, Listable]]]
#: The same of whole numbers.
PerChannelInt = Union[int, Listable, Sequence[Union[int, Listable]]]

#: What encoding and decoding return: an array, or a tensor if a tensor was given.
Array = TypeVar("Array", bound=Union["np.ndarray", TensorLike])
Tensor = TypeVar("Tensor", bound=TensorLike)
