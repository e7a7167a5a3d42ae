#include "Tensor.h"

#include <ATen/ops/item.h>

#include <algorithm>

#include "Guarded.hpp"

using namespace bridge;

TBError tb_type(TBTensor tensor, TBType *type) {
    return guarded("type", {}, [&] { *type = bridgeType(borrow(tensor).scalar_type()); });
}

TBDevice tb_device(TBTensor tensor) {
    auto device = borrow(tensor).device();
    auto kind = device.is_cuda() ? TBDeviceCUDA : device.is_mps() ? TBDeviceMPS : TBDeviceCPU;
    return {kind, std::max<int32_t>(device.index(), 0)};
}

int64_t tb_rank(TBTensor tensor) { return borrow(tensor).dim(); }

int64_t tb_element_count(TBTensor tensor) { return borrow(tensor).numel(); }

void tb_shape(TBTensor tensor, int64_t *shape) { std::ranges::copy(borrow(tensor).sizes(), shape); }

void tb_strides(TBTensor tensor, int64_t *strides) { std::ranges::copy(borrow(tensor).strides(), strides); }

bool tb_is_contiguous(TBTensor tensor) { return borrow(tensor).is_contiguous(); }

bool tb_shares_storage(TBTensor a, TBTensor b) { return borrow(a).is_alias_of(borrow(b)); }

TBError tb_data(TBTensor tensor, void **pointer) {
    return guarded("data", {tensor}, [&] { *pointer = borrow(tensor).data_ptr(); });
}

void tb_changed(TBTensor tensor) { borrow(tensor).unsafeGetTensorImpl()->bump_version(); }

TBError tb_item_double(TBTensor tensor, double *value) {
    return guarded("item", {tensor}, [&] { *value = borrow(tensor).item().toDouble(); });
}

TBError tb_item_int(TBTensor tensor, int64_t *value) {
    return guarded("item", {tensor}, [&] { *value = borrow(tensor).item().toLong(); });
}
