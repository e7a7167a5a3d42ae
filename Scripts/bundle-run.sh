#!/usr/bin/env bash
# Runs the learning commands with the PyTorch of this machine. Usage: ./run.sh COMMAND …
# It takes the `torch` folder that SPIKEKIT_TORCH names, otherwise that of `python3`.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

fail() {
    printf 'spikekit: %s\n' "$*" >&2
    exit 1
}

torch=${SPIKEKIT_TORCH:-}
if [ -z "$torch" ]; then
    # The folder is found without importing PyTorch, which would take seconds.
    torch=$(python3 -c 'import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0])' 2>/dev/null) ||
        fail "python3 has no torch; install PyTorch 2.11 to 2.15, or set SPIKEKIT_TORCH to its torch folder"
fi
header=$torch/include/torch/headeronly/version.h
[ -f "$header" ] || fail "$torch is not the torch folder of a PyTorch 2.11 to 2.15 (no $header)"

# The bridge is compiled once for each PyTorch; processes that start together wait for the first.
built_with="$(cd "$torch" && pwd -P) $(cksum <"$header")"
if [ "$(cat "$here/built-with" 2>/dev/null)" != "$built_with" ]; then
    [ -w "$here" ] || fail "$here cannot be written to, and the bridge to LibTorch is to be built there"
    exec 9>"$here/.lock"
    flock 9
    if [ "$(cat "$here/built-with" 2>/dev/null)" != "$built_with" ]; then
        printf 'spikekit: building the bridge to LibTorch in %s (a minute or two, once)\n' "$torch" >&2
        rm -f "$here/built-with"
        "$here/CTorchBridge/build.sh" "$torch" "$here"
        printf '%s\n' "$built_with" >"$here/built-with"
    fi
    exec 9>&-
fi
# The version of the program for reports.
SPIKEKIT_REVISION=$(cat "$here/revision" 2>/dev/null || true)
export SPIKEKIT_REVISION
exec "$here/spike-learn" "$@"
