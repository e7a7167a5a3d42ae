#!/usr/bin/env bash
# Sets up LibTorch, builds what needs it, and runs that: `spike` hands its learning commands over to this.
# Exits with 69 (EX_UNAVAILABLE) where that cannot be set up.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
source "$scripts/setup-torch.sh"
packages=$repository/Packages
program=$packages/SpikeLearning/.build/release/spike-learn

trap 'exit 69' EXIT
setup_torch
# Nothing to do while no source is newer than the program, and LibTorch is the same.
if [ ! -x "$program" ] || [ -n "$(find "$torch_link" "$repository/Package.swift" "$repository/Sources" \
    "$packages"/*/Package.swift "$packages"/*/Sources -newer "$program" -print -quit)" ]; then
    require_learning_libraries
    install_fashion_mnist
    build_learning_program
fi
trap - EXIT
# What reports name as the program's version; nothing where there is no history.
SPIKEKIT_REVISION=$(git -C "$repository" describe --always --dirty 2>/dev/null || true)
export SPIKEKIT_REVISION
exec "$program" "$@"
