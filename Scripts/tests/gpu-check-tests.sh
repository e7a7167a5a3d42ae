#!/usr/bin/env bash
# Runs gpu/check.sh with a stand-in for the program. Tests that results and failures are written at once, and that the
# script ends in time.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

complain() {
    printf 'gpu-check-tests: %s\n' "$*" >&2
    exit 1
}

# expect FILE TEXT: expects the text in the file.
expect() { grep -qF -- "$2" "$1" || complain "no '$2' in: $(cat "$1")"; }

# The script is part of the bundles, which are for Linux.
[ "$(uname -s)" = Linux ] || exit 0
command -v python3 >/dev/null || exit 0
mkdir -p "$work/bundle" "$work/data"
cp -R "$scripts/gpu" "$work/bundle/gpu"
# The stand-in is twice as fast without neurons, fails step by step, and never finishes inference.
cat >"$work/bundle/run.sh" <<'STAND_IN'
#!/usr/bin/env bash
case $1 in
check)
    printf '{\n"checks": [{"name": "arithmetic"}, {"name": "errors", "failure": "none"}]}\n'
    exit 1
    ;;
speed)
    [[ $* == *operations* ]] && { echo "out of memory" >&2; exit 1; }
    [ "$2" = infer ] && sleep 60
    rate=100 neurons=kernel
    [[ $* == *none* ]] && rate=200 neurons=none
    echo "{\"name\": \"qkformer-3-256/$2/batch=$6\", \"library\": \"SpikeKit\", \"neurons\": \"$neurons\", \"rate\": $rate}"
    ;;
train)
    folder=${*: -1}
    mkdir -p "$folder"
    echo '{"epoch": 1, "trainLoss": 2, "trainAccuracy": 0.2, "testAccuracy": 0.25, "seconds": 3}' >"$folder/metrics.jsonl"
    ;;
esac
STAND_IN
chmod +x "$work/bundle/run.sh"

"$work/bundle/gpu/check.sh" "$work/all" "$work/data" check plain train >"$work/output" 2>&1 || complain "$(cat "$work/output")"
expect "$work/all/table.md" "- errors: none"
expect "$work/all/table.md" "| train/batch=64 | – | – | – | 200 |"
expect "$work/all/table.md" "| 1 | 2.000 | 20.00% | 25.00% | 3.0 |"
expect "$work/all/table.md" "Failed or left out: plain-operations, plain-operations--bf16"
expect "$work/all/results.jsonl" "out of memory"

# The script is cut off while the second measurement hangs. The result of the first must exist, and no time is left for
# others.
SPIKEKIT_GPU_SECONDS=8 timeout 30 "$work/bundle/gpu/check.sh" "$work/short" speed >"$work/output" 2>&1 ||
    complain "does not end in time"
expect "$work/short/results.jsonl" '"rate": 100'
expect "$work/short/results.jsonl" '"failed": "124"'
expect "$work/short/results.jsonl" '"left_out":true'
echo "gpu-check-tests: all passed"
