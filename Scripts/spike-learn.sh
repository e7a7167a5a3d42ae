#!/usr/bin/env bash
# Sets up LibTorch, builds the program with the learning commands, and runs it. `spike` calls this script for these
# commands. It exits with 69 (EX_UNAVAILABLE) if LibTorch cannot be set up.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
source "$scripts/setup-torch.sh"
packages=$repository/Packages
program=$packages/SpikeLearning/.build/release/spike-learn

trap 'exit 69' EXIT
setup_torch
# Nothing is built if no source is newer than the program and LibTorch is unchanged.
if [ ! -x "$program" ] || [ -n "$(find "$torch_link" "$repository/Package.swift" "$repository/Sources" \
    "$packages"/*/Package.swift "$packages"/*/Sources -newer "$program" -print -quit)" ]; then
    require_learning_libraries
    install_fashion_mnist
    build_learning_program
fi
trap - EXIT
# The version of the program for reports; empty without a Git history.
SPIKEKIT_REVISION=$(git -C "$repository" describe --always --dirty 2>/dev/null || true)
export SPIKEKIT_REVISION
exec "$program" "$@"
