#!/usr/bin/env bash
# Tests of the wrapper ./spike: the name of the command that it passes to the program.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# A repository with a stand-in for the built program, which prints the name that the wrapper passes.
built=$work/repository/Packages/SpikeLearning/.build/release
mkdir -p "$built" "$work/repository/Sources" "$work/bin"
touch "$work/repository/Package.swift"
cp "$root/spike" "$work/repository/spike"
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "$SPIKEKIT_COMMAND of $SPIKEKIT_LEARN with $*"\n' >"$built/spike"
chmod +x "$built/spike"
ln -s "$work/repository/spike" "$work/bin/spike"

# expect NAME OUTPUT: expects that the program received this name.
expect() {
    local wanted="$1 of $work/repository/Scripts/spike-learn.sh with a b c"
    if [ "$2" != "$wanted" ]; then
        printf 'wanted %s\ngot    %s\n' "$wanted" "$2"
        failures=$((failures + 1))
    fi
}

expect ./spike "$(cd "$work/repository" && ./spike a "b c")"
expect repository/spike "$(cd "$work" && repository/spike a "b c")"
expect "$work/repository/spike" "$("$work/repository/spike" a "b c")"
expect spike "$(PATH=$work/bin:$PATH && spike a "b c")"
[ "$failures" -eq 0 ] || exit 1
echo "wrapper: 4 tests passed"
