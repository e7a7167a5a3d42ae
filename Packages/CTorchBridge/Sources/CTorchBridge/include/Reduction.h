/// Sums and other reductions, over some dimensions or (with `count` 0) all.
#ifndef TORCH_BRIDGE_REDUCTION_H
#define TORCH_BRIDGE_REDUCTION_H

#include "Base.h"

TB_BEGIN

TB_CHECKED TBError tb_sum(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result);
TB_CHECKED TBError tb_mean(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result);
/// `correction` 1 divides by n − 1, 0 by n.
TB_CHECKED TBError tb_variance(
    TBTensor tensor, const int64_t *dimensions, size_t count, int64_t correction, bool keep, TBTensor *result);
TB_CHECKED TBError tb_amax(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result);
TB_CHECKED TBError tb_amin(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result);
TB_CHECKED TBError tb_product(TBTensor tensor, int64_t dimension, bool keep, TBTensor *result);
TB_CHECKED TBError tb_argmax(TBTensor tensor, int64_t dimension, bool keep, TBTensor *result);
TB_CHECKED TBError tb_argmin(TBTensor tensor, int64_t dimension, bool keep, TBTensor *result);
TB_CHECKED TBError tb_all(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_any(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_cumulative_sum(TBTensor tensor, int64_t dimension, TBTensor *result);
TB_CHECKED TBError tb_softmax(TBTensor tensor, int64_t dimension, TBTensor *result);
TB_CHECKED TBError tb_log_softmax(TBTensor tensor, int64_t dimension, TBTensor *result);
TB_CHECKED TBError tb_sort(
    TBTensor tensor, int64_t dimension, bool descending, TBTensor *values, TBTensor *indices);
TB_CHECKED TBError tb_top(TBTensor tensor, int64_t count, int64_t dimension, TBTensor *values, TBTensor *indices);
/// How often each of 0, 1, … `minimum` − 1 or more occurs in a tensor of whole numbers.
TB_CHECKED TBError tb_bincount(TBTensor tensor, int64_t minimum, TBTensor *result);
/// Euclidean norm over all elements of all tensors.
TB_CHECKED TBError tb_total_norm(const TBTensor *tensors, size_t count, TBTensor *result);

TB_END

#endif
