#!/usr/bin/env bash
# Builds only the bridge, with a C++ compiler and without Swift: build.sh TORCH_DIR OUTPUT_DIR
# TORCH_DIR is the `torch` folder of PyTorch 2.11 to 2.15, for CPU or CUDA. The result is OUTPUT_DIR/libCTorchBridge.so.
set -euo pipefail

fail() {
    printf 'build.sh: %s\n' "$*" >&2
    exit 1
}

[ $# -eq 2 ] || fail "usage: build.sh TORCH_DIR OUTPUT_DIR"
sources=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/Sources/CTorchBridge
for file in include/torch/headeronly/version.h lib/libtorch_cpu.so; do
    [ -f "$1/$file" ] || fail "$1 is not the torch folder of a PyTorch 2.11 to 2.15: it has no $file"
done
torch=$(cd "$1" && pwd)
compiler=${CXX:-g++}
command -v "$compiler" >/dev/null || fail "$compiler is needed (C++20, such as g++ 11); set CXX to another compiler"
mkdir -p "$2" || fail "$2: cannot be made"
output=$(cd "$2" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! "$compiler" -std=c++20 -O2 -fPIC -w -DUSE_C10D_GLOO -I "$sources/include" -I "$sources/GlooDeclarations" \
    -isystem "$torch/include" -isystem "$torch/include/torch/csrc/api/include" \
    -c "$sources/Bridge.cpp" -o "$work/Bridge.o" 2>"$work/log"; then
    grep -hE -m 3 'error|Killed' "$work/log" >&2 || true
    fail "the bridge does not compile against $torch with $compiler; see above"
fi

# The library is linked under another name and then renamed, so that no process loads an incomplete file.
"$compiler" -shared -o "$output/.libCTorchBridge.so.$$" "$work/Bridge.o" -L "$torch/lib" -ltorch_cpu -lc10 -ldl \
    -Wl,-rpath,'$ORIGIN' -Wl,-rpath,"$torch/lib" || fail "the bridge does not link against $torch; see above"
mv -f "$output/.libCTorchBridge.so.$$" "$output/libCTorchBridge.so"
