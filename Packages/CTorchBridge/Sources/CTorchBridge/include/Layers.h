/// Operations of the layers of networks: linear algebra, convolution, pooling, normalization and losses.
#ifndef TORCH_BRIDGE_LAYERS_H
#define TORCH_BRIDGE_LAYERS_H

#include "Base.h"

TB_BEGIN

/// The product of the matrices in the last two dimensions; the dimensions before them are broadcast.
TB_CHECKED TBError tb_matmul(TBTensor a, TBTensor b, TBTensor *result);
/// Computes input · weightᵀ + bias. `bias` may be null.
TB_CHECKED TBError tb_linear(TBTensor input, TBTensor weight, TBTensor bias, TBTensor *result);

/// Computes the cross-correlation in one or two dimensions. The lists hold one number per dimension. `bias` may be
/// null.
TB_CHECKED TBError tb_convolution(
    TBTensor input, TBTensor weight, TBTensor bias, const int64_t *stride, const int64_t *padding,
    const int64_t *dilation, size_t dimensions, int64_t groups, TBTensor *result);

/// Computes the largest value of each window over the last two dimensions.
TB_CHECKED TBError tb_max_pool2d(TBTensor input, int64_t kernel, int64_t stride, int64_t padding, TBTensor *result);
/// Computes the mean of each window over the last two dimensions; padding counts as zeros.
TB_CHECKED TBError tb_average_pool2d(
    TBTensor input, int64_t kernel, int64_t stride, int64_t padding, TBTensor *result);
/// Computes the means over windows that divide the last two dimensions into height × width parts.
TB_CHECKED TBError tb_adaptive_average_pool2d(TBTensor input, int64_t height, int64_t width, TBTensor *result);
/// Repeats each element factor × factor times over the last two dimensions.
TB_CHECKED TBError tb_upsample2d(TBTensor input, int64_t factor, TBTensor *result);

/// With `training`, normalizes by the statistics of the batch and updates the running statistics. Otherwise, normalizes
/// by the running statistics, which must then not be null. Weight and bias may be null.
TB_CHECKED TBError tb_batch_norm(
    TBTensor input, TBTensor weight, TBTensor bias, TBTensor running_mean, TBTensor running_variance, bool training,
    double momentum, double epsilon, TBTensor *result);

/// Computes the mean cross-entropy over the batch. `targets` are int64 classes or probabilities.
TB_CHECKED TBError tb_cross_entropy(TBTensor logits, TBTensor targets, double label_smoothing, TBTensor *result);
/// Computes the mean cross-entropy of sigmoid(logits) and `targets` in 0 … 1, over all elements.
TB_CHECKED TBError tb_binary_cross_entropy(TBTensor logits, TBTensor targets, TBTensor *result);
/// Computes the mean squared difference over all elements.
TB_CHECKED TBError tb_mean_squared_error(TBTensor input, TBTensor target, TBTensor *result);

TB_END

#endif
