#include "Shape.h"

#include <ATen/ATen.h>

#include "Guarded.hpp"

using namespace bridge;

TBError tb_reshape(TBTensor tensor, const int64_t *shape, size_t rank, TBTensor *result) {
    return computed(result, "reshape", {tensor}, [&] { return borrow(tensor).reshape(numbers(shape, rank)); });
}

TBError tb_view(TBTensor tensor, const int64_t *shape, size_t rank, TBTensor *result) {
    return computed(result, "view", {tensor}, [&] { return borrow(tensor).view(numbers(shape, rank)); });
}

TBError tb_permute(TBTensor tensor, const int64_t *dimensions, size_t rank, TBTensor *result) {
    return computed(result, "permute", {tensor}, [&] { return borrow(tensor).permute(numbers(dimensions, rank)); });
}

TBError tb_transpose(TBTensor tensor, int64_t first, int64_t second, TBTensor *result) {
    return computed(result, "transpose", {tensor}, [&] { return borrow(tensor).transpose(first, second); });
}

TBError tb_expand(TBTensor tensor, const int64_t *shape, size_t rank, TBTensor *result) {
    return computed(result, "expand", {tensor}, [&] { return borrow(tensor).expand(numbers(shape, rank)); });
}

TBError tb_squeeze(TBTensor tensor, int64_t dimension, TBTensor *result) {
    return computed(result, "squeeze", {tensor}, [&] { return borrow(tensor).squeeze(dimension); });
}

TBError tb_unsqueeze(TBTensor tensor, int64_t dimension, TBTensor *result) {
    return computed(result, "unsqueeze", {tensor}, [&] { return borrow(tensor).unsqueeze(dimension); });
}

TBError tb_flatten(TBTensor tensor, int64_t first, int64_t last, TBTensor *result) {
    return computed(result, "flatten", {tensor}, [&] { return borrow(tensor).flatten(first, last); });
}

TBError tb_select(TBTensor tensor, int64_t dimension, int64_t index, TBTensor *result) {
    return computed(result, "select", {tensor}, [&] { return borrow(tensor).select(dimension, index); });
}

TBError tb_slice(TBTensor tensor, int64_t dimension, int64_t start, int64_t end, int64_t step, TBTensor *result) {
    return computed(result, "slice", {tensor}, [&] { return borrow(tensor).slice(dimension, start, end, step); });
}

TBError tb_index_select(TBTensor tensor, int64_t dimension, TBTensor indices, TBTensor *result) {
    return computed(result, "index select", {tensor, indices}, [&] {
        return borrow(tensor).index_select(dimension, borrow(indices));
    });
}

TBError tb_gather(TBTensor tensor, int64_t dimension, TBTensor indices, TBTensor *result) {
    return computed(result, "gather", {tensor, indices}, [&] {
        return borrow(tensor).gather(dimension, borrow(indices));
    });
}

TBError tb_masked_select(TBTensor tensor, TBTensor mask, TBTensor *result) {
    return computed(result, "masked select", {tensor, mask}, [&] { return borrow(tensor).masked_select(borrow(mask)); });
}

TBError tb_masked_fill(TBTensor tensor, TBTensor mask, TBTensor value, TBTensor *result) {
    return computed(result, "masked fill", {tensor, mask, value}, [&] {
        return borrow(tensor).masked_fill(borrow(mask), borrow(value));
    });
}

TBError tb_index_add_in_place(TBTensor tensor, int64_t dimension, TBTensor indices, TBTensor source) {
    return guarded("index add", {tensor, indices, source}, [&] {
        borrow(tensor).index_add_(dimension, borrow(indices), borrow(source));
    });
}

TBError tb_flip(TBTensor tensor, const int64_t *dimensions, size_t count, TBTensor *result) {
    return computed(result, "flip", {tensor}, [&] { return borrow(tensor).flip(numbers(dimensions, count)); });
}

TBError tb_repeat(TBTensor tensor, const int64_t *counts, size_t rank, TBTensor *result) {
    return computed(result, "repeat", {tensor}, [&] { return borrow(tensor).repeat(numbers(counts, rank)); });
}

TBError tb_pad(TBTensor tensor, const int64_t *amounts, size_t count, double value, TBTensor *result) {
    return computed(result, "pad", {tensor}, [&] {
        return at::constant_pad_nd(borrow(tensor), numbers(amounts, count), value);
    });
}

TBError tb_concatenate(const TBTensor *tensors, size_t count, int64_t dimension, TBTensor *result) {
    return guarded("concatenate", tensors, count, [&] {
        *result = own(at::cat(borrowAll(tensors, count), dimension));
    });
}

TBError tb_stack(const TBTensor *tensors, size_t count, int64_t dimension, TBTensor *result) {
    return guarded("stack", tensors, count, [&] { *result = own(at::stack(borrowAll(tensors, count), dimension)); });
}

TBError tb_one_hot(TBTensor tensor, int64_t classes, TBTensor *result) {
    return computed(result, "one hot", {tensor}, [&] { return at::one_hot(borrow(tensor), classes); });
}
