# shellcheck shell=bash disable=SC2154 # setup.sh sets repository and scripts.
# LibTorch for the learning package: `setup_torch` makes `.libtorch` in the repository. This file is sourced after
# setup.sh, not run.

torch_version=2.13.0
torch_link=$repository/.libtorch

# setup_torch [--with-python]: links the `torch` folder of a PyTorch, which holds the libraries and headers of LibTorch:
# the folder that SPIKEKIT_TORCH names, otherwise the one that is already linked, otherwise PyTorch's wheel, unpacked once
# for each user; if asked for, with what Python needs to import it.
setup_torch() {
    local folder cache
    if [ -n "${SPIKEKIT_TORCH:-}" ]; then
        check_torch "$SPIKEKIT_TORCH"
        folder=$(cd "$SPIKEKIT_TORCH" && pwd -P)
    elif is_torch "$torch_link"; then
        return 0
    else
        cache=${XDG_CACHE_HOME:-$HOME/.cache}
        if [ "$(uname -s)" = Darwin ]; then cache=$HOME/Library/Caches; fi
        folder=$cache/spikekit/torch-$torch_version/torch
        is_torch "$folder" || fetch_torch "$(dirname "$folder")" "$@"
    fi
    if [ "$(readlink "$torch_link" 2>/dev/null)" != "$folder" ]; then
        if [ -d "$torch_link" ] && [ ! -L "$torch_link" ]; then
            fail "$torch_link is a folder, where a link to LibTorch belongs; move it away"
        fi
        ln -sfn "$folder" "$torch_link"
    fi
}

is_torch() {
    [ -f "$1/include/torch/headeronly/version.h" ] &&
        { [ -f "$1/lib/libtorch_cpu.so" ] || [ -f "$1/lib/libtorch_cpu.dylib" ]; }
}

# check_torch DIR: fails unless the bridge can be built against the LibTorch in DIR and run with it on this machine.
check_torch() {
    local version
    is_torch "$1" || fail "SPIKEKIT_TORCH: $1 is not the torch folder of a PyTorch 2.11 to 2.15" \
        "(lib/libtorch_cpu and include/torch/headeronly/version.h)"
    version=$(sed -n 's/^#define TORCH_VERSION_M[AI][JN]OR *//p' "$1/include/torch/headeronly/version.h" | tr '\n' .)
    case $version in
    2.11. | 2.12. | 2.13. | 2.14. | 2.15.) ;;
    *) fail "SPIKEKIT_TORCH: $1 is PyTorch ${version%.}; 2.11 to 2.15 are supported" ;;
    esac
    if [ -f "$1/lib/libtorch_cpu.so" ] && [ "$(machine_of "$1/lib/libtorch_cpu.so")" != "$(machine_of "$BASH")" ]; then
        fail "SPIKEKIT_TORCH: $1 is not for this machine's processor ($(uname -m))"
    fi
}

# machine_of FILE: prints the kind of processor that an ELF file is for.
machine_of() { od -A n -j 18 -N 2 -t x1 "$1"; }

# fetch_torch DIR [--with-python]: downloads LibTorch to DIR, or fails with a message of one line.
fetch_torch() {
    command -v python3 >/dev/null ||
        fail "Python 3 with pip is needed to fetch LibTorch; install it, or set SPIKEKIT_TORCH to an existing" \
            "torch folder"
    python3 "$scripts/fetch-torch.py" "$torch_version" "$@" || exit 1
}

# use_torch_in_tests: lets the Python of the tests import the unpacked wheel of PyTorch, whose launcher torchrun they
# start. Without what Python needs, those tests are skipped.
use_torch_in_tests() {
    local environment=$repository/.build-python folder packages
    folder=$(dirname "$(readlink "$torch_link")")
    [ "${SPIKEKIT_PYTHON:-}" = "$environment/bin/python" ] && [ "${folder##*/}" = "torch-$torch_version" ] || return 0
    packages=$("$environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    if [ -f "$folder/torch/__init__.py" ]; then
        printf '%s\n' "$folder" >"$packages/spikekit-torch.pth"
    else
        rm -f "$packages/spikekit-torch.pth"
    fi
}
