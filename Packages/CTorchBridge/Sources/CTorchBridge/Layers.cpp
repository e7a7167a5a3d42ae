#include "Layers.h"

#include <ATen/ATen.h>

#include "Guarded.hpp"

using namespace bridge;

TBError tb_matmul(TBTensor a, TBTensor b, TBTensor *result) {
    return computed(result, "matmul", {a, b}, [&] { return at::matmul(borrow(a), borrow(b)); });
}

TBError tb_linear(TBTensor input, TBTensor weight, TBTensor bias, TBTensor *result) {
    return computed(result, "linear", {input, weight, bias}, [&] {
        return at::linear(borrow(input), borrow(weight), borrowOptional(bias));
    });
}

TBError tb_convolution(
    TBTensor input, TBTensor weight, TBTensor bias, const int64_t *stride, const int64_t *padding,
    const int64_t *dilation, size_t dimensions, int64_t groups, TBTensor *result) {
    return computed(result, "convolution", {input, weight, bias}, [&] {
        auto function = [&](auto convolve) {
            return convolve(
                borrow(input), borrow(weight), borrowOptional(bias), numbers(stride, dimensions),
                numbers(padding, dimensions), numbers(dilation, dimensions), groups);
        };
        return dimensions == 1 ? function([](auto &&...all) { return at::conv1d(all...); })
                               : function([](auto &&...all) { return at::conv2d(all...); });
    });
}

TBError tb_max_pool2d(TBTensor input, int64_t kernel, int64_t stride, int64_t padding, TBTensor *result) {
    return computed(result, "max pooling", {input}, [&] {
        return at::max_pool2d(borrow(input), kernel, stride, padding);
    });
}

TBError tb_average_pool2d(TBTensor input, int64_t kernel, int64_t stride, int64_t padding, TBTensor *result) {
    return computed(result, "average pooling", {input}, [&] {
        return at::avg_pool2d(borrow(input), kernel, stride, padding);
    });
}

TBError tb_adaptive_average_pool2d(TBTensor input, int64_t height, int64_t width, TBTensor *result) {
    return computed(result, "adaptive average pooling", {input}, [&] {
        return at::adaptive_avg_pool2d(borrow(input), {height, width});
    });
}

TBError tb_upsample2d(TBTensor input, int64_t factor, TBTensor *result) {
    return computed(result, "upsampling", {input}, [&] {
        auto &tensor = borrow(input);
        return at::upsample_nearest2d(tensor, {tensor.size(-2) * factor, tensor.size(-1) * factor});
    });
}

TBError tb_batch_norm(
    TBTensor input, TBTensor weight, TBTensor bias, TBTensor running_mean, TBTensor running_variance, bool training,
    double momentum, double epsilon, TBTensor *result) {
    return computed(result, "batch normalisation", {input, weight, bias}, [&] {
        return at::batch_norm(
            borrow(input), borrowOptional(weight), borrowOptional(bias), borrowOptional(running_mean),
            borrowOptional(running_variance), training, momentum, epsilon, /*cudnn_enabled=*/true);
    });
}

TBError tb_cross_entropy(TBTensor logits, TBTensor targets, double label_smoothing, TBTensor *result) {
    return computed(result, "cross entropy", {logits, targets}, [&] {
        return at::cross_entropy_loss(
            borrow(logits), borrow(targets), /*weight=*/{}, at::Reduction::Mean, /*ignore_index=*/-100,
            label_smoothing);
    });
}

TBError tb_binary_cross_entropy(TBTensor logits, TBTensor targets, TBTensor *result) {
    return computed(result, "binary cross entropy", {logits, targets}, [&] {
        return at::binary_cross_entropy_with_logits(borrow(logits), borrow(targets));
    });
}

TBError tb_mean_squared_error(TBTensor input, TBTensor target, TBTensor *result) {
    return computed(result, "mean squared error", {input, target}, [&] {
        return at::mse_loss(borrow(input), borrow(target));
    });
}
