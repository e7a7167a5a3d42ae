#!/usr/bin/env bash
# Sets up LibTorch, builds what needs it, and runs that: `spike` hands its learning commands over to this.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
source "$scripts/setup-torch.sh"
packages=$repository/Packages
program=$packages/SpikeLearning/.build/release/spike-learn

setup_torch
# Nothing to do while no source is newer than the program, and LibTorch is the same.
if [ ! -x "$program" ] || [ -n "$(find "$torch_link" "$repository/Package.swift" "$repository/Sources" \
    "$packages"/*/Package.swift "$packages"/*/Sources -newer "$program" -print -quit)" ]; then
    require_learning_libraries
    build_learning_program
fi
exec "$program" "$@"
