// The functions of a C library that Embedded Swift needs: allocation, copying and filling of memory. The allocator
// never reuses freed memory, which is enough for firmware that allocates once.
#include <stddef.h>
#include <stdint.h>

static _Alignas(16) unsigned char heap[16384];
static size_t used;

int posix_memalign(void **pointer, size_t alignment, size_t size) {
    size_t start = (used + alignment - 1) & ~(alignment - 1);
    if (alignment > 16 || start > sizeof heap || size > sizeof heap - start) return 12; // ENOMEM
    *pointer = heap + start;
    used = start + size;
    return 0;
}

void free(void *pointer) { (void)pointer; }

void *memset(void *target, int value, size_t count) {
    for (size_t index = 0; index < count; index++) ((unsigned char *)target)[index] = (unsigned char)value;
    return target;
}

void *memmove(void *target, const void *source, size_t count) {
    unsigned char *to = target;
    const unsigned char *from = source;
    if (to < from) {
        for (size_t index = 0; index < count; index++) to[index] = from[index];
    } else {
        for (size_t index = count; index > 0; index--) to[index - 1] = from[index - 1];
    }
    return target;
}

void *memcpy(void *target, const void *source, size_t count) { return memmove(target, source, count); }

#ifdef __arm__
// The names of these functions that compilers for ARM use; the last two have their arguments exchanged.
void __aeabi_memmove(void *target, const void *source, size_t count) { memmove(target, source, count); }
void __aeabi_memcpy(void *target, const void *source, size_t count) { memmove(target, source, count); }
void __aeabi_memcpy4(void *target, const void *source, size_t count) { memmove(target, source, count); }
void __aeabi_memclr(void *target, size_t count) { memset(target, 0, count); }
void __aeabi_memclr4(void *target, size_t count) { memset(target, 0, count); }
void __aeabi_memclr8(void *target, size_t count) { memset(target, 0, count); }
#endif
