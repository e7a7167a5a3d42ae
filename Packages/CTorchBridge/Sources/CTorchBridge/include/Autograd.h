/// Gradients: what to record, the backward pass, and functions of the caller's own.
#ifndef TORCH_BRIDGE_AUTOGRAD_H
#define TORCH_BRIDGE_AUTOGRAD_H

#include "Base.h"

TB_BEGIN

bool tb_requires_gradient(TBTensor tensor);
TB_CHECKED TBError tb_set_requires_gradient(TBTensor tensor, bool required);
bool tb_is_leaf(TBTensor tensor);

/// The gradient that backward passes have gathered; null if there is none.
TB_CHECKED TBError tb_gradient(TBTensor tensor, TBTensor *result);
/// Null removes it.
TB_CHECKED TBError tb_set_gradient(TBTensor tensor, TBTensor gradient);
TB_CHECKED TBError tb_detach(TBTensor tensor, TBTensor *result);

/// `gradient` may be null for a tensor of one element.
TB_CHECKED TBError tb_backward(TBTensor tensor, TBTensor gradient, bool retain_graph, bool create_graph);

/// Gradients of `outputs`, weighted by `weights` (a null one for an output of one element), with respect to `inputs`;
/// a result is null where an output does not depend on an input. Writes `input_count` results.
TB_CHECKED TBError tb_gradients(
    const TBTensor *outputs, const TBTensor *weights, size_t output_count, const TBTensor *inputs, size_t input_count,
    bool retain_graph, bool create_graph, TBTensor *results);

/// Whether operations are recorded on this thread.
bool tb_gradients_enabled(void);
void tb_enable_gradients(bool enabled);

/// Mixed precision on this thread: the type that matrix products and convolutions are computed in on such a device.
bool tb_autocast_enabled(TBDeviceKind device);
TB_CHECKED TBError tb_autocast_type(TBDeviceKind device, TBType *type);
TB_CHECKED TBError tb_enable_autocast(TBDeviceKind device, bool enabled, TBType type);
void tb_autocast_begin(void);
/// Forgets cast weights when the outermost one ends.
void tb_autocast_end(void);

/// The backward pass of a function of the caller's own.
///
/// - saved: the tensors that were saved, borrowed.
/// - gradients: one an output, borrowed; null where none arrived.
/// - results: one an input, to be filled with owned handles or left null.
/// Returns null, or what went wrong, as a text allocated with `malloc`.
typedef char *(*TBBackward)(
    void *context, const TBTensor *saved, const TBTensor *gradients, TBTensor *results);

typedef struct {
    const char *name;
    void *context;
    TBBackward backward;
    /// Called once, when the context is not needed any more, also if `tb_record` fails or records nothing.
    void (*release)(void *context);
} TBFunction;

/// Makes fresh `outputs` results of a function of `inputs` in the graph, if gradients are enabled and an input requires
/// one. `saved` may hold inputs, outputs and others; changing one in place before the backward pass is an error there.
/// The backward pass is not itself differentiable; asking for that is an error.
TB_CHECKED TBError tb_record(
    TBFunction function, const TBTensor *inputs, size_t input_count, const TBTensor *outputs, size_t output_count,
    const TBTensor *saved, size_t saved_count);

TB_END

#endif
