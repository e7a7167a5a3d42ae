#include "Platform.h"
#include <stdio.h>

void writeByte(uint8_t byte) { putchar(byte); }

int main(void) { runFirmware(); }
