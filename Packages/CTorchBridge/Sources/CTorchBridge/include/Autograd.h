/// Functions for gradients: recording, the backward pass, and functions that the caller defines.
#ifndef TORCH_BRIDGE_AUTOGRAD_H
#define TORCH_BRIDGE_AUTOGRAD_H

#include "Base.h"

TB_BEGIN

/// Whether the tensor, or a tensor that it was computed from, requires a gradient.
bool tb_requires_gradient(TBTensor tensor);
/// Chooses whether gradients are computed with respect to a leaf with a floating-point type.
TB_CHECKED TBError tb_set_requires_gradient(TBTensor tensor, bool required);
/// Whether the tensor was not computed from tensors that require gradients.
bool tb_is_leaf(TBTensor tensor);

/// Writes the sum of the gradients from all backward passes; null if there are none.
TB_CHECKED TBError tb_gradient(TBTensor tensor, TBTensor *result);
/// Replaces the accumulated gradient; null removes it.
TB_CHECKED TBError tb_set_gradient(TBTensor tensor, TBTensor gradient);
/// Writes a tensor with the same memory that is not part of the graph.
TB_CHECKED TBError tb_detach(TBTensor tensor, TBTensor *result);

/// Adds the gradients of `tensor` to those of its leaves. `gradient` weights the elements of `tensor`; it may be null
/// for a tensor of one element.
TB_CHECKED TBError tb_backward(TBTensor tensor, TBTensor gradient, bool retain_graph, bool create_graph);

/// Writes the gradients of `outputs` with respect to `inputs`. A weight may be null for an output of one element.
/// Writes `input_count` results; a result is null if no output depends on the input.
TB_CHECKED TBError tb_gradients(
    const TBTensor *outputs, const TBTensor *weights, size_t output_count, const TBTensor *inputs, size_t input_count,
    bool retain_graph, bool create_graph, TBTensor *results);

/// Whether operations on this thread are recorded.
bool tb_gradients_enabled(void);
/// Chooses whether operations on this thread are recorded.
void tb_enable_gradients(bool enabled);

/// Mixed precision on this thread: whether matrix products and convolutions on a kind of device are computed in another
/// type, and in which type.
bool tb_autocast_enabled(TBDeviceKind device);
TB_CHECKED TBError tb_autocast_type(TBDeviceKind device, TBType *type);
TB_CHECKED TBError tb_enable_autocast(TBDeviceKind device, bool enabled, TBType type);
/// Begins a section of mixed precision. Sections can be nested.
void tb_autocast_begin(void);
/// Ends a section of mixed precision. The end of the outermost section frees the converted weights.
void tb_autocast_end(void);

/// The backward pass of a function that the caller defines.
///
/// - saved: The saved tensors, borrowed.
/// - gradients: One gradient per output, borrowed; null if none arrived.
/// - results: One result per input, to be set to an owned handle or left null.
/// Returns null, or an error message that was allocated with `malloc`.
typedef char *(*TBBackward)(
    void *context, const TBTensor *saved, const TBTensor *gradients, TBTensor *results);

/// A function that the caller defines.
typedef struct {
    const char *name;
    void *context;
    TBBackward backward;
    /// Called once, when the context is no longer needed, even if `tb_record` fails or records nothing.
    void (*release)(void *context);
} TBFunction;

/// Adds `outputs`, which must be fresh tensors, to the graph as results of a function of `inputs`. Does nothing if
/// gradients are disabled or no input requires one. `saved` may hold inputs, outputs and other tensors; the backward
/// pass fails if one of them was changed in place before. The backward pass itself cannot be differentiated; requesting
/// that is an error.
TB_CHECKED TBError tb_record(
    TBFunction function, const TBTensor *inputs, size_t input_count, const TBTensor *outputs, size_t output_count,
    const TBTensor *saved, size_t saved_count);

/// A function that is called during a backward pass, after the gradient of a leaf was added to the leaf's own.
typedef struct {
    void *context;
    /// Returns null, or an error message that was allocated with `malloc`, which ends the backward pass.
    char *(*call)(void *context);
    /// Called once, when the context is no longer needed, even if `tb_on_gradient` fails.
    void (*release)(void *context);
} TBGradientHook;

/// Chooses the function that is called after each backward pass has added to the gradient of a leaf; it replaces an
/// earlier one.
TB_CHECKED TBError tb_on_gradient(TBTensor tensor, TBGradientHook hook);
/// Removes the function that `tb_on_gradient` chose.
TB_CHECKED TBError tb_remove_gradient_hook(TBTensor tensor);

TB_END

#endif
