/// Messages between GPUs by NCCL, NVIDIA's library for this purpose, which is opened at run time.
///
/// The bridge is built without NCCL's and CUDA's headers, and runs on computers without them.
#ifndef TORCH_BRIDGE_NCCL_H
#define TORCH_BRIDGE_NCCL_H

#include "Base.h"

/// A handle of the opened library, which stays open as long as the process.
typedef struct {
    void *object;
} TBNCCL;

/// A handle of a communicator: the connections of one process of a group to the others, for one device.
typedef struct {
    void *object;
} TBNCCLCommunicator;

/// The size in bytes of the number that the processes of a group share.
#define TB_NCCL_ID_SIZE 128

TB_BEGIN

/// Opens the library.
///
/// - path: The path of the library; null for the one that LibTorch uses, or else the system's.
TB_CHECKED TBError tb_nccl_open(const char *path, TBNCCL *result);
/// Makes the number by which the processes of a group find each other. One of them calls this, and gives it to the
/// others.
TB_CHECKED TBError tb_nccl_make_id(TBNCCL library, uint8_t *id);

/// Connects this process with all others of a group, which call this too. Waits for them.
///
/// - device: The CUDA device of this process, another one for each process of a machine.
TB_CHECKED TBError tb_nccl_join(
    TBNCCL library, TBDevice device, const uint8_t *id, int32_t rank, int32_t size, TBNCCLCommunicator *result);
/// Releases a communicator.
///
/// - isBroken: Whether another process has ended, so that messages are not waited for.
void tb_nccl_leave(TBNCCLCommunicator communicator, bool isBroken);

/// Replaces a contiguous tensor on the device of the communicator, in place, by its sum over all processes. The sum is
/// computed on LibTorch's current stream, so that this call returns at once, and later operations use the result.
TB_CHECKED TBError tb_nccl_sum(TBNCCLCommunicator communicator, TBTensor tensor);
/// Replaces a contiguous tensor on the device of the communicator, in place, by that of the process with rank `root`, as
/// `tb_nccl_sum` does.
TB_CHECKED TBError tb_nccl_broadcast(TBNCCLCommunicator communicator, TBTensor tensor, int32_t root);

TB_END

#endif
