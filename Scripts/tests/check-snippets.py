#!/usr/bin/env python3
"""Compiles the Swift examples in the README, the guides, the documentation catalogues and doc comments, and runs them.

usage: check-snippets.py [--learning] [ROOT_BUILD]

ROOT_BUILD is the folder with the built modules, .build-tests/release if it is left out. With --learning, examples that
import modules of Packages/SpikeLearning are compiled as well; they are not run, as they would have to link LibTorch.

An example is a block that begins with ```swift. The blocks of one page continue each other, as a reader would take them;
each block of a doc comment stands alone and may use the module that it documents. A print statement that ends in a
comment with an arrow, `print(x)  // → [0, 1]`, must print just that.

HTML comments in the line before a block, invisible to the reader, change what is done with it:
<!-- with: let samples: [Float] = [0, 1] -->  declares what the example takes for granted
<!-- alone -->                                begins a scope of its own, for this block and those after it
<!-- not run: reason -->                      compiles the page, but does not run it
<!-- not compiled: reason -->                 passes over the block
"""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUN_MODULES = ["ArrayFiles", "SpikeKernels", "SpikeEncoding", "SpikeTuning", "SpikeFiles", "EventFiles", "SpikeGym",
               "SpikeReports"]
RUN_LIBRARIES = ["nlopt", "sndfile", "hdf5", "zlib", "liblz4", "libzstd"]
SYSTEM_MODULES = ["Foundation"]


class Page:
    """The examples of one file."""

    def __init__(self, path):
        self.path = path
        self.imports = set()
        # The functions; each is a list of lines with their line numbers in the file.
        self.functions = []
        self.is_run = True

    @property
    def name(self):
        return str(self.path.relative_to(ROOT))

    @property
    def needs_learning(self):
        return not self.imports <= set(RUN_MODULES + SYSTEM_MODULES)

    def source(self, index):
        """One Swift file, and the names of its functions."""
        lines = [f"import {module}" for module in sorted(self.imports)]
        names = []
        for number, function in enumerate(self.functions):
            names.append(f"page{index}example{number}")
            lines.append(f"func {names[-1]}() throws {{")
            previous = None
            for line, text in function:
                # The compiler does not accept this within an expression.
                if previous is None or line != previous + 1:
                    lines.append(f'#sourceLocation(file: "{self.name}", line: {line})')
                previous = line
                lines.append(expecting(text, f"{self.name}:{line}"))
            lines += ["#sourceLocation()", "}"]
        return "\n".join(lines) + "\n", names


def expecting(text, place):
    """A statement that prints, followed by the check of what it printed."""
    match = re.match(r"^(.*\bprint\(.*\))\s*// → (.*)$", text)
    if not match:
        return text
    return f"{match[1]}; expectPrinted({quoted(match[2].strip())}, {quoted(place)})"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def read_page(path):
    """A Markdown page; its blocks continue each other."""
    page, directives = Page(path), []
    page.functions.append([])
    lines = path.read_text(encoding="utf-8").split("\n")
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.startswith("<!--"):
            comment = line
            while "-->" not in comment:
                index += 1
                comment += "\n" + lines[index]
            directives.append((index + 1, comment.split("<!--")[1].split("-->")[0].strip()))
        elif line.startswith("```swift"):
            end = next(i for i in range(index + 1, len(lines)) if lines[i].startswith("```"))
            add_block(page, lines[index + 1:end], index + 2, directives)
            index, directives = end, []
        elif line.startswith("```"):
            index = next(i for i in range(index + 1, len(lines)) if lines[i].startswith("```"))
        elif line.strip():
            directives = []
        index += 1
    page.functions = [function for function in page.functions if function]
    return page


def add_block(page, lines, first, directives):
    for line, directive in directives:
        kind, _, content = directive.partition(":")
        if kind == "not compiled":
            return
        if kind == "alone":
            page.functions.append([])
        elif kind == "not run":
            page.is_run = False
        elif kind == "with":
            texts = content.strip().split("\n")
            for offset, text in enumerate(texts):
                take(page, page.functions[-1], text, line - len(texts) + offset)
    for offset, text in enumerate(lines):
        take(page, page.functions[-1], text, first + offset)


def take(page, function, text, line):
    match = re.match(r"^import (\w+)$", text.strip())
    if match:
        page.imports.add(match[1])
    else:
        function.append((line, text))


def read_doc_comments(path):
    """A Swift source; each block of its doc comments stands alone."""
    page, block = Page(path), None
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        match = re.match(r"^\s*///( ?)(.*)$", text)
        line = match[2] if match else None
        if block is None:
            if line == "```swift":
                block = []
        elif line is None or line == "```":
            page.functions.append(block)
            block = None
        else:
            take(page, block, line, number)
    if page.functions:
        page.imports.add(path.relative_to(ROOT / "Sources").parts[0])
    return page


def pages():
    paths = [ROOT / "README.md", ROOT / "Examples/README.md"]
    paths += sorted((ROOT / "Guides").glob("*.md")) + sorted((ROOT / "Sources").glob("*/*.docc/*.md"))
    paths += sorted((ROOT / "Packages/SpikeLearning/Sources").glob("*/*.docc/*.md"))
    found = [read_page(path) for path in paths]
    found += [read_doc_comments(path) for path in sorted((ROOT / "Sources").rglob("*.swift"))]
    return [page for page in found if page.functions]


SUPPORT = """
import Foundation

nonisolated(unsafe) var lastPrinted = ""
nonisolated(unsafe) var failures = 0
nonisolated(unsafe) var checkedPlaces: Set<String> = []

func print(_ items: Any..., separator: String = " ", terminator: String = "\\n") {
    lastPrinted = items.map { "\\($0)" }.joined(separator: separator)
}

func expectPrinted(_ text: String, _ place: String) {
    checkedPlaces.insert(place)
    if lastPrinted != text { fail("\\(place): prints \\(lastPrinted), and its comment says \\(text)") }
}

func fail(_ text: String) {
    failures += 1
    if text.hasPrefix("self-check") { return }
    FileHandle.standardError.write(Data((text + "\\n").utf8))
}

func run(_ name: String, _ example: () throws -> Void) {
    do {
        try example()
    } catch {
        fail("\\(name): throws \\(error)")
    }
}
"""

# The program first tests that the check detects a wrong value.
MAIN = """
import Foundation

print(1)
expectPrinted("2", "self-check")
let noticed = failures
failures = 0
checkedPlaces = []
if noticed != 1 { fail("check-snippets: a wrong value goes unnoticed") }
CALLS
let places: [String] = [PLACES]
for place in places where !checkedPlaces.contains(place) { fail("\\(place): is never reached") }
exit(failures == 0 ? 0 : 1)
"""


def write(folder, pages_to_write):
    sources, calls, places = [], [], []
    for index, page in enumerate(pages_to_write):
        text, names = page.source(index)
        source = folder / f"page{index}.swift"
        source.write_text(text, encoding="utf-8")
        sources.append(str(source))
        if page.is_run:
            calls += [f"run({quoted(page.name)}, {name})" for name in names]
            places += re.findall(r'; expectPrinted\(".*", (".*")\)$', text, re.MULTILINE)
    main = folder / "main.swift"
    main.write_text(
        MAIN.replace("CALLS", "\n".join(calls)).replace("PLACES", ", ".join(places)), encoding="utf-8")
    support = folder / "support.swift"
    support.write_text(SUPPORT, encoding="utf-8")
    return sources + [str(support), str(main)], len(places)


def module_maps(build):
    """Where the C modules are that the built Swift modules import."""
    flags = []
    own = [path for part in ("Sources", "Packages") for path in (ROOT / part).glob("**/module.modulemap")
           if ".build" not in str(path.relative_to(ROOT))]
    for path in own + list((build.parent / "checkouts").glob("*/Sources/*/include/module.modulemap")):
        flags += ["-I", str(path.parent)]
    for path in sorted(build.glob("*.build/module.modulemap")):
        flags += ["-Xcc", f"-fmodule-map-file={path}"]
    return flags


def package_flags(kind):
    result = subprocess.run(["pkg-config", kind] + RUN_LIBRARIES, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"check-snippets: pkg-config {kind} failed: {result.stderr.strip()}")
    return result.stdout.split()


def compiler(build, *arguments):
    flags = ["swiftc", "-swift-version", "6", "-suppress-warnings", "-I", str(build / "Modules")]
    for flag in package_flags("--cflags"):
        flags += ["-Xcc", flag]
    return subprocess.run(flags + module_maps(build) + list(arguments), cwd=ROOT).returncode == 0


def main():
    arguments = sys.argv[1:]
    learning = "--learning" in arguments
    paths = [argument for argument in arguments if argument != "--learning"]
    build = pathlib.Path(paths[0]).absolute() if paths else ROOT / ".build-tests/release"
    if not (build / "Modules/SpikeEncoding.swiftmodule").exists():
        sys.exit(f"check-snippets: {build} holds no built modules; run ./test first, or name the folder")
    found = pages()
    to_run = [page for page in found if not page.needs_learning]
    to_compile = [page for page in found if page.needs_learning]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = folder / "snippets"
        objects = [str(path) for module in RUN_MODULES for path in sorted((build / f"{module}.build").glob("*.o"))]
        sources, checks = write(folder, to_run)
        if not compiler(build, *sources, *objects, *package_flags("--libs"), "-o", str(program)):
            sys.exit("check-snippets: examples do not compile")
        if subprocess.run([str(program)], cwd=folder).returncode:
            sys.exit("check-snippets: examples do not do what they say")
        (folder / "learning").mkdir()
        sources, _ = write(folder / "learning", to_compile)
        if learning and not compiler(build, "-typecheck", *sources):
            sys.exit("check-snippets: examples do not compile")
    count = sum(len(page.functions) for page in to_run)
    rest = sum(len(page.functions) for page in to_compile)
    print(
        f"{count} examples in {len(to_run)} files run and {checks} of their values compared; {rest} that learn "
        + ("compiled" if learning else "left out"))


main()
