/// The loops in C++ with LibTorch that the bridge is compared with.
#ifndef TENSOR_LOOPS_H
#define TENSOR_LOOPS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum : int32_t {
    TensorLoopAdd,
    TensorLoopAddNumber,
    TensorLoopRelu,
    TensorLoopMatmul,
    TensorLoopView,
    TensorLoopSlice,
    TensorLoopShape,
    TensorLoopAddInPlace,
} TensorLoop;

#ifdef __cplusplus
extern "C" {
#endif

/// The time of `calls` calls in seconds. If `recorded` is true, the arguments require gradients.
double tensor_loop_seconds(TensorLoop loop, int64_t calls, bool recorded);

#ifdef __cplusplus
}
#endif

#endif
