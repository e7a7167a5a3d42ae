/// Properties of tensors: type, shape, device and memory.
#ifndef TORCH_BRIDGE_TENSOR_H
#define TORCH_BRIDGE_TENSOR_H

#include "Base.h"

TB_BEGIN

TB_CHECKED TBError tb_type(TBTensor tensor, TBType *type);
TBDevice tb_device(TBTensor tensor);
/// The number of dimensions.
int64_t tb_rank(TBTensor tensor);
/// The number of elements.
int64_t tb_element_count(TBTensor tensor);

/// Writes the length of each dimension: `tb_rank` numbers.
void tb_shape(TBTensor tensor, int64_t *shape);

/// Writes the distance in memory between neighbours along each dimension, in elements: `tb_rank` numbers.
void tb_strides(TBTensor tensor, int64_t *strides);

/// Whether the elements lie in memory in C order without gaps.
bool tb_is_contiguous(TBTensor tensor);

/// Whether both tensors are views of the same memory.
bool tb_shares_storage(TBTensor a, TBTensor b);

/// Writes the address of the first element in the memory of the tensor's device. The address can be null only if the
/// tensor has no elements.
TB_CHECKED TBError tb_data(TBTensor tensor, void **pointer);

/// Tells the graph that the caller changes elements through the pointer of `tb_data`. A backward pass that saved the
/// tensor before then fails.
void tb_changed(TBTensor tensor);

/// Write the only element of a tensor, converted to `double` or `int64_t`.
TB_CHECKED TBError tb_item_double(TBTensor tensor, double *value);
TB_CHECKED TBError tb_item_int(TBTensor tensor, int64_t *value);

TB_END

#endif
