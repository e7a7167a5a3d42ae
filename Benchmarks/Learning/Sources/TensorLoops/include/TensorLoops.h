/// The loops that the bridge is measured against, in C++ over LibTorch.
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

/// Seconds that `calls` calls take; with `recorded`, the arguments require gradients.
double tensor_loop_seconds(TensorLoop loop, int64_t calls, bool recorded);

#ifdef __cplusplus
}
#endif

#endif
