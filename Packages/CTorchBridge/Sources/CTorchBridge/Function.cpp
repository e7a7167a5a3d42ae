// Functions that the caller defines, as nodes of the graph of gradients.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "Autograd.h"
#include "Guarded.hpp"

namespace bridge {

static std::atomic<int64_t> liveNodes = 0;

/// The pointer type by which the graph holds its nodes: `std::shared_ptr` or `c10::intrusive_ptr`, depending on the
/// version of LibTorch.
using NodePointer = decltype(torch::autograd::Edge::function);

template <typename Pointer>
constexpr bool isShared = std::is_same_v<Pointer, std::shared_ptr<torch::autograd::Node>>;

template <typename Pointer, typename Node>
Pointer pointerTo(Node *node) {
    if constexpr (isShared<Pointer>) {
        return node->shared_from_this();
    } else {
        return Pointer::reclaim_copy(node);
    }
}

template <typename Pointer, typename Node, typename... Values>
Pointer makeNode(Values &&...values) {
    auto *node = new Node(std::forward<Values>(values)...);
    if constexpr (isShared<Pointer>) {
        return Pointer(node, [](Node *node) { deleteNode(node); });
    } else {
        return Pointer::unsafe_steal_from_new(node);
    }
}

/// A handle that is released at the end of its scope.
struct Handle {
    TBTensor tensor{nullptr};
    explicit Handle(at::Tensor value) : tensor(ownOrNull(std::move(value))) {}
    Handle(Handle &&other) noexcept : tensor(std::exchange(other.tensor, {nullptr})) {}
    ~Handle() {
        if (tensor.object) tb_tensor_release(tensor);
    }
};

struct FunctionNode : torch::autograd::Node {
    TBFunction function;
    std::shared_ptr<void> context;
    std::vector<torch::autograd::SavedVariable> saved;
    bool released = false;

    FunctionNode(TBFunction function, std::shared_ptr<void> context) : function(function), context(std::move(context)) {
        liveNodes.fetch_add(1, std::memory_order_relaxed);
    }

    ~FunctionNode() override { liveNodes.fetch_sub(1, std::memory_order_relaxed); }

    std::string name() const override { return function.name; }

    void release_variables() override {
        std::lock_guard<std::mutex> lock(mutex_);
        released = true;
        saved.clear();
    }

    /// Returns the saved tensors. Fails if the graph was freed, or a saved tensor was changed since.
    torch::autograd::variable_list unpacked() {
        std::lock_guard<std::mutex> lock(mutex_);
        if (released) {
            throw std::runtime_error(
                std::string(function.name) + ": a second backward pass through the same graph; retain it in the first");
        }
        torch::autograd::variable_list variables;
        auto self = pointerTo<NodePointer>(static_cast<torch::autograd::Node *>(this));
        for (auto &variable : saved) variables.push_back(variable.unpack(self));
        return variables;
    }

    torch::autograd::variable_list apply(torch::autograd::variable_list &&gradients) override {
        // The mutex is not locked from here on, as the caller's function may itself run a backward pass.
        auto variables = unpacked();
        if (at::GradMode::is_enabled()) {
            throw std::runtime_error(std::string(function.name) + ": gradients of its gradient are not defined");
        }
        std::vector<Handle> owned;
        auto handles = [&owned](at::Tensor tensor) { return owned.emplace_back(std::move(tensor)).tensor; };
        owned.reserve(variables.size() + gradients.size());
        std::vector<TBTensor> savedHandles, gradientHandles, results(num_outputs(), TBTensor{nullptr});
        for (auto &variable : variables) savedHandles.push_back(handles(variable));
        for (auto &gradient : gradients) gradientHandles.push_back(handles(gradient));

        char *failure = function.backward(context.get(), savedHandles.data(), gradientHandles.data(), results.data());
        torch::autograd::variable_list computed;
        for (auto result : results) {
            computed.push_back(borrowOrUndefined(result));
            if (result.object) tb_tensor_release(result);
        }
        if (failure) {
            std::string message = failure;
            free(failure);
            throw KernelError(message);
        }
        return computed;
    }
};

}  // namespace bridge

using namespace bridge;

int64_t tb_live_nodes(void) { return liveNodes.load(std::memory_order_relaxed); }

TBError tb_record(
    TBFunction function, const TBTensor *inputs, size_t input_count, const TBTensor *outputs, size_t output_count,
    const TBTensor *saved, size_t saved_count) {
    std::shared_ptr<void> context(function.context, function.release);
    return guarded(function.name, inputs, input_count, [&] {
        auto variables = borrowAll(inputs, input_count);
        if (!torch::autograd::compute_requires_grad(variables)) return;
        auto results = borrowAll(outputs, output_count);
        for (auto &result : results) {
            if (!torch::autograd::isDifferentiableType(result.scalar_type())) {
                throw std::invalid_argument("an output must be of floating point");
            }
            if (result.requires_grad()) {
                throw std::invalid_argument("an output is in the graph already; results must be fresh tensors");
            }
        }
        auto pointer = makeNode<NodePointer, FunctionNode>(function, std::move(context));
        auto *node = static_cast<FunctionNode *>(pointer.get());
        node->set_next_edges(torch::autograd::collect_next_edges(variables));
        for (auto &result : results) torch::autograd::set_history(result, pointer);
        for (size_t i = 0; i < saved_count; i++) {
            auto &variable = borrow(saved[i]);
            node->saved.emplace_back(variable, /*is_output=*/variable.grad_fn() == pointer);
        }
    });
}
