// Messages between GPUs by NCCL, which is opened at run time.
#include "NCCL.h"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <cstring>
#include <memory>
#include <string>

#include "Guarded.hpp"
#include "Libraries.hpp"

using namespace bridge;

namespace {

/// The number by which processes find each other; NCCL's functions take it by value.
struct NCCLIdentifier {
    char bytes[TB_NCCL_ID_SIZE];
};

/// The functions of NCCL that the bridge uses, as declared in NCCL's manual.
struct NCCL {
    using Communicator = void *;
    int (*makeIdentifier)(NCCLIdentifier *) = nullptr;
    int (*join)(Communicator *, int, NCCLIdentifier, int) = nullptr;
    int (*allReduce)(const void *, void *, size_t, int, int, Communicator, void *) = nullptr;
    int (*broadcast)(const void *, void *, size_t, int, int, Communicator, void *) = nullptr;
    int (*destroy)(Communicator) = nullptr;
    int (*abort)(Communicator) = nullptr;
    const char *(*errorText)(int) = nullptr;
    /// Whether the library belongs to the tests, and takes CPU tensors.
    bool isEmulator = false;

    explicit NCCL(const char *path) {
        std::vector<std::string> paths;
        if (path) {
            paths = {path};
        } else {
            // Of libraries with the same name, the one that LibTorch has opened counts. The wheels put it beside LibTorch.
            auto ofLibTorch = folderOf(reinterpret_cast<void *>(&at::show_config));
            paths = {"libnccl.so.2", ofLibTorch + "../../nvidia/nccl/lib/libnccl.so.2"};
        }
        std::string failure, problem;
        auto *library = openFirst(paths, failure);
        if (!library) throw std::runtime_error(failure);
        find(library, "ncclGetUniqueId", makeIdentifier, problem);
        find(library, "ncclCommInitRank", join, problem);
        find(library, "ncclAllReduce", allReduce, problem);
        find(library, "ncclBroadcast", broadcast, problem);
        find(library, "ncclCommDestroy", destroy, problem);
        find(library, "ncclCommAbort", abort, problem);
        find(library, "ncclGetErrorString", errorText, problem);
        isEmulator = symbol(library, "spikekit_nccl_emulator") != nullptr;
        if (!problem.empty()) throw std::runtime_error(problem);
    }

    void check(int result) const {
        if (result == 0) return;
        auto *text = errorText(result);
        throw std::runtime_error(std::string(text ? text : "error") + " (" + std::to_string(result) + ")");
    }
};

/// A communicator, with its device.
struct NCCLMember {
    const NCCL &library;
    at::Device device;
    NCCL::Communicator communicator = nullptr;

    /// Returns NCCL's number of a type of elements.
    static int type(const at::Tensor &tensor) {
        switch (tensor.scalar_type()) {
            case at::kChar: return 0;
            case at::kByte: return 1;
            case at::kInt: return 2;
            case at::kLong: return 4;
            case at::kHalf: return 6;
            case at::kFloat: return 7;
            case at::kDouble: return 8;
            case at::kBFloat16: return 9;
            default: throw std::runtime_error("NCCL has no elements of this type");
        }
    }

    /// Calls `body` with the memory of a tensor, the number of its elements, their type, and LibTorch's current stream.
    template <typename Body>
    void send(const at::Tensor &tensor, Body &&body) const {
        if (tensor.device() != device || !tensor.is_contiguous())
            throw std::runtime_error("the tensor must be contiguous on " + device.str());
        c10::DeviceGuard guard(device);
        auto stream = c10::impl::VirtualGuardImpl(device.type()).getStream(device);
        library.check(
            body(tensor.data_ptr(), static_cast<size_t>(tensor.numel()), type(tensor), nativeHandle(stream)));
    }
};

const NCCL &library(TBNCCL handle) { return *static_cast<const NCCL *>(handle.object); }
const NCCLMember &member(TBNCCLCommunicator handle) { return *static_cast<const NCCLMember *>(handle.object); }

}  // namespace

TBError tb_nccl_open(const char *path, TBNCCL *result) {
    return guarded("opening NCCL", {}, [&] { result->object = new NCCL(path); });
}

TBError tb_nccl_make_id(TBNCCL handle, uint8_t *id) {
    return guarded("NCCL", {}, [&] {
        NCCLIdentifier identifier;
        library(handle).check(library(handle).makeIdentifier(&identifier));
        std::memcpy(id, identifier.bytes, TB_NCCL_ID_SIZE);
    });
}

TBError tb_nccl_join(
    TBNCCL handle, TBDevice device, const uint8_t *id, int32_t rank, int32_t size, TBNCCLCommunicator *result) {
    return guarded("joining by NCCL", {}, [&] {
        auto &nccl = library(handle);
        auto place = bridge::device(device);
        if (!place.is_cuda() && !nccl.isEmulator) throw std::runtime_error("NCCL is for CUDA devices, not " + place.str());
        c10::DeviceGuard guard(place);
        NCCLIdentifier identifier;
        std::memcpy(identifier.bytes, id, TB_NCCL_ID_SIZE);
        auto joined = std::make_unique<NCCLMember>(NCCLMember{nccl, place});
        nccl.check(nccl.join(&joined->communicator, size, identifier, rank));
        result->object = joined.release();
    });
}

void tb_nccl_leave(TBNCCLCommunicator handle, bool isBroken) {
    auto *own = static_cast<NCCLMember *>(handle.object);
    // Nothing can be done about an error here.
    (isBroken ? own->library.abort : own->library.destroy)(own->communicator);
    delete own;
}

TBError tb_nccl_sum(TBNCCLCommunicator handle, TBTensor tensor) {
    return guarded("all-reduce by NCCL", {tensor}, [&] {
        auto &own = member(handle);
        own.send(borrow(tensor), [&](void *memory, size_t count, int type, void *stream) {
            return own.library.allReduce(memory, memory, count, type, /*sum*/ 0, own.communicator, stream);
        });
    });
}

TBError tb_nccl_broadcast(TBNCCLCommunicator handle, TBTensor tensor, int32_t root) {
    return guarded("broadcast by NCCL", {tensor}, [&] {
        auto &own = member(handle);
        own.send(borrow(tensor), [&](void *memory, size_t count, int type, void *stream) {
            return own.library.broadcast(memory, memory, count, type, root, own.communicator, stream);
        });
    });
}
