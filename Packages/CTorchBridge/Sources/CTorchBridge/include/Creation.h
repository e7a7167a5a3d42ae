/// New tensors, copies and conversions.
#ifndef TORCH_BRIDGE_CREATION_H
#define TORCH_BRIDGE_CREATION_H

#include "Base.h"

TB_BEGIN

/// Elements are not set.
TB_CHECKED TBError tb_empty(const int64_t *shape, size_t rank, TBType type, TBDevice device, TBTensor *result);
TB_CHECKED TBError tb_full(
    const int64_t *shape, size_t rank, double value, TBType type, TBDevice device, TBTensor *result);

/// Elements are not set; shape, type, device and layout are those of the argument.
TB_CHECKED TBError tb_empty_like(TBTensor tensor, TBTensor *result);

/// start, start + step, … below end.
TB_CHECKED TBError tb_arange(
    double start, double end, double step, TBType type, TBDevice device, TBTensor *result);

/// `count` values from start to end, both included.
TB_CHECKED TBError tb_linspace(
    double start, double end, int64_t count, TBType type, TBDevice device, TBTensor *result);

/// A number that takes the type of what it is combined with, where that is of its kind.
TB_CHECKED TBError tb_number_double(double value, TBTensor *result);
TB_CHECKED TBError tb_number_int(int64_t value, TBTensor *result);

/// A tensor in C order over the caller's memory on the CPU; `release(owner)` is called once that is not needed any more,
/// also if the call fails.
TB_CHECKED TBError tb_from_memory(
    void *memory, const int64_t *shape, size_t rank, TBType type, void *owner, void (*release)(void *owner),
    TBTensor *result);

/// The tensor itself if nothing changes and `copy` is false.
TB_CHECKED TBError tb_to(TBTensor tensor, TBType type, TBDevice device, bool copy, TBTensor *result);
TB_CHECKED TBError tb_clone(TBTensor tensor, TBTensor *result);
TB_CHECKED TBError tb_contiguous(TBTensor tensor, TBTensor *result);

/// Four dimensions, with the channels innermost in memory.
TB_CHECKED TBError tb_channels_last(TBTensor tensor, TBTensor *result);

/// Copies the elements of `source`, broadcast and converted.
TB_CHECKED TBError tb_copy_into(TBTensor destination, TBTensor source);
TB_CHECKED TBError tb_fill(TBTensor tensor, double value);

TB_END

#endif
