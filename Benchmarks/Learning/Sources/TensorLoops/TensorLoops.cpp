#include "TensorLoops.h"

#include <ATen/ATen.h>

#include <chrono>
#include <vector>

/// Keeps the compiler from removing a computation whose result is unused.
template <typename Value>
static void use(const Value &value) {
    asm volatile("" : : "r"(&value) : "memory");
}

template <typename Body>
static double seconds(int64_t calls, Body body) {
    auto begin = std::chrono::steady_clock::now();
    for (int64_t i = 0; i < calls; i++) body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double tensor_loop_seconds(TensorLoop loop, int64_t calls, bool recorded) {
    auto a = at::ones({4}).set_requires_grad(recorded), b = at::ones({4}).set_requires_grad(recorded);
    auto matrix = at::ones({2, 2}).set_requires_grad(recorded);
    switch (loop) {
        case TensorLoopAdd: return seconds(calls, [&] { use(at::add(a, b)); });
        case TensorLoopAddNumber: return seconds(calls, [&] { use(at::add(a, 2.0)); });
        case TensorLoopRelu: return seconds(calls, [&] { use(at::relu(a)); });
        case TensorLoopMatmul: return seconds(calls, [&] { use(at::matmul(matrix, matrix)); });
        case TensorLoopView: return seconds(calls, [&] { use(a.view({2, 2})); });
        case TensorLoopSlice: return seconds(calls, [&] { use(a.slice(0, 1, 3)); });
        case TensorLoopShape: return seconds(calls, [&] { use(matrix.sizes().vec()); });
        case TensorLoopAddInPlace: {
            auto sum = at::zeros({4});
            return seconds(calls, [&] { sum.add_(b.detach()); });
        }
    }
    return 0;
}
