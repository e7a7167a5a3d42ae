#!/usr/bin/env bash
# Makes a bundle and runs its self-check with the LibTorch of the repository. This takes some minutes.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

complain() {
    printf 'bundle-tests: %s\n' "$*" >&2
    exit 1
}

"$scripts/bundle.sh" "$work/bundle"
export SPIKEKIT_TORCH=$scripts/../.libtorch

# The bundle includes Swift's libraries, so the program must not look for them where it was built.
ldd "$work/bundle/spike-learn" | grep -q swift && complain "spike-learn needs Swift's libraries"

[ -x "$work/bundle/gpu/check.sh" ] || complain "the check for GPUs is not in it"

# Two processes that start at the same time build the bridge only once.
"$work/bundle/run.sh" check >"$work/first" 2>&1 & first=$!
"$work/bundle/run.sh" check >"$work/second" 2>&1 & second=$!
wait $first || complain "$(cat "$work/first")"
wait $second || complain "$(cat "$work/second")"
[ "$(cat "$work/first" "$work/second" | grep -c 'building the bridge')" -eq 1 ] || complain "the bridge is not built once"
"$work/bundle/run.sh" check --threads 1 2>"$work/errors" || complain "the check fails: $(cat "$work/errors")"
[ ! -s "$work/errors" ] || complain "says something though there is nothing to build"

if SPIKEKIT_TORCH=$work "$work/bundle/run.sh" check 2>"$work/errors"; then complain "takes any folder"; fi
grep -q "not the torch folder" "$work/errors" || complain "does not say what is wrong: $(cat "$work/errors")"
echo "bundle-tests: all passed"
