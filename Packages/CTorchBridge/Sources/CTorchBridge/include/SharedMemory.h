/// Sums over processes of one machine, through memory that they share.
#ifndef TORCH_BRIDGE_SHARED_MEMORY_H
#define TORCH_BRIDGE_SHARED_MEMORY_H

#include "Base.h"

/// A handle of memory that the processes of a group share.
typedef struct {
    void *object;
} TBSharedMemory;

TB_BEGIN

/// Maps the memory of a group. All its processes must have done so before the first of them adds up tensors.
///
/// - path: The path of a file in memory or on a local disk. It can be removed once all processes have mapped it.
/// - creates: Whether this process creates the file, which must not exist. The others call the function later, and fail
///   if there is no file, as on another machine.
/// - rank: The index of this process in the group.
/// - size: The number of processes in the group.
/// - capacity: The size of the largest tensor in bytes, a multiple of 64.
/// - timeout: The longest time in seconds that later calls wait for other processes.
TB_CHECKED TBError tb_shared_memory_map(
    const char *path, bool creates, int32_t rank, int32_t size, size_t capacity, double timeout,
    TBSharedMemory *result);
/// Ends the use of the memory. Calls of other processes that wait for this one then fail.
void tb_shared_memory_unmap(TBSharedMemory memory);

/// Replaces a tensor, in place, by its sum over all processes. The tensors are added in the order of ranks, so that all
/// processes get identical bits, in every run.
///
/// - tensor: A contiguous tensor on the CPU, float32 or float64, not larger than the capacity.
TB_CHECKED TBError tb_shared_memory_sum(TBSharedMemory memory, TBTensor tensor);

TB_END

#endif
