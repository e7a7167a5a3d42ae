"""The errors of spikekit, with the messages of the Swift library."""


class CodecError(ValueError):
    """An error about a codec's parameters or a recording. Its text is one line."""


class FileFormatError(ValueError):
    """A file is damaged, of another kind, or holds what cannot be read. Its text is one line."""


def counted(count, noun):
    """The count with its noun, such as `1 channel` or `2 channels`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def check_result(value, call):
    """Raises `TypeError` unless a value is what `encode` returns."""
    if type(value).__name__ != "Encoded":
        kind = f"{type(value).__module__}.{type(value).__name__}".replace("builtins.", "")
        raise TypeError(
            f"spikekit: {call} takes the result of encode, got {kind}; give arrays to codec.restore(spikes) first")
