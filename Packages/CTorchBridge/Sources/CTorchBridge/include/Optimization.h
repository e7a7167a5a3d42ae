/// Functions that update many parameters in one call. All lists of a call have `count` tensors.
#ifndef TORCH_BRIDGE_OPTIMIZATION_H
#define TORCH_BRIDGE_OPTIMIZATION_H

#include "Base.h"

TB_BEGIN

/// Applies one step of AdamW. `steps` are float32 tensors of one element that hold the number of earlier steps; the
/// call increases them by 1.
TB_CHECKED TBError tb_adamw(
    const TBTensor *parameters, const TBTensor *gradients, const TBTensor *first_moments,
    const TBTensor *second_moments, const TBTensor *steps, size_t count, double learning_rate, double beta1,
    double beta2, double weight_decay, double epsilon);

/// Applies one step of stochastic gradient descent. `momentum_buffers` may be null if `momentum` is 0. With `first`,
/// the buffers are not yet set.
TB_CHECKED TBError tb_sgd(
    const TBTensor *parameters, const TBTensor *gradients, const TBTensor *momentum_buffers, size_t count,
    double learning_rate, double momentum, double dampening, double weight_decay, bool nesterov, bool first);

/// Computes averages += weight · (parameters − averages).
TB_CHECKED TBError tb_lerp(const TBTensor *averages, const TBTensor *parameters, size_t count, double weight);

/// Computes tensors *= factor, where factor is a tensor of one element.
TB_CHECKED TBError tb_scale(const TBTensor *tensors, size_t count, TBTensor factor);

TB_END

#endif
