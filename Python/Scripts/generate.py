#!/usr/bin/env python3
"""Writes the classes of the codecs, their stubs and their exports, from the descriptions that `spike codecs --json` prints.

    spike codecs --json | Scripts/generate.py            # writes files in src/spikekit
    spike codecs --json | Scripts/generate.py --check    # fails if they differ from what it would write
"""

import json
import pathlib
import re
import sys

PACKAGE = pathlib.Path(__file__).resolve().parent.parent / "src" / "spikekit"
HEAD = """\"\"\"The codecs.

Written by Scripts/generate.py from what `spike codecs --json` prints; change the descriptions in Swift.
\"\"\"
"""
# The names of the package beside the codecs; those that are imported when they are first used are not among them.
EXPORTS = ["Codec", "CodecError", "Encoded", "Events", "FileFormatError", "SpikeStream", "codec"]
# Codecs of observations with more than one unit per feature have a base class of their own.
BASES = {"receptive-fields": "ReceptiveFieldsCodec"}


def snake(key):
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)


def default(parameter):
    """The default as Python writes it."""
    if "default" not in parameter:
        return "None"
    if "choices" in parameter:
        return repr(parameter["default"])
    return repr(int(parameter["default"]) if parameter["isInteger"] else float(parameter["default"]))


def annotation(parameter):
    """The type of the argument."""
    if "choices" in parameter:
        return f"Literal[{', '.join(map(repr, parameter['choices']))}]"
    kind = "int" if parameter["isInteger"] else "float"
    if parameter["isPerChannel"]:
        kind = "PerChannelInt" if kind == "int" else "PerChannel"
    return f"Optional[{kind}]" if "fromData" in parameter else kind


def value_type(parameter):
    """The type of the property."""
    if "choices" in parameter:
        return "str"
    kind = "int" if parameter["isInteger"] else "float"
    if parameter["isPerChannel"]:
        kind = f"Union[{kind}, Tuple[{kind}, ...]]"
    return f"Optional[{kind}]" if "fromData" in parameter else kind


def signature(codec, indent):
    """The lines of the arguments of the initializer. The first parameter needs no name in calls, the others do."""
    lines = [f"{indent}self,"]
    for index, parameter in enumerate(codec["parameters"]):
        if index == 1:
            lines.append(f"{indent}*,")
        lines.append(f"{indent}{snake(parameter['name'])}: {annotation(parameter)} = {default(parameter)},")
    return "\n".join(lines)


def wrapped(text, width, indent):
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width - len(indent):
            lines.append("    ")
        lines[-1] += (" " if lines[-1].strip() else "") + word
    return "\n".join(indent + line for line in lines)


def documentation(codec, indent):
    """The doc comment of the class."""
    purpose = codec["purpose"][0].lower() + codec["purpose"][1:]
    parts = [wrapped(f"{codec['title']}: {purpose}", 120, indent).lstrip(), ""]
    for parameter in codec["parameters"]:
        unit = f" Unit: {parameter['unit']}." if "unit" in parameter else ""
        bounds = f" Must be {parameter['requirement']}." if "requirement" in parameter else ""
        words = f" {' or '.join(parameter['choices'])}." if "choices" in parameter else ""
        channels = " One value, or one per channel." if parameter["isPerChannel"] else ""
        data = f" By default, {parameter['fromData']}." if "fromData" in parameter else ""
        line = f":param {snake(parameter['name'])}: {parameter['help']}{words}{unit}{bounds}{channels}{data}"
        parts.append(wrapped(line, 120, indent))
    parts.append(wrapped(":raises CodecError: For a value outside of its bounds.", 120, indent))
    if "referenceDialect" in codec:
        parts += ["", wrapped(f"Dialect \"reference\": {codec['referenceDialect']}", 120, indent)]
    parts += ["", wrapped(f"Source: {codec['source']}.", 120, indent)]
    return "\n".join(part if part.strip() else "" for part in parts)


def limit(parameter, name):
    end = parameter.get(name)
    return f"{name}=Limit({end['value']}, {end['isIncluded']})" if end else None


def parameter_lines(codec, parameter):
    arguments = [repr(parameter["name"]), repr(parameter["help"]), f"default={default(parameter)}"]
    arguments += [f"unit={parameter['unit']!r}"] if "unit" in parameter else []
    arguments += [f"choices={tuple(parameter['choices'])!r}"] if "choices" in parameter else []
    arguments += ["is_integer=True"] if parameter["isInteger"] else []
    arguments += ["is_per_channel=True"] if parameter["isPerChannel"] else []
    is_single = codec["takes"] == "recordings" and "choices" not in parameter and not parameter["isInteger"]
    arguments += ["is_single=True"] if is_single else []
    arguments += [end for end in (limit(parameter, "lower"), limit(parameter, "upper")) if end]
    arguments += [f"requirement={parameter['requirement']!r}"] if "requirement" in parameter else []
    arguments += [f"searched={parameter['searched']!r}"] if "searched" in parameter else []
    arguments += [f"from_data={parameter['fromData']!r}"] if "fromData" in parameter else []
    arguments += ["is_in_files=False"] if parameter["name"] == "seed" else []
    lines, indent = [f"    {snake(parameter['name'])} = Parameter("], "        "
    for argument in arguments:
        if lines[-1].startswith(indent) and len(lines[-1]) + len(argument) + 2 <= 119:
            lines[-1] += f" {argument},"
        else:
            lines.append(f"{indent}{argument},")
    lines[-1] = lines[-1].rstrip(",") + ")"
    return "\n".join(lines)


def base(codec):
    return BASES.get(codec["name"], "RecordingCodec" if codec["takes"] == "recordings" else "ObservationCodec")


def source(codecs):
    """The module of the classes."""
    text = HEAD + "\nfrom typing import Literal, Optional\n\n"
    text += "from ._types import PerChannel, PerChannelInt\n"
    text += "from .observation_codec import ObservationCodec, ReceptiveFieldsCodec\n"
    text += "from .parameter import Limit, Parameter\nfrom .recording_codec import RecordingCodec\n"
    text += "\n__all__ = [\n" + "".join(f'    "{codec["type"]}",\n' for codec in codecs) + "]\n"
    for codec in codecs:
        text += f'\n\nclass {codec["type"]}({base(codec)}):\n    """{documentation(codec, "    ")}\n    """\n\n'
        text += "    __slots__ = ()\n\n"
        for name in ("name", "title", "purpose", "source"):
            text += f"    {name} = {json.dumps(codec[name], ensure_ascii=False)}\n"
        text += "    is_graded = True\n" if codec["isGraded"] else ""
        text += "    needs_range = True\n" if codec["scalesByRange"] else ""
        text += "\n" + "\n".join(parameter_lines(codec, parameter) for parameter in codec["parameters"]) + "\n"
        names = [snake(parameter["name"]) for parameter in codec["parameters"]]
        call = ", ".join(f"{name}={name}" for name in names)
        if len(call) > 90:
            call = f"\n{wrapped(call, 120, '            ').replace('                ', '            ')}"
        text += f"\n    def __init__(\n{signature(codec, '        ')}\n    ) -> None:\n"
        text += f"        super().__init__({call})\n"
    return text


def stub(codecs):
    """The stubs of the module, for type checkers and editors."""
    text = HEAD + "\nfrom typing import Literal, Optional, Tuple, Union\n\n"
    text += "from ._types import PerChannel, PerChannelInt\n"
    text += "from .observation_codec import ObservationCodec, ReceptiveFieldsCodec\n"
    text += "from .recording_codec import RecordingCodec\n"
    for codec in codecs:
        text += f'\nclass {codec["type"]}({base(codec)}):\n    """{documentation(codec, "    ")}\n    """\n\n'
        text += f"    def __init__(\n{signature(codec, '        ')}\n    ) -> None: ...\n"
        for parameter in codec["parameters"]:
            text += f"    @property\n    def {snake(parameter['name'])}(self) -> {value_type(parameter)}: ...\n"
    return text


def exports(codecs):
    """The initial module, with the imports of all classes."""
    names = "".join(f"    {codec['type']},\n" for codec in sorted(codecs, key=lambda codec: codec["type"]))
    text = (PACKAGE / "__init__.py").read_text()
    listed = sorted([*(codec["type"] for codec in codecs), *EXPORTS])
    text = re.sub(r"from \.codecs import \([^)]*\)", lambda _: f"from .codecs import (\n{names})", text)
    every = "".join(f'    "{name}",\n' for name in listed)
    return re.sub(r"__all__ = \[[^\]]*\]", lambda _: f"__all__ = [\n{every}]", text)


def main():
    codecs = json.load(sys.stdin)
    status = 0
    files = {"codecs.py": source(codecs), "codecs.pyi": stub(codecs), "__init__.py": exports(codecs)}
    for name, text in files.items():
        path = PACKAGE / name
        if "--check" not in sys.argv:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"{path} is out of date; run: spike codecs --json | Python/Scripts/generate.py", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
