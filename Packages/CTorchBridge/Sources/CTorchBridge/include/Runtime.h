/// Threads, devices and memory.
#ifndef TORCH_BRIDGE_RUNTIME_H
#define TORCH_BRIDGE_RUNTIME_H

#include "Base.h"

TB_BEGIN

int32_t tb_threads(void);
TB_CHECKED TBError tb_set_threads(int32_t count);

/// Runs `body(context, block)` for every block in 0 ..< blocks on LibTorch's threads; runs one after the other inside of
/// another parallel operation.
TB_CHECKED TBError tb_parallel(int64_t blocks, void *context, void (*body)(void *context, int64_t block));

/// Why the CUDA part of LibTorch could not be loaded; empty if it was, or if there is none.
const char *tb_cuda_problem(void);

int32_t tb_device_count(TBDeviceKind kind);
/// Waits until the device has done all that was asked of it.
TB_CHECKED TBError tb_synchronize(TBDevice device);

/// Whether convolutions on CUDA are tried out in several ways for each new shape, and the fastest is kept.
void tb_tune_convolutions(bool tune);

/// The greatest number of bytes that tensors on a CUDA device held at once since this was last asked for.
TB_CHECKED TBError tb_device_peak_memory(TBDevice device, int64_t *bytes);

/// Whether memory that tensors free stays mapped for the next ones; false if this platform cannot say.
bool tb_keep_freed_memory(bool keep);

/// Starts, on this thread and those that work for it, to follow how many bytes CPU tensors hold; one at a time.
TB_CHECKED TBError tb_memory_watch_begin(void **watch);
/// Ends that, and gives the greatest number of bytes above that at the beginning.
TB_CHECKED TBError tb_memory_watch_end(void *watch, int64_t *peak);

TB_END

#endif
