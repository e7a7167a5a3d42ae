// The platform of a 32-bit RISC-V processor with an FPU for doubles. Output and the end of the program use the serial
// port and the power switch of QEMU's machine virt.
#include "Platform.h"

extern uint32_t bssStart, bssEnd;

void writeByte(uint8_t byte) { *(volatile uint8_t *)0x10000000 = byte; }

__attribute__((aligned(4), used)) static void fault(void) {
    *(volatile uint32_t *)0x100000 = 0x13333; // Off, with the status 1.
    for (;;) {}
}

void run(void) {
    for (uint32_t *to = &bssStart; to < &bssEnd;) *to++ = 0;
    runFirmware();
    *(volatile uint32_t *)0x100000 = 0x5555; // Off.
    for (;;) {}
}

__attribute__((naked, section(".start"))) void reset(void) {
    // Sets the stack, the access to the FPU and the handler of faults.
    __asm__ volatile(
        "la sp, stackTop\n li t0, 0x2000\n csrs mstatus, t0\n la t0, fault\n csrw mtvec, t0\n j run");
}
