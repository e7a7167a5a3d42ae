#!/usr/bin/env bash
# Checks and measures the learning part on a machine with an NVIDIA GPU, a PyTorch for CUDA and g++, and without Swift: in a
# folder that Scripts/bundle.sh made, gpu/check.sh RESULTS [CIFAR_FOLDER] [PART…]
#
# Parts, all of them unless some are named: check, speed, plain, peer, train. Each result is a line of RESULTS/results.jsonl as
# soon as it is there, and RESULTS/table.md is written anew after each part, so what was found survives a machine that is
# taken away. Ends after SPIKEKIT_GPU_SECONDS (470), with what there is by then.
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
# Another device than the first GPU, to try this script out.
device=${SPIKEKIT_GPU_DEVICE:-cuda}

wanted() { [[ $parts == *" $1 "* ]]; }

# measure NAME SECONDS COMMAND…: appends the command's last line, JSON, to the results, or a line that says what failed.
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
    # What neurons cost: the same network without them, and with them step by step.
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
        # Weights stay; this is about figures.
        rm -f "$results/cifar-$precision"/*.safetensors
    done
fi
table
cat "$results/table.md"
echo "done after $SECONDS s"
