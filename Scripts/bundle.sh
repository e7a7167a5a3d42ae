#!/usr/bin/env bash
# Makes a folder that runs the learning commands on a machine with PyTorch (for example for CUDA) and g++, but without
# Swift. Usage: Scripts/bundle.sh OUTPUT_DIR; on the other machine: OUTPUT_DIR/run.sh COMMAND …
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
source "$scripts/setup-torch.sh"
[ $# -eq 1 ] || fail "usage: Scripts/bundle.sh OUTPUT_DIR"
[ "$(uname -s)" = Linux ] || fail "bundles are for Linux, and made there"
if [ -e "$1" ] && [ ! -x "$1/run.sh" ] && [ -n "$(ls -A "$1")" ]; then
    fail "$1 holds something else than a bundle; give a folder that is empty or not there"
fi

# The bundle runs on other machines, so it is built for any x86-64 processor of the last ten years.
build_flags=(-c release --static-swift-stdlib)
if [ "$(uname -m)" = x86_64 ]; then build_flags+=(-Xswiftc -target-cpu -Xswiftc haswell); fi

require_learning_libraries
setup_torch
build Packages/SpikeLearning spike-learn "four minutes" .build-bundle

mkdir -p "$(dirname "$1")"
bundle=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
part=$bundle.part
rm -rf "$part"
mkdir "$part"
trap 'rm -rf "$part"' EXIT
cp "$repository/Packages/SpikeLearning/.build-bundle/release/spike-learn" "$repository/LICENSE" "$part"
strip "$part/spike-learn"
# These libraries may be missing on the other machine; the program looks for them in its own folder.
ldd "$part/spike-learn" | awk '/libturbojpeg|libpng|libwebp|libsharpyuv/ { print $3 }' | xargs -I{} cp -L {} "$part"
cp "$scripts/bundle-run.sh" "$part/run.sh"
git -C "$repository" describe --always --dirty >"$part/revision" 2>/dev/null || true
cp -R "$scripts/gpu" "$part/gpu"
mkdir "$part/CTorchBridge"
cp -R "$repository"/Packages/CTorchBridge/{build.sh,Sources} "$part/CTorchBridge"
rm -rf "$bundle"
mv "$part" "$bundle"
say "$bundle is ready: $(du -sh "$bundle" | cut -f 1); there, run: ./run.sh check"
