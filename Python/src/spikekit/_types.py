"""Types of arguments."""

from typing import Any, Sequence, Union

#: One number for all channels, or a sequence, an array or a tensor with one number per channel.
PerChannel = Union[float, Sequence[float], Any]
#: The same of whole numbers.
PerChannelInt = Union[int, Sequence[int], Any]
