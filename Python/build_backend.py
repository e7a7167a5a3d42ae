"""Builds the wheel of spikekit: compiles the C interface with Swift, and packs it with the Python files.

A build backend of PEP 517 that needs no other package. The kernels are compiled as Embedded Swift, so that the
library needs nothing but the C library.
"""

import ast
import base64
import hashlib
import io
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent
# What the library takes from the C library. Linking with stubs that hold just this gives references to the oldest
# versions of the functions, so that old systems can load the library.
C_LIBRARY = {"libc.so.6": "free posix_memalign memcpy memmove memset", "libm.so.6": "exp sin cos"}
OLDEST_VERSION = {"x86_64": "GLIBC_2.2.5", "aarch64": "GLIBC_2.17"}
# Embedded Swift has no module for Linux on aarch64; objects of its bare-metal module are the same.
EMBEDDED = {"x86_64": "x86_64-unknown-linux-gnu", "aarch64": "aarch64-none-none-elf"}
# The processors that get a library of their own, fastest first. The last one runs everywhere.
# One for AVX-512 was tried: it was no faster than the one for AVX2 on any codec.
PROCESSORS = {
    "x86_64": ["haswell", "x86-64"],
    "aarch64": ["generic"],
}


def kernels():
    """The folder of the module SpikeKernels: of the repository, or of the source distribution."""
    for folder in (ROOT / "SpikeKernels", ROOT.parent / "Sources" / "SpikeKernels"):
        if folder.is_dir():
            return folder
    raise SystemExit("spikekit: the Swift module SpikeKernels is missing; build from a checkout or an sdist")


def project():
    """The table `project` of pyproject.toml.

    Python reads TOML from version 3.11 on. What the table holds, strings, arrays of strings, and a table in one line,
    is written as in Python but for the keys of that table.
    """
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    tables = dict(re.findall(r"^\[([\w.-]+)\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL))

    def values(name):
        entries = re.findall(r"^([\w-]+) = (.*?)\n(?=[\w-]+ = |\s*\Z)", tables[name], re.MULTILINE | re.DOTALL)
        return {key: ast.literal_eval(re.sub(r"^\{ (\w+) = ", r'{"\1": ', value)) for key, value in entries}

    return {**values("project"), "optional-dependencies": values("project.optional-dependencies")}


def run(*command):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode:
        line = " ".join(map(str, command))
        raise SystemExit(f"spikekit: this command failed:\n{line}\n{result.stdout}{result.stderr}")
    return result.stdout


def stub(name, functions, machine, clang, build):
    """A library that has the names of some functions of the C library and nothing else."""
    (build / "stub.c").write_text("".join(f"void {function}(void) {{}}\n" for function in functions.split()))
    (build / "stub.map").write_text(f"{OLDEST_VERSION[machine]} {{ {functions.replace(' ', '; ')}; }};\n")
    run(
        *clang, "-w", "-ffreestanding", "-fno-builtin", "-fPIC", build / "stub.c", f"-Wl,-soname,{name}",
        f"-Wl,--version-script={build / 'stub.map'}", "-o", build / name)
    return build / name


def compile_library(machine, processor, output, build):
    """Compiles the shared library for a kind of processor."""
    swiftc = shutil.which("swiftc")
    if swiftc is None:
        raise SystemExit("spikekit: building needs Swift 6.2 or newer from swift.org; there is no swiftc on the PATH")
    target = run(swiftc, "-print-target-info")
    tools = pathlib.Path(re.search(r'"runtimeResourcePath"\s*:\s*"(.*)/lib/swift"', target).group(1)) / "bin"
    flags = ["-enable-experimental-feature", "Embedded", "-wmo", "-O", "-parse-as-library"]
    flags += ["-target", EMBEDDED[machine], "-target-cpu", processor, "-Xfrontend", "-function-sections"]
    flags += ["-Xfrontend", "-disable-stack-protector", "-Xcc", "-fPIC"]
    flags += ["-I", build, "-I", ROOT / "Sources" / "Glibc"]
    for module, folder in (("SpikeKernels", kernels()), ("SpikeKit", ROOT / "Sources")):
        sources = sorted(folder.rglob("*.swift"))
        emit = ["-emit-module", "-emit-module-path", build / f"{module}.swiftmodule"]
        run(swiftc, *flags, "-module-name", module, *emit, "-c", *sources, "-o", build / f"{module}.o")
    clang = [tools / "clang", f"--target={machine}-unknown-linux-gnu", "-shared", "-fuse-ld=lld", "-nostdlib"]
    stubs = [stub(name, functions, machine, clang, build) for name, functions in C_LIBRARY.items()]
    exports = build / "exports"
    exports.write_text("{ global: spikekit_*; local: *; };\n")
    options = f"--version-script={exports},--gc-sections,--strip-all,-Bsymbolic,--no-undefined,-z,noexecstack"
    run(*clang, build / "SpikeKernels.o", build / "SpikeKit.o", *stubs, f"-Wl,{options}", "-o", output)


def machine():
    """The architecture to build for: this machine's, or the one that SPIKEKIT_MACHINE names."""
    name = os.environ.get("SPIKEKIT_MACHINE", platform.machine())
    if sys.platform != "linux" or name not in PROCESSORS:
        raise SystemExit(f"spikekit: builds on Linux for {' and '.join(PROCESSORS)}, not for {sys.platform} {name}")
    return name


def libraries(folder):
    """Compiles the libraries into a folder, unless they are newer than their sources."""
    sources = [ROOT / "build_backend.py", *kernels().rglob("*.swift"), *(ROOT / "Sources").rglob("*.*")]
    newest = max(file.stat().st_mtime for file in sources)
    folder.mkdir(parents=True, exist_ok=True)
    built = []
    for processor in PROCESSORS[machine()]:
        output = folder / f"spikekit.{processor}.so"
        built.append(output)
        if output.exists() and output.stat().st_mtime > newest:
            continue
        with tempfile.TemporaryDirectory() as build:
            compile_library(machine(), processor, output, pathlib.Path(build))
    return built


def metadata():
    """The core metadata of the distribution."""
    about = project()
    lines = ["Metadata-Version: 2.1", f"Name: {about['name']}", f"Version: {about['version']}"]
    lines += [f"Summary: {about['description']}", f"Requires-Python: {about['requires-python']}"]
    lines += [f"License: {about['license']['text']}", "Description-Content-Type: text/markdown"]
    lines += [f"Classifier: {classifier}" for classifier in about["classifiers"]]
    lines += [f"Requires-Dist: {requirement}" for requirement in about["dependencies"]]
    for extra, requirements in about["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {requirement}; extra == '{extra}'" for requirement in requirements]
    return "\n".join(lines) + "\n\n" + (ROOT / about["readme"]).read_text()


def tag():
    """The tag of the wheel. SPIKEKIT_PLATFORM names another platform than this machine's."""
    return f"py3-none-{os.environ.get('SPIKEKIT_PLATFORM', f'linux_{machine()}')}"


def distribution_info():
    about = project()
    folder = f"{about['name']}-{about['version']}.dist-info"
    wheel = f"Wheel-Version: 1.0\nGenerator: spikekit\nRoot-Is-Purelib: false\nTag: {tag()}\n"
    license_file = next(file for file in (ROOT / "LICENSE", ROOT.parent / "LICENSE") if file.exists())
    return folder, {
        f"{folder}/METADATA": metadata().encode(),
        f"{folder}/WHEEL": wheel.encode(),
        f"{folder}/licenses/LICENSE": license_file.read_bytes(),
    }


def write_wheel(wheel_directory, files):
    about = project()
    folder, information = distribution_info()
    name = f"{about['name']}-{about['version']}-{tag()}.whl"
    records = []
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for path, content in {**files, **information}.items():
            # A fixed time makes equal sources give equal wheels.
            entry = zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0))
            entry.external_attr = (0o755 if path.endswith(".so") else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            records.append(f"{path},sha256={digest},{len(content)}")
        record = f"{folder}/RECORD"
        entry = zipfile.ZipInfo(record, (2020, 1, 1, 0, 0, 0))
        entry.external_attr = 0o644 << 16
        wheel.writestr(entry, "\n".join(records + [f"{record},,"]) + "\n")
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    package = ROOT / "src" / "spikekit"
    sources = sorted(file for file in package.rglob("*") if file.suffix in {".py", ".pyi", ".typed"})
    files = {f"spikekit/{file.relative_to(package).as_posix()}": file.read_bytes() for file in sources}
    with tempfile.TemporaryDirectory() as folder:
        built = pathlib.Path(os.environ.get("SPIKEKIT_BUILD", folder))
        for library in libraries(built):
            files[f"spikekit/{library.name}"] = library.read_bytes()
    return write_wheel(wheel_directory, files)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    package = ROOT / "src" / "spikekit"
    libraries(package)
    return write_wheel(wheel_directory, {"spikekit.pth": f"{ROOT / 'src'}\n".encode()})


def build_sdist(sdist_directory, config_settings=None):
    about = project()
    base = f"{about['name']}-{about['version']}"
    tracked = [ROOT / "pyproject.toml", ROOT / "build_backend.py", ROOT / about["readme"]]
    for folder in ("Sources", "src"):
        suffixes = {".py", ".pyi", ".typed", ".swift", ".h", ".modulemap"}
        tracked += sorted(file for file in (ROOT / folder).rglob("*") if file.suffix in suffixes)
    files = {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in tracked}
    folder = kernels()
    for file in sorted(folder.rglob("*.swift")):
        files[f"SpikeKernels/{file.relative_to(folder).as_posix()}"] = file.read_bytes()
    files["LICENSE"] = next(f for f in (ROOT / "LICENSE", ROOT.parent / "LICENSE") if f.exists()).read_bytes()
    files["PKG-INFO"] = metadata().encode()
    with tarfile.open(pathlib.Path(sdist_directory) / f"{base}.tar.gz", "w:gz") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(f"{base}/{path}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return f"{base}.tar.gz"
