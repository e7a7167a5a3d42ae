#!/usr/bin/env bash
# Measures SpikeKit. Usage: Benchmarks/run.sh [OPTION…] [BENCHMARK…]
#
# BENCHMARK is codec, tuning or gym (these three by default), event, or tensor, neuron, synapse, qkformer, yolo or
# loading, which need LibTorch; `all` is all ten. Prints Markdown tables. Close all other programs first, because they would slow the
# measurements.
#
#   --update         write the tables into Benchmarks/Results.md, with the machine, the date and this command
#   --against REF    also build the git revision REF, measure both in turns and print how much faster this version is
#   --rounds N       the number of turns (default: 3)
#   --peers FOLDER   measure the Python libraries of FOLDER/peers.py in the same sitting, beside SpikeKit
#   --quick          run everything once, to see that it works; the figures mean nothing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../Scripts/setup.sh"
source "$here/../Scripts/setup-torch.sh"

command_line="Benchmarks/run.sh $*"
benchmarks=() flags=() reference='' peers='' rounds=3 updates=false quick=false
while [ $# -gt 0 ]; do
    case $1 in
    --update) updates=true ;;
    --quick) quick=true flags+=(--quick) rounds=1 ;;
    --against | --rounds | --peers)
        [ $# -gt 1 ] || fail "$1 needs a value; see the head of Benchmarks/run.sh"
        case $1 in
        --against) reference=$2 ;;
        --rounds) rounds=$2 ;;
        --peers) peers=$2 ;;
        esac
        shift
        ;;
    codec | tuning | gym | event | tensor | neuron | synapse | qkformer | yolo | loading) benchmarks+=("$1") ;;
    all) benchmarks+=(codec tuning gym event tensor neuron synapse qkformer yolo loading) ;;
    *) fail "unknown argument $1; see the head of Benchmarks/run.sh" ;;
    esac
    shift
done
[ ${#benchmarks[@]} -gt 0 ] || benchmarks=(codec tuning gym)
[[ $rounds =~ ^[1-9][0-9]*$ ]] || fail "--rounds must be a whole number above 0, got $rounds"
[ -z "$peers" ] || [ -f "$peers/peers.py" ] || fail "--peers: $peers holds no peers.py"
if [ "$quick" = true ] && { [ "$updates" = true ] || [ -n "$reference" ]; }; then
    fail "--quick goes with neither --update nor --against, as its figures mean nothing"
fi
if [ -n "$reference" ]; then
    [ "$updates" = false ] && [ -z "$peers" ] || fail "--against goes with neither --update nor --peers"
    reference=$(git -C "$repository" rev-parse --short --verify --quiet "$reference^{commit}") ||
        fail "--against: no such git revision"
fi

# needs_torch BENCHMARK: succeeds if the benchmark is in Benchmarks/Learning.
needs_torch() { case $1 in tensor | neuron | synapse | qkformer | yolo | loading) return 0 ;; *) return 1 ;; esac }

# package ROOT BENCHMARK: prints the folder of a benchmark's package in a checkout.
package() { if needs_torch "$2"; then echo "$1/Benchmarks/Learning"; else echo "$1/Benchmarks"; fi; }

# build_folder ROOT BENCHMARK: prints where a benchmark is built. What is not timed need not be built anew after the tests.
build_folder() { if [ "$quick" = true ]; then echo "$repository/.build-tests"; else echo "$(package "$1" "$2")/.build"; fi; }

# program ROOT BENCHMARK: prints the path of a benchmark's program in a checkout.
program() { echo "$(build_folder "$1" "$2")/release/$2-benchmark"; }

# build_benchmarks ROOT: builds the programs of the requested benchmarks in a checkout.
build_benchmarks() {
    local benchmark build
    for benchmark in "${benchmarks[@]}"; do
        say "building $benchmark-benchmark in $1"
        build=("${build_flags[@]}")
        if [ "$quick" = true ]; then build=("${test_flags[@]}"); fi
        swift build --package-path "$(package "$1" "$benchmark")" --product "$benchmark-benchmark" "${build[@]}" \
            >"$work/build.log" 2>&1 || {
            tail -n 20 "$work/build.log" >&2
            fail "$benchmark-benchmark does not build in $1"
        }
    done
}

# measure_peers BENCHMARK: measures the Python libraries, by default and with glibc set to keep freed memory.
measure_peers() {
    local environment=$here/.build-peers setting
    [ -x "$environment/bin/python" ] || bash "$peers/setup_peers.sh" "$environment" >&2
    run_peers() { "$environment/bin/python" "$peers/peers.py" "$@" --patience "${PATIENCE:-60}"; }
    case $1 in
    codec) run_peers codecs ;;
    tuning)
        "$environment/bin/python" "$peers/peers.py" signal --out "$work/signal.npy" >&2
        # Their names also have the number of trials, which is 100 where ours is 1,000.
        run_peers optimize --signal "$work/signal.npy" | sed 's|/500x100"|/500"|'
        ;;
    neuron) for setting in "" --tuned-malloc; do run_peers neurons $setting; done ;;
    qkformer) for setting in "" --tuned-malloc; do run_peers qkformer $setting; done ;;
    yolo)
        # Not in FOLDER, whose harness the script uses. SpikeKit keeps freed memory here, and so do the others.
        PYTHONPATH=$peers "$environment/bin/python" "$here/peers/spiking_yolo.py" --tuned-malloc \
            --patience "${PATIENCE:-60}"
        ;;
    esac
}

# measure BENCHMARK FILE: measures SpikeKit, and the Python libraries if they were given.
measure() {
    local run=("$(program "$repository" "$1")" ${flags[@]+"${flags[@]}"})
    "${run[@]}" >"$2"
    [ -n "$peers" ] || return 0
    # Additional measurements: another shape, and freed memory that goes back to the system.
    case $1 in
    codec) "${run[@]}" 64x1000 >>"$2" ;;
    neuron | qkformer) "${run[@]}" --give-memory-back >>"$2" ;;
    esac
    measure_peers "$1" >>"$2"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
require_libraries
for benchmark in "${benchmarks[@]}"; do
    if needs_torch "$benchmark"; then
        require_learning_libraries
        setup_torch
    elif [ "$benchmark" = gym ]; then
        require_test_python
    fi
done
SPIKEKIT_REVISION=$(git -C "$repository" describe --always 2>/dev/null || true)
# Earlier results are no change of what is measured.
git -C "$repository" diff --quiet HEAD -- . ':!Benchmarks/Results.md' 2>/dev/null || SPIKEKIT_REVISION+=-dirty
export SPIKEKIT_REVISION
build_benchmarks "$repository"

if [ -n "$reference" ]; then
    old=$here/.build-against/$reference
    git -C "$repository" worktree prune
    [ -d "$old" ] || git -C "$repository" worktree add --detach "$old" "$reference" >&2
    ln -sfn "$(readlink -f "$torch_link")" "$old/.libtorch"
    build_benchmarks "$old"
    for benchmark in "${benchmarks[@]}"; do
        [ -x "$(program "$old" "$benchmark")" ] || fail "$reference has no $benchmark-benchmark"
        old_flags=(${flags[@]+"${flags[@]}"})
        # Revisions without tables.py have programs that print tables instead of JSON.
        [ -f "$old/Benchmarks/tables.py" ] || old_flags+=(--json-lines)
        rm -f "$work/old" "$work/new"
        for ((round = 1; round <= rounds; round++)); do
            say "$benchmark-benchmark, turn $round of $rounds"
            "$(program "$old" "$benchmark")" ${old_flags[@]+"${old_flags[@]}"} >>"$work/old"
            "$(program "$repository" "$benchmark")" ${flags[@]+"${flags[@]}"} >>"$work/new"
        done
        printf '\n## %s, %s and %s\n\n' "$benchmark" "$reference" "$SPIKEKIT_REVISION"
        python3 "$here/tables.py" compare "$work/old" "$work/new"
    done
    exit 0
fi

for benchmark in "${benchmarks[@]}"; do
    say "$benchmark-benchmark"
    measure "$benchmark" "$work/$benchmark"
    if [ "$updates" = true ]; then
        python3 "$here/tables.py" update "$here/Results.md" "$benchmark" "$command_line" "$work/$benchmark"
    else
        printf '\n## %s\n\n' "$benchmark"
        python3 "$here/tables.py" table "$work/$benchmark"
    fi
done
