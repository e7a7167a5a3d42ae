/// Declarations that all headers of the bridge share: handles, errors and the rules of ownership.
///
/// The bridge is a C interface to LibTorch. Arguments are borrowed; results belong to the caller. A function that can
/// fail returns a `TBError`, and writes its results only if it succeeds.
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

/// A handle of a tensor. A null object means "no tensor", where a function allows it.
typedef struct {
    void *object;
} TBTensor;

/// The kinds of device. The values are defined by the bridge, not by LibTorch.
typedef enum : int32_t { TBDeviceCPU = 0, TBDeviceCUDA = 1, TBDeviceMPS = 2 } TBDeviceKind;

/// A device: its kind, and its index among the devices of this kind.
typedef struct {
    TBDeviceKind kind;
    int32_t index;
} TBDevice;

/// The types of elements. The values are defined by the bridge, not by LibTorch.
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

/// The kinds of error.
typedef enum : int32_t {
    TBErrorNone = 0,
    TBErrorOperation = 1,
    TBErrorOutOfMemory = 2,
    /// A function that the caller defined reported an error.
    TBErrorKernel = 3,
    TBErrorVersion = 4,
} TBErrorKind;

/// The outcome of a call. Unless `kind` is `TBErrorNone`, `message` is a line of text; free it with `tb_error_free`.
typedef struct {
    TBErrorKind kind;
    char *message;
} TBError;

TB_BEGIN

/// Frees the message of an error.
void tb_error_free(TBError error);

/// Returns another handle of the same tensor.
TBTensor tb_tensor_retain(TBTensor tensor);
/// Releases a handle.
void tb_tensor_release(TBTensor tensor);

/// The number of tensor handles alive in this process.
int64_t tb_live_handles(void);

/// The number of functions recorded by `tb_record` that are alive in this process.
int64_t tb_live_nodes(void);

/// The version of the loaded LibTorch, such as 2.13.0. The text stays valid as long as the process.
const char *tb_version(void);

/// Fails if the version of the loaded LibTorch differs from the one that the bridge was built with.
TB_CHECKED TBError tb_check_version(void);

TB_END

#endif
