/// Several processes that train together, by LibTorch's c10d.
#ifndef TORCH_BRIDGE_DISTRIBUTED_H
#define TORCH_BRIDGE_DISTRIBUTED_H

#include "Base.h"

typedef struct {
    void *object;
} TBProcessGroup;

TB_BEGIN

/// Joins a Gloo group, and waits until all are connected; for the others at most `timeout` seconds, here and later.
///
/// - host, port: The store, which this process serves itself if `serves_store` is true.
/// - prefix: Of the group's keys in the store.
/// - interface: The network's, such as lo or eth0; null for that of the host's name.
TB_CHECKED TBError tb_process_group_join(
    const char *host, int32_t port, bool serves_store, const char *prefix, const char *interface, int32_t rank,
    int32_t size, double timeout, TBProcessGroup *result);
void tb_process_group_leave(TBProcessGroup group);

/// In place: the sum over all processes.
TB_CHECKED TBError tb_all_reduce_sum(TBProcessGroup group, const TBTensor *tensors, size_t count);
/// In place: what the process of rank `root` has.
TB_CHECKED TBError tb_broadcast(TBProcessGroup group, const TBTensor *tensors, size_t count, int32_t root);
TB_CHECKED TBError tb_barrier(TBProcessGroup group);

TB_END

#endif
