"""What all codecs have in common."""

from typing import Any, ClassVar, Dict, Tuple, Type

import numpy as np

from .errors import CodecError, counted
from .parameter import Parameter


class Codec:
    """A way to turn values into spikes and back. It is immutable, and safe to use from several threads at once."""

    #: The name of the codec in the program `spike` and in files.
    name: ClassVar[str]
    #: A heading, such as "Step-forward".
    title: ClassVar[str]
    #: One sentence on what a spike means.
    purpose: ClassVar[str]
    #: The publication that the codec follows.
    source: ClassVar[str]
    #: What a channel is called: "channel" or "feature".
    noun: ClassVar[str] = "channel"
    #: Whether spikes have sizes.
    is_graded: ClassVar[bool] = False
    #: Whether each channel is scaled by its own range.
    needs_range: ClassVar[bool] = False
    #: The parameters, in the order of the signature.
    parameters: ClassVar[Tuple[Parameter, ...]] = ()
    #: The classes of all codecs by name.
    all: ClassVar[Dict[str, Type["Codec"]]] = {}

    __slots__ = ("_values", "_templates", "_hash")

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        found = tuple(value for value in vars(cls).values() if isinstance(value, Parameter))
        if found:
            cls.parameters = found
            cls._prepare()
            Codec.all[cls.name] = cls

    @classmethod
    def _prepare(cls):
        """Looks up what the class needs once; for subclasses."""

    def __init__(self, **values: Any):
        unknown = values.keys() - {parameter.name for parameter in self.parameters}
        if unknown:
            raise TypeError(f"{self.name}: there is no parameter {min(unknown)!r}")
        self._values = {p.name: p.checked(values.get(p.name, p.default)) for p in self.parameters}
        self._templates: Dict[Tuple[int, int], Any] = {}
        self._check_together()

    def _check_together(self):
        """Raises `CodecError` unless the values go together; for subclasses."""

    def replace(self, **values: Any) -> "Codec":
        """The codec with other values for some parameters."""
        return type(self)(**{**self._values, **values})

    def check(self, channels: int) -> None:
        """Raises `CodecError` unless every parameter has one value, or one for each channel."""
        for parameter in self.parameters:
            value = self._values[parameter.name]
            if type(value) is tuple and len(value) != channels:
                raise CodecError(
                    f"{self.name}: {parameter.title} has {counted(len(value), 'value')} for "
                    f"{counted(channels, self.noun)}; give one value, or one per {self.noun}")

    def _check_spikes(self, rows):
        """Raises `CodecError` for a value that is no spike of this codec."""
        values = (0, 1) if self.noun == "feature" else (-1, 0, 1)
        if not (np.isfinite(rows).all() if self.is_graded else np.isin(rows, values).all()):
            wanted = "finite" if self.is_graded else "0 or 1" if self.noun == "feature" else "-1, 0 or 1"
            raise CodecError(f"{self.name}: a spike is not {wanted}")

    def decode(self, encoded, *, initial_values=None, threads=None):
        """Decodes spikes that this codec encoded; the same as `encoded.decode()`.

        :raises CodecError: For the result of another codec.
        """
        found, values = encoded.codec, self._values
        # A value that was taken from the recording is known in the result alone.
        if type(found) is not type(self) or any(
            value is not None and found._values[name] != value for name, value in values.items()
        ):
            raise CodecError(f"{self.name}: decode was given the result of another codec, {found!r}")
        return encoded.decode(initial_values=initial_values, threads=threads)

    def _key(self):
        return (type(self), tuple(self._values.values()))

    def __eq__(self, other):
        return isinstance(other, Codec) and self._key() == other._key()

    def __hash__(self):
        return hash(self._key())

    def __repr__(self):
        values = ", ".join(f"{name}={value!r}" for name, value in self._values.items())
        return f"{type(self).__name__}({values})"

    def __reduce__(self):
        return _restore, (type(self), self._values)


def _restore(kind, values):
    """Makes a codec from its pickle."""
    return kind(**values)
