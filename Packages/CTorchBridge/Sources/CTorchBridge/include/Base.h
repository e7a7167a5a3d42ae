/// What every header of the bridge shares: handles, errors and the rules of ownership.
///
/// The bridge is a C interface to LibTorch. Arguments are borrowed; results belong to the caller. A call that can fail
/// returns a `TBError`, and writes its results only when it succeeds.
#ifndef TORCH_BRIDGE_BASE_H
#define TORCH_BRIDGE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define TB_BEGIN extern "C" {
#define TB_END }
#else
#define TB_BEGIN
#define TB_END
#endif

#define TB_CHECKED __attribute__((warn_unused_result))

/// A tensor; null stands for "none" where a function allows it.
typedef struct {
    void *object;
} TBTensor;

/// Where tensors live; the values are the bridge's own.
typedef enum : int32_t { TBDeviceCPU = 0, TBDeviceCUDA = 1, TBDeviceMPS = 2 } TBDeviceKind;

typedef struct {
    TBDeviceKind kind;
    int32_t index;
} TBDevice;

typedef enum : int32_t {
    TBFloat32 = 0,
    TBFloat64 = 1,
    TBBFloat16 = 2,
    TBFloat16 = 3,
    TBInt64 = 4,
    TBInt32 = 5,
    TBInt16 = 6,
    TBInt8 = 7,
    TBUInt8 = 8,
    TBBool = 9,
} TBType;

typedef enum : int32_t {
    TBErrorNone = 0,
    TBErrorOperation = 1,
    TBErrorOutOfMemory = 2,
    /// Thrown by a kernel of the caller's own.
    TBErrorKernel = 3,
    TBErrorVersion = 4,
} TBErrorKind;

/// Success if `kind` is `TBErrorNone`; else `message` is one line, to be freed with `tb_error_free`.
typedef struct {
    TBErrorKind kind;
    char *message;
} TBError;

TB_BEGIN

void tb_error_free(TBError error);

/// Another handle of the same tensor.
TBTensor tb_tensor_retain(TBTensor tensor);
void tb_tensor_release(TBTensor tensor);

/// How many tensor handles are alive in this process.
int64_t tb_live_handles(void);

/// How many nodes of `tb_record` are alive in this process.
int64_t tb_live_nodes(void);

/// The version of LibTorch that is loaded, such as 2.13.0; the text lives as long as the process.
const char *tb_version(void);

/// Fails if the loaded LibTorch is not of the version that the bridge was built against.
TB_CHECKED TBError tb_check_version(void);

TB_END

#endif
