#!/usr/bin/env bash
# Checks and measures the learning commands on a machine with an NVIDIA GPU, PyTorch for CUDA and g++, but without
# Swift. Usage, in a folder that Scripts/bundle.sh made: gpu/check.sh RESULTS [CIFAR_FOLDER] [PART…]
#
# The parts are check, speed, plain, peer and train; all of them run unless some are named. Each result is written at
# once as a line of RESULTS/results.jsonl, and RESULTS/table.md is rewritten after each part, so that results survive if
# the script is interrupted. The script ends after SPIKEKIT_GPU_SECONDS (470) with the results that it has by then.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
run=$here/../run.sh

[ $# -ge 1 ] || { echo "usage: check.sh RESULTS [CIFAR_FOLDER] [PART…]" >&2; exit 1; }
mkdir -p "$1" || exit 1
results=$(cd "$1" && pwd)
shift
data=
if [ $# -gt 0 ] && [ -d "$1" ]; then
    data=$(cd "$1" && pwd)
    shift
fi
parts=" ${*:-check speed plain peer train} "
last_second=${SPIKEKIT_GPU_SECONDS:-470}
# Another device than the first GPU can be set to test this script.
device=${SPIKEKIT_GPU_DEVICE:-cuda}

wanted() { [[ $parts == *" $1 "* ]]; }

# measure NAME SECONDS COMMAND…: appends the last line of the command, which is JSON, to the results; if the command
# fails, a line that says so.
measure() {
    local name=$1 limit=$2 log line
    shift 2
    local left=$((last_second - SECONDS))
    if [ $left -le 5 ]; then
        echo "$name: left out, as the time is over" >&2
        printf '{"name":"%s","left_out":true}\n' "$name" >>"$results/results.jsonl"
        return
    fi
    log=$results/$(tr -c 'A-Za-z0-9\n' - <<<"$name").log
    timeout $((limit < left ? limit : left)) "$@" >"$log" 2>&1
    local status=$?
    line=$(grep '^{' "$log" | tail -n 1)
    if [ $status -ne 0 ] || [ -z "$line" ]; then
        line=$(python3 -c 'import json, sys; print(json.dumps({"name": sys.argv[1], "failed": sys.argv[2],
            "error": open(sys.argv[3]).read()[-300:]}))' "$name" "$status" "$log")
    fi
    echo "$SECONDS s  $line" | cut -c 1-300
    printf '%s\n' "$line" >>"$results/results.jsonl"
}

table() { python3 "$here/table.py" "$results" >"$results/table.md.part" && mv "$results/table.md.part" "$results/table.md"; }

python3 "$here/machine.py" >"$results/machine.json" || echo '{}' >"$results/machine.json"
touch "$results/results.jsonl"
cat "$results/machine.json"

if wanted check; then
    # The first call compiles the bridge.
    measure check 300 bash -c '"$0" check --device "$1" --json |
        python3 -c "import json, sys; print(json.dumps({\"name\": \"check\", \"report\": json.load(sys.stdin)}))"' \
        "$run" "$device"
fi
if wanted speed; then
    for batch in 64 256; do
        for type in "" --bf16; do
            for task in train infer; do
                measure "speed-$task-$batch$type" 60 "$run" speed "$task" --device $device --batch $batch $type --seconds 2
            done
        done
    done
    table
fi
if wanted plain; then
    # The cost of neurons: the same network without neurons, and with neurons computed step by step.
    for batch in 64 256; do
        for type in "" --bf16; do
            measure "plain-none-$batch$type" 60 "$run" speed train --device $device --batch $batch $type --seconds 1 \
                --neurons none
        done
    done
    for type in "" --bf16; do
        measure "plain-operations$type" 60 "$run" speed train --device $device --batch 64 $type --seconds 1 \
            --neurons operations
    done
    table
fi
if wanted peer; then
    for layout in channels-last contiguous; do
        for batch in 64 256; do
            for type in float32 bfloat16; do
                for task in train infer; do
                    measure "peer-$task-$batch-$type-$layout" 60 python3 "$here/peer.py" $task $batch $type 1.5 $layout
                done
            done
        done
        table
    done
fi
if wanted train && [ -n "$data" ]; then
    for precision in fp32 bf16; do
        rm -rf "$results/cifar-$precision"
        measure "train-$precision" 120 bash -c '"$0" train --device '$device' --dataset cifar10 --data "$1" \
            --model qkformer-3-256 --epochs 4 --batch 128 --precision '$precision' --set flip=true --set crop=4 \
            --output "$2" && cat "$2/metrics.jsonl" && python3 "$3" "$2"' \
            "$run" "$data" "$results/cifar-$precision" "$here/epochs.py"
        # Only the figures are needed, so the weights are deleted.
        rm -f "$results/cifar-$precision"/*.safetensors
    done
fi
table
cat "$results/table.md"
echo "done after $SECONDS s"
