// The functions that each platform provides for the firmware, and the one that the firmware provides.
#pragma once
#include <stdint.h>

void writeByte(uint8_t byte);
void runFirmware(void);
