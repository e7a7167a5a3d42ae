#!/usr/bin/env bash
# Scripts/docs.sh [OUTPUT]: builds the documentation of the libraries as web pages, one folder per library, in OUTPUT
# (.build-docs by default). Serve a folder with `python3 -m http.server --directory OUTPUT/SpikeEncoding` and open
# http://localhost:8000/documentation/spikeencoding. A broken link in the documentation is an error. So is an
# undocumented parameter beside documented ones, except in Packages/SpikeLearning.
#
# The modules must have been built by ./test; those of Packages/SpikeLearning are documented if they have been built as
# well.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
output=${1:-.build-docs}
build=.build-tests/release
target=$(swiftc -print-target-info | sed -n 's/^ *"triple": "\(.*\)",$/\1/p' | head -1)
count=0
failures=0

# document SOURCES [TOLERATED]: documents every library below SOURCES that has a catalogue. Warnings are errors
# unless they match TOLERATED.
document() {
    local sources=$1 tolerated=${2:-^$} catalogue module graphs includes=() map flag
    for flag in $(pkg-config --cflags nlopt sndfile hdf5 zlib liblz4 libzstd); do includes+=(-Xcc "$flag"); done
    for map in "$build"/*.build/module.modulemap; do
        if [ -e "$map" ]; then includes+=(-Xcc "-fmodule-map-file=$map"); fi
    done
    while read -r map; do includes+=(-I "$(dirname "$map")"); done \
        < <(find Sources Packages -name module.modulemap -not -path '*/.build*'
            find "${build%/release}/checkouts" -path '*/include/module.modulemap')
    for catalogue in "$sources"/*/*.docc; do
        module=$(basename "$catalogue" .docc)
        graphs=$(mktemp -d)
        swift-symbolgraph-extract -module-name "$module" -target "$target" -I "$build/Modules" \
            "${includes[@]+"${includes[@]}"}" -minimum-access-level public -skip-synthesized-members \
            -output-dir "$graphs"
        if ! docc convert "$catalogue" --additional-symbol-graph-dir "$graphs" --output-dir "$output/$module" \
            --fallback-bundle-identifier "SpikeKit.$module" --fallback-display-name "$module" >"$graphs/messages" 2>&1 ||
            grep -E '^(warning|error): ' "$graphs/messages" | grep -vqE "$tolerated"; then
            cat "$graphs/messages" >&2
            failures=$((failures + 1))
        fi
        rm -r "$graphs"
        count=$((count + 1))
    done
}

mkdir -p "$output"
if [ ! -e "$build/Modules/SpikeEncoding.swiftmodule" ]; then
    echo "docs.sh: nothing is built; run ./test first" >&2
    exit 1
fi
document Sources
if [ -e "$build/Modules/TorchTensors.swiftmodule" ]; then
    document Packages/SpikeLearning/Sources 'is missing documentation$'
fi
if [ "$failures" != 0 ]; then
    echo "docs.sh: the documentation of $failures libraries has errors" >&2
    exit 1
fi
echo "docs.sh: the documentation of $count libraries is in $output"
