#!/usr/bin/env bash
# Tests of the set-up of LibTorch without the network: a stand-in for pip hands out wheels that this script makes.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export work XDG_CACHE_HOME=$work/cache HOME=$work PYTHONPATH=$work/python
unset SPIKEKIT_TORCH
cache=$work/cache/spikekit
if [ "$(uname -s)" = Darwin ]; then cache=$work/Library/Caches/spikekit; fi
torch=$cache/torch-2.13.0
library=libtorch_cpu.so
failures=0

# begin NAME: makes a fresh repository and cache, and a stand-in for pip that hands out the wheel `good`.
begin() {
    name=$1
    rm -rf "$work"/{repository,cache,Library,python,given,few}
    mkdir -p "$work"/{repository,python/pip}
    ln -s "$scripts" "$work/repository/Scripts"
    touch "$work/given" "$work/python/pip/__init__.py"
    pip_gives good
}

# pip_gives WHEEL: makes a stand-in for pip that records each call and copies the wheel to the folder of `--dest`.
pip_gives() {
    cat >"$work/python/pip/__main__.py" <<END
import shutil, sys
arguments = sys.argv[1:]
assert arguments[0] == "download" and "--only-binary=:all:" in arguments and arguments[-1] == "torch==2.13.0", arguments
open("$work/given", "a").write("$1\n")
shutil.copy("$work/$1.whl", arguments[arguments.index("--dest") + 1] + "/torch-2.13.0+cpu-cp312-cp312-linux.whl")
END
}

# pip_fails TEXT: makes a stand-in for pip that fails and prints TEXT.
pip_fails() { printf 'import sys\nsys.exit("""%s""")\n' "$1" >"$work/python/pip/__main__.py"; }

# make_wheel NAME VERSION SIZE: makes a wheel with the folders of PyTorch's wheel and a library of SIZE zeros.
make_wheel() {
    python3 - "$work/$1.whl" "$2" "$3" <<'END'
import sys, zipfile
path, version, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
name = path.rpartition("/")[2].removesuffix(".whl")
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as wheel:
    wheel.writestr("torch/version.py", f"__version__ = '{version}+cpu'\n")
    wheel.writestr("torch/__init__.py", "")
    wheel.writestr("torch/lib/libtorch_python.so", "python")
    wheel.writestr("torch/test/test.py", "")
    if name == "cuda":
        wheel.writestr("torch/lib/libtorch_cuda.so", "cuda")
    with wheel.open("torch/lib/libtorch_cpu.so", "w") as library:
        for _ in range(size >> 20):
            library.write(bytes(1 << 20))
    major, minor, _ = version.split(".")
    wheel.writestr(
        "torch/include/torch/headeronly/version.h",
        f"#pragma once\n#define TORCH_VERSION_MAJOR {major}\n\n#define TORCH_VERSION_MINOR {minor}\n")
    wheel.writestr(f"torch-{version}+cpu.dist-info/METADATA", "Name: torch\n")
    wheel.writestr(f"torch-{version}+cpu.dist-info/licenses/LICENSE", "licence\n")
END
}

# set_up [OUTPUT]: runs the set-up, with `parts` as its argument if that is set; if `tools` is set, only with the
# programs in that folder.
set_up() {
    PATH=${tools:-$PATH} bash -euo pipefail -c '
        source "$work/repository/Scripts/setup.sh"
        source "$scripts/setup-torch.sh"
        setup_torch ${parts:-}' >"${1:-$work/output}" 2>&1
}

complain() {
    printf 'setup-torch-tests: %s: %s\n' "$name" "$*" >&2
    failures=$((failures + 1))
}

expect_success() {
    set_up || complain "fails: $(cat "$work/output")"
    expect_torch
}

expect_torch() {
    [ "$(readlink "$work/repository/.libtorch")" = "$torch/torch" ] || complain "the link is wrong"
    [ -f "$work/repository/.libtorch/lib/$library" ] && [ -f "$work/repository/.libtorch/version.py" ] &&
        [ -f "$work/repository/.libtorch/include/torch/headeronly/version.h" ] || complain "files are missing"
    [ -f "$torch/torch-2.13.0+cpu.dist-info/licenses/LICENSE" ] || complain "the licence is missing"
    [ ! -e "$torch/torch/lib/libtorch_python.so" ] && [ ! -e "$torch/torch/__init__.py" ] ||
        complain "Python is unpacked"
    [ ! -e "$torch.part" ] && [ ! -e "$torch.download" ] || complain "something is left over"
}

# expect_failure TEXT: expects a failure with one line that contains TEXT, and neither a link nor an incomplete folder.
expect_failure() {
    if set_up; then
        complain "succeeds"
    else
        local lines
        lines=$(grep -vcE 'fetching LibTorch|unpacking LibTorch' "$work/output" || true)
        [ "$lines" -eq 1 ] || complain "says in $lines lines: $(cat "$work/output")"
        grep -qF "$1" "$work/output" || complain "does not say '$1' but: $(cat "$work/output")"
    fi
    [ ! -e "$work/repository/.libtorch" ] && [ ! -e "$torch" ] || complain "leaves something behind"
}

expect_downloads() {
    [ "$(wc -l <"$work/given")" -eq "$1" ] || complain "downloads $(wc -l <"$work/given") times, not $1"
}

make_wheel good 2.13.0 0
make_wheel cuda 2.13.0 0
make_wheel large 2.13.0 $((400 << 20))
make_wheel other 2.12.0 0
cp "$work/large.whl" "$work/flipped.whl"
printf 'not what was written' | dd of="$work/flipped.whl" bs=1 seek=9000 conv=notrunc 2>/dev/null
head -c 600 "$work/good.whl" >"$work/cut.whl"

begin "fresh"
expect_success
rm "$work/repository/.libtorch"
expect_success
expect_success
expect_downloads 1
[ ! -s "$work/output" ] || complain "says something though there is nothing to do"

begin "with Python"
parts=--with-python set_up || complain "fails: $(cat "$work/output")"
[ -f "$torch/torch/lib/libtorch_python.so" ] && [ -f "$torch/torch/__init__.py" ] || complain "Python's part is missing"
[ -f "$torch/torch/lib/$library" ] && [ ! -e "$torch/torch/test" ] || complain "other parts are wrong"

begin "CUDA's build with Python"
pip_gives cuda
parts=--with-python expect_success

begin "two at once"
pip_gives large
set_up & first=$!
set_up "$work/second" & second=$!
wait $first || complain "the first fails"
wait $second || complain "the second fails: $(cat "$work/second")"
expect_torch
expect_downloads 1

begin "killed while unpacking"
pip_gives large
set -m
set_up & pid=$!
set +m
until [ -e "$torch.part/torch/lib/$library" ] || ! kill -0 $pid 2>/dev/null; do sleep 0.01; done
kill -9 -- -$pid 2>/dev/null || complain "was over before it could be killed"
wait $pid 2>/dev/null || true
[ -d "$torch.part" ] && [ ! -e "$torch" ] || complain "was not killed while unpacking"
expect_success
expect_downloads 1

begin "left half unpacked and half downloaded"
mkdir -p "$torch.part/torch/lib" "$torch.download/tmp"
touch "$torch.part/torch/lib/old.so"
cp "$work/cut.whl" "$torch.download/torch-2.13.0+cpu-cp312-cp312-linux.whl"
expect_success
[ ! -e "$torch/torch/lib/old.so" ] || complain "keeps what was left"
expect_downloads 1

begin "damaged wheel"
pip_gives cut
expect_failure "damaged"
pip_gives good
expect_success

begin "wheel with a damaged library"
pip_gives flipped
expect_failure "damaged"

begin "wheel of another version"
pip_gives other
expect_failure "not torch 2.13.0"
pip_gives good
expect_success

begin "no pip"
rm "$work/python/pip/__main__.py"
expect_failure "Python has no pip"

begin "no network"
pip_fails "WARNING: Retrying after NewConnectionError: Network is unreachable
ERROR: No matching distribution found for torch==2.13.0"
expect_failure "cannot reach"
# From this status, the demo knows that its second half is unavailable.
status=0
"$work/repository/Scripts/spike-learn.sh" check >"$work/output" 2>&1 || status=$?
[ "$status" -eq 69 ] || complain "spike-learn.sh exits with $status, not 69: $(cat "$work/output")"

begin "no wheel for this system"
pip_fails "ERROR: No matching distribution found for torch==2.13.0"
expect_failure "pip finds no torch==2.13.0 for $(uname -s)"

begin "a Python without a wheel of its own"
pip_gives good
sed -i.old '/^open/i\
if "--python-version" not in arguments: sys.exit("ERROR: No matching distribution found for torch==2.13.0")
' "$work/python/pip/__main__.py"
expect_success
expect_downloads 1

begin "no space"
pip_fails "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
expect_failure "no space left"

begin "cache that cannot be made"
mkdir -p "$(dirname "$cache")"
touch "$cache"
expect_failure "cannot set up LibTorch"

begin "no Python"
mkdir "$work/few"
for tool in bash dirname uname readlink env cat; do ln -s "$(command -v "$tool")" "$work/few/$tool"; done
tools=$work/few expect_failure "Python 3 with pip is needed"

begin "SPIKEKIT_TORCH"
expect_success
# A file whose header is that of a library for this machine.
theirs=$work/theirs/torch
cp -R "$torch/torch" "$work/torch"
mkdir -p "$work/theirs"
mv "$work/torch" "$theirs"
cp "$BASH" "$theirs/lib/$library"
export SPIKEKIT_TORCH=$theirs
set_up || complain "fails: $(cat "$work/output")"
[ "$work/repository/.libtorch" -ef "$theirs" ] || complain "is not linked"
unset SPIKEKIT_TORCH
set_up || complain "fails: $(cat "$work/output")"
[ "$work/repository/.libtorch" -ef "$theirs" ] || complain "does not stay linked"

begin "SPIKEKIT_TORCH of another version"
sed -i.old 's/MINOR 13/MINOR 10/' "$theirs/include/torch/headeronly/version.h"
SPIKEKIT_TORCH=$theirs expect_failure "is PyTorch 2.10; 2.11 to 2.15"

if [ "$(uname -s)" = Linux ]; then
    begin "SPIKEKIT_TORCH for another processor"
    mv "$theirs/include/torch/headeronly/version.h.old" "$theirs/include/torch/headeronly/version.h"
    printf '\377\377' | dd of="$theirs/lib/$library" bs=1 seek=18 conv=notrunc 2>/dev/null
    SPIKEKIT_TORCH=$theirs expect_failure "not for this machine's processor"
fi

begin "SPIKEKIT_TORCH that is none"
SPIKEKIT_TORCH=$work expect_failure "is not the torch folder"

[ "$failures" -eq 0 ] || exit 1
echo "setup-torch-tests: all passed"
