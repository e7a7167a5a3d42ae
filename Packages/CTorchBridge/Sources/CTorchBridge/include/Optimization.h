/// Updates of many parameters in one call.
#ifndef TORCH_BRIDGE_OPTIMIZATION_H
#define TORCH_BRIDGE_OPTIMIZATION_H

#include "Base.h"

TB_BEGIN

/// Lists of the same length; `steps` are float32 scalars and count from 1 in this call.
TB_CHECKED TBError tb_adamw(
    const TBTensor *parameters, const TBTensor *gradients, const TBTensor *first_moments,
    const TBTensor *second_moments, const TBTensor *steps, size_t count, double learning_rate, double beta1,
    double beta2, double weight_decay, double epsilon);

/// Momentum buffers may be null if `momentum` is 0; `first` says that they hold nothing yet.
TB_CHECKED TBError tb_sgd(
    const TBTensor *parameters, const TBTensor *gradients, const TBTensor *momentum_buffers, size_t count,
    double learning_rate, double momentum, double dampening, double weight_decay, bool nesterov, bool first);

/// averages += weight · (parameters − averages)
TB_CHECKED TBError tb_lerp(const TBTensor *averages, const TBTensor *parameters, size_t count, double weight);

/// tensors *= factor, a tensor of one element
TB_CHECKED TBError tb_scale(const TBTensor *tensors, size_t count, TBTensor factor);

TB_END

#endif
