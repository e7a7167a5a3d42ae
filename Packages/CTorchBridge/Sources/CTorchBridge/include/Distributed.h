/// Functions for processes that train together, based on LibTorch's c10d.
#ifndef TORCH_BRIDGE_DISTRIBUTED_H
#define TORCH_BRIDGE_DISTRIBUTED_H

#include "Base.h"

/// A handle of a connection to a store: keys with values that all processes of a group see.
typedef struct {
    void *object;
} TBStore;

/// A handle of a group of processes.
typedef struct {
    void *object;
} TBProcessGroup;

/// A handle of an operation of a group that runs in the background.
typedef struct {
    void *object;
} TBWork;

TB_BEGIN

/// Connects to the store at an address, which this process serves if `serves` is true. A served store with port 0 gets a
/// free port. Waits for at most `timeout` seconds, as do later calls with this store.
TB_CHECKED TBError tb_store_open(const char *host, int32_t port, bool serves, double timeout, TBStore *result);
/// Closes the connection. A store that this process serves ends with its last connection of this process.
void tb_store_close(TBStore store);
/// The port of the store.
int32_t tb_store_port(TBStore store);
/// Sets the value of a key.
TB_CHECKED TBError tb_store_set(TBStore store, const char *key, const char *value);
/// Writes the value of a key, to be freed with `free`; null if the key has none.
TB_CHECKED TBError tb_store_get(TBStore store, const char *key, char **value);
/// Adds to the number of a key, which begins at 0, and writes the sum.
TB_CHECKED TBError tb_store_add(TBStore store, const char *key, int64_t amount, int64_t *sum);

/// Joins a Gloo group, and waits until all its processes are connected. This call and later ones wait for other
/// processes for at most `timeout` seconds.
///
/// - store: The store through which the processes find each other.
/// - prefix: The prefix of the group's keys in the store.
/// - interface: The network interface, such as lo or eth0; null for the interface of this computer's host name.
TB_CHECKED TBError tb_process_group_join(
    TBStore store, const char *prefix, const char *interface, int32_t rank, int32_t size, double timeout,
    TBProcessGroup *result);
/// Leaves the group and releases its handle.
void tb_process_group_leave(TBProcessGroup group);

/// Replaces each tensor, in place, by its sum over all processes.
TB_CHECKED TBError tb_all_reduce_sum(TBProcessGroup group, const TBTensor *tensors, size_t count);
/// Begins to replace a tensor, in place, by its sum over all processes.
TB_CHECKED TBError tb_all_reduce_begin(TBProcessGroup group, TBTensor tensor, TBWork *result);
/// Waits for an operation that was begun, and releases its handle, even if it failed.
TB_CHECKED TBError tb_work_finish(TBWork work);
/// Replaces each tensor, in place, by that of the process with rank `root`.
TB_CHECKED TBError tb_broadcast(TBProcessGroup group, const TBTensor *tensors, size_t count, int32_t root);
/// Waits until all processes have called this function.
TB_CHECKED TBError tb_barrier(TBProcessGroup group);

TB_END

#endif
