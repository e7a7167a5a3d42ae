"""The parameters of codecs: what they mean, their bounds, and the checks of their values."""

import math
import numbers
from typing import NamedTuple, Optional

import numpy as np

from ._numbers import text
from .errors import CodecError


class Limit(NamedTuple):
    """An end of a range of numbers."""

    value: float
    is_included: bool


def _sequence(value):
    """The numbers of an array, a tensor, a list or a tuple; None for a single value."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return list(value) if isinstance(value, (list, tuple)) else None


def _as_float(value):
    """The number as a float; infinite if it is a whole number or a fraction beyond that."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


class Parameter:
    """A parameter of a codec, which reads its value from the codec. Codecs do not change: see `Codec.replace`."""

    def __init__(
        self, key: str, help: str, *, default, unit: Optional[str] = None, choices: tuple = (),
        is_integer: bool = False, is_per_channel: bool = False, is_single: bool = False,
        lower: Optional[Limit] = None, upper: Optional[Limit] = None, requirement: Optional[str] = None,
        searched: Optional[str] = None, from_data: Optional[str] = None, is_in_files: bool = True,
    ):
        self.key, self.help, self.default, self.unit, self.choices = key, help, default, unit, choices
        self.is_integer, self.is_per_channel, self.is_single = is_integer, is_per_channel, is_single
        self.lower, self.upper, self.requirement = lower, upper, requirement
        self.searched, self.from_data, self.is_in_files = searched, from_data, is_in_files
        # "membraneConstant" is "membrane constant" in messages.
        self.title = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key)

    def __set_name__(self, owner, name):
        self.name = name
        self.codec = owner.name

    def __get__(self, instance, owner=None):
        return self if instance is None else instance._values[self.name]

    def __set__(self, instance, value):
        raise AttributeError(f"{self.codec}: codecs do not change; make another with replace({self.name}=…)")

    def __delete__(self, instance):
        raise AttributeError(f"{self.codec}: codecs do not change; {self.name} cannot be deleted")

    def checked(self, value):
        """The value as it is kept, rounded to the parameter's type.

        :returns: A word, a number, or a tuple with one number per channel; None for a value taken from the recording.
        """
        if value is None and self.from_data is not None:
            return None
        if self.choices:
            if isinstance(value, str) and value in self.choices:
                return value
            raise CodecError(f"{self.codec}: {self.title} must be {' or '.join(self.choices)}, got {value!r}")
        several = _sequence(value)
        if several is None:
            return self._number(value)
        if not self.is_per_channel:
            raise TypeError(f"{self.codec}: {self.title} must be one number, got {value!r}")
        if not several:
            raise CodecError(f"{self.codec}: {self.title} needs at least one value")
        checked = tuple(self._number(number) for number in several)
        return checked if len(checked) > 1 else checked[0]

    def _number(self, value):
        if hasattr(value, "item") and not isinstance(value, numbers.Number):
            value = value.item()
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            raise TypeError(f"{self.codec}: {self.title} must be a number, got {value!r}")
        if self.is_integer:
            if not isinstance(value, numbers.Integral) and not _as_float(value).is_integer():
                raise self._refusal(text(value, single=False))
            number = int(value)
            shown = str(number)
            if self.key == "seed" and not 0 <= number < 2**64:
                raise CodecError(f"{self.codec}: seed must be >= 0 and < 2**64, got {number}")
        else:
            with np.errstate(over="ignore", under="ignore"):
                # The shortest digits of a float32, which round to it again.
                number = _as_float(value)
                number = float(str(np.float32(number))) if self.is_single else number
            shown = text(number, self.is_single)
        if not self.contains(number):
            raise self._refusal(shown)
        return number

    def contains(self, number) -> bool:
        """Whether a number lies within the bounds."""
        if not self.is_integer and not math.isfinite(number):
            return False
        if self.lower and (number < self.lower.value or number == self.lower.value and not self.lower.is_included):
            return False
        return not (
            self.upper and (number > self.upper.value or number == self.upper.value and not self.upper.is_included))

    def _refusal(self, shown):
        return CodecError(f"{self.codec}: {self.title} must be {self.requirement}, got {shown}")

    def __repr__(self):
        return f"<parameter {self.name} of {self.codec}: {self.help}>"
