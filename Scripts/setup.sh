# shellcheck shell=bash
# Functions that `./spike` and `./test` share: they find or install what the build needs. This file is sourced, not run.
# The parts for macOS, with Homebrew, have not been run there yet.

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(dirname "$scripts")

# Programs run on the machine that builds them, so they are built for its processor.
build_flags=(-c release)
# On Apple's own processors, swiftc does not accept "native", and its default is right.
if [ "$(uname -sm)" != "Darwin arm64" ]; then build_flags+=(-Xswiftc -target-cpu -Xswiftc native); fi

# The tests of both packages, and what is built besides them for a check, share a folder, so that each module is built
# once: in release mode, as users run it, but testable. As several packages are built there, none may take another one's
# plan for its own.
# shellcheck disable=SC2034 # The scripts that source this file use it.
test_flags=(
    --scratch-path "$repository/.build-tests" --disable-build-manifest-caching -Xswiftc -enable-testing "${build_flags[@]}")

say() { printf 'spikekit: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# require_libraries: checks for Swift and for the libraries of files and parameter searches; installs the libraries if
# it may.
require_libraries() {
    command -v swift >/dev/null || fail "Swift 6.2 or newer is needed; install it from swift.org/install"
    require "nlopt sndfile hdf5 zlib liblz4 libzstd" \
        "libnlopt-dev libsndfile1-dev libhdf5-dev zlib1g-dev liblz4-dev libzstd-dev" \
        "nlopt libsndfile hdf5 zlib lz4 zstd"
}

# require_learning_libraries: requires all libraries, including those that read images.
require_learning_libraries() {
    require_libraries
    require "libpng libturbojpeg libwebpdemux" "libpng-dev libturbojpeg0-dev libwebp-dev" "libpng jpeg-turbo webp"
}

# require NAMES DEBIAN HOMEBREW: requires libraries, by the names that pkg-config, Debian and Homebrew have for them.
require() {
    local missing=() name
    for name in $1; do
        pkg-config --exists "$name" 2>/dev/null || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086
        install_with_apt pkg-config $2
    elif command -v brew >/dev/null; then
        say "installing $3 with Homebrew"
        # shellcheck disable=SC2086
        brew install pkg-config $3 >&2 || fail "Homebrew could not install them; see above"
    else
        fail "missing ${missing[*]}: install them with their headers, and pkg-config"
    fi
}

# install_fashion_mnist: installs Debian's package of the default data set of `spike train` if that needs no password.
# Otherwise `spike` downloads the data set when it is needed, or prints what to do.
install_fashion_mnist() {
    local package=dataset-fashion-mnist as_root=()
    if [ -d /usr/share/datasets/fashion-mnist ] || ! command -v apt-get >/dev/null; then return 0; fi
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 0
        as_root=(sudo)
    fi
    apt-cache show "$package" >/dev/null 2>&1 || "${as_root[@]}" apt-get update >/dev/null 2>&1 || return 0
    say "installing $package (30 MB)"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package" \
        >/dev/null 2>&1 || say "could not install $package; spike fetches Fashion-MNIST when it is needed"
}

install_with_apt() {
    local as_root=() log
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            as_root=(sudo)
        else
            fail "some libraries are missing; run: sudo apt-get install $*"
        fi
    fi
    say "installing $*"
    log=$(mktemp)
    if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        fail "apt-get failed (all of it: $log); run: sudo apt-get install $*"
    fi
    rm -f "$log"
}

# build PACKAGE PROGRAM TIME [FOLDER]: makes the release build of a program of a package. If the build fails, prints its
# errors.
build() {
    local log folder=${4:-.build}
    log=$(mktemp)
    say "building $2 (about $3 the first time)"
    report_progress "$log" &
    local reporter=$! status=0
    (cd "$repository/$1" &&
        swift build --scratch-path "$folder" --product "$2" "${build_flags[@]}") >"$log" 2>&1 || status=$?
    kill "$reporter" 2>/dev/null && wait "$reporter" 2>/dev/null || true
    if [ -t 2 ]; then printf '\r\033[K' >&2; fi
    if [ "$status" -ne 0 ]; then
        grep -E 'error:' "$log" >&2 || tail -n 20 "$log" >&2
        fail "the build failed; all of its output: $log"
    fi
    rm -f "$log"
    # The program must be newer than every source, even if there was nothing to build.
    touch "$repository/$1/$folder/release/$2"
}

# report_progress LOG: prints the progress of the build that writes LOG: in a terminal as one changing line, otherwise
# as a new line from time to time. It ends with the script.
report_progress() {
    local seconds=0 step
    while sleep 1 && kill -0 $$ 2>/dev/null; do
        seconds=$((seconds + 1))
        step=$(grep -oE '^\[[0-9]+/[0-9]+\] [A-Z][a-z]+ [A-Za-z0-9_-]+' "$1" | tail -n 1) || true
        if [ -t 2 ]; then
            printf '\r\033[K%d s  %s' "$seconds" "$step" >&2
        elif [ $((seconds % 20)) -eq 0 ]; then
            say "$seconds s  $step"
        fi
    done
}

build_program() { build Packages/SpikeLearning spike "a minute"; }

build_learning_program() { build Packages/SpikeLearning spike-learn "three minutes"; }

# require_test_python: installs the Python packages of the tests: NumPy, h5py and safetensors read files that SpikeKit
# writes, Pillow writes images that it reads, expelliarmus, faery and aedat read the events of cameras, pyEDFlib reads EDF
# and BDF, Gymnasium has environments, CairoSVG draws plots, and pycocotools evaluates detections. Tests that lack their
# package are skipped, as those of wfdb, which would bring pandas, SciPy and Matplotlib (340 MB).
require_test_python() {
    local environment=$repository/.build-python wanted=(
        numpy h5py safetensors gymnasium pillow cairosvg pyflakes pycocotools expelliarmus faery aedat
        pyedflib)
    if [ -n "${SPIKEKIT_PYTHON:-}" ]; then return 0; fi
    # CairoSVG needs the Cairo library and a font.
    if command -v apt-get >/dev/null && ! ldconfig -p | grep -q 'libcairo\.so\.2'; then
        (install_with_apt libcairo2 fonts-dejavu-core) || say "the tests that need Cairo are skipped"
    elif command -v brew >/dev/null && ! brew list --formula cairo >/dev/null 2>&1; then
        brew install cairo >&2 || say "the tests that need Cairo are skipped"
    fi
    if ! "$environment/bin/python" -c "import sys, importlib.metadata as m; [m.version(name) for name in sys.argv[1:]]" \
        "${wanted[@]}" 2>/dev/null; then
        command -v python3 >/dev/null || return 0
        say "setting up Python with ${wanted[*]} for tests"
        rm -rf "$environment"
        python3 -m venv "$environment" >/dev/null 2>&1 &&
            "$environment/bin/python" -m pip install --quiet --disable-pip-version-check "${wanted[@]}" \
                >/dev/null 2>&1 || {
            # In continuous integration, missing packages are an error.
            if [ "${CI:-}" = true ]; then fail "could not install ${wanted[*]}"; fi
            say "could not install ${wanted[*]}; the tests that need them are skipped"
            return 0
        }
    fi
    export SPIKEKIT_PYTHON=$environment/bin/python
}

# require_espeak: installs the program whose spoken digits a test reads (5 MB). Without it, that test is skipped.
require_espeak() {
    if command -v espeak-ng >/dev/null; then return 0; fi
    if command -v apt-get >/dev/null; then
        (install_with_apt espeak-ng) || say "the test that speaks digits is skipped"
    elif command -v brew >/dev/null; then
        brew install espeak-ng >&2 || say "the test that speaks digits is skipped"
    fi
}

# require_shellcheck: installs shellcheck, with which Scripts/lint.sh checks shell scripts. It is optional there.
require_shellcheck() {
    if command -v shellcheck >/dev/null; then return 0; fi
    if command -v apt-get >/dev/null; then
        (install_with_apt shellcheck) || return 0
    elif command -v brew >/dev/null; then
        say "installing shellcheck with Homebrew"
        brew install shellcheck >&2 || return 0
    fi
}

# require_test_nvrtc: installs NVIDIA's run-time compiler, with which tests compile the CUDA kernels. It needs no GPU.
# Without it, these tests are skipped.
require_test_nvrtc() {
    local folder=$repository/.build-nvrtc library python
    if [ -n "${SPIKEKIT_NVRTC:-}" ] || [ "$(uname -s)" != Linux ]; then return 0; fi
    library=$folder/nvidia/cu13/lib/libnvrtc.so.13
    if [ ! -f "$library" ]; then
        python=$repository/.build-python/bin/python
        [ -x "$python" ] || python=python3
        say "fetching NVRTC, which compiles the CUDA kernels for tests"
        "$python" -m pip install --quiet --disable-pip-version-check --no-deps --target "$folder" \
            nvidia-cuda-nvrtc==13.0.88 >/dev/null 2>&1 || {
            say "could not fetch nvidia-cuda-nvrtc; the tests that need it are skipped"
            return 0
        }
    fi
    export SPIKEKIT_NVRTC=$library
}
