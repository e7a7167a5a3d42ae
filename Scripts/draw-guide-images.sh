#!/usr/bin/env bash
# Redraws all images of the guides, and makes the recordings that they show. Usage: Scripts/draw-guide-images.sh
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
images=$root/Guides/images
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

spike() { "$root/spike" "$@" >/dev/null; }

mkdir -p "$images"

# 2 s of a heartbeat: the P, Q, R, S and T waves as bell curves, on a slow wave of breathing.
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

# 24 observations of two values: the sine and the cosine of an angle that makes one full turn.
awk 'BEGIN {
    print "sine,cosine"
    for (n = 0; n < 24; n++) {
        angle = 2 * 3.14159265358979 * n / 24
        printf "%.4f,%.4f\n", sin(angle), cos(angle)
    }
}' >"$images/angle.csv"

# draw NAME TITLE RECORDING OPTION…: draws the spikes and, for the heartbeat, the recording that they decode to.
draw() {
    local name=$1 title=$2 recording=$images/$3
    shift 3
    spike encode "$recording" "$@" --output "$work/$name.h5"
    local traces=()
    if [[ $recording == */ecg.csv ]]; then traces=(--recording "$recording"); fi
    spike plot "$work/$name.h5" ${traces[@]+"${traces[@]}"} --title "$title" --output "$images/$name.svg"
}

# The guide of a codec states in a comment how the image below it is drawn: <!-- image: RECORDING OPTION… | TITLE -->
while IFS='|' read -r name title options; do
    # The options are words without spaces, so they may be split.
    # shellcheck disable=SC2086
    draw "$name" "$title" $options
done < <(awk '
    sub(/^<!-- image: /, "") { split(substr($0, 1, length($0) - 4), parts, " [|] "); next_image = 1; next }
    next_image && match($0, /images\/[a-z-]+\.svg/) {
        print substr($0, RSTART + 7, RLENGTH - 11) "|" parts[2] "|" parts[1]
        next_image = 0
    }' "$root"/Guides/*.md)

spike tune "$images/ecg.csv" --codec lif --evaluations 400 --output "$images/tuning.svg"

# image REPORT TITLE: prints the image with this title from a report.
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
