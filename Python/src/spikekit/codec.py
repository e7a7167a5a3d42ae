"""What all codecs have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple, Type, TypeVar

import numpy as np

from .errors import CodecError, check_result, counted
from .parameter import Parameter

if TYPE_CHECKING:
    from ._types import Array, PerChannel
    from .encoded import Encoded
    from .stream import SpikeStream

_Codec = TypeVar("_Codec", bound="Codec")


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
    all: ClassVar[Dict[str, Type[Codec]]] = {}

    __slots__ = ("_values", "_templates", "_flags")

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        found = tuple(value for value in vars(cls).values() if isinstance(value, Parameter))
        if found:
            cls.parameters = found
            cls._prepare()
            Codec.all[cls.name] = cls

    @staticmethod
    def named(name) -> Type[Codec]:
        """The class of a codec by its name in the program `spike`.

        :raises CodecError: For an unknown name.
        """
        if not isinstance(name, str):
            raise TypeError(f"spikekit: the name of a codec must be a text, got {name!r}")
        if name not in Codec.all:
            raise CodecError(f"unknown codec {name!r}; known are {', '.join(Codec.all)}")
        return Codec.all[name]

    @staticmethod
    def given(codec) -> Codec:
        """A codec that a caller gave, also by its name."""
        if isinstance(codec, str):
            return Codec.named(codec)()
        if not isinstance(codec, Codec):
            raise TypeError(f"spikekit: codec must be a codec or its name, got {type(codec).__name__}")
        return codec

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
        self._settle()

    def _check_together(self):
        """Raises `CodecError` unless the values go together; for subclasses."""

    def _settle(self):
        """Computes what every call needs of the values; for subclasses."""

    def _replaced(self, name, value):
        """The codec with another value for a numeric parameter, known to be as `Parameter.checked` returns it."""
        codec = object.__new__(type(self))
        codec._values, codec._templates, codec._flags = {**self._values, name: value}, {}, self._flags
        return codec

    def replace(self: _Codec, **values: Any) -> _Codec:
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

    if TYPE_CHECKING:
        # What all subclasses have, for type checkers.
        def encode(self, signal: Any, **options: Any) -> Encoded[Any]: ...
        def restore(self, spikes: Any, **options: Any) -> Encoded[Any]: ...
        def stream(self, channels: int = 1, **options: Any) -> SpikeStream: ...

    def decode(
        self, encoded: Encoded[Array], *, initial_values: Optional[PerChannel] = None, threads: Optional[int] = None,
    ) -> Array:
        """Decodes spikes that this codec encoded; the same as `encoded.decode()`.

        :raises CodecError: For the result of another codec.
        """
        check_result(encoded, "decode")
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
