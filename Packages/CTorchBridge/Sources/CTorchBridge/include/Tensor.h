/// What a tensor is: type, shape, place and memory.
#ifndef TORCH_BRIDGE_TENSOR_H
#define TORCH_BRIDGE_TENSOR_H

#include "Base.h"

TB_BEGIN

TB_CHECKED TBError tb_type(TBTensor tensor, TBType *type);
TBDevice tb_device(TBTensor tensor);
int64_t tb_rank(TBTensor tensor);
int64_t tb_element_count(TBTensor tensor);

/// Writes `tb_rank` numbers.
void tb_shape(TBTensor tensor, int64_t *shape);

/// Writes `tb_rank` numbers, in elements.
void tb_strides(TBTensor tensor, int64_t *strides);

bool tb_is_contiguous(TBTensor tensor);

/// Whether both are views of the same memory.
bool tb_shares_storage(TBTensor a, TBTensor b);

/// The first element, in the memory of the tensor's device; not null unless there is no element.
TB_CHECKED TBError tb_data(TBTensor tensor, void **pointer);

/// Tells the graph that the caller has changed the elements through `tb_data`: a backward pass that saved them fails.
void tb_changed(TBTensor tensor);

/// The single element, converted.
TB_CHECKED TBError tb_item_double(TBTensor tensor, double *value);
TB_CHECKED TBError tb_item_int(TBTensor tensor, int64_t *value);

TB_END

#endif
