#!/usr/bin/env bash
# Draws every image of the guides anew, with the recordings they show: Scripts/draw-guide-images.sh
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
images=$root/Guides/images
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

spike() { "$root/spike" "$@" >/dev/null; }

mkdir -p "$images"

# 2 s of a heartbeat: P, Q, R, S and T waves as bells, on slow breathing.
awk 'BEGIN {
    split("-0.20 -0.035 0 0.035 0.26", center); split("0.025 0.010 0.011 0.012 0.050", width)
    split("0.15 -0.12 1.20 -0.28 0.32", height)
    print "time_s,ecg_mV"
    for (n = 0; n < 720; n++) {
        t = n / 360; x = 0.05 * sin(1.6 * t)
        for (beat = 0; beat < 3; beat++)
            for (w = 1; w <= 5; w++) {
                d = (t - 0.35 - 0.8 * beat - center[w]) / width[w]
                x += height[w] * exp(-d * d / 2)
            }
        printf "%.6f,%.4f\n", t, x
    }
}' >"$images/ecg.csv"

# 24 observations of two values, the sine and the cosine of an angle that goes round once.
awk 'BEGIN {
    print "sine,cosine"
    for (n = 0; n < 24; n++) {
        angle = 2 * 3.14159265358979 * n / 24
        printf "%.4f,%.4f\n", sin(angle), cos(angle)
    }
}' >"$images/angle.csv"

# draw NAME TITLE OPTION…: the heartbeat, what is decoded of it, and the spikes.
draw() {
    local name=$1 title=$2
    shift 2
    spike encode "$images/ecg.csv" "$@" --output "$work/$name.h5"
    spike plot "$work/$name.h5" --recording "$images/ecg.csv" --title "$title" --output "$images/$name.svg"
}

# draw_raster NAME TITLE OPTION…: the spikes of the observations.
draw_raster() {
    local name=$1 title=$2
    shift 2
    spike encode "$images/angle.csv" --minimum -1 --maximum 1 "$@" --output "$work/$name.h5"
    spike plot "$work/$name.h5" --title "$title" --output "$images/$name.svg"
}

draw step-forward "Step-forward, threshold 0.1 mV" --codec step-forward --threshold 0.1
draw bens-spiker "Ben's spiker algorithm, order 28, cutoff 0.087, threshold 0.99" \
    --codec bsa --order 28 --cutoff 0.087 --threshold 0.99
draw pulse-width-modulation "Pulse-width modulation, 100 carrier periods in a thousand samples" \
    --codec pwm --frequency 100
draw leaky-integrate-and-fire "LIF-based encoding, threshold 0.34, membrane constant 0.42" \
    --codec lif --threshold 0.34 --membrane 0.42 --minimum -1.3 --maximum 1.3
draw delta-modulation "Delta modulation, threshold 0.1 mV" --codec delta --threshold 0.1 --padding edge
draw rate-step-forward "Rate step-forward, threshold from the data" --codec rate-step-forward
draw_raster rate-code "Rate code: 24 observations of 2 values, 16 steps each" --codec rate
draw_raster receptive-fields "Receptive fields: 24 observations of 2 values, 10 units and 16 steps each" \
    --codec receptive-fields

spike tune "$images/ecg.csv" --codec lif --evaluations 400 --output "$images/tuning.svg"

# image REPORT TITLE: the image of that title in a report.
image() {
    awk -v title="<title>$2</title>" '{ text = text $0 "\n" } END {
        place = index(text, title)
        if (place == 0) exit 1
        before = substr(text, 1, place)
        while ((next_start = index(substr(before, start + 1), "<svg")) > 0) start += next_start
        text = substr(text, start)
        print substr(text, 1, index(text, "</svg>") + 5)
    }' "$1"
}

spike compare "$images/ecg.csv" --output "$work/report.html"
image "$work/report.html" "Error against spikes" >"$images/comparing.svg"

spike train --encoding all --limit-train 2000 --limit-test 500 --epochs 2 --seeds 0 --output "$work/runs" 2>/dev/null
image "$work/runs/report.html" "An image over time" >"$images/training-report.svg"
