#!/usr/bin/env bash
# Measures what learns: Benchmarks/Learning/run.sh [PEERS]
#
# Prints Markdown tables. PEERS is a folder with the Python peers' benchmark (default: ../shared/bench beside the
# repository); where it is, its neurons and its QKFormer are measured in the same sitting, as they come and with memory
# kept, and a table joins all. Close everything else first: a busy machine measures itself.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../../Scripts/setup.sh"
source "$here/../../Scripts/setup-torch.sh"
peers=${1:-$here/../../../shared/bench}

require_learning_libraries
setup_torch
swift build -c release --package-path "$here" "${build_flags[@]}" >&2
programs=$here/.build/release

echo "## Tensors"
echo
"$programs/tensor-benchmark"
echo
echo "## Neurons"
echo
"$programs/neuron-benchmark"
echo
echo "## Synapses"
echo
"$programs/synapse-benchmark"
echo
echo "## QKFormer"
echo
"$programs/qkformer-benchmark"

if [ ! -f "$peers/peers.py" ]; then
    say "no peers in $peers; measured SpikeKit alone"
    exit 0
fi
environment=$here/../.build-peers
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
[ -x "$environment/bin/python" ] || bash "$peers/setup_peers.sh" "$environment" >&2
{
    for setting in "" --tuned-malloc; do
        for part in neurons qkformer; do
            "$environment/bin/python" "$peers/peers.py" $part --patience "${PATIENCE:-60}" $setting
        done
    done
    for program in neuron-benchmark qkformer-benchmark; do
        "$programs/$program" --json-lines
        "$programs/$program" --json-lines --give-memory-back
    done
} >"$lines"
echo
echo "## Beside the peers"
echo
"$environment/bin/python" "$peers/table.py" "$lines"
