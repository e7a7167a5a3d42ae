#include "Autograd.h"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "Guarded.hpp"

using namespace bridge;

bool tb_requires_gradient(TBTensor tensor) { return borrow(tensor).requires_grad(); }

TBError tb_set_requires_gradient(TBTensor tensor, bool required) {
    return guarded("requires gradient", {tensor}, [&] {
        if (!borrow(tensor).is_leaf()) {
            throw std::invalid_argument("the tensor was computed from others that require one; detach it first");
        }
        borrow(tensor).set_requires_grad(required);
    });
}

bool tb_is_leaf(TBTensor tensor) { return borrow(tensor).is_leaf(); }

TBError tb_gradient(TBTensor tensor, TBTensor *result) {
    return guarded("gradient", {tensor}, [&] { *result = ownOrNull(borrow(tensor).grad()); });
}

TBError tb_set_gradient(TBTensor tensor, TBTensor gradient) {
    return guarded("gradient", {tensor, gradient}, [&] {
        if (gradient.object) {
            auto &value = borrow(tensor), &slope = borrow(gradient);
            auto fits = value.sizes() == slope.sizes() && value.scalar_type() == slope.scalar_type() &&
                        value.device() == slope.device();
            if (!fits) throw std::invalid_argument("it must have the tensor's shape, type and device");
        }
        borrow(tensor).mutable_grad() = borrowOrUndefined(gradient);
    });
}

TBError tb_detach(TBTensor tensor, TBTensor *result) {
    return computed(result, "detach", {tensor}, [&] { return borrow(tensor).detach(); });
}

TBError tb_backward(TBTensor tensor, TBTensor gradient, bool retain_graph, bool create_graph) {
    return guarded("backward", {tensor, gradient}, [&] {
        torch::autograd::backward({borrow(tensor)}, {borrowOrUndefined(gradient)}, retain_graph, create_graph);
    });
}

TBError tb_gradients(
    const TBTensor *outputs, const TBTensor *weights, size_t output_count, const TBTensor *inputs, size_t input_count,
    bool retain_graph, bool create_graph, TBTensor *results) {
    return guarded("gradients", outputs, output_count, [&] {
        auto gradients = torch::autograd::grad(
            borrowAll(outputs, output_count), borrowAll(inputs, input_count), borrowAll(weights, output_count),
            retain_graph, create_graph, /*allow_unused=*/true);
        for (size_t i = 0; i < input_count; i++) results[i] = ownOrNull(std::move(gradients[i]));
    });
}

bool tb_gradients_enabled(void) { return at::GradMode::is_enabled(); }

void tb_enable_gradients(bool enabled) { at::GradMode::set_enabled(enabled); }

bool tb_autocast_enabled(TBDeviceKind device) { return at::autocast::is_autocast_enabled(deviceType(device)); }

TBError tb_autocast_type(TBDeviceKind device, TBType *type) {
    return guarded("mixed precision", {}, [&] {
        *type = bridgeType(at::autocast::get_autocast_dtype(deviceType(device)));
    });
}

TBError tb_enable_autocast(TBDeviceKind device, bool enabled, TBType type) {
    return guarded("mixed precision", {}, [&] {
        at::autocast::set_autocast_dtype(deviceType(device), scalarType(type));
        at::autocast::set_autocast_enabled(deviceType(device), enabled);
    });
}

void tb_autocast_begin(void) { at::autocast::increment_nesting(); }

void tb_autocast_end(void) {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
}

namespace {

struct GradientHook : torch::autograd::PostAccumulateGradHook {
    TBGradientHook hook;
    std::shared_ptr<void> context;

    GradientHook(TBGradientHook hook, std::shared_ptr<void> context) : hook(hook), context(std::move(context)) {}

    void operator()(const torch::autograd::Variable &) override {
        if (char *failure = hook.call(context.get())) {
            std::string message = failure;
            free(failure);
            throw KernelError(message);
        }
    }
};

}  // namespace

TBError tb_on_gradient(TBTensor tensor, TBGradientHook hook) {
    std::shared_ptr<void> context(hook.context, hook.release);
    return guarded("gradient hook", {tensor}, [&] {
        auto &leaf = borrow(tensor);
        if (!leaf.is_leaf() || !leaf.requires_grad()) {
            throw std::invalid_argument("the tensor must be a leaf that requires a gradient");
        }
        torch::autograd::impl::set_post_acc_grad_hooks(
            leaf, std::make_unique<GradientHook>(hook, std::move(context)));
    });
}

TBError tb_remove_gradient_hook(TBTensor tensor) {
    return guarded("gradient hook", {tensor}, [&] {
        torch::autograd::impl::set_post_acc_grad_hooks(borrow(tensor), nullptr);
    });
}
