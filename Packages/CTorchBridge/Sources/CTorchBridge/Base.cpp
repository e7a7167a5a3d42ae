#include "Base.h"

#include <ATen/Version.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include <atomic>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "Guarded.hpp"
#include "Runtime.h"

namespace bridge {

static std::atomic<int64_t> liveHandles = 0;

TBTensor own(at::Tensor tensor) {
    auto *object = new at::Tensor(std::move(tensor));
    liveHandles.fetch_add(1, std::memory_order_relaxed);
    return {object};
}

TBTensor ownOrNull(at::Tensor tensor) {
    return tensor.defined() ? own(std::move(tensor)) : TBTensor{nullptr};
}

std::vector<at::Tensor> borrowAll(const TBTensor *handles, size_t count) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(count);
    for (size_t i = 0; i < count; i++) tensors.push_back(borrowOrUndefined(handles[i]));
    return tensors;
}

at::ScalarType scalarType(TBType type) {
    switch (type) {
        case TBFloat32: return at::kFloat;
        case TBFloat64: return at::kDouble;
        case TBBFloat16: return at::kBFloat16;
        case TBFloat16: return at::kHalf;
        case TBInt64: return at::kLong;
        case TBInt32: return at::kInt;
        case TBInt16: return at::kShort;
        case TBInt8: return at::kChar;
        case TBUInt8: return at::kByte;
        case TBBool: return at::kBool;
    }
    throw std::invalid_argument("unknown element type");
}

TBType bridgeType(at::ScalarType type) {
    switch (type) {
        case at::kFloat: return TBFloat32;
        case at::kDouble: return TBFloat64;
        case at::kBFloat16: return TBBFloat16;
        case at::kHalf: return TBFloat16;
        case at::kLong: return TBInt64;
        case at::kInt: return TBInt32;
        case at::kShort: return TBInt16;
        case at::kChar: return TBInt8;
        case at::kByte: return TBUInt8;
        case at::kBool: return TBBool;
        default: throw std::invalid_argument("elements of type " + std::string(c10::toString(type)) + " are not supported");
    }
}

at::DeviceType deviceType(TBDeviceKind kind) {
    switch (kind) {
        case TBDeviceCPU: return at::kCPU;
        case TBDeviceCUDA: return at::kCUDA;
        case TBDeviceMPS: return at::kMPS;
    }
    throw std::invalid_argument("unknown kind of device");
}

at::Device device(TBDevice device) {
    auto type = deviceType(device.kind);
    if (type == at::kCPU) return at::Device(type);
    if (device.index < 0 || device.index >= tb_device_count(device.kind)) {
        auto name = type == at::kMPS ? "mps" : "cuda:" + std::to_string(device.index);
        throw std::invalid_argument("this machine or this LibTorch has no device " + name);
    }
    return at::Device(type, static_cast<c10::DeviceIndex>(device.index));
}

/// Returns the name of a type in PyTorch's Python interface.
static std::string typeName(at::ScalarType type) {
    switch (type) {
        case at::kFloat: return "float32";
        case at::kDouble: return "float64";
        case at::kBFloat16: return "bfloat16";
        case at::kHalf: return "float16";
        case at::kLong: return "int64";
        case at::kInt: return "int32";
        case at::kShort: return "int16";
        case at::kChar: return "int8";
        case at::kByte: return "uint8";
        case at::kBool: return "bool";
        default: return c10::toString(type);
    }
}

/// Describes tensors by types and shapes, such as "float32 [2, 3] and float32 [4]".
static std::string describe(const std::vector<TBTensor> &arguments) {
    std::ostringstream text;
    size_t shown = 0;
    for (auto handle : arguments) {
        if (!handle.object || !borrow(handle).defined()) continue;
        if (shown++ == 4) {
            text << " and more";
            break;
        }
        auto &tensor = borrow(handle);
        text << (shown > 1 ? " and " : "") << typeName(tensor.scalar_type()) << " " << tensor.sizes();
    }
    return text.str();
}

/// Removes a leading "[file in LibTorch's or Gloo's source:123]" and condition, which do not help the reader.
static std::string withoutPlace(std::string message) {
    auto end = message.find("] ");
    if (message.empty() || message[0] != '[' || end == std::string::npos) return message;
    auto isPlace = message.substr(0, end).find_last_of(':') != std::string::npos && std::isdigit(message[end - 1]);
    if (isPlace) message.erase(0, end + 2);
    const std::string condition = "err == 0. ";
    if (message.starts_with(condition)) message.erase(0, condition.size());
    return message;
}

static TBError error(TBErrorKind kind, const char *operation, std::string message, const std::vector<TBTensor> &arguments) {
    message = withoutPlace(std::move(message));
    // The text after this lists kernels for other types and devices, over pages.
    message = message.substr(0, message.find(" This could be because the operator"));
    for (auto &character : message) {
        if (character == '\n') character = ' ';
    }
    while (!message.empty() && (message.back() == ' ' || message.back() == '.')) message.pop_back();
    auto given = describe(arguments);
    auto text = std::string(operation) + ": " + message + (given.empty() ? "" : "; given " + given);
    return {kind, strdup(text.c_str())};
}

TBError describeException(const char *operation, const std::vector<TBTensor> &arguments) noexcept {
    try {
        throw;
    } catch (const KernelError &exception) {
        return error(TBErrorKernel, operation, exception.what(), {});
    } catch (const c10::OutOfMemoryError &exception) {
        return error(TBErrorOutOfMemory, operation, exception.what_without_backtrace(), arguments);
    } catch (const c10::Error &exception) {
        std::string message = exception.what_without_backtrace();
        // The CPU's allocator does not throw an exception of its own type.
        auto kind = message.find("DefaultCPUAllocator") != std::string::npos ? TBErrorOutOfMemory : TBErrorOperation;
        return error(kind, operation, message, arguments);
    } catch (const std::bad_alloc &) {
        return error(TBErrorOutOfMemory, operation, "out of memory", arguments);
    } catch (const std::exception &exception) {
        return error(TBErrorOperation, operation, exception.what(), arguments);
    } catch (...) {
        return error(TBErrorOperation, operation, "unknown failure", arguments);
    }
}

}  // namespace bridge

using namespace bridge;

void tb_error_free(TBError error) { free(error.message); }

TBTensor tb_tensor_retain(TBTensor tensor) { return own(borrow(tensor)); }

void tb_tensor_release(TBTensor tensor) {
    delete static_cast<at::Tensor *>(tensor.object);
    liveHandles.fetch_sub(1, std::memory_order_relaxed);
}

int64_t tb_live_handles(void) { return liveHandles.load(std::memory_order_relaxed); }

const char *tb_version(void) {
    // LibTorch exports its version only in this text.
    static const std::string version = [] {
        const std::string settings = at::show_config(), key = "TORCH_VERSION=";
        auto begin = settings.find(key);
        if (begin == std::string::npos) return std::string("unknown");
        begin += key.size();
        return settings.substr(begin, settings.find_first_of(", \n", begin) - begin);
    }();
    return version.c_str();
}

TBError tb_check_version(void) {
    const std::string loaded = tb_version(), built = TORCH_VERSION;
    auto release = [](const std::string &version) { return version.substr(0, version.find('.', version.find('.') + 1)); };
    if (release(loaded) == release(built)) return {TBErrorNone, nullptr};
    auto text = "LibTorch " + loaded + " is loaded, but this program was built with " + release(built) +
                "; build it again with the LibTorch that it is to run with";
    return {TBErrorVersion, strdup(text.c_str())};
}
