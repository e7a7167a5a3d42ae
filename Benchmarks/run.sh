#!/usr/bin/env bash
# Measures the codecs, the parameter search and the environments: Benchmarks/run.sh [PEERS]
#
# Prints Markdown tables. PEERS is a folder with the Python peers' benchmark (default: ../shared/bench beside the
# repository); where it is, its codecs and searches are measured in the same sitting and a table joins both. Close
# everything else first: a busy machine measures itself.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../Scripts/setup.sh"
peers=${1:-$here/../../shared/bench}

require_libraries
require_test_python
swift build -c release --package-path "$here" "${build_flags[@]}" >&2
programs=$here/.build/release

echo "## Codecs"
echo
"$programs/codec-benchmark"
echo
echo "## Parameter search"
echo
"$programs/tuning-benchmark"
echo
echo "## Environments"
echo
"$programs/gym-benchmark"

if [ ! -f "$peers/peers.py" ]; then
    say "no peers in $peers; measured SpikeKit alone"
    exit 0
fi
environment=$here/.build-peers
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
[ -x "$environment/bin/python" ] || bash "$peers/setup_peers.sh" "$environment" >&2
run_peers() { "$environment/bin/python" "$peers/peers.py" "$@" --patience "${PATIENCE:-60}"; }
"$environment/bin/python" "$peers/peers.py" signal --out "$results/signal.npy"
{
    run_peers codecs
    run_peers optimize --signal "$results/signal.npy"
    "$programs/codec-benchmark" --json-lines
    "$programs/tuning-benchmark" --json-lines
} >"$results/lines.jsonl"
echo
echo "## Beside the peers"
echo
"$environment/bin/python" "$peers/table.py" "$results/lines.jsonl"
