#include "Reduction.h"

#include <ATen/ATen.h>

#include "Guarded.hpp"

using namespace bridge;

TBError tb_sum(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result) {
    return computed(result, "sum", {tensor}, [&] { return borrow(tensor).sum(numbers(dimensions, count), keep); });
}

TBError tb_mean(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result) {
    return computed(result, "mean", {tensor}, [&] { return borrow(tensor).mean(numbers(dimensions, count), keep); });
}

TBError tb_variance(
    TBTensor tensor, const int64_t *dimensions, size_t count, int64_t correction, bool keep, TBTensor *result) {
    return computed(result, "variance", {tensor}, [&] {
        return borrow(tensor).var(numbers(dimensions, count), at::Scalar(correction), keep);
    });
}

TBError tb_amax(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result) {
    return computed(result, "maximum", {tensor}, [&] { return borrow(tensor).amax(numbers(dimensions, count), keep); });
}

TBError tb_amin(TBTensor tensor, const int64_t *dimensions, size_t count, bool keep, TBTensor *result) {
    return computed(result, "minimum", {tensor}, [&] { return borrow(tensor).amin(numbers(dimensions, count), keep); });
}

TBError tb_product(TBTensor tensor, int64_t dimension, bool keep, TBTensor *result) {
    return computed(result, "product", {tensor}, [&] { return borrow(tensor).prod(dimension, keep); });
}

TBError tb_argmax(TBTensor tensor, int64_t dimension, bool keep, TBTensor *result) {
    return computed(result, "argmax", {tensor}, [&] { return borrow(tensor).argmax(dimension, keep); });
}

TBError tb_all(TBTensor tensor, TBTensor *result) {
    return computed(result, "all", {tensor}, [&] { return borrow(tensor).all(); });
}

TBError tb_any(TBTensor tensor, TBTensor *result) {
    return computed(result, "any", {tensor}, [&] { return borrow(tensor).any(); });
}

TBError tb_cumulative_sum(TBTensor tensor, int64_t dimension, TBTensor *result) {
    return computed(result, "cumulative sum", {tensor}, [&] { return borrow(tensor).cumsum(dimension); });
}

TBError tb_softmax(TBTensor tensor, int64_t dimension, TBTensor *result) {
    return computed(result, "softmax", {tensor}, [&] { return borrow(tensor).softmax(dimension); });
}

TBError tb_log_softmax(TBTensor tensor, int64_t dimension, TBTensor *result) {
    return computed(result, "log softmax", {tensor}, [&] { return borrow(tensor).log_softmax(dimension); });
}

TBError tb_sort(TBTensor tensor, int64_t dimension, bool descending, TBTensor *values, TBTensor *indices) {
    return guarded("sort", {tensor}, [&] {
        auto [sorted, order] = borrow(tensor).sort(/*stable=*/true, dimension, descending);
        *values = own(std::move(sorted));
        *indices = own(std::move(order));
    });
}

TBError tb_top(TBTensor tensor, int64_t count, int64_t dimension, TBTensor *values, TBTensor *indices) {
    return guarded("top", {tensor}, [&] {
        auto [greatest, order] = borrow(tensor).topk(count, dimension);
        *values = own(std::move(greatest));
        *indices = own(std::move(order));
    });
}

TBError tb_total_norm(const TBTensor *tensors, size_t count, TBTensor *result) {
    return guarded("total norm", tensors, count, [&] {
        *result = own(at::linalg_vector_norm(at::stack(at::_foreach_norm(borrowAll(tensors, count)))));
    });
}
