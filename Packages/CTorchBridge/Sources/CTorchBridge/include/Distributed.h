/// Functions for processes that train together, based on LibTorch's c10d.
#ifndef TORCH_BRIDGE_DISTRIBUTED_H
#define TORCH_BRIDGE_DISTRIBUTED_H

#include "Base.h"

/// A handle of a group of processes.
typedef struct {
    void *object;
} TBProcessGroup;

TB_BEGIN

/// Joins a Gloo group, and waits until all its processes are connected. This call and later ones wait for other
/// processes for at most `timeout` seconds.
///
/// - host, port: The address of the store. This process serves the store if `serves_store` is true.
/// - prefix: The prefix of the group's keys in the store.
/// - interface: The network interface, such as lo or eth0; null for the interface of this computer's host name.
TB_CHECKED TBError tb_process_group_join(
    const char *host, int32_t port, bool serves_store, const char *prefix, const char *interface, int32_t rank,
    int32_t size, double timeout, TBProcessGroup *result);
/// Leaves the group and releases its handle.
void tb_process_group_leave(TBProcessGroup group);

/// Replaces each tensor, in place, by its sum over all processes.
TB_CHECKED TBError tb_all_reduce_sum(TBProcessGroup group, const TBTensor *tensors, size_t count);
/// Replaces each tensor, in place, by that of the process with rank `root`.
TB_CHECKED TBError tb_broadcast(TBProcessGroup group, const TBTensor *tensors, size_t count, int32_t root);
/// Waits until all processes have called this function.
TB_CHECKED TBError tb_barrier(TBProcessGroup group);

TB_END

#endif
