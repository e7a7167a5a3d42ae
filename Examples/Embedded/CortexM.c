// The platform of a Cortex-M7 with an FPU for doubles. Semihosting passes output to a debugger or to QEMU (machine
// mps2-an500).
#include "Platform.h"

extern uint32_t stackTop, dataStart, dataEnd, dataSource, bssStart, bssEnd;

static int hostCall(int operation, const void *argument) {
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void writeByte(uint8_t byte) { hostCall(0x03, &byte); }

void reset(void) {
    // Enables access to the FPU.
    *(volatile uint32_t *)0xe000ed88 |= 0xf << 20;
    __asm__ volatile("dsb\nisb");
    for (uint32_t *to = &dataStart, *from = &dataSource; to < &dataEnd;) *to++ = *from++;
    for (uint32_t *to = &bssStart; to < &bssEnd;) *to++ = 0;
    runFirmware();
    hostCall(0x18, (const void *)0x20026); // The program has ended.
    for (;;) {}
}

static void fault(void) {
    hostCall(0x18, (const void *)0x20023); // A run-time error.
    for (;;) {}
}

__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    &stackTop, reset, fault, fault, fault, fault, fault};
