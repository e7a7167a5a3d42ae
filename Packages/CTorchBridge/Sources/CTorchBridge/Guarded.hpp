// Helpers for all functions of the bridge: they borrow arguments, create owned results and turn exceptions into errors.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/ArrayRef.h>

#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "Base.h"

namespace bridge {

/// An error that a function of the caller reported.
struct KernelError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Returns a handle that the caller owns.
TBTensor own(at::Tensor tensor);

/// Returns a handle that the caller owns, or a null handle for an undefined tensor.
TBTensor ownOrNull(at::Tensor tensor);

inline const at::Tensor &borrow(TBTensor handle) {
    return *static_cast<const at::Tensor *>(handle.object);
}

inline std::optional<at::Tensor> borrowOptional(TBTensor handle) {
    return handle.object ? std::optional(borrow(handle)) : std::nullopt;
}

/// Returns the tensor of a handle, or an undefined tensor for a null handle.
inline at::Tensor borrowOrUndefined(TBTensor handle) {
    return handle.object ? borrow(handle) : at::Tensor();
}

std::vector<at::Tensor> borrowAll(const TBTensor *handles, size_t count);

inline at::IntArrayRef numbers(const int64_t *values, size_t count) {
    return at::IntArrayRef(values, count);
}

at::ScalarType scalarType(TBType type);
TBType bridgeType(at::ScalarType type);
at::Device device(TBDevice device);
at::DeviceType deviceType(TBDeviceKind kind);

/// Returns the error for the current exception: its message in one line, the name of the operation, and the types and
/// shapes of the arguments.
TBError describeException(const char *operation, const std::vector<TBTensor> &arguments) noexcept;

using Arguments = std::initializer_list<TBTensor>;

/// Runs `body`, and returns the error for an exception that it throws.
template <typename Body>
TBError guarded(const char *operation, Arguments arguments, Body &&body) noexcept {
    try {
        body();
        return {TBErrorNone, nullptr};
    } catch (...) {
        return describeException(operation, arguments);
    }
}

template <typename Body>
TBError guarded(const char *operation, const TBTensor *arguments, size_t count, Body &&body) noexcept {
    try {
        body();
        return {TBErrorNone, nullptr};
    } catch (...) {
        return describeException(operation, std::vector(arguments, arguments + count));
    }
}

/// Runs a `body` that returns a tensor, writes this tensor to `result`, and returns the error for an exception.
template <typename Body>
TBError computed(TBTensor *result, const char *operation, Arguments arguments, Body &&body) noexcept {
    return guarded(operation, arguments, [&] { *result = own(body()); });
}

}  // namespace bridge
