#include "Creation.h"

#include <ATen/ATen.h>
#include <ATen/ScalarOps.h>

#include "Guarded.hpp"

using namespace bridge;

static at::TensorOptions options(TBType type, TBDevice place) {
    return at::TensorOptions(scalarType(type)).device(device(place));
}

TBError tb_empty(const int64_t *shape, size_t rank, TBType type, TBDevice place, TBTensor *result) {
    return computed(result, "empty", {}, [&] { return at::empty(numbers(shape, rank), options(type, place)); });
}

TBError tb_full(
    const int64_t *shape, size_t rank, double value, TBType type, TBDevice place, TBTensor *result) {
    return computed(result, "full", {}, [&] { return at::full(numbers(shape, rank), value, options(type, place)); });
}

TBError tb_empty_like(TBTensor tensor, TBTensor *result) {
    return computed(result, "empty", {tensor}, [&] { return at::empty_like(borrow(tensor)); });
}

TBError tb_arange(double start, double end, double step, TBType type, TBDevice place, TBTensor *result) {
    return computed(result, "arange", {}, [&] { return at::arange(start, end, step, options(type, place)); });
}

TBError tb_linspace(double start, double end, int64_t count, TBType type, TBDevice place, TBTensor *result) {
    return computed(result, "linspace", {}, [&] { return at::linspace(start, end, count, options(type, place)); });
}

// These are faster than `at::scalar_tensor`, which goes through LibTorch's dispatcher.

TBError tb_number_double(double value, TBTensor *result) {
    return computed(result, "number", {}, [&] { return at::native::wrapped_scalar_tensor(value); });
}

TBError tb_number_int(int64_t value, TBTensor *result) {
    return computed(result, "number", {}, [&] { return at::native::wrapped_scalar_tensor(value); });
}

TBError tb_from_memory(
    void *memory, const int64_t *shape, size_t rank, TBType type, void *owner, void (*release)(void *),
    TBTensor *result) {
    std::shared_ptr<void> lifetime(owner, release);
    return computed(result, "from memory", {}, [&] {
        return at::from_blob(
            memory, numbers(shape, rank), [lifetime](void *) {}, at::TensorOptions(scalarType(type)));
    });
}

TBError tb_to(TBTensor tensor, TBType type, TBDevice place, bool copy, TBTensor *result) {
    return computed(result, "to", {tensor}, [&] {
        return borrow(tensor).to(device(place), scalarType(type), /*non_blocking=*/false, copy);
    });
}

TBError tb_clone(TBTensor tensor, TBTensor *result) {
    return computed(result, "clone", {tensor}, [&] { return borrow(tensor).clone(); });
}

TBError tb_contiguous(TBTensor tensor, TBTensor *result) {
    return computed(result, "contiguous", {tensor}, [&] { return borrow(tensor).contiguous(); });
}

TBError tb_channels_last(TBTensor tensor, TBTensor *result) {
    return computed(result, "channels last", {tensor}, [&] {
        return borrow(tensor).contiguous(at::MemoryFormat::ChannelsLast);
    });
}

TBError tb_copy_into(TBTensor destination, TBTensor source) {
    return guarded("copy", {destination, source}, [&] { borrow(destination).copy_(borrow(source)); });
}

TBError tb_fill(TBTensor tensor, double value) {
    return guarded("fill", {tensor}, [&] { borrow(tensor).fill_(value); });
}
