#include "Optimization.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "Guarded.hpp"

using namespace bridge;

TBError tb_adamw(
    const TBTensor *parameters, const TBTensor *gradients, const TBTensor *first_moments,
    const TBTensor *second_moments, const TBTensor *steps, size_t count, double learning_rate, double beta1,
    double beta2, double weight_decay, double epsilon) {
    return guarded("AdamW", parameters, count, [&] {
        c10::NoGradGuard guard;
        auto counters = borrowAll(steps, count);
        at::_foreach_add_(counters, 1);
        at::_fused_adamw_(
            borrowAll(parameters, count), borrowAll(gradients, count), borrowAll(first_moments, count),
            borrowAll(second_moments, count), /*max_exp_avg_sqs=*/{}, counters, learning_rate, beta1, beta2,
            weight_decay, epsilon, /*amsgrad=*/false, /*maximize=*/false);
    });
}

TBError tb_sgd(
    const TBTensor *parameters, const TBTensor *gradients, const TBTensor *momentum_buffers, size_t count,
    double learning_rate, double momentum, double dampening, double weight_decay, bool nesterov, bool first) {
    return guarded("SGD", parameters, count, [&] {
        c10::NoGradGuard guard;
        auto buffers = momentum == 0 ? std::vector<at::Tensor>() : borrowAll(momentum_buffers, count);
        at::_fused_sgd_(
            borrowAll(parameters, count), borrowAll(gradients, count), buffers, weight_decay, momentum,
            learning_rate, dampening, nesterov, /*maximize=*/false, first);
    });
}

TBError tb_lerp(const TBTensor *averages, const TBTensor *parameters, size_t count, double weight) {
    return guarded("moving average", averages, count, [&] {
        c10::NoGradGuard guard;
        at::_foreach_lerp_(borrowAll(averages, count), borrowAll(parameters, count), weight);
    });
}

TBError tb_scale(const TBTensor *tensors, size_t count, TBTensor factor) {
    return guarded("scale", tensors, count, [&] {
        c10::NoGradGuard guard;
        at::_foreach_mul_(borrowAll(tensors, count), borrow(factor));
    });
}
