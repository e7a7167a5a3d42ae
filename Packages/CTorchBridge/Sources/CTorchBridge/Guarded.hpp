// How every call of the bridge is made: borrowed arguments, owned results, exceptions turned into errors.
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

/// What a kernel of the caller's own reported.
struct KernelError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A handle that the caller owns.
TBTensor own(at::Tensor tensor);

/// A null handle for an undefined tensor.
TBTensor ownOrNull(at::Tensor tensor);

inline const at::Tensor &borrow(TBTensor handle) {
    return *static_cast<const at::Tensor *>(handle.object);
}

inline std::optional<at::Tensor> borrowOptional(TBTensor handle) {
    return handle.object ? std::optional(borrow(handle)) : std::nullopt;
}

/// An undefined tensor for null.
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

/// The error for the exception in flight: its message in a line, the operation's name and what it was given.
TBError describeException(const char *operation, const std::vector<TBTensor> &arguments) noexcept;

using Arguments = std::initializer_list<TBTensor>;

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

/// As `guarded`, for a body that returns the only result.
template <typename Body>
TBError computed(TBTensor *result, const char *operation, Arguments arguments, Body &&body) noexcept {
    return guarded(operation, arguments, [&] { *result = own(body()); });
}

}  // namespace bridge
