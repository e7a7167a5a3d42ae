/// Functions that create, copy and convert tensors.
#ifndef TORCH_BRIDGE_CREATION_H
#define TORCH_BRIDGE_CREATION_H

#include "Base.h"

TB_BEGIN

/// Creates a tensor whose elements are not initialized.
TB_CHECKED TBError tb_empty(const int64_t *shape, size_t rank, TBType type, TBDevice device, TBTensor *result);
/// Creates a tensor in which every element is `value`.
TB_CHECKED TBError tb_full(
    const int64_t *shape, size_t rank, double value, TBType type, TBDevice device, TBTensor *result);

/// Creates a tensor with the shape, type, device and layout of another. Its elements are not initialized.
TB_CHECKED TBError tb_empty_like(TBTensor tensor, TBTensor *result);

/// Creates a tensor of the values start, start + step, … below end.
TB_CHECKED TBError tb_arange(
    double start, double end, double step, TBType type, TBDevice device, TBTensor *result);

/// Creates a tensor of `count` values at equal distances from start to end, both included.
TB_CHECKED TBError tb_linspace(
    double start, double end, int64_t count, TBType type, TBDevice device, TBTensor *result);

/// Create a tensor for a single number. In an operation with another tensor, it adopts the type of a tensor of its
/// kind.
TB_CHECKED TBError tb_number_double(double value, TBTensor *result);
TB_CHECKED TBError tb_number_int(int64_t value, TBTensor *result);

/// Creates a tensor in C order that uses memory of the caller on the CPU. `release(owner)` is called once, when the
/// memory is no longer needed, even if the call fails.
TB_CHECKED TBError tb_from_memory(
    void *memory, const int64_t *shape, size_t rank, TBType type, void *owner, void (*release)(void *owner),
    TBTensor *result);

/// Converts a tensor to a type and a device. The result is the tensor itself if nothing changes and `copy` is false.
TB_CHECKED TBError tb_to(TBTensor tensor, TBType type, TBDevice device, bool copy, TBTensor *result);
/// Copies a tensor.
TB_CHECKED TBError tb_clone(TBTensor tensor, TBTensor *result);
/// Converts a tensor to C order without gaps. The result is the tensor itself if it is contiguous.
TB_CHECKED TBError tb_contiguous(TBTensor tensor, TBTensor *result);

/// Converts a tensor of four dimensions to the layout with the channels innermost in memory.
TB_CHECKED TBError tb_channels_last(TBTensor tensor, TBTensor *result);

/// Replaces the elements of `destination` by those of `source`, broadcast and converted.
TB_CHECKED TBError tb_copy_into(TBTensor destination, TBTensor source);
/// Sets every element to `value`.
TB_CHECKED TBError tb_fill(TBTensor tensor, double value);

TB_END

#endif
