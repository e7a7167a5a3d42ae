/// What layers of networks compute: linear algebra, convolution, pooling, normalisation and losses.
#ifndef TORCH_BRIDGE_LAYERS_H
#define TORCH_BRIDGE_LAYERS_H

#include "Base.h"

TB_BEGIN

TB_CHECKED TBError tb_matmul(TBTensor a, TBTensor b, TBTensor *result);
/// input · weightᵀ + bias; `bias` may be null.
TB_CHECKED TBError tb_linear(TBTensor input, TBTensor weight, TBTensor bias, TBTensor *result);

/// One or two dimensions, as the weight has; the lists hold one number a dimension; `bias` may be null.
TB_CHECKED TBError tb_convolution(
    TBTensor input, TBTensor weight, TBTensor bias, const int64_t *stride, const int64_t *padding,
    const int64_t *dilation, size_t dimensions, int64_t groups, TBTensor *result);

TB_CHECKED TBError tb_max_pool2d(TBTensor input, int64_t kernel, int64_t stride, int64_t padding, TBTensor *result);
TB_CHECKED TBError tb_average_pool2d(
    TBTensor input, int64_t kernel, int64_t stride, int64_t padding, TBTensor *result);
TB_CHECKED TBError tb_adaptive_average_pool2d(TBTensor input, int64_t height, int64_t width, TBTensor *result);
/// Nearest neighbour, by a whole factor.
TB_CHECKED TBError tb_upsample2d(TBTensor input, int64_t factor, TBTensor *result);

/// With `training`, normalises by the batch and updates the running statistics; else by those. Weight, bias and
/// statistics may be null.
TB_CHECKED TBError tb_batch_norm(
    TBTensor input, TBTensor weight, TBTensor bias, TBTensor running_mean, TBTensor running_variance, bool training,
    double momentum, double epsilon, TBTensor *result);

/// Mean over the batch; `targets` are int64 classes or probabilities.
TB_CHECKED TBError tb_cross_entropy(TBTensor logits, TBTensor targets, double label_smoothing, TBTensor *result);
/// Mean over all elements; `targets` in 0…1.
TB_CHECKED TBError tb_binary_cross_entropy(TBTensor logits, TBTensor targets, TBTensor *result);
TB_CHECKED TBError tb_mean_squared_error(TBTensor input, TBTensor target, TBTensor *result);

TB_END

#endif
