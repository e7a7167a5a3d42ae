/// Functions for threads, devices and memory.
#ifndef TORCH_BRIDGE_RUNTIME_H
#define TORCH_BRIDGE_RUNTIME_H

#include "Base.h"

TB_BEGIN

/// The number of threads that an operation on the CPU uses.
int32_t tb_threads(void);
/// Sets the number of threads that an operation on the CPU uses.
TB_CHECKED TBError tb_set_threads(int32_t count);

/// Calls `body(context, block)` for every block in 0 ..< blocks on LibTorch's threads. Inside of another parallel
/// operation, the calls are made one after the other.
TB_CHECKED TBError tb_parallel(int64_t blocks, void *context, void (*body)(void *context, int64_t block));

/// The reason why the CUDA part of LibTorch could not be loaded. The text is empty if it was loaded, or if this
/// LibTorch has no CUDA part.
const char *tb_cuda_problem(void);

/// The number of available devices of a kind.
int32_t tb_device_count(TBDeviceKind kind);
/// Waits until the device has completed all submitted work.
TB_CHECKED TBError tb_synchronize(TBDevice device);

/// Chooses whether convolutions on CUDA try several algorithms for each new shape and keep the fastest.
void tb_tune_convolutions(bool tune);

/// Writes the largest number of bytes that tensors on a CUDA device held at once since the previous call.
TB_CHECKED TBError tb_device_peak_memory(TBDevice device, int64_t *bytes);

/// Chooses whether memory that tensors free stays mapped for later tensors. Returns false if this platform does not
/// support the setting.
bool tb_keep_freed_memory(bool keep);

/// Starts to count the bytes that CPU tensors hold, for tensors of this thread and of the threads that work for it.
/// Only one count can run at a time.
TB_CHECKED TBError tb_memory_watch_begin(void **watch);
/// Ends the count, and writes the largest number of bytes above that at the beginning.
TB_CHECKED TBError tb_memory_watch_end(void *watch, int64_t *peak);

TB_END

#endif
