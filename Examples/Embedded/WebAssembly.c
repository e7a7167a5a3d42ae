// The platform of a WASI command, which writes with one function of the host.
#include "Platform.h"
#include <stddef.h>

struct Part {
    const uint8_t *bytes;
    size_t count;
};

__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write"))) int
hostWrite(int file, const struct Part *parts, size_t partCount, size_t *written);

void writeByte(uint8_t byte) {
    struct Part part = {&byte, 1};
    size_t written;
    hostWrite(1, &part, 1, &written);
}

__attribute__((export_name("_start"))) void start(void) { runFirmware(); }
