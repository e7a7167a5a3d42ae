#!/usr/bin/env bash
# Trains on two hosts under torchrun, cuts the link between them, and goes on when it is back:
#   Scripts/distributed/two-hosts.sh PROGRAM [--detector]
# PROGRAM is the built spike-learn. It trains a small classifier, or with --detector a detector. The hosts are two network
# namespaces of this machine, joined by a virtual link, which needs Linux, root, iproute2, and a Python with torch, the one
# that SPIKEKIT_PYTHON names. Where something is missing, the script says so and ends with 0.
set -euo pipefail

skip() {
    echo "two hosts: skipped: $1"
    exit 0
}

usage="usage: two-hosts.sh PROGRAM [--detector]"
program=${1:?$usage}
program=$(realpath "$program")
if [ $# -gt 1 ] && [ "$*" != "$1 --detector" ]; then
    echo "$usage" >&2
    exit 2
fi
python=${SPIKEKIT_PYTHON:-python3}
[ "$(uname)" = Linux ] || skip "network namespaces are Linux's"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
command -v ip > /dev/null || skip "there is no ip; install iproute2"
"$python" -c 'import torch.distributed.run' 2> /dev/null || skip "$python has no torch; name another by SPIKEKIT_PYTHON"

name=spk$$
work=$(mktemp -d)
clean() {
    # Only processes of the namespaces are ended, which this script has started.
    for host in a b; do
        for process in $(ip netns pids "$name-$host" 2> /dev/null); do kill -9 "$process" 2> /dev/null || true; done
        ip netns delete "$name-$host" 2> /dev/null || true
    done
    rm -rf "$work"
}
trap clean EXIT

ip netns add "$name-a" 2> /dev/null || skip "network namespaces are not allowed here"
ip netns add "$name-b"
ip link add "$name-a0" netns "$name-a" type veth peer name "$name-b0" netns "$name-b" 2> /dev/null ||
    skip "virtual links are not allowed here"
number=1
for host in a b; do
    ip -n "$name-$host" address add "10.231.7.$number/24" dev "$name-${host}0"
    ip -n "$name-$host" link set lo up
    ip -n "$name-$host" link set "$name-${host}0" up
    number=$((number + 1))
done

if [ "${2:-}" = --detector ]; then
    train=("$program" train --dataset shapes --model spiking-yolov5n --side 32 --encoding phase --steps 2 --epochs 6
        --batch 4 --limit-train 8 --limit-test 2 --threads 1 --set update-batch=4)
else
    "$python" - "$work/data" << 'PYTHON'
import os, random, sys
random.seed(1)
for part, count in (("train", 12), ("test", 4)):
    for label in ("left", "right"):
        folder = f"{sys.argv[1]}/{part}/{label}"
        os.makedirs(folder)
        for index in range(count):
            pixels = bytes(
                random.randrange(100) + (120 if (place % 8 >= 4) == (label == "right") else 0) for place in range(64))
            with open(f"{folder}/{index}.pgm", "wb") as file:
                file.write(b"P5 8 8 255\n" + pixels)
PYTHON
    train=("$program" train --dataset folder --data "$work/data" --side 8 --encoding phase --steps 2 --epochs 60 --batch 8
        --threads 1 --set flip=true)
fi

# The hosts have their memory in common, which two machines have not.
export SPIKEKIT_SHARED_MEMORY=0

# Starts a host's part of a run in the background; its process is $!.
start() { # HOST ADDRESS RUN PORT
    local is_host=0
    # torchrun would look for the address under the machine's name, which both hosts share.
    if [ "$1" = a ]; then is_host=1; fi
    GLOO_SOCKET_IFNAME="$name-${1}0" ip netns exec "$name-$1" "$python" -m torch.distributed.run --nnodes 2 \
        --nproc-per-node 1 --rdzv-backend c10d --rdzv-id "$3" --rdzv-endpoint "10.231.7.1:$4" --rdzv-conf "is_host=$is_host" \
        --local-addr "$2" \
        --no-python "${train[@]}" --output "$work/$3" > "$work/$3-$1.log" 2>&1 &
}

complaints() { # RUN
    grep -h '^spike: ' "$work/$1-a.log" "$work/$1-b.log" || true
}

fail() {
    echo "two hosts: FAILED: $1"
    tail -n 30 "$work"/*.log
    exit 1
}

together() { # RUN PORT
    start a 10.231.7.1 "$1" "$2"
    local first=$!
    start b 10.231.7.2 "$1" "$2"
    local second=$!
    wait "$first" || fail "host a of $1"
    wait "$second" || fail "host b of $1"
}

together whole 29401
echo "two hosts: trained together: $(tail -n 1 "$work/whole/metrics.jsonl" | cut -c 1-60)…"

start a 10.231.7.1 cut 29402
first=$!
start b 10.231.7.2 cut 29402
second=$!
for _ in $(seq 600); do
    [ -s "$work/cut/metrics.jsonl" ] && break
    sleep 0.1
done
[ -s "$work/cut/metrics.jsonl" ] || fail "no epoch within a minute"
ip -n "$name-a" link set "$name-a0" down
begin=$(date +%s%N)
elapsed() { echo $((($(date +%s%N) - begin) / 1000000)); } # in milliseconds
alive() { # Whether a worker of ours still runs on one of the hosts.
    for host in a b; do
        for process in $(ip netns pids "$name-$host"); do
            [ "$(readlink "/proc/$process/exe" 2> /dev/null)" = "$program" ] && return 0
        done
    done
    return 1
}
while alive; do
    [ "$(elapsed)" -lt 20000 ] || fail "workers still run 20 s after the link was cut"
    sleep 0.1
done
time=$(elapsed)
[ "$time" -lt 10000 ] || fail "the workers ended only $time ms after the link was cut"
[ "$(complaints cut | wc -l)" = 2 ] || fail "one line on each side of the cut is expected: $(complaints cut)"
echo "two hosts: $time ms after the link was cut, all workers had ended:"
complaints cut | cut -c 1-140
ip -n "$name-a" link set "$name-a0" up
kill "$first" "$second" 2> /dev/null || true
wait "$first" 2> /dev/null && fail "torchrun on host a reports success"
wait "$second" 2> /dev/null && fail "torchrun on host b reports success"

together cut 29403
cmp "$work/whole/weights.safetensors" "$work/cut/weights.safetensors" || fail "the weights differ"
echo "two hosts: with the link back, the same command went on: the weights are those of the undisturbed run, bit for bit"
