/// Functions for shapes, views, indexing and joining. Negative dimensions and indices count from the end: −1 is the
/// last.
#ifndef TORCH_BRIDGE_SHAPE_H
#define TORCH_BRIDGE_SHAPE_H

#include "Base.h"

TB_BEGIN

/// Changes the shape. The result is a view if possible, and otherwise a copy.
TB_CHECKED TBError tb_reshape(TBTensor tensor, const int64_t *shape, size_t rank, TBTensor *result);
/// Views a tensor in another shape. Unlike `tb_reshape`, this fails if the elements would have to be copied.
TB_CHECKED TBError tb_view(TBTensor tensor, const int64_t *shape, size_t rank, TBTensor *result);
TB_CHECKED TBError tb_permute(TBTensor tensor, const int64_t *dimensions, size_t rank, TBTensor *result);
TB_CHECKED TBError tb_transpose(TBTensor tensor, int64_t first, int64_t second, TBTensor *result);
TB_CHECKED TBError tb_expand(TBTensor tensor, const int64_t *shape, size_t rank, TBTensor *result);
TB_CHECKED TBError tb_squeeze(TBTensor tensor, int64_t dimension, TBTensor *result);
TB_CHECKED TBError tb_unsqueeze(TBTensor tensor, int64_t dimension, TBTensor *result);
TB_CHECKED TBError tb_flatten(TBTensor tensor, int64_t first, int64_t last, TBTensor *result);
TB_CHECKED TBError tb_select(TBTensor tensor, int64_t dimension, int64_t index, TBTensor *result);
TB_CHECKED TBError tb_slice(
    TBTensor tensor, int64_t dimension, int64_t start, int64_t end, int64_t step, TBTensor *result);
TB_CHECKED TBError tb_index_select(TBTensor tensor, int64_t dimension, TBTensor indices, TBTensor *result);
TB_CHECKED TBError tb_gather(TBTensor tensor, int64_t dimension, TBTensor indices, TBTensor *result);
/// Writes the elements at which the Boolean `mask` is true, in one dimension.
TB_CHECKED TBError tb_masked_select(TBTensor tensor, TBTensor mask, TBTensor *result);
TB_CHECKED TBError tb_masked_fill(TBTensor tensor, TBTensor mask, TBTensor value, TBTensor *result);
/// Adds the parts of `source` along a dimension to the parts of `tensor` at `indices`, in place.
TB_CHECKED TBError tb_index_add_in_place(TBTensor tensor, int64_t dimension, TBTensor indices, TBTensor source);
TB_CHECKED TBError tb_flip(TBTensor tensor, const int64_t *dimensions, size_t count, TBTensor *result);
TB_CHECKED TBError tb_repeat(TBTensor tensor, const int64_t *counts, size_t rank, TBTensor *result);
/// Pads with a constant value. `amounts` are pairs (before, after), beginning with the last dimension; `count` is the
/// number of values in all pairs.
TB_CHECKED TBError tb_pad(TBTensor tensor, const int64_t *amounts, size_t count, double value, TBTensor *result);
TB_CHECKED TBError tb_concatenate(const TBTensor *tensors, size_t count, int64_t dimension, TBTensor *result);
TB_CHECKED TBError tb_stack(const TBTensor *tensors, size_t count, int64_t dimension, TBTensor *result);
/// Writes int64 one-hot vectors for int64 classes.
TB_CHECKED TBError tb_one_hot(TBTensor tensor, int64_t classes, TBTensor *result);

TB_END

#endif
