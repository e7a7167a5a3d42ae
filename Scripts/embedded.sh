#!/usr/bin/env bash
# Builds SpikeKernels and the example firmware as Embedded Swift for WebAssembly, Cortex-M and RISC-V, prints their
# sizes, and runs them if an emulator is installed. Usage: Scripts/embedded.sh
#
# The script needs only the Swift toolchain. Every program that runs must print the same spikes as the firmware on this
# machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
fail() { echo "embedded.sh: $1" >&2; exit 1; }

command -v swiftc > /dev/null || fail "there is no swiftc on the PATH; install Swift 6.2 or newer from swift.org"
tools=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": *"\(.*\)\/lib\/swift".*/\1\/bin/p')
[ -x "$tools/clang" ] || tools=$(dirname "$(command -v swiftc)")
for tool in clang wasm-ld ld.lld llvm-objdump; do
    [ -x "$tools/$tool" ] || fail "$tools has no $tool; install a toolchain from swift.org"
done
# The toolchain includes its own emulator of WebAssembly.
PATH=$PATH:$tools
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
example=Examples/Embedded

# compile FOLDER FLAG…: compiles the kernels and the firmware to objects with the same flags.
compile() {
    local out=$build/$1 sources=(Sources/SpikeKernels/*.swift Sources/SpikeKernels/*/*.swift)
    shift
    swiftc "$@" -wmo -parse-as-library -module-name SpikeKernels -emit-module \
        -emit-module-path "$out/SpikeKernels.swiftmodule" \
        -c "${sources[@]}" -o "$out/SpikeKernels.o"
    swiftc "$@" -wmo -parse-as-library -module-name Firmware -I "$out" -import-objc-header $example/Platform.h \
        -c $example/Firmware.swift -o "$out/Firmware.o"
}

mkdir "$build/desktop"
compile desktop -O
"$tools/clang" -c $example/Desktop.c -o "$build/desktop/Desktop.o"
swiftc "$build"/desktop/*.o -o "$build/desktop/firmware"
"$build/desktop/firmware" > "$build/expected"
cat "$build/expected"

# embedded NAME TRIPLE PLATFORM [C-FLAG…]: compiles the objects of a platform, including its C files.
embedded() {
    local name=$1 triple=$2 platform=$3 flag
    shift 3
    mkdir "$build/$name"
    [ -d "$tools/../lib/swift/embedded/$triple" ] ||
        fail "this toolchain has no Embedded Swift for $triple; install a toolchain from swift.org"
    local swiftFlags=(-enable-experimental-feature Embedded -target "$triple" -Osize -Xfrontend -function-sections
        -Xfrontend -disable-stack-protector)
    for flag in "$@"; do swiftFlags+=(-Xcc "$flag"); done
    compile "$name" "${swiftFlags[@]}"
    for file in Memory "$platform"; do
        "$tools/clang" -target "$triple" "$@" -Os -ffreestanding -fno-builtin -ffunction-sections -c \
            "$example/$file.c" -o "$build/$name/$file.o"
    done
}

# finish NAME EMULATOR…: prints the size of code and constants, and runs the program if the emulator is installed.
finish() {
    local name=$1 program=$build/$1/firmware
    shift
    local ran="not run, as there is no $1" code=0 length
    for length in $("$tools/llvm-objdump" -h "$program" | awk '$2 == "CODE" || $2 == ".text" { print $3 }'); do
        code=$((code + 0x$length))
    done
    if command -v "$1" > /dev/null; then
        "$@" "$program" > "$build/$name/spikes" < /dev/null || fail "$name: the program failed under $1"
        diff "$build/expected" "$build/$name/spikes" || fail "$name: other spikes than on this machine"
        ran="the same spikes under $1"
    fi
    printf '%-9s %6d bytes of code; %s\n' "$name" "$code" "$ran"
}

embedded wasm wasm32-unknown-none-wasm WebAssembly
"$tools/wasm-ld" --no-entry --strip-all "$build"/wasm/*.o -o "$build/wasm/firmware"
if ! command -v wasmkit > /dev/null && command -v node > /dev/null; then
    finish wasm node --no-warnings -e '
        const wasi = new (require("wasi").WASI)({ version: "preview1" });
        WebAssembly.instantiate(require("fs").readFileSync(process.argv[1]), wasi.getImportObject())
            .then(program => wasi.start(program.instance));'
else
    finish wasm wasmkit run
fi

embedded cortex-m armv7em-none-none-eabi CortexM -mcpu=cortex-m7 -mfpu=fpv5-d16 -mfloat-abi=hard
"$tools/ld.lld" --gc-sections -T $example/CortexM.ld "$build"/cortex-m/*.o -o "$build/cortex-m/firmware"
finish cortex-m qemu-system-arm -M mps2-an500 -display none -monitor none -serial none -chardev stdio,id=output \
    -semihosting-config enable=on,chardev=output -kernel

embedded risc-v riscv32-none-none-eabi RISCV -march=rv32imafdc -mabi=ilp32d
"$tools/ld.lld" --gc-sections -T $example/RISCV.ld "$build"/risc-v/*.o -o "$build/risc-v/firmware"
finish risc-v qemu-system-riscv32 -M virt -bios none -display none -monitor none -serial stdio -kernel
