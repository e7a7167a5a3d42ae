/// Sums and other reductions. They reduce the listed dimensions, or all dimensions if `count` is 0. With `keep`, the
/// result has the reduced dimensions with length 1.
#ifndef TORCH_BRIDGE_REDUCTION_H
#define TORCH_BRIDGE_REDUCTION_H

#include "Base.h"

TB_BEGIN

TB_CHECKED TBError tb_sum(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result);
TB_CHECKED TBError tb_mean(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result);
/// Computes the variance: the sum of squared deviations divided by n − `correction`.
TB_CHECKED TBError tb_variance(
    TBTensor tensor, const int64_t *dimensions, size_t count, int64_t correction, bool keep, TBTensor *result);
TB_CHECKED TBError tb_amax(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result);
TB_CHECKED TBError tb_amin(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result);
TB_CHECKED TBError tb_product(TBTensor tensor, int64_t dimension, bool keep, TBTensor *result);
TB_CHECKED TBError tb_argmax(TBTensor tensor, int64_t dimension, bool keep, TBTensor *result);
TB_CHECKED TBError tb_all(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_any(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_cumulative_sum(TBTensor tensor, int64_t dimension, TBTensor *result);
TB_CHECKED TBError tb_softmax(TBTensor tensor, int64_t dimension, TBTensor *result);
TB_CHECKED TBError tb_log_softmax(TBTensor tensor, int64_t dimension, TBTensor *result);
/// Sorts along a dimension; equal elements keep their order. `indices` are the former indices of `values`.
TB_CHECKED TBError tb_sort(
    TBTensor tensor, int64_t dimension, bool descending, TBTensor *values, TBTensor *indices);
/// Writes the `count` largest values along a dimension, in descending order, and their indices.
TB_CHECKED TBError tb_top(TBTensor tensor, int64_t count, int64_t dimension, TBTensor *values, TBTensor *indices);
/// Computes the Euclidean norm over all elements of all tensors.
TB_CHECKED TBError tb_total_norm(const TBTensor *tensors, size_t count, TBTensor *result);

TB_END

#endif
